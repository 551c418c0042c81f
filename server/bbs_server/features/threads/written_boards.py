"""Where a member wrote, found by a walk through all words in slices: no index has whose they are."""

from typing import NamedTuple

from bbs import limits
from bbs.ids import BoardId, MemberId
from bbs_server.features.threads.rows import MEMBER
from bbs_server.leaving_lookups import BoardsWritten
from bbs_server.store.api import Tx

_TABLES = ("posts", "threads", "lines")
"""In the order of the walk."""


class _Words(NamedTuple):
    """Words of a post, a thread's title or a line; `key` is the row's place in its table."""

    key: str | int
    board: BoardId
    author_kind: str
    author: str
    text: str | None


def boards_written(tx: Tx, member: MemberId, place: str) -> BoardsWritten:
    """Return the boards and letters on which a member has words, of a slice of all words.

    Args:
        place: Where the slice begins; empty for the beginning.
    """
    begin, _, key = (place or f"{_TABLES[0]}:").partition(":")
    found: set[BoardId] = set()
    for table in _TABLES[_TABLES.index(begin) :]:
        while rows := _next_words(tx, table, key):
            found |= {
                row.board
                for row in rows
                if (row.author_kind, row.author) == (MEMBER, member) and row.text is not None
            }
            key = str(rows[-1].key)
            if tx.time_is_up():
                return BoardsWritten(frozenset(found), f"{table}:{key}")
        key = ""
    return BoardsWritten(frozenset(found), None)


def _next_words(tx: Tx, table: str, key: str) -> list[_Words]:
    """Return a piece of a table, the rows behind a key."""
    if table == "posts":
        found = tx.fetch_all(
            "SELECT n, board, author_kind, author, body_text FROM posts WHERE n > ?"
            " ORDER BY n LIMIT ?",
            *(int(key or 0), limits.READ_PIECE_ROWS),
        )
    elif table == "threads":
        found = tx.fetch_all(
            "SELECT id, board, author_kind, author, title_text FROM threads"
            ' WHERE id COLLATE "binary" > ? ORDER BY id COLLATE "binary" LIMIT ?',
            *(key, limits.READ_PIECE_ROWS),
        )
    else:
        found = tx.fetch_all(
            "SELECT id, board, author_kind, author, body_text FROM lines"
            ' WHERE id COLLATE "binary" > ? ORDER BY id COLLATE "binary" LIMIT ?',
            *(key, limits.READ_PIECE_ROWS),
        )
    return [_Words._make(row) for row in found]
