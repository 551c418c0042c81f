"""The seats that are kept for the authors of a pack (protocol 31.5)."""

from bbs.clock import DAY_MS
from bbs.features.packs.claim_limits import CLAIM_DAYS
from bbs.features.packs.claim_rules import seats_to_keep
from bbs.ids import BoardId
from bbs_server.features.packs import home_records
from bbs_server.handler_api import Context
from bbs_server.store.api import Tx


def reserve(tx: Tx, ctx: Context, board: BoardId, *, named: int, widest: int) -> None:
    """Keep seats of a board, and as many of the community, for those who wrote what came with it.

    Call it once, in the transaction that opens the board.

    Args:
        named, widest: As in `seats_to_keep`.
    """
    found = ctx.readers.board(tx, board)
    assert found is not None
    # Who unpacked it may sit there; of a board that came home, who had a seat has it still.
    taken = home_records.count_seated(tx, board) + (0 if ctx.actor is None else 1)
    seats = seats_to_keep(named=named, widest=widest, seats=found.seats - taken)
    ctx.readers.keep_seats(tx, board, seats, ctx.proven_now + CLAIM_DAYS * DAY_MS)
