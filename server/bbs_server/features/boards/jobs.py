"""Timed work of boards: seats the rest of long waiting lists, and frees old slugs."""

from bbs.ids import BoardId
from bbs.messages import Command, Done
from bbs.powers import Need, NeedTarget, Power
from bbs.restricted import Restricted
from bbs_server.features.boards import old_slugs, seat_handlers, seat_records
from bbs_server.handler_api import Context
from bbs_server.jobs import Job, JobKind
from bbs_server.outcome import Outcome
from bbs_server.store.api import Tx


class SeatWaiting(Command[Done], frozen=True, kw_only=True):
    """Seat a slice of a board's waiting list; only the server sends it."""

    method = "boards.seat_waiting"
    needs = Need(Power.DUE, on=NeedTarget.BOARD, gives_seat=True)
    board: BoardId


def seat_waiting(tx: Tx, ctx: Context, command: SeatWaiting) -> Outcome[Done]:
    """Seat the next waiting members while seats are free."""
    return Outcome(Done(), tuple(seat_handlers.fill_free_seats(tx, ctx, command.board)))


def seat_the_waiting(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Seat a slice of a board's waiting list; the runner calls again while there are more."""
    for board in seat_records.list_boards_with_free_seat(tx):
        try:
            return Outcome(Done(), (ctx.carry_out_due(tx, SeatWaiting(board=board)),))
        except Restricted:  # an archived board gives out no seats
            continue
    return Outcome(Done())


def forget_old_slugs(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Delete the old slugs whose time is over."""
    return Outcome(Done(), more=old_slugs.forget_ended(tx, ctx.proven_now))


JOBS: tuple[Job, ...] = (
    Job("seat the waiting", 30.0, seat_the_waiting, JobKind.ACTS),
    Job("forget old slugs", 3_600.0, forget_old_slugs, JobKind.TIDIES),
)
