"""The SQL of seats."""

from typing import Any, NamedTuple

from msgspec.structs import replace

from bbs import limits
from bbs.clock import DAY_MS, Ms, instant, to_ms
from bbs.features.boards.seat_messages import OfferedBy, Seat, SeatPlace, SeatState
from bbs.features.boards.seat_rules import (
    PACE_MS,
    check_move,
    next_in_line,
    position_after,
    room_by_pace,
    turn_by_pace,
)
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
    # Only the desk and the member know of an application.
    sql = "FROM seats WHERE board = ? AND state <> 'applied' ORDER BY state <> 'seated', position"
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
    """Return whether any member but `member` sits on a board, waits for a seat there or is next."""
    sql = (
        "SELECT 1 FROM seats WHERE board = ? AND member <> ?"
        " AND (state IN ('seated', 'waiting') OR offered_by = 'queue') LIMIT 1"
    )
    return tx.fetch_one(sql, board_id, member) is not None


def list_seats_of_member(tx: Tx, now: Ms, member: MemberId) -> list[Seat]:
    """Return all seats of a member on boards that are no letters, by board number; the offices are those at `now`, in ms."""
    # From the boards, of which there are few: a member may be in hundreds of letters.
    rows = tx.select(
        SeatRow,
        f"SELECT {columns(SeatRow, 's')} FROM boards b LEFT JOIN seats s"  # noqa: S608 - names of ours
        " ON s.board = b.id AND s.member = ? WHERE b.kind <> 'letter' ORDER BY b.number",
        member,
    )
    return [_seat(row, moderates(tx, now, row.board, member)) for row in rows if row.state]


class Line(NamedTuple):
    """A board's free seats, and who waits for one.

    Attributes:
        free: Seats that nobody has, that are offered to nobody and kept for nobody; negative if there
            are more seated members and offers than seats. An offer counts until it has lapsed.
        room: How many more newcomers the board's pace lets in now.
        waiting: The waiting members in order.
    """

    free: int
    room: int
    waiting: list[MemberId]


def find_line(tx: Tx, proven_now: Ms, board_id: BoardId) -> Line:
    """Return a board's free seats and waiting list.

    Args:
        proven_now: The moment by which its pace is judged, in ms: a clock that is ahead lets nobody
            in sooner.
    """
    seats, pace = _bounds(tx, board_id)
    kept = tx.fetch_value(
        "SELECT count(*) FROM seats WHERE board = ? AND state = 'offered' AND until IS NOT NULL",
        board_id,
    )
    free = seats - count_taken(tx, board_id) - kept - _count_kept(tx, proven_now, board_id)
    waiting = tx.fetch_all(
        "SELECT member FROM seats WHERE board = ? AND state = 'waiting' ORDER BY position", board_id
    )
    given = list_given(tx, proven_now, board_id) if pace else []
    room = room_by_pace(pace, given, proven_now)
    return Line(free, room, [member for (member,) in waiting])


def _count_kept(tx: Tx, proven_now: Ms, board_id: BoardId) -> int:
    """Return how many seats are kept for authors of packs: on the commons, for those of all boards."""
    sql = "SELECT coalesce(sum(seats), 0) FROM kept_seats WHERE until > ? AND (board = ? OR ? = ?)"
    kept: int = tx.fetch_value(sql, proven_now, board_id, board_id, COMMONS)
    return kept


def count_taken(tx: Tx, board_id: BoardId) -> int:
    """Return how many members are seated on a board."""
    sql = "SELECT count(*) FROM seats WHERE board = ? AND state = 'seated'"
    taken: int = tx.fetch_value(sql, board_id)
    return taken


class _Bounds(NamedTuple):
    seats: int
    newcomers_per_week: int


def _bounds(tx: Tx, board_id: BoardId) -> _Bounds:
    found = tx.select_one(_Bounds, "FROM boards WHERE id = ?", board_id)
    assert found is not None
    return found


def list_given(tx: Tx, at: Ms, board_id: BoardId) -> list[Ms]:
    """Return when a board's seats were given to newcomers or offered, in ms, as its pace counts them.

    Who opened the board is no newcomer. Nobody counts who left again.

    Args:
        at: The moment up to which a pace counts, in ms.
    """
    offer_ms, since = limits.SEAT_OFFER_DAYS * DAY_MS, at - PACE_MS
    rows = tx.fetch_all(
        "SELECT since FROM seats WHERE board = ? AND state = 'seated' AND since > ? AND position > 1"
        " UNION ALL SELECT until - ? FROM seats"
        " WHERE board = ? AND state = 'offered' AND until > ?",
        *(board_id, since, offer_ms, board_id, since),
    )
    return [given for (given,) in rows]


def list_boards_in_turn(tx: Tx, proven_now: Ms) -> list[BoardId]:
    """Return the boards where the line moves: an offer has lapsed, or a seat can be offered.

    Args:
        proven_now: The moment by which an offer has lapsed for good, in ms.
    """
    rows = tx.fetch_all(
        "SELECT b.id, b.number FROM boards b WHERE EXISTS"
        " (SELECT 1 FROM seats s WHERE s.board = b.id AND s.state = 'waiting')"
        " UNION SELECT b.id, b.number FROM seats s JOIN boards b ON b.id = s.board"
        " WHERE s.until <= ? AND s.state = 'offered' ORDER BY number",
        proven_now,
    )
    return [board for board, _ in rows if moves_line(tx, proven_now, board)]


