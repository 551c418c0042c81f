"""When a member wrote last: asked only where a pace is set, so that no post pays for an index."""

from bbs.clock import Ms
from bbs.ids import BoardId, MemberId
from bbs_server.store.api import Tx

_LAST_POST = (
    "SELECT max(at) FROM posts WHERE n > coalesce((SELECT n FROM posts"
    " WHERE imported = 0 AND at <= ? ORDER BY n DESC LIMIT 1), 0)"
    # The index by board would be read to the board's first post.
    " AND board || '' = ? AND author = ? AND author_kind = 'member' AND imported = 0"
)
_LAST_LINE = (
    "SELECT max(at) FROM lines WHERE board = ? AND number > coalesce((SELECT number FROM lines"
    " WHERE board = ? AND at <= ? ORDER BY number DESC LIMIT 1), 0)"
    " AND author = ? AND author_kind = 'member'"
)


def last_written(tx: Tx, board: BoardId, member: MemberId, since: Ms) -> Ms | None:
    """Return when a member wrote last on a board, a post or a line.

    Reads what was written after `since`, held posts too, and no row before that.

    Args:
        since: In ms.

    Returns:
        In ms; None if nothing of it is kept that they wrote after `since`.
    """
    written = (
        tx.fetch_value(_LAST_POST, since, board, member),
        tx.fetch_value(_LAST_LINE, board, board, since, member),
    )
    return max((at for at in written if at is not None), default=None)
