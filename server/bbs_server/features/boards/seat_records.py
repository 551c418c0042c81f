"""The SQL of seats."""

from typing import Any, NamedTuple

from msgspec.structs import replace

from bbs.clock import Ms, instant, to_ms
from bbs.features.boards.seat_messages import OfferedBy, Seat, SeatState
from bbs.features.boards.seat_rules import check_move
from bbs.ids import COMMONS, BoardId, MemberId
from bbs.rows import columns, view_of
from bbs_server.features.boards.offices import end_moderation, find_moderators, moderates
from bbs_server.standing import SeatFacts
from bbs_server.store.api import Tx


class SeatRow(NamedTuple):
    """A seat as it is stored."""

    board: BoardId
    member: MemberId
    state: str
    position: int
    norms_version: int
    offered_by: str | None
    until: Ms | None
    revision: int


def list_boards_with_free_seat(tx: Tx) -> list[BoardId]:
    """Return the boards with a free seat and a waiting member, by number."""
    rows = tx.fetch_all(
        "SELECT b.id FROM boards b WHERE b.kind <> 'letter' AND EXISTS"
        " (SELECT 1 FROM seats s WHERE s.board = b.id AND s.state = 'waiting') AND b.seats >"
        " (SELECT count(*) FROM seats s WHERE s.board = b.id AND s.state = 'seated')"
        " ORDER BY b.number"
    )
    return [board for (board,) in rows]


def _seat(row: SeatRow, moderator: bool) -> Seat:
    return view_of(
        Seat,
        row,
        state=SeatState(row.state),
        moderator=moderator,
        offered_by=row.offered_by and OfferedBy(row.offered_by),
        until=None if row.until is None else instant(row.until),
    )


def find_seat(tx: Tx, now: Ms, board_id: BoardId, member: MemberId) -> Seat | None:
    """Return a member's seat on a board; None if the member has none.

    Args:
        now: The time at which to judge whether the member is moderator, in ms.
    """
    row = tx.select_one(SeatRow, "FROM seats WHERE board = ? AND member = ?", board_id, member)
    return None if row is None else _seat(row, moderates(tx, now, board_id, member))


def seat_of(tx: Tx, board_id: BoardId, member: MemberId) -> SeatFacts | None:
    """Return the gate's facts about a seat; None if the member has none."""
    return tx.memoize(_seat_of, board_id, member)


def _seat_of(tx: Tx, board_id: BoardId, member: MemberId) -> SeatFacts | None:
    row = tx.fetch_one(
        "SELECT state, norms_version, since FROM seats WHERE board = ? AND member = ?",
        *(board_id, member),
    )
    if row is None:
        return None
    state, norms_version, since = row
    return SeatFacts(SeatState(state), norms_version, since)


def list_seats(tx: Tx, now: Ms, board_id: BoardId) -> list[Seat]:
    """Return a board's seats by position, the seated first; moderators are those at `now`, in ms."""
    moderators = find_moderators(tx, now, board_id)
    sql = "FROM seats WHERE board = ? ORDER BY state <> 'seated', position"
    return [_seat(row, row.member in moderators) for row in tx.select(SeatRow, sql, board_id)]


def list_seated_since(tx: Tx, board_id: BoardId, upto: Ms) -> list[MemberId]:
    """Return the members seated on a board since `upto`, in ms, or longer; the longest first."""
    rows = tx.fetch_all(
        "SELECT member FROM seats WHERE board = ? AND state = 'seated' AND since <= ?"
        " ORDER BY since, position",
        *(board_id, upto),
    )
    return [member for (member,) in rows]


def has_others(tx: Tx, board_id: BoardId, member: MemberId) -> bool:
    """Return whether any member but `member` is seated on a board or waits for a seat there."""
    sql = (
        "SELECT 1 FROM seats WHERE board = ? AND member <> ? AND state IN ('seated', 'waiting')"
        " LIMIT 1"
    )
    return tx.fetch_one(sql, board_id, member) is not None


