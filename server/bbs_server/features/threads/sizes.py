"""How much room the words of each board take, counted as they come and go, and its quota.

Bodies, earlier wordings, subjects, titles and lines are counted, in bytes of UTF-8. Nobody else in this
feature stores or erases a text, so that none is counted halfway.
"""

from collections.abc import Iterable, Sequence

from bbs import limits
from bbs.ids import BoardId
from bbs.refusals import NoRoom
from bbs_server.acting import At
from bbs_server.store import texts
from bbs_server.store.engine import Row, Rows, Tx, Why

SIZES = Rows(
    "board_sizes",
    "board, words_bytes, quota_bytes",
    ("board",),
    turn=1,
    changing=("words_bytes",),
    known=1_000,
)
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


def keep(tx: Tx, at: At, board: BoardId, body: str) -> str:
    """Store a text of a board and return its id.

    Raises:
        NoRoom: If the board's quota does not hold it.
    """
    _count(tx, board, len(body.encode()))
    return texts.keep(tx, at, body)


def drop(tx: Tx, board: BoardId, ids: Iterable[str | None], why: Why = Why.REPLACED) -> None:
    """Delete texts of a board for good, as `texts.drop` does; the room they took is free again."""
    going = [key for key in ids if key is not None]
    freed = sum(len(body.encode()) for body in texts.load(tx, going).values())
    texts.drop(tx, going, why)
    if freed:
        _count(tx, board, -freed)


def _count(tx: Tx, board: BoardId, more_bytes: int) -> None:
    _, before, quota = tx.look(SIZES, board) or (board, 0, 0)
    used = before + more_bytes
    if quota and more_bytes > 0 and used > quota:
        raise NoRoom(board=board, used_bytes=before, quota_bytes=quota)
    tx.put(SIZES, (board,), (board, used, quota))


def counted_anew(tx: Tx, board: BoardId) -> int:
    """Return how many bytes a board's words take, by reading them all: minutes for millions."""
    return sum(_measured(tx, sql, board) for sql in _WORDS)


def _measured(tx: Tx, sql: str, board: BoardId) -> int:
    total, after = 0, ""
    while rows := tx.all(sql, board, after, limits.SLICE_ROWS):
        wordings = _wordings(tx, board, after, rows) if sql is _WORDS[0] else []
        words = texts.load(tx, [*(key for _, key in rows), *wordings])
        total += sum(len(body.encode()) for body in words.values())
        after = rows[-1][0]
    return total


def _wordings(tx: Tx, board: BoardId, after: str, rows: Sequence[Row]) -> list[str]:
    return [key for (key,) in tx.all(_WORDINGS, board, after, rows[-1][0])]


def set_anew(tx: Tx, board: BoardId) -> None:
    """Write down what a board's words take now, where they changed past this module: a restore."""
    used = counted_anew(tx, board)
    tx.run(
        "INSERT INTO board_sizes (board, words_bytes) VALUES (?, ?)"
        " ON CONFLICT (board) DO UPDATE SET words_bytes = excluded.words_bytes",
        *(board, used),
    )
