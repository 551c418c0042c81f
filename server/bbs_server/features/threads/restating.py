"""How posts, threads and lines stand now: the answers to commands that made them and are sent again."""

from bbs.features.threads.views import ContentState, Line, Post, Thread
from bbs.ids import LineId, PostId, ThreadId
from bbs.refusals import Gone
from bbs_server.features.threads import records
from bbs_server.features.threads.rows import POST, PostRow
from bbs_server.standing import MayRead
from bbs_server.store.api import Tx
from bbs_server.store.proven_time import Moment


def restate_post(tx: Tx, key: PostId, moment: Moment, may_read: MayRead) -> Post:
    """Return how a post stands; if it went where its author may not read, what stands where it was."""
    row = tx.select_one(PostRow, f"{POST} WHERE id = ?", key)
    assert row is not None
    if not may_read(row.board):
        marker = f"{POST} WHERE moved_to = ? ORDER BY n LIMIT 1"
        row = tx.select_one(PostRow, marker, key) or row
    return records.post_views(tx, [row], moment)[0]


def restate_thread(tx: Tx, key: ThreadId, moment: Moment, may_read: MayRead) -> Thread:
    """Return how a thread stands; one that was merged or moved away stands where it was."""
    return records.get_thread(tx, key, moment)


def restate_line(tx: Tx, key: LineId, moment: Moment, may_read: MayRead) -> Line:
    """Return how a line stands.

    Raises:
        Gone: If it has faded; its row goes soon after.
    """
    row = records.line_row(tx, key)
    if row is None or row.fades_at <= moment.now:
        raise Gone(state=ContentState.FADED.value)
    return records.line_views(tx, [row])[0]
