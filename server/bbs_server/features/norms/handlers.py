"""What the server does for each request of norms, and when a board is opened."""

from bbs.features.boards.messages import BoardOpened, OpenBoard
from bbs.features.norms.messages import GetCommonsNorms, GetNorms, Norms
from bbs.ids import COMMONS, BoardId
from bbs.refusals import NotFound
from bbs.streams import board_stream
from bbs_server.features.norms import records
from bbs_server.handler_api import Context
from bbs_server.outcome import AppendEvent, Effect
from bbs_server.store.api import Tx
from bbs_server.store.event_log import heads


def get_norms(tx: Tx, ctx: Context, query: GetNorms) -> Norms:
    """Return a board's norms in force, or an earlier version, which acts of its time cite (P5)."""
    return _norms(tx, ctx.board.id, query.version or ctx.board.norms_version)


def get_commons_norms(tx: Tx, ctx: Context, query: GetCommonsNorms) -> Norms:
    """Return the norms that a new member accepts by signing up; anybody may ask (P5)."""
    commons = ctx.readers.board_facts(tx, COMMONS)
    assert commons is not None
    return _norms(tx, COMMONS, commons.norms_version)


def _norms(tx: Tx, board: BoardId, version: int) -> Norms:
    clauses = records.list_clauses(tx, board, version)
    if not clauses:
        raise NotFound("version of the norms")
    return Norms(
        board=board, version=version, clauses=clauses, as_of=heads(tx, [board_stream(board)])
    )


def insert_norms_of_new_board(tx: Tx, ctx: Context, emit: AppendEvent) -> tuple[Effect, ...]:
    """Store the norms that came with a new board as its first version.

    The same event tells of an older board that became listed; that board has its norms already.
    """
    event, request = emit.event, ctx.request
    assert isinstance(event, BoardOpened)
    board = event.board.id
    if isinstance(request, OpenBoard) and emit.stream == board_stream(board):
        records.insert_first_version(tx, ctx, board, request.norms)
    return ()
