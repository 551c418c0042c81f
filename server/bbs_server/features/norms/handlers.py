"""What the server does for each request of norms, and when a board is opened."""

from bbs.clock import instant
from bbs.features.boards.messages import BoardOpened, OpenBoard
from bbs.features.moderation.messages import Thing, ThingKind
from bbs.features.moderation.rules import check_reason
from bbs.features.norms.messages import (
    AmendNorms,
    AmendNormsResult,
    GetCommonsNorms,
    GetNorms,
    ListNormsVersions,
    Norms,
    NormsAmended,
    NormsVersion,
    NormsVersions,
)
from bbs.features.norms.rules import changes_between, check_clauses
from bbs.ids import COMMONS, BoardId
from bbs.refusals import Conflict, NotFound
from bbs.streams import board_stream
from bbs_server.features.norms import records
from bbs_server.features.norms.records import VersionRow
from bbs_server.handler_api import Context
from bbs_server.outcome import UNCHANGED, AppendEvent, Did, Effect, Outcome
from bbs_server.store import texts
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
    row = records.find_version(tx, board, version)
    if row is None:
        raise NotFound("version of the norms")
    reasons = texts.load_bodies(tx, [row.reason_text])
    return Norms(
        board=board,
        version=version,
        clauses=records.list_clauses(tx, board, version),
        since=instant(row.since),
        reason=reasons.get(row.reason_text or ""),
        act=row.act,
        as_of=heads(tx, [board_stream(board)]),
    )


def list_versions(tx: Tx, ctx: Context, query: ListNormsVersions) -> NormsVersions:
    """Return the versions of a board's norms, and how often each clause in force was cited."""
    board = ctx.board.id
    rows = records.list_versions(tx, board)
    reasons = texts.load_bodies(tx, [row.reason_text for row in rows])
    cited = ctx.readers.cited_clauses(tx, board)
    return NormsVersions(
        board=board,
        versions=tuple(
            NormsVersion(
                version=row.version,
                since=instant(row.since),
                reason=reasons.get(row.reason_text or ""),
                act=row.act,
            )
            for row in rows
        ),
        cited=records.count_cited(tx, board, ctx.board.norms_version, cited),
        as_of=heads(tx, [board_stream(board)]),
    )


def amend_norms(tx: Tx, ctx: Context, command: AmendNorms) -> Outcome[AmendNormsResult]:
    """Put a new version of a board's norms in force, beside those before (P5)."""
    check_reason(command.reason)
    check_clauses(command.norms)
    board, version = ctx.board.id, ctx.board.norms_version
    if command.if_version not in (None, version):
        what = f"the norms were changed meanwhile: version {version} is in force"
        raise Conflict(what=what, revision=version)
    before = records.list_clauses(tx, board, version)
    if before == command.norms:
        return Outcome(AmendNormsResult(board=board, version=version), act=UNCHANGED)
    act = Did(
        id=ctx.new_id(),
        thing=Thing(kind=ThingKind.BOARD, id=board),
        changes=changes_between(before, command.norms, version),
        reason=command.reason,
    )
    reason = texts.insert_text(tx, ctx, command.reason)
    row = VersionRow(board, version + 1, ctx.now, act.id, reason)
    records.insert_version(tx, ctx, row, command.norms)
    event = NormsAmended(board=board, version=row.version)
    emit = AppendEvent(board_stream(board), event, board)
    return Outcome(AmendNormsResult(board=board, version=row.version), (emit,), act=act)


def insert_norms_of_new_board(tx: Tx, ctx: Context, emit: AppendEvent) -> tuple[Effect, ...]:
    """Store the norms that came with a new board as its first version.

    The same event tells of an older board that became listed; that board has its norms already.
    """
    event, request = emit.event, ctx.request
    assert isinstance(event, BoardOpened)
    board = event.board.id
    if isinstance(request, OpenBoard) and emit.stream == board_stream(board):
        check_clauses(request.norms)
        records.insert_version(tx, ctx, VersionRow(board, 1, ctx.now), request.norms)
    return ()
