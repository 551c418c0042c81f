"""Commands that wait for others, in lines: the list, and the reader's word with the password."""

from bbs_client.actions.proposals import Said, WordQuestion, fetch_waiting
from bbs_client.plain.here import Here
from bbs_client.plain.lines import Lines, choose
from bbs_client.session.proposals import WaitingCommand, Word, list_waiting

_SAYS = {
    Word.AGREE: "Agree to this",
    Word.OBJECT: "Object to this",
    Word.WITHDRAW: "Take this back",
}


async def ask_about_waiting(here: Here) -> tuple[WaitingCommand, Word] | None:
    """List what waits, and ask what to say to which; return None for nothing."""
    if trouble := await fetch_waiting(here.session):
        here.lines.tell(trouble)
    lines, found = here.lines, list_waiting(here.session)
    for command in found:
        board = here.session.slug(command.proposal.board)
        lines.tell(f"{board} {command.proposal.number}: {command.told}", f"  {command.wait}")
        lines.tell(*(f"  {vote}" for vote in command.votes))
    if not found:
        lines.tell("Nothing waits for others.")
    answers = [(command, word) for command in found for word in command.words]
    if not answers:
        return None
    says = {
        number: f"{_SAYS[word]}: {command.told}" for number, (command, word) in enumerate(answers)
    }
    number = await choose(lines, says)
    return None if number is None else answers[number]


async def ask_word(lines: Lines, question: WordQuestion) -> Said | None:
    """Ask for the reason of an objection, and for the password; return None without either."""
    if question.trouble:
        lines.tell(question.trouble)
    reason = question.reason
    if question.word is Word.OBJECT and not reason:
        reason = (await lines.ask("Why? All readers of the board can read it.") or "").strip()
        if not reason:
            lines.tell("Nothing was sent.")
            return None
    elif reason:
        lines.tell(f"Your reason: {reason}")
    password = await lines.ask("Your password?", hidden=True)
    if not password:
        lines.tell("Nothing was sent.")
        return None
    return Said(reason, password)
