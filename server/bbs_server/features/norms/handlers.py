"""What the server does for each request of norms, and when a board is opened."""

from typing import Any

from bbs.features.boards.messages import OpenBoard, Opened
from bbs.features.norms.messages import GetCommonsNorms, GetNorms, Norms
from bbs.ids import COMMONS, BoardId
from bbs.messages import Command, Event, Query, Request
from bbs.refusals import NotFound
from bbs.streams import board_stream
from bbs_server.acting import At, Emission, Emit, Handler, Prepare, Reaction, Reader
from bbs_server.features.norms import records
from bbs_server.store.engine import Tx
from bbs_server.store.log import heads


def get_norms(tx: Tx, at: At, query: GetNorms) -> Norms:
    """Show a board's norms in force, or in an earlier version, which acts of its time cite (P5)."""
    return _norms(tx, at.board.id, query.version or at.board.norms_version)


def get_commons_norms(tx: Tx, at: At, query: GetCommonsNorms) -> Norms:
    """Show the norms one accepts by signing up, to anybody who asks (P5)."""
    commons = at.readers.board_facts(tx, COMMONS)
    assert commons is not None
    return _norms(tx, COMMONS, commons.norms_version)


def _norms(tx: Tx, board: BoardId, version: int) -> Norms:
    clauses = records.load(tx, board, version)
    if not clauses:
        raise NotFound("version of the norms")
    return Norms(
        board=board, version=version, clauses=clauses, as_of=heads(tx, [board_stream(board)])
    )


def adopt(tx: Tx, at: At, emit: Emit) -> tuple[Emission, ...]:
    """React to a board's opening: the norms that came with it are its first version.

    A board that comes into view later is told of as opened too; it has its norms already.
    """
    event, request = emit.event, at.request
    assert isinstance(event, Opened)
    board = event.board.id
    if isinstance(request, OpenBoard) and emit.stream == board_stream(board):
        records.adopt_first(tx, at, board, request.norms)
    return ()


COMMANDS: dict[type[Command[Any]], Handler] = {}

QUERIES: dict[type[Query[Any]], Reader] = {
    GetNorms: get_norms,
    GetCommonsNorms: get_commons_norms,
}

PREPARES: dict[type[Request[Any]], Prepare] = {}

REACTIONS: list[tuple[type[Event], Reaction]] = [(Opened, adopt)]
