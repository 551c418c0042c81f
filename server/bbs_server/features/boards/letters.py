"""The boards of letters: opened, entered, left and erased. Who is asked is the feature of letters'."""

from collections.abc import Sequence
from typing import NamedTuple

from msgspec.structs import replace

from bbs import limits
from bbs.features.boards.kinds import BoardKind
from bbs.features.boards.messages import Visibility
from bbs.features.boards.seat_messages import Seat, SeatChanged, SeatState
from bbs.ids import BoardId, MemberId
from bbs.rows import columns, marks
from bbs.streams import all_board_streams, board_stream
from bbs_server.features.boards import seat_records
from bbs_server.handler_api import Context
from bbs_server.outcome import AppendEvent, Effect, RecheckListeners
from bbs_server.store.api import Tx


class _LetterBoard(NamedTuple):
    """The board of a letter: without number, name, charter, lounge, hold and norms of its own."""

    id: BoardId
    kind: str
    visibility: str
    seats: int
    retention_days: int
    lounge_hours: int
    opened_at: int


def open_letter(tx: Tx, ctx: Context, letter: BoardId, members: Sequence[MemberId]) -> list[Effect]:
    """Open the board of a letter, with a seat for each of its first members."""
    board = _LetterBoard(
        id=letter,
        kind=BoardKind.LETTER.value,
        visibility=Visibility.PRIVATE.value,
        seats=limits.LETTER_SEATS_MAX,
        retention_days=limits.LETTER_DAYS,
        lounge_hours=1,
        opened_at=ctx.now,
    )
    tx.execute(
        f"INSERT INTO boards ({columns(_LetterBoard)}) VALUES ({marks(_LetterBoard)})",  # noqa: S608 - names of ours
        *board,
    )
    return [effect for member in members for effect in enter_letter(tx, ctx, letter, member)]


def enter_letter(tx: Tx, ctx: Context, letter: BoardId, member: MemberId) -> list[Effect]:
    """Give somebody a seat in a letter."""
    seat = seat_records.insert_seat(tx, ctx.now, letter, member, SeatState.SEATED, norms_version=1)
    return [_told(seat)]


def leave_letter(tx: Tx, ctx: Context, letter: BoardId, member: MemberId) -> list[Effect]:
    """Take somebody's seat in a letter away: they hear nothing more of it."""
    seat = seat_records.find_seat(tx, ctx.now, letter, member)
    assert seat is not None
    seat_records.delete_seat(tx, seat)
    left = replace(seat, state=SeatState.LEFT, revision=seat.revision + 1)
    return [_told(left), RecheckListeners(all_board_streams(letter), member)]


def _told(seat: Seat) -> AppendEvent:
    return AppendEvent(board_stream(seat.board), SeatChanged(seat=seat), seat.member)


def letter_members(tx: Tx, letters: Sequence[BoardId]) -> dict[BoardId, tuple[MemberId, ...]]:
    """Return who is in each of some letters, in the order of entering."""
    found: dict[BoardId, tuple[MemberId, ...]] = {letter: () for letter in letters}
    asked = ",".join("?" * len(letters))
    rows = tx.fetch_all(
        f"SELECT board, member FROM seats WHERE board IN ({asked}) ORDER BY position",  # noqa: S608 - only question marks
        *letters,
    )
    for letter, member in rows:
        found[letter] += (member,)
    return found


def erase_letter_board(tx: Tx, letter: BoardId) -> None:
    """Delete the board of a letter that nobody is in any more, once its threads are gone."""
    tx.execute("DELETE FROM seats WHERE board = ?", letter)
    tx.execute("DELETE FROM boards WHERE id = ?", letter)
