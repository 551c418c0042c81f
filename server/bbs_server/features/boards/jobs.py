"""Timed work of boards: ends offers of seats, offers free ones to who is next, frees old slugs."""

from bbs.ids import BoardId
from bbs.messages import Command, Done
from bbs.powers import Need, NeedTarget, Power
from bbs.restricted import Restricted
from bbs_server.features.boards import old_slugs, seat_handlers, seat_records
from bbs_server.handler_api import Context
from bbs_server.jobs import Job, JobKind
from bbs_server.outcome import Outcome
from bbs_server.store.api import Tx


class MoveLine(Command[Done], frozen=True, kw_only=True):
    """End lapsed offers of a board, and offer its free seats; only the server sends it."""

    method = "boards.move_line"
    needs = Need(Power.DUE, on=NeedTarget.BOARD, gives_seat=True)
    board: BoardId


def move_line(tx: Tx, ctx: Context, command: MoveLine) -> Outcome[Done]:
    """End a slice of lapsed offers, and offer free seats to those who are next."""
    lapsed = seat_handlers.end_lapsed_offers(tx, ctx, command.board)
    return Outcome(Done(), (*lapsed, *seat_handlers.move_line(tx, ctx, command.board)))


def move_lines(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Let a board's waiting list move; the runner calls again while there are more."""
    for board in seat_records.list_boards_in_turn(tx, ctx.proven_now):
        try:
            return Outcome(Done(), (ctx.carry_out_due(tx, MoveLine(board=board)),))
        except Restricted:  # an archived board gives out no seats
            continue
    return Outcome(Done())


def forget_freed_seats(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Delete the notes of seats that became free too long ago to be counted."""
    return Outcome(Done(), more=seat_records.forget_freed(tx, ctx.proven_now))


def forget_old_slugs(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Delete the old slugs whose time is over."""
    return Outcome(Done(), more=old_slugs.forget_ended(tx, ctx.proven_now))


JOBS: tuple[Job, ...] = (
    Job("move waiting lists", 30.0, move_lines, JobKind.ACTS),
    Job("forget freed seats", 3_600.0, forget_freed_seats, JobKind.TIDIES),
    Job("forget old slugs", 3_600.0, forget_old_slugs, JobKind.TIDIES),
)
