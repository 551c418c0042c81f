"""Norms that the reader has to accept before writing, and what changed in them (P5)."""

from typing import TYPE_CHECKING

from msgspec import Struct

from bbs.errors import FolkmootError
from bbs.features.boards.seat_messages import SeatState
from bbs.ids import COMMONS
from bbs_client.mirror.file import BoardRow
from bbs_client.mirror.outbox_item import OutboxState
from bbs_client.safe_text import board_title, describe_error
from bbs_client.session.session import Session

if TYPE_CHECKING:
    from bbs.features.norms.messages import Norms


def unaccepted(session: Session, board: str) -> BoardRow | None:
    """Return the board whose norms changed since the reader accepted them: this one or the commons.

    An acceptance in the outbox counts. None if the reader has no seat.
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
    """Return the name, for people, of the board or community whose norms these are; cleaned."""
    return "the commons" if row.board.id == COMMONS else board_title(row.board)


def describe_change(row: BoardRow) -> str:
    """Return a sentence: norms have changed, and the reader has to accept them; cleaned."""
    where = "anywhere" if row.board.id == COMMONS else "here"
    return f"The norms of {whose_norms(row)} have changed: accept them before you write {where}."


class NormsShown(Struct, frozen=True):
    """A board's norms, to be read and accepted.

    Attributes:
        norms: The norms in force; None if they are not here.
        before: The version that the reader accepted, if it is an earlier one, or else the version
            before; None if there is none, or it is not here.
        cited: How often each clause was cited; empty if that is not known.
        trouble: The reason why a part is missing, a sentence; empty if nothing is missing.
    """

    norms: "Norms | None" = None
    before: "Norms | None" = None
    cited: tuple[int, ...] = ()
    trouble: str = ""


def norms_here(session: Session, row: BoardRow) -> NormsShown:
    """Return the part of a board's norms that is on this device."""
    cache, id, version = session.cache, row.board.id, row.board.norms_version
    before = _version_before(row)
    return NormsShown(
        norms=cache.norms(id, version), before=cache.norms(id, before) if before else None
    )


def _version_before(row: BoardRow) -> int:
    accepted, version = row.seat.norms_version if row.seat else 0, row.board.norms_version
    return accepted if 0 < accepted < version else version - 1


async def fetch_norms(session: Session, row: BoardRow) -> NormsShown:
    """Return a board's norms; ask the server for the missing parts. Cancelling is safe."""
    # Imported late, because the first painting needs none of it.
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
        return NormsShown(norms, earlier)  # also for a server that does not count
    current = listed.versions and listed.versions[0].version == norms.version
    return NormsShown(norms, earlier, listed.cited if current else ())
