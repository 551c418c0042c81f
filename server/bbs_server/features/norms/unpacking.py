"""The norms of boards that come as packs, in all their versions."""

from collections.abc import Sequence

from bbs.clock import Ms
from bbs.features.norms.messages import Clause
from bbs.features.norms.rules import check_clauses
from bbs.ids import BoardId
from bbs_server.features.norms import records
from bbs_server.features.norms.records import VersionRow
from bbs_server.handler_api import Context
from bbs_server.store import texts
from bbs_server.store.api import Tx


def insert_norms(
    tx: Tx,
    ctx: Context,
    board: BoardId,
    version: int,
    since: Ms,
    clauses: Sequence[Clause],
    reason: str | None,
) -> None:
    """Insert a version of a board's norms; the act that made it stands in the log from before."""
    if any(each.version == version for each in records.list_versions(tx, board)):
        return  # of a board that comes home: what was in force here is known here
    check_clauses(clauses)
    key = None if reason is None else texts.insert_text(tx, ctx, reason)
    row = VersionRow(board, version, since, reason_text=key)
    records.insert_version(tx, ctx, row, clauses)


def erase_norms(tx: Tx, board: BoardId, above: int) -> bool:
    """Delete the newest version of a board that does not come to be; return whether there was one."""
    versions = [each for each in records.list_versions(tx, board) if each.version > above]
    if not versions:
        return False
    newest = versions[0]
    rows = records.list_clause_rows(tx, board, newest.version)
    before = records.list_clause_rows(tx, board, newest.version - 1)
    kept = {key for row in before for key in (row.norm_text, row.why_text, row.example_text)}
    keys = {key for row in rows for key in (row.norm_text, row.why_text, row.example_text)}
    texts.delete_texts(tx, [newest.reason_text, *sorted(filter(None, keys - kept))])
    for table in ("norms", "norms_versions"):
        sql = f"DELETE FROM {table} WHERE board = ? AND version = ?"  # noqa: S608 - names of ours
        tx.execute(sql, board, newest.version)
    return True
