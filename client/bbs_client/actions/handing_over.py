"""Handing the community over: announced by its sysop, accepted or refused by its heir (protocol 32)."""

from bbs import limits
from bbs.errors import Disconnected, FolkmootError
from bbs.features.community.hand_over import answer_about, digest_of
from bbs.features.community.hand_over_messages import (
    HAND_OVER_DAYS,
    AnswerHandOver,
    GetHandOver,
    HandCommunityOver,
    HandOverResult,
)
from bbs.ids import new_id
from bbs.refusals import SignInFailed
from bbs.terminal.hand_over_text import WHILE_WAITING, describe_terms
from bbs.text import compose
from bbs_client.actions.doing import Doing, Typed
from bbs_client.actions.forms import FormError, FormField
from bbs_client.actions.proof import OFFLINE, OLD_KEY, WRONG_PASSWORD, Said, WordQuestion
from bbs_client.actions.surface import Surface
from bbs_client.safe_text import describe_error
from bbs_client.session.proposals import WaitingCommand, Word
from bbs_client.session.session import Session

_HEIR = FormField(
    name="heir",
    label="to",
    help="The handle of the member who is to be sysop in your place, such as ana.",
    chars_max=limits.HANDLE_CHARS_MAX + 1,
    is_required=True,
)

_BACKUP_DAYS = FormField(
    name="backup_days",
    label="backup days",
    help="After how many days no backup holds what is erased today; it binds them too.",
    now="30",
    least=1,
    most=limits.RETENTION_DAYS_MAX,
)


def handing_over(surface: Surface) -> dict[str, Doing]:
    """Return what lets the sysop hand the community over; nothing for others."""
    session = surface.session
    if session.me is None or not session.me.sysop:
        return {}

    def announce(typed: Typed) -> HandCommunityOver:
        return HandCommunityOver(
            heir=_member(session, typed["heir"]),
            backup_days=int(typed.get("backup_days", 30)),
            reason=typed["reason"],
            op=new_id(),
        )

    says = (
        f"Another member runs it in {HAND_OVER_DAYS} days, if they accept what binds them by then."
        " Everybody is told at once, and can take their words along and leave before."
    )
    return {"hand-over": Doing(says, "Announced on", announce, (_HEIR, _BACKUP_DAYS))}


def _member(session: Session, handle: str) -> str:
    """Return the id of a member by their handle.

    Raises:
        FormError: If nobody here has it.
    """
    named = handle.strip().removeprefix("@").lower()
    found = (each.id for each in session.members.values() if each.handle == named)
    if (member := next(found, None)) is None:
        raise FormError(_HEIR.name, "to: nobody here has this handle.")
    return member


async def answer_hand_over(surface: Surface, command: WaitingCommand, word: Word) -> None:
    """Show the heir what binds them in full, and send their answer with its proof."""
    if not surface.session.online:
        surface.notify(OFFLINE)
        return
    connection = surface.session.connection
    trouble, with_key = "", connection.has_key
    while True:
        try:
            state = await surface.wait(connection.call(GetHandOver()))
        except FolkmootError as error:
            surface.notify(describe_error(error))
            return
        if state.terms is None or state.proposal != command.proposal.id:
            surface.notify("This does not wait any more.")
            return
        shown = command._replace(about=(*describe_terms(state.terms), WHILE_WAITING))
        said = await surface.ask(WordQuestion(shown, word, "", trouble, with_key))
        if said is None:
            return
        try:
            surface.session.hand_over = await _send(surface, state, word, said)
        except SignInFailed:
            trouble, with_key = (WRONG_PASSWORD, with_key) if said.password else (OLD_KEY, False)
        except Disconnected:
            trouble = OFFLINE
        except FolkmootError as error:
            trouble = describe_error(error)
        else:
            surface.refresh()
            accepted = "You accepted. Until the day the sysop can still take it back."
            surface.notify(accepted if word is Word.ACCEPT else "You refused: nothing is changed.")
            return


async def _send(surface: Surface, state: HandOverResult, word: Word, said: Said) -> HandOverResult:
    """Send the answer to exactly these terms; return how it stands then. Raises what the server answers."""
    assert state.proposal is not None
    assert state.terms is not None
    connection, is_accepted = surface.session.connection, word is Word.ACCEPT
    terms = digest_of(state.terms)
    answer = AnswerHandOver(
        proposal=state.proposal,
        terms=terms,
        is_accepted=is_accepted,
        password=compose(said.password) or None,
        op=new_id(),
    )
    about = answer_about(state.proposal, terms, is_accepted=is_accepted)
    return await surface.wait(
        connection.confirm(answer, about) if answer.password is None else connection.call(answer)
    )
