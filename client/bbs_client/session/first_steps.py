"""What a founder and a newcomer do first, from the mirror and from notes of this device."""

from bbs.clock import to_ms
from bbs.features.boards.seat_messages import SeatState
from bbs.features.community.first_steps import (
    FirstStep,
    first_steps,
    is_newcomer,
    newcomer_steps,
)
from bbs.features.members.views import Member, MemberState
from bbs.ids import COMMONS
from bbs_client.session.session import Session

_NOTED = ("hello", "looks", "seen")
_ASKED = frozenset({SeatState.SEATED, SeatState.WAITING, SeatState.APPLIED})
"""The states of a seat for which the reader has nothing more to do."""


def steps_of(session: Session, *, on_screen: bool = True) -> tuple[FirstStep, ...]:
    """Return what the reader does first; none once all is done, and for those who are not new here.

    Args:
        session: The reader's session.
        on_screen: Whether they use the screen.
    """
    me = session.me
    if me is None:
        return ()
    if me.sysop:
        return _founders(session)
    if not session.is_new or me.state is MemberState.WAITING or not _is_newcomer(session, me):
        return ()
    steps = newcomers_steps(session, on_screen=on_screen)
    return () if all(step.done for step in steps) else steps


def newcomers_steps(session: Session, *, on_screen: bool) -> tuple[FirstStep, ...]:
    """Return what every newcomer does first, with what this reader has done of it."""
    others = [row for row in session.cache.boards() if row.board.id != COMMONS]
    return newcomer_steps(
        boards=len(others),
        seated=any(row.seat is not None and row.seat.state in _ASKED for row in others),
        done=(id for id in _NOTED if session.cache.meta(_note(id)) is not None),
        on_screen=on_screen,
    )


def note_step(session: Session, id: str) -> None:
    """Note that a newcomer has done a step of which the mirror has no row; nothing for others.

    Raises:
        MirrorUnwritable: If this device's disk cannot be written.
    """
    if session.is_new and session.cache.meta(_note(id)) is None:
        session.cache.set_meta(_note(id), "done")


def _note(id: str) -> str:
    return f"step:{id}"


def _is_newcomer(session: Session, me: Member) -> bool:
    return me.joined_at is not None and is_newcomer(to_ms(me.joined_at), to_ms(session.now()))


def _founders(session: Session) -> tuple[FirstStep, ...]:
    commons = session.cache.board(COMMONS)
    if commons is None:
        return ()
    cache, seat = session.cache, commons.seat
    boards = [row.board.id for row in cache.boards()]
    return first_steps(
        title=commons.board.title,
        norms_accepted=seat is not None and seat.norms_version >= commons.board.norms_version,
        boards=len(boards) - 1,
        invited=cache.has_invited(),
        threads=any(cache.threads(board) for board in boards),
        members=len(session.members),
    )
