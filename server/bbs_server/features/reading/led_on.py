"""Addresses of a board that has moved to another community: they lead on (protocol 30.7)."""

from bbs.features.boards.messages import Visibility
from bbs.features.boards.seat_messages import SeatState
from bbs.features.moderation.views import RestrictionKind
from bbs.ids import BoardId
from bbs_server.handler_api import Context
from bbs_server.store.api import Tx


def refuse_moved(tx: Tx, ctx: Context, board: BoardId) -> None:
    """Refuse to look up something on a board that has moved, and say where it is.

    Raises:
        BoardMoved: If it has, and the actor could read it before.
    """
    if board not in ctx.readers.restricted_boards(tx, RestrictionKind.MOVED, None, ctx.now):
        return
    facts, actor = ctx.readers.board_facts(tx, board), ctx.acting
    seat = ctx.readers.seat_of(tx, board, actor.member)
    is_seated = seat is not None and seat.state is SeatState.SEATED
    is_open = facts is not None and facts.visibility is not Visibility.PRIVATE
    reaches = actor.boards is None or board in actor.boards
    if reaches and (is_open or is_seated):
        raise ctx.readers.refusal_of_moved(tx, board)
