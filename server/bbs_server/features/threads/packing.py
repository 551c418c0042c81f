"""What a pack takes of threads and posts: what every reader of the board sees, and no more (protocol 29)."""

from collections.abc import Sequence
from typing import NamedTuple

from bbs.clock import Ms
from bbs.features.members.views import Author
from bbs.features.threads.views import Post, Thread
from bbs.ids import BoardId, PostId, ThreadId
from bbs_server.features.threads import hidden, leavers, records
from bbs_server.features.threads.rows import IMPORTED, MEMBER, POST, PostRow, ThreadRow
from bbs_server.store.api import Tx
from bbs_server.store.proven_time import Moment


class _Parent(NamedTuple):
    """The number of a post that others answer."""

    id: PostId
    number: int


class _Writer(NamedTuple):
    """Who wrote in a thread."""

    author_kind: str
    author: str


def thread_to_pack(tx: Tx, board: BoardId, after: int, moment: Moment) -> Thread | None:
    """Return the first thread of a board above a number, as every reader sees it; None for none."""
    rows = tx.select(
        ThreadRow,
        "FROM threads WHERE board = ? AND number > ? ORDER BY number LIMIT 1",
        *(board, after),
    )
    return next(iter(records.thread_views(tx, rows, moment)), None)


def posts_to_pack(
    tx: Tx, thread: ThreadId, after: int, limit: int, moment: Moment
) -> list[tuple[Post, int | None]]:
    """Return posts of a thread above a number, as every reader sees them, each with its parent's number.

    Posts whose parent stands in another thread answer nobody here.
    """
    rows = tx.select(
        PostRow,
        f"{POST} WHERE thread = ? AND number > ? ORDER BY number LIMIT ?",
        *(thread, after, limit),
    )
    posts = records.post_views(tx, rows, moment)
    numbers = _numbers(tx, thread, [post.parent for post in posts if post.parent is not None])
    return [(post, numbers.get(post.parent or "")) for post in posts]


def _numbers(tx: Tx, thread: ThreadId, posts: Sequence[PostId]) -> dict[PostId, int]:
    wanted = list(dict.fromkeys(posts))
    sql = f"FROM posts WHERE thread = ? AND id IN ({','.join('?' * len(wanted))})"
    return dict(tx.select(_Parent, sql, thread, *wanted)) if wanted else {}


def writers_to_pack(tx: Tx, thread: ThreadId) -> list[tuple[str, bool]]:
    """Return the ids of those who wrote in a thread and may be told apart, by their first posts there.

    Former members are missing, those who left a few days ago and took the name along, and those all of
    whose words are hidden.

    Returns:
        Each with whether they are a member; the others' words were imported.
    """
    found = hidden.find_hidden(tx)
    board: BoardId = tx.fetch_value("SELECT board FROM threads WHERE id = ?", thread) or ""
    rows = tx.select(
        _Writer,
        "FROM posts WHERE thread = ? AND number IS NOT NULL AND author_kind IN (?, ?)"
        " GROUP BY author_kind, author ORDER BY min(number)",
        *(thread, MEMBER, IMPORTED),
    )
    return [
        (row.author, row.author_kind == MEMBER)
        for row in rows
        if row.author not in found.removed
        and leavers.words_of(found.left, row.author, board) is None
    ]


def name_to_pack(tx: Tx, thread: ThreadId, author: str, moment: Moment) -> str | None:
    """Return the name that came with an import, while any words under it are shown in a thread."""
    after = 0
    while rows := tx.select(
        PostRow,
        f"{POST} WHERE thread = ? AND number > ? AND author_kind = ? AND author = ?"
        " AND body_text IS NOT NULL ORDER BY number LIMIT 20",
        *(thread, after, IMPORTED, author),
    ):
        for post in records.post_views(tx, rows, moment):
            if post.body is not None:
                return _name(post.author)
            after = post.number or after
    return None


def has_ended_since_packed(tx: Tx, board: BoardId, upto: int, now: Ms) -> bool:
    """Return whether words of a board that came in a pack have faded by `now`, in ms, here or on the way.

    Markers that came with it have no end.

    Args:
        upto: The seq of the last post that came.
    """
    sql = "SELECT 1 FROM posts WHERE board = ? AND seq <= ? AND fades_at <= ? LIMIT 1"
    return tx.fetch_one(sql, board, upto, now) is not None


def _name(author: Author) -> str | None:
    return getattr(author, "name", None)