def list_seats_of_member(tx: Tx, now: Ms, member: MemberId) -> list[Seat]:
    """Return all seats of a member on boards that are no letters, by board number; the offices are those at `now`, in ms."""
    rows = tx.select(
        SeatRow,
        f"SELECT {columns(SeatRow, 's')} FROM seats s JOIN boards b ON b.id = s.board"  # noqa: S608 - names of ours
        " WHERE s.member = ? AND b.kind <> 'letter' ORDER BY b.number",
        member,
    )
    return [_seat(row, moderates(tx, now, row.board, member)) for row in rows]


def seat_availability(tx: Tx, board_id: BoardId) -> tuple[int, list[MemberId]]:
    """Return the number of free seats, and the waiting members in order.

    The number is negative if more members are seated than the board has seats.
    """
    free: int = tx.fetch_value(
        "SELECT b.seats - (SELECT count(*) FROM seats s WHERE s.board = b.id AND s.state = 'seated')"
        " FROM boards b WHERE b.id = ?",
        board_id,
    )
    waiting = tx.fetch_all(
        "SELECT member FROM seats WHERE board = ? AND state = 'waiting' ORDER BY position", board_id
    )
    return free, [member for (member,) in waiting]


def commons_full(tx: Tx) -> bool:
    """Return whether the members who wait for the commons would take all its free seats."""
    free, waiting = seat_availability(tx, COMMONS)
    return free <= len(waiting)


def insert_seat(
    tx: Tx,
    now: Ms,
    board_id: BoardId,
    member: MemberId,
    state: SeatState,
    *,
    norms_version: int,
    until: Ms | None = None,
) -> Seat:
    """Insert a seat on a board at `now`, in ms, last in the order of asking, and return it.

    Args:
        until: Of an offer by the desk, its end, in ms.
    """
    check_move(None, state)
    by = OfferedBy.DESK.value if state is SeatState.OFFERED else None
    position = _next_position(tx, board_id)
    tx.execute(
        "INSERT INTO seats (board, member, state, position, norms_version, since, offered_by, until)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        *(board_id, member, state.value, position, norms_version, _since(now, state), by, until),
    )
    found = find_seat(tx, now, board_id, member)
    assert found is not None
    return found


def _next_position(tx: Tx, board_id: BoardId) -> int:
    tx.execute("UPDATE boards SET positions = positions + 1 WHERE id = ?", board_id)
    last: int = tx.fetch_value("SELECT positions FROM boards WHERE id = ?", board_id)
    return last


def update_seat(tx: Tx, now: Ms, before: Seat, **changes: Any) -> Seat:
    """Write the changes of a seat at `now`, in ms, and return the seat.

    Args:
        changes: Fields of the seat, with their values; `moderator` if the office was stored before.
            An offer ends with any other state.
    """
    seat = replace(before, **changes, revision=before.revision + 1)
    check_move(before.state, seat.state)
    if seat.state is not SeatState.OFFERED:
        seat = replace(seat, offered_by=None, until=None)
    tx.execute(
        "UPDATE seats SET state = ?, position = ?, norms_version = ?, revision = ?,"
        " since = coalesce(since, ?), offered_by = ?, until = ? WHERE board = ? AND member = ?",
        *(seat.state.value, seat.position, seat.norms_version, seat.revision),
        *(_since(now, seat.state), seat.offered_by and seat.offered_by.value),
        *(None if seat.until is None else to_ms(seat.until), seat.board, seat.member),
    )
    return seat


def _since(now: Ms, state: SeatState) -> Ms | None:
    return now if state is SeatState.SEATED else None


def delete_seat(tx: Tx, before: Seat) -> Seat:
    """Delete the row of a seat that its holder left, and the office held on it; return it as left."""
    check_move(before.state, SeatState.LEFT)
    end_moderation(tx, before.board, before.member)
    tx.execute("DELETE FROM seats WHERE board = ? AND member = ?", before.board, before.member)
    return replace(
        before,
        state=SeatState.LEFT,
        moderator=False,
        offered_by=None,
        until=None,
        revision=before.revision + 1,
    )
