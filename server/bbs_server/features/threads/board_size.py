"""The size of each board's text, counted as texts are stored and deleted, and its quota.

The count has bodies, earlier wordings, subjects, titles and lines, in bytes of UTF-8. No other
module of this feature stores or deletes a text, so that the count is right.
"""

from collections.abc import Iterable
from typing import NamedTuple

from bbs import limits
from bbs.ids import BoardId
from bbs.refusals import QuotaExceeded
from bbs_server.handler_api import Context
from bbs_server.store import texts
from bbs_server.store.api import RemovalReason, TableSpec, Tx


class SizeRow(NamedTuple):
    """The size of a board's text and its quota, both in bytes; a quota of 0 is none."""

    board: BoardId
    words_bytes: int = 0
    quota_bytes: int = 0


SIZES = TableSpec(
    "board_sizes",
    SizeRow,
    ("board",),
    write_order=1,
    updated_columns=("words_bytes",),
    cached_rows_max=1_000,
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


def store_text(tx: Tx, ctx: Context, board: BoardId, body: str) -> str:
    """Store a text of a board and return its id.

    Raises:
        QuotaExceeded: If the board's quota does not hold it.
    """
    _count(tx, board, len(body.encode()))
    return texts.insert_text(tx, ctx, body)


def delete_texts(
    tx: Tx, board: BoardId, ids: Iterable[str | None], why: RemovalReason = RemovalReason.REPLACED
) -> None:
    """Delete texts of a board for good, as `texts.delete_texts` does, and count them no longer."""
    going = [key for key in ids if key is not None]
    freed = sum(len(body.encode()) for body in texts.load_bodies(tx, going).values())
    texts.delete_texts(tx, going, why)
    if freed:
        _count(tx, board, -freed)


def _count(tx: Tx, board: BoardId, more_bytes: int) -> None:
    size = tx.get(SIZES, board) or SizeRow(board)
    used = size.words_bytes + more_bytes
    if size.quota_bytes and more_bytes > 0 and used > size.quota_bytes:
        raise QuotaExceeded(board=board, used_bytes=size.words_bytes, quota_bytes=size.quota_bytes)
    tx.upsert(SIZES, (board,), size._replace(words_bytes=used))


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
    size = tx.get(SIZES, board) or SizeRow(board)
    tx.upsert(SIZES, (board,), size._replace(words_bytes=measure(tx, board)))
