"""What a pack takes of a board's norms: every version, with its reason (protocol 29)."""

from bbs.clock import instant
from bbs.features.packs.views import PackNorms
from bbs.ids import BoardId
from bbs_server.features.norms import records
from bbs_server.store import texts
from bbs_server.store.api import Tx


def norms_to_pack(tx: Tx, board: BoardId, version: int) -> PackNorms | None:
    """Return a version of a board's norms as a line of its pack; None if there is no such version."""
    row = records.find_version(tx, board, version)
    if row is None:
        return None
    words = texts.load_bodies(tx, [row.reason_text])
    return PackNorms(
        version=version,
        since=instant(row.since),
        clauses=records.list_clauses(tx, board, version),
        reason=words.get(row.reason_text or ""),
    )
