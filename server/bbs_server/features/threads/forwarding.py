"""Where addresses lead: to a thread, post or line by its number, and from where a post stood to where it is now."""

from collections.abc import Collection, Sequence

from bbs.features.threads.views import Line, Post, Thread
from bbs.ids import BoardId, LineId, PostId, ThreadId
from bbs.refusals import Conflict
from bbs_server.features.threads import records
from bbs_server.features.threads.rows import LINE, POST, POSTS, THREADS, LineRow, PostRow, ThreadRow
from bbs_server.store.api import Tx
from bbs_server.store.proven_time import Moment


def place_of_answer(
    tx: Tx, thread: ThreadId, parent: PostId | None
) -> tuple[ThreadId, PostId | None]:
    """Return in which thread an answer belongs now, and which post it answers there.

    An answer to a post follows it. One to a merged thread answers the post that began that thread.

    Args:
        thread: The thread that was answered.
        parent: The post that was answered; None for the thread itself.
    """
    if parent is not None:
        return _place_of_parent(tx, thread, parent)
    found = tx.get(THREADS, thread)
    if found is None or found.moved_to is None:
        return thread, None
    first: PostId | None = tx.fetch_value(
        "SELECT coalesce(moved_to, id) FROM posts WHERE thread = ? AND number = 1", thread
    )
    target = tx.get(THREADS, found.moved_to)
    # On another board it is the same discussion, and what answers it answers no post of it.
    is_itself = target is not None and target.board != found.board
    return place_of_answer(tx, found.moved_to, None if is_itself else first)


def _place_of_parent(tx: Tx, thread: ThreadId, parent: PostId) -> tuple[ThreadId, PostId]:
    above = tx.get(POSTS, parent)
    if above is None:
        return thread, parent
    if above.moved_to is not None:
        return _place_of_parent(tx, above.thread, above.moved_to)
    if above.thread == thread:
        return thread, parent
    # Only what stood in this thread once is led on: nobody answers a post in a thread of another.
    sql = "SELECT 1 FROM posts WHERE moved_to = ? AND thread = ?"
    has_left = tx.fetch_one(sql, parent, thread) is not None
    return (above.thread if has_left else thread), parent


def is_leaving(tx: Tx, thread: ThreadId) -> bool:
    """Return whether posts of a thread are being moved to another board just now."""
    sql = (
        "SELECT 1 FROM moves m JOIN threads s ON s.id = m.source JOIN threads t ON t.id = m.target"
        " WHERE m.source = ? AND s.board <> t.board"
    )
    return tx.fetch_one(sql, thread) is not None


def count_held_answers(tx: Tx, thread: ThreadRow) -> int:
    """Return how many posts are held that answer a thread, or what was moved there meanwhile."""
    held = tx.fetch_all(
        "SELECT thread, parent FROM posts WHERE board = ? AND state = 'held'"
        " AND approval <> 'declined'",
        thread.board,
    )
    return sum(place_of_answer(tx, *answered)[0] == thread.id for answered in held)


def refuse_moving(tx: Tx, thread: ThreadId) -> None:
    """Refuse what cannot be done while posts of a thread are being moved.

    Raises:
        Conflict: If they are.
    """
    sql = "SELECT 1 FROM moves WHERE source = ? OR target = ? LIMIT 1"
    if tx.fetch_one(sql, thread, thread) is not None:
        raise Conflict(what="posts of this thread are being moved; try again in a moment")


def thread_by_number(tx: Tx, board: BoardId, number: int, moment: Moment) -> Thread | None:
    """Return the thread with this number on a board."""
    rows = tx.select(ThreadRow, "FROM threads WHERE board = ? AND number = ?", board, number)
    return next(iter(records.thread_views(tx, rows, moment)), None)


def post_by_number(
    tx: Tx, thread_id: ThreadId, number: int, moment: Moment, boards: Collection[BoardId]
) -> Post | None:
    """Return the post with this number in a thread, wherever it was moved.

    Args:
        boards: The other boards to which it may lead; of a post that went elsewhere its marker is
            returned.
    """
    row = tx.select_one(PostRow, f"{POST} WHERE thread = ? AND number = ?", thread_id, number)
    if row is not None and row.moved_to is not None:
        post = records.get_post(tx, row.moved_to, moment)
        if post.board == row.board or post.board in boards:
            return post
    return None if row is None else records.post_views(tx, [row], moment)[0]


def line_by_number(tx: Tx, board: BoardId, number: int) -> Line | None:
    """Return the line with this number in a lounge."""
    rows = tx.select(LineRow, f"{LINE} WHERE board = ? AND number = ?", board, number)
    return next(iter(records.line_views(tx, rows)), None)


def lines_by_id(tx: Tx, keys: Sequence[LineId], moment: Moment) -> dict[LineId, Line]:
    """Return the lines with these ids that have not faded by now, at most a page of them."""
    rows = tx.select(LineRow, f"{LINE} WHERE id IN ({','.join('?' * len(keys))})", *keys)
    left = [row for row in rows if row.fades_at > moment.now]
    return {line.id: line for line in records.line_views(tx, left)}
