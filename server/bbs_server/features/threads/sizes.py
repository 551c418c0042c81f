"""How much room the texts of boards take, in bytes of UTF-8, and what their quotas hold.

Counted are bodies, earlier wordings, subjects, titles and lines.
"""

from collections.abc import Iterable

from bbs import limits
from bbs.ids import BoardId
from bbs.refusals import QuotaExceeded
from bbs.streams import board_stream
from bbs_server.features.threads.rows import PostRow, ThreadRow
from bbs_server.store import texts
from bbs_server.store.api import Tx
from bbs_server.store.event_log import STREAMS, StreamRow, head

_WORDS = tuple(
    words + ' WHERE board = ? AND id COLLATE "binary" > ? ORDER BY id COLLATE "binary" LIMIT ?'
    for words in (
        "SELECT id, body_text FROM posts",
        "SELECT id, subject_text FROM posts",
        "SELECT id, title_text FROM threads",
        "SELECT id, body_text FROM lines",
    )
)
_WORDINGS = (
    "SELECT r.body_text FROM revisions r JOIN posts p ON p.id = r.post"
    ' WHERE p.board = ? AND p.id COLLATE "binary" > ? AND p.id COLLATE "binary" <= ?'
)


def count(tx: Tx, board: BoardId, more_bytes: int) -> None:
    """Count more or, below 0, fewer bytes of a board's text.

    Raises:
        QuotaExceeded: If the board's quota does not hold more.
    """
    size = _sizes(tx, board)
    used = size.words_bytes + more_bytes
    if size.quota_bytes and more_bytes > 0 and used > size.quota_bytes:
        raise QuotaExceeded(board=board, used_bytes=size.words_bytes, quota_bytes=size.quota_bytes)
    _put(tx, size._replace(words_bytes=used))


def next_line(tx: Tx, board: BoardId) -> int:
    """Count a line of a board's lounge; return its number."""
    size = _sizes(tx, board)
    number = size.lines + 1
    _put(tx, size._replace(lines=number))
    return number


def _sizes(tx: Tx, board: BoardId) -> StreamRow:
    return head(tx, board_stream(board))


def _put(tx: Tx, row: StreamRow) -> None:
    tx.upsert(STREAMS, (row.stream,), row)


def take_along(tx: Tx, post: PostRow, board: BoardId) -> None:
    """Count the words of a post that goes to another board there, and no longer where it stood.

    No quota stops it: `check_room` did before the first post went.
    """
    old = tx.fetch_all("SELECT body_text FROM revisions WHERE post = ?", post.id)
    keys = [post.body_text, post.subject_text, *(text for (text,) in old)]
    _recount(tx, post.board, board, _bytes_of(tx, keys))


def take_title_along(tx: Tx, thread: ThreadRow, board: BoardId) -> None:
    """Count a thread's title on another board, and no longer where it stood."""
    _recount(tx, thread.board, board, _bytes_of(tx, [thread.title_text]))


def _recount(tx: Tx, source: BoardId, target: BoardId, size: int) -> None:
    for board, more_bytes in ((source, -size), (target, size)):
        kept = _sizes(tx, board)
        _put(tx, kept._replace(words_bytes=kept.words_bytes + more_bytes))


def _bytes_of(tx: Tx, keys: Iterable[str | None]) -> int:
    return sum(len(body.encode()) for body in texts.load_bodies(tx, keys).values())


def check_room(tx: Tx, thread: ThreadRow, board: BoardId) -> None:
    """Refuse to bring a thread to a board whose quota does not hold its words.

    Raises:
        QuotaExceeded: If it does not.
    """
    size, here = _sizes(tx, board), _sizes(tx, thread.board)
    free = size.quota_bytes - size.words_bytes
    # All words of the board that it leaves are more than those of one thread, and are counted already.
    if not size.quota_bytes or here.words_bytes <= free:
        return
    if _bytes_of_thread(tx, thread) > free:
        used = size.words_bytes
        raise QuotaExceeded(board=board, used_bytes=used, quota_bytes=size.quota_bytes)


def _bytes_of_thread(tx: Tx, thread: ThreadRow) -> int:
    total, after = _bytes_of(tx, [thread.title_text]), 0
    while rows := tx.fetch_all(
        "SELECT number, body_text, subject_text FROM posts WHERE thread = ? AND number > ?"
        " ORDER BY number LIMIT ?",
        *(thread.id, after, limits.SLICE_ROWS),
    ):
        last, _, _ = rows[-1]
        old = tx.fetch_all(
            "SELECT r.body_text FROM revisions r JOIN posts p ON p.id = r.post"
            " WHERE p.thread = ? AND p.number > ? AND p.number <= ?",
            *(thread.id, after, last),
        )
        keys = [key for _, *texts_of in rows for key in texts_of]
        total += _bytes_of(tx, [*keys, *(key for (key,) in old)])
        after = last
    return total


def measure(tx: Tx, board: BoardId) -> int:
    """Return the size of a board's text in bytes. It reads all: minutes for millions of posts."""
    return sum(_measured(tx, sql, board) for sql in _WORDS)


def _measured(tx: Tx, sql: str, board: BoardId) -> int:
    total, after = 0, ""
    while rows := tx.fetch_all(sql, board, after, limits.SLICE_ROWS):
        last, _ = rows[-1]
        wordings = tx.fetch_all(_WORDINGS, board, after, last) if sql is _WORDS[0] else []
        keys = [*(key for _, key in rows), *(key for (key,) in wordings)]
        words = texts.load_bodies(tx, keys)
        total += sum(len(body.encode()) for body in words.values())
        after = last
    return total


def recount(tx: Tx, board: BoardId) -> None:
    """Store a board's size anew after its text was changed without this module, by a restore."""
    _put(tx, _sizes(tx, board)._replace(words_bytes=measure(tx, board)))
