"""Seats that a board keeps for the authors of its pack, and as many of the community (protocol 31.5)."""

from bbs import limits
from bbs.clock import DAY_MS, Ms
from bbs.features.boards.seat_messages import SeatState
from bbs.features.members.views import SystemAuthor
from bbs.ids import COMMONS, BoardId, MemberId
from bbs_server.claim_lookups import KeptSeats
from bbs_server.features.boards import events, seat_handlers, seat_records
from bbs_server.handler_api import Context
from bbs_server.outcome import Effect
from bbs_server.store.api import Tx


def keep_seats(tx: Tx, board: BoardId, seats: int, until: Ms) -> None:
    """Keep seats of a board; what it kept before is replaced."""
    tx.execute("DELETE FROM kept_seats WHERE board = ?", board)
    if seats > 0:
        sql = "INSERT INTO kept_seats (board, seats, until) VALUES (?, ?, ?)"
        tx.execute(sql, board, seats, until)


def kept_seats(tx: Tx, board: BoardId, at: Ms) -> KeptSeats | None:
    """Return the seats that a board keeps at a moment, in ms; of the commons, all that are kept."""
    if board == COMMONS:
        sql = (
            "SELECT sum(seats) AS seats, max(until) AS until FROM kept_seats WHERE until > ?"
            " HAVING sum(seats) > 0"
        )
        return tx.select_one(KeptSeats, sql, at)
    return tx.select_one(KeptSeats, "FROM kept_seats WHERE board = ? AND until > ?", board, at)


def offer_kept_seat(tx: Tx, ctx: Context, board: BoardId, member: MemberId) -> list[Effect]:
    """Offer a claimant a kept seat, or else a free one; without either they wait in line.

    Whoever has a place there keeps it. A kept seat stays theirs as long as it would have been kept.
    """
    if seat_records.find_seat(tx, ctx.now, board, member) is not None:
        return []
    if board in seat_handlers.closed_to_seats(tx, ctx):
        return []
    kept = kept_seats(tx, board, ctx.proven_now)
    until = ctx.now + limits.SEAT_OFFER_DAYS * DAY_MS
    if kept is not None:
        tx.execute("UPDATE kept_seats SET seats = seats - 1 WHERE board = ?", board)
        tx.execute("DELETE FROM kept_seats WHERE seats = 0")
        until = max(until, kept.until)
    line = seat_records.find_line(tx, ctx.proven_now, board)
    has_place = kept is not None or (line.free > 0 and not line.waiting)
    seat = seat_records.insert_seat(
        tx,
        ctx.now,
        board,
        member,
        SeatState.OFFERED if has_place else SeatState.WAITING,
        norms_version=0,
        until=until if has_place else None,
    )
    return list(events.seat_changed(seat, author=SystemAuthor()))
