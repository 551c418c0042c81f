"""Commands that wait for others, and the reader's vote on them (protocol 15)."""

from contextlib import suppress

from bbs import limits
from bbs.errors import Disconnected, FolkmootError
from bbs.features.batches.messages import GetBatch
from bbs.features.community.hand_over_messages import GetHandOver
from bbs.features.proposals.messages import (
    GetProposalWords,
    ListProposals,
    ObjectToProposal,
    SecondProposal,
    WithdrawProposal,
)
from bbs.ids import new_id
from bbs.refusals import NotFound, SignInFailed
from bbs.terminal.proposal_text import describe_hidden, describe_wait
from bbs.text import check_line, compose
from bbs.typed import mend_typed
from bbs_client.actions.proof import OFFLINE, OLD_KEY, WRONG_PASSWORD, Said, WordQuestion
from bbs_client.actions.surface import Confirm, Question, Surface
from bbs_client.safe_text import describe_error
from bbs_client.session.proposals import WaitingCommand, Word, batch_of, is_hand_over
from bbs_client.session.session import Session


class ProposalsQuestion(Question[tuple[WaitingCommand, Word]], frozen=True):
    """Shows the commands that wait for others, and asks for the reader's vote."""


class HiddenWordsQuestion(Question[None], frozen=True):
    """Words that are hidden, to be read and kept nowhere.

    Attributes:
        lines: Of clean text.
        has_more: Whether there are more than fit one page.
        heading: What is shown, in one line.
    """

    lines: tuple[str, ...]
    has_more: bool
    heading: str = "Words that are hidden while this waits"


async def fetch_waiting(session: Session) -> str:
    """Bring what waits up to date; return why that could not be, a sentence, or nothing."""
    try:
        await session.connection.call(ListProposals())
        await _fetch_plans(session)
        await _fetch_hand_over(session)
    except Disconnected:
        return "You are offline; this is what is on this device."
    except FolkmootError as error:
        return describe_error(error)
    return ""


async def _fetch_plans(session: Session) -> None:
    """Ask what plans wait for: why, and with which digest. Raises `Disconnected`."""
    for each in session.cache.proposals():
        if batch := batch_of(each.proposal):
            with suppress(NotFound):  # it is told to whoever may agree, and on its board
                page = await session.connection.call(GetBatch(batch=batch, limit=1))
                session.batches.keep(page.batch)


async def _fetch_hand_over(session: Session) -> None:
    """Ask whether the heir has accepted, if a hand-over waits. Raises `Disconnected`."""
    if any(is_hand_over(each.proposal) for each in session.cache.proposals()):
        session.hand_over = await session.connection.call(GetHandOver())


async def proposals(surface: Surface, _: str) -> None:
    """Show what waits for others; agree, object, or take back the reader's own."""
    while (answer := await surface.ask(ProposalsQuestion())) is not None:
        await answer_waiting(surface, *answer)
        if answer[1] is not Word.ITEMS:  # which are read to decide
            return


async def answer_waiting(surface: Surface, command: WaitingCommand, word: Word) -> None:
    """Do what the reader chose for a command that waits.

    Raises:
        FolkmootError: What the server answered.
    """
    if word is Word.WITHDRAW:
        await _withdraw(surface, command)
    elif word is Word.ITEMS:
        from bbs_client.actions.batches import show_batch  # late, since few plans wait

        await show_batch(surface, batch_of(command.proposal))
    elif word in (Word.ACCEPT, Word.REFUSE):
        # Imported late, since a community is handed over once in years.
        from bbs_client.actions.handing_over import answer_hand_over

        await answer_hand_over(surface, command, word)
    elif word is Word.READ:
        await _read(surface, command)
    else:
        await _say(surface, command, word)


async def _withdraw(surface: Surface, command: WaitingCommand) -> None:
    says = "Nothing is changed then. You can ask for the same again."
    if await surface.ask(Confirm("Take this back?", says, yes="take it back")):
        waiting = command.proposal
        request = WithdrawProposal(board=waiting.board, proposal=waiting.id, op=new_id())
        await surface.wait(surface.session.connection.call(request))
        surface.refresh()
        surface.notify("Taken back: nothing was changed.")


async def _read(surface: Surface, command: WaitingCommand) -> None:
    """Show the words that are hidden for a command, page by page, until there are no more."""
    session, after = surface.session, 0
    while True:
        request = GetProposalWords(proposal=command.proposal.id, after=after)
        try:
            page = await surface.wait(session.connection.call(request))
        except Disconnected:
            surface.notify("You are offline, and only the server has these words.")
            return
        except FolkmootError as error:
            surface.notify(describe_error(error))
            return
        lines = tuple(describe_hidden(page.words, dict(session.members), session.slug))
        await surface.ask(HiddenWordsQuestion(lines, page.next_after is not None))
        if page.next_after is None or page.next_after <= after:
            return
        after = page.next_after


async def _say(surface: Surface, command: WaitingCommand, word: Word) -> None:
    """Ask for the proof and send it, until it is taken or the reader gives up; the reason stays."""
    if not surface.session.online:
        surface.notify(OFFLINE)
        return
    connection = surface.session.connection
    reason = trouble = ""
    with_key = connection.has_key
    while True:
        said = await surface.ask(WordQuestion(command, word, reason, trouble, with_key))
        if said is None:
            return
        reason = said.reason
        try:
            request = _request(command, word, said)
            told = await surface.wait(
                connection.confirm(request, request.proposal)
                if request.password is None
                else connection.call(request)
            )
        except SignInFailed:
            # The password proves it still where the key does not.
            trouble, with_key = (WRONG_PASSWORD, with_key) if said.password else (OLD_KEY, False)
        except Disconnected:
            trouble = OFFLINE
        except FolkmootError as error:
            trouble = describe_error(error)
        else:
            surface.refresh()
            done = "agreed" if word is Word.AGREE else "objected"
            surface.notify(f"You {done}: {describe_wait(told.proposal)}.")
            return


def _request(command: WaitingCommand, word: Word, said: Said) -> SecondProposal | ObjectToProposal:
    board, waiting, op = command.proposal.board, command.proposal.id, new_id()
    password = compose(said.password) or None
    if word is Word.AGREE:
        return SecondProposal(board=board, proposal=waiting, password=password, op=op)
    reason, _ = mend_typed(said.reason)
    check_line(reason, field="reason", chars_max=limits.REASON_CHARS_MAX, empty=True)
    return ObjectToProposal(board=board, proposal=waiting, reason=reason, password=password, op=op)
