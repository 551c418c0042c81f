"""Norms that the reader has to accept before writing, and what changed in them (P5)."""

from typing import TYPE_CHECKING

from msgspec import Struct

from bbs.errors import FolkmootError
from bbs.features.boards.messages import SeatState
from bbs.ids import COMMONS
from bbs_client.mirror.file import BoardRow
from bbs_client.mirror.outbox_item import OutboxState
from bbs_client.safe_text import describe_error, safe_line
from bbs_client.session.session import Session

if TYPE_CHECKING:
    from bbs.features.norms.messages import Norms


def unaccepted(session: Session, board: str) -> BoardRow | None:
    """Return whose norms have changed since the reader accepted them: the board's or the commons'.

    A yes that is on its way to the server counts. None where the reader has no seat.
    """
    for id in dict.fromkeys((board, COMMONS)):
        row = session.cache.board(id)
        if row is None or row.seat is None or not row.is_seated:
            continue
        version = row.board.norms_version
        if row.seat.norms_version < version and not _is_saying_yes(session, id, version):
            return row
    return None


def is_sitting_down(session: Session, board: str) -> bool:
    """Tell whether the reader has a seat, or one that seems free is asked for: they may begin to write."""
    row = session.cache.board(board)
    if row is None or row.is_seated:
        return row is not None
    taken = sum(seat.state is SeatState.SEATED for seat in session.cache.seats(board))
    return taken < row.board.seats and _is_saying_yes(session, board, 1)


def _is_saying_yes(session: Session, board: str, version: int) -> bool:
    waiting = (item for item in session.outbox.pending() if item.state is not OutboxState.REFUSED)
    return any(
        item.method == "boards.take_seat"
        and getattr(item.command, "board", None) == board
        and getattr(item.command, "norms_version", 0) >= version
        for item in waiting
    )


def whose_norms(row: BoardRow) -> str:
    """Return of what the norms are, for people; cleaned."""
    return "the commons" if row.board.id == COMMONS else safe_line(row.board.title, row.board.label)


def describe_change(row: BoardRow) -> str:
    """Return that norms have changed, and what that asks of the reader, in a sentence; cleaned."""
    where = "anywhere" if row.board.id == COMMONS else "here"
    return f"The norms of {whose_norms(row)} have changed: accept them before you write {where}."


class NormsShown(Struct, frozen=True):
    """A board's norms, as they are read and accepted.

    Attributes:
        norms: Those in force; None if they are not here.
        before: The version that the reader accepted, if it is an earlier one, or else the one before;
            None if there is none, or it is not here.
        cited: How often each clause was cited; empty if that is not known.
        trouble: Why something is missing, a sentence; empty if nothing is.
    """

    norms: "Norms | None" = None
    before: "Norms | None" = None
    cited: tuple[int, ...] = ()
    trouble: str = ""


def norms_here(session: Session, row: BoardRow) -> NormsShown:
    """Return what of a board's norms is on this device."""
    cache, id, version = session.cache, row.board.id, row.board.norms_version
    before = _version_before(row)
    return NormsShown(
        norms=cache.norms(id, version), before=cache.norms(id, before) if before else None
    )


def _version_before(row: BoardRow) -> int:
    accepted, version = row.seat.norms_version if row.seat else 0, row.board.norms_version
    return accepted if 0 < accepted < version else version - 1


async def fetch_norms(session: Session, row: BoardRow) -> NormsShown:
    """Return a board's norms, asking the server for what is not here. Cancelling is safe."""
    # Late: the first painting needs none of it.
    from bbs.features.norms.messages import GetNorms, ListNormsVersions

    shown, board, before = norms_here(session, row), row.board.id, _version_before(row)
    call = session.connection.call
    try:
        norms = shown.norms or await call(GetNorms(board=board))
        earlier = shown.before
        if earlier is None and before:
            earlier = await call(GetNorms(board=board, version=before))
    except FolkmootError as error:
        return NormsShown(shown.norms, shown.before, trouble=describe_error(error))
    try:
        listed = await call(ListNormsVersions(board=board))
    except FolkmootError:
        return NormsShown(norms, earlier)  # of a server that does not count, too
    current = listed.versions and listed.versions[0].version == norms.version
    return NormsShown(norms, earlier, listed.cited if current else ())
