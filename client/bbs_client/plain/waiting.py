"""Commands that wait for others, in lines: the list, and the reader's vote with its proof."""

from bbs import limits
from bbs_client.actions.proof import READERS, SAYS, Said, WordQuestion
from bbs_client.actions.proposals import fetch_waiting
from bbs_client.plain.here import Here
from bbs_client.plain.lines import Lines, choose
from bbs_client.session.proposals import WaitingCommand, Word, list_waiting, place_of

_NO = "no"  # every password is longer
_WITH_KEY = f"Enter proves it by the key of this device; or type your password, or {_NO}."


async def ask_about_waiting(here: Here) -> tuple[WaitingCommand, Word] | None:
    """List the waiting commands, and ask how to vote on which; return None for no vote."""
    if trouble := await fetch_waiting(here.session):
        here.lines.tell(trouble)
    lines, found = here.lines, list_waiting(here.session)
    for command in found:
        board = place_of(here.session, command.proposal)
        lines.tell(f"{board} {command.proposal.number}: {command.told}")
        lines.tell(*(f"  {said}" for said in (*command.about, command.wait, *command.votes)))
    if not found:
        lines.tell("Nothing waits for others.")
    answers = [(command, word) for command in found for word in command.words]
    if not answers:
        return None
    says = {
        number: f"{SAYS[word]}: {command.told}" for number, (command, word) in enumerate(answers)
    }
    number = await choose(lines, says)
    return None if number is None else answers[number]


async def ask_word(lines: Lines, question: WordQuestion) -> Said | None:
    """Ask for the reason of an objection, and for the proof; return None if either is missing."""
    if question.trouble:
        lines.tell(question.trouble)
    lines.tell(*question.command.about)
    reason = question.reason
    if question.word is Word.OBJECT and not 0 < len(reason) <= limits.REASON_CHARS_MAX:
        who = READERS[question.command.proposal.to_few].capitalize()
        reason = (await lines.ask(f"Why? {who} can read it.") or "").strip()
        if not reason:
            lines.tell("Nothing was sent.")
            return None
    elif reason:
        lines.tell(f"Your reason: {reason}")
    password = await lines.ask(_WITH_KEY if question.with_key else "Your password?", hidden=True)
    if password is None or password.strip() == _NO or not (password or question.with_key):
        lines.tell("Nothing was sent.")
        return None
    return Said(reason, password)
