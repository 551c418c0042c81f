"""Who wrote what stands on a board: packs name its authors, and each of them chose how."""

from collections.abc import Iterator

from bbs import limits
from bbs.ids import BoardId, MemberId
from bbs_server.features.threads import hidden, leavers
from bbs_server.store.api import Tx

_MORE = "SELECT 1 FROM posts WHERE board = ? ORDER BY seq LIMIT 1 OFFSET ?"


def is_writer(tx: Tx, board: BoardId, member: MemberId) -> bool:
    """Return whether a member has posts with words on a board.

    On a board with more than `OTHERS_LOOKED_AT_MAX` posts everybody is taken to have some: no index
    has a board's posts by author, and the look must stay short (P14).
    """
    if tx.fetch_one(_MORE, board, limits.OTHERS_LOOKED_AT_MAX):
        return True
    sql = (
        "SELECT 1 FROM posts WHERE board = ? AND body_text IS NOT NULL"
        " AND author_kind = 'member' AND author = ? LIMIT 1"
    )
    return tx.fetch_one(sql, board, member) is not None


def list_writers(tx: Tx, board: BoardId) -> Iterator[MemberId | None]:
    """Yield the members who have posts with words on a board, thread by thread, some repeatedly.

    Yields None between threads, where a long read may pause.
    """
    number = 0
    while found := tx.fetch_one(
        "SELECT id, number FROM threads WHERE board = ? AND number > ? ORDER BY number LIMIT 1",
        *(board, number),
    ):
        thread, number = found
        sql = (
            "SELECT DISTINCT author FROM posts WHERE thread = ? AND body_text IS NOT NULL"
            " AND author_kind = 'member' AND number IS NOT NULL"
        )
        left = hidden.find_hidden(tx).left
        wrote = (author for (author,) in tx.fetch_all(sql, thread))
        yield from (each for each in wrote if leavers.words_of(left, each, board) is None)
        yield None