def moves_line(tx: Tx, proven_now: Ms, board_id: BoardId) -> bool:
    """Return whether an offer on a board has lapsed, or a seat can be offered to somebody."""
    line = find_line(tx, proven_now, board_id)
    in_turn = next_in_line(free=line.free, room=line.room, waiting=line.waiting)
    return bool(in_turn or list_lapsed(tx, proven_now, board_id))


def list_lapsed(tx: Tx, proven_now: Ms, board_id: BoardId) -> list[MemberId]:
    """Return the members whose offers on a board ended untaken, the first to end first."""
    rows = tx.fetch_all(
        "SELECT member FROM seats WHERE board = ? AND state = 'offered' AND until <= ?"
        " ORDER BY until, position LIMIT ?",
        *(board_id, proven_now, limits.SEATED_AT_ONCE_MAX),
    )
    return [member for (member,) in rows]


def count_lapse(tx: Tx, seat: Seat) -> int:
    """Count an offer that ended untaken; return how many did for this member."""
    sql = "UPDATE seats SET lapses = lapses + 1 WHERE board = ? AND member = ?"
    tx.execute(sql, seat.board, seat.member)
    lapses: int = tx.fetch_value(
        "SELECT lapses FROM seats WHERE board = ? AND member = ?", seat.board, seat.member
    )
    return lapses


def find_place(tx: Tx, at: Ms, proven_now: Ms, board_id: BoardId, seat: Seat | None) -> SeatPlace:
    """Return where a member stands in line for a seat on a board.

    Args:
        at: The moment up to which free seats are counted, in ms.
        proven_now: As `find_line` takes it.
        seat: The member's seat there.
    """
    _, pace = _bounds(tx, board_id)
    waiting = find_line(tx, proven_now, board_id).waiting
    place, turn = None, None
    if seat is not None and seat.state is SeatState.WAITING:
        place = waiting.index(seat.member) + 1
        if pace:
            given = list_given(tx, proven_now, board_id)
            turn = instant(turn_by_pace(place, pace=pace, given=given, at=proven_now))
    return SeatPlace(
        seat=seat,
        place=place,
        waiting=len(waiting),
        freed=_count_freed(tx, at, board_id),
        newcomers_per_week=pace,
        turn_at=turn,
    )


_FREED_MS = limits.SEATS_FREED_DAYS * DAY_MS


def note_freed(tx: Tx, at: Ms, board_id: BoardId, seats: int) -> None:
    """Note that seats of a board became free at a moment, in ms; nobody is named."""
    if seats > 0:
        sql = "INSERT INTO freed_seats (board, at, seats) VALUES (?, ?, ?)"
        tx.execute(sql, board_id, at, seats)


def _count_freed(tx: Tx, at: Ms, board_id: BoardId) -> int:
    sql = "SELECT coalesce(sum(seats), 0) FROM freed_seats WHERE board = ? AND at > ? AND at <= ?"
    found: int = tx.fetch_value(sql, board_id, at - _FREED_MS, at)
    return found


def forget_freed(tx: Tx, proven_now: Ms) -> bool:
    """Delete a slice of the notes of free seats that are too old to count; return whether any were."""
    sql = "SELECT DISTINCT at FROM freed_seats WHERE at <= ? ORDER BY at LIMIT ?"
    over = tx.fetch_all(sql, proven_now - _FREED_MS, limits.SLICE_ROWS)
    for (at,) in over:
        tx.execute("DELETE FROM freed_seats WHERE at = ?", at)
    return bool(over)


def commons_full(tx: Tx, proven_now: Ms) -> bool:
    """Return whether a newcomer to the community has to wait: for a free seat, by its pace, or for an
    answer to the questions of the commons.

    Args:
        proven_now: As `find_line` takes it.
    """
    line = find_line(tx, proven_now, COMMONS)
    sql = "SELECT 1 FROM boards WHERE id = ? AND questions_text IS NOT NULL"
    return min(line.free, line.room) <= len(line.waiting) or tx.fetch_one(sql, COMMONS) is not None


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
    position = next_position(tx, board_id, is_shown=state is not SeatState.APPLIED)
    tx.execute(
        "INSERT INTO seats (board, member, state, position, norms_version, since, offered_by, until)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        *(board_id, member, state.value, position, norms_version, _since(now, state), by, until),
    )
    found = find_seat(tx, now, board_id, member)
    assert found is not None
    return found


def next_position(tx: Tx, board_id: BoardId, *, is_shown: bool = True) -> int:
    """Draw the next place in the order of asking on a board.

    Args:
        is_shown: Whether others may know now that somebody asked. A place that they may not know of
            lies between those that are shown, and leaves no gap there.
    """
    last: int = tx.fetch_value("SELECT positions FROM boards WHERE id = ?", board_id)
    position = position_after(last, is_shown=is_shown)
    tx.execute("UPDATE boards SET positions = ? WHERE id = ?", position, board_id)
    return position


def update_seat(tx: Tx, now: Ms, before: Seat, **changes: Any) -> Seat:
    """Write the changes of a seat at `now`, in ms, and return the seat.

    Args:
        changes: Fields of the seat, with their values; `moderator` if the office was stored before.
            Whoever gets the seat, or is offered it no longer, has no offer any more.
    """
    seat = replace(before, **changes, revision=before.revision + 1)
    check_move(before.state, seat.state)
    if seat.state is not SeatState.OFFERED:
        seat = replace(seat, offered_by=None)
    if seat.state is SeatState.SEATED:
        seat = replace(seat, until=None)
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
        revision=before.revision + 1,
    )
