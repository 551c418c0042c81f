"""Bringing ends forward after a retention was shortened, in slices, the newest first (P10).

Readers see the new ends at once: `rows` takes the earlier of a row's own end and the end by
`shortenings`.
"""

from bbs import limits
from bbs_server.store.api import Tx
from bbs_server.store.hops import in_time

_POSTS = (
    "SELECT seq FROM posts WHERE board = ? AND seq < ? ORDER BY seq DESC LIMIT ?",
    "UPDATE posts SET fades_at = visible_at + ? WHERE board = ? AND seq = ?"
    " AND state = 'published' AND (fades_at IS NULL OR fades_at > visible_at + ?)",
)
_LINES = (
    "SELECT number FROM lines WHERE board = ? AND number < ? ORDER BY number DESC LIMIT ?",
    "UPDATE lines SET fades_at = at + ? WHERE board = ? AND number = ? AND fades_at > at + ?",
)


def shorten_posts(tx: Tx) -> bool:
    """Bring a slice of a board's posts forward.

    Returns:
        Whether there was anything to do.
    """
    return _slice(tx, "posts", *_POSTS)


def shorten_lines(tx: Tx) -> bool:
    """Bring a slice of a lounge's lines forward. Returns as `shorten_posts` does."""
    return _slice(tx, "lines", *_LINES)


def _slice(tx: Tx, kind: str, find: str, change: str) -> bool:
    noted = tx.fetch_one("SELECT board, ms, below FROM shortenings WHERE kind = ? LIMIT 1", kind)
    if noted is None:
        return False
    board, ms, below = noted
    rows = tx.fetch_all(find, board, below, limits.SLICE_ROWS)
    for (below,) in in_time(tx, rows):
        tx.execute(change, ms, board, below, ms)
    here = (board, kind, ms)
    if not rows:
        tx.execute("DELETE FROM shortenings WHERE board = ? AND kind = ? AND ms = ?", *here)
    else:
        sql = "UPDATE shortenings SET below = ? WHERE board = ? AND kind = ? AND ms = ?"
        tx.execute(sql, below, *here)
    return True
