"""What the server does for each request of norms, and when a board is opened."""

from bbs.features.boards.messages import BoardOpened, OpenBoard
from bbs.features.norms.messages import GetCommonsNorms, GetNorms, Norms
from bbs.ids import COMMONS, BoardId
from bbs.refusals import NotFound
from bbs.streams import board_stream
from bbs_server.features.norms import records
from bbs_server.handler_api import AppendEvent, Context, Effect
from bbs_server.store.api import Tx
from bbs_server.store.event_log import heads


def get_norms(tx: Tx, ctx: Context, query: GetNorms) -> Norms:
    """Show a board's norms in force, or in an earlier version, which acts of its time cite (P5)."""
    return _norms(tx, ctx.board.id, query.version or ctx.board.norms_version)


def get_commons_norms(tx: Tx, ctx: Context, query: GetCommonsNorms) -> Norms:
    """Show the norms one accepts by signing up, to anybody who asks (P5)."""
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
    """React to a board's opening: the norms that came with it are its first version.

    A board that comes into view later is told of as opened too; it has its norms already.
    """
    event, request = emit.event, ctx.request
    assert isinstance(event, BoardOpened)
    board = event.board.id
    if isinstance(request, OpenBoard) and emit.stream == board_stream(board):
        records.insert_first_version(tx, ctx, board, request.norms)
    return ()
