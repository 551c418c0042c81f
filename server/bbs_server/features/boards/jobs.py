"""Timed work of boards: seat those who wait, if they were too many; free old slugs for others."""

from bbs.messages import Done
from bbs_server.features.boards import handlers, old_slugs, records
from bbs_server.handler_api import Context, Job
from bbs_server.outcome import Outcome
from bbs_server.store.api import Tx


def seat_the_waiting(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Seat a slice of a board's waiting list; the runner asks again while there are more."""
    closed = handlers.archived(tx, ctx)
    for board in records.list_boards_with_free_seat(tx):
        if board not in closed:
            return Outcome(Done(), tuple(handlers.fill_free_seats(tx, ctx, board)))
    return Outcome(Done())


def forget_old_slugs(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Forget the old slugs that lead to their boards no longer."""
    return Outcome(Done(), more=old_slugs.forget_ended(tx, ctx.proven_now))


JOBS: tuple[Job, ...] = (
    Job("seat the waiting", 30.0, seat_the_waiting),
    Job("forget old slugs", 3_600.0, forget_old_slugs),
)
