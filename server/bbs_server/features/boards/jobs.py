"""Timed work of boards: seat those who wait, if they were too many for a single transaction."""

from bbs.messages import Done
from bbs_server.features.boards import handlers, records
from bbs_server.handler_api import Context, Job
from bbs_server.outcome import Outcome
from bbs_server.store.api import Tx


def seat_the_waiting(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Seat a slice of a board's waiting list; the runner asks again while there are more."""
    board = records.find_board_with_free_seat(tx)
    if board is None:
        return Outcome(Done())
    return Outcome(Done(), tuple(handlers.fill_free_seats(tx, ctx, board)))


JOBS: tuple[Job, ...] = (Job("seat the waiting", 30.0, seat_the_waiting),)
