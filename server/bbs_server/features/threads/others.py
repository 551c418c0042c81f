"""Whose words a board has: what is done to them may need more than the mover's word."""

from bbs import limits
from bbs.ids import BoardId, MemberId
from bbs_server.store.api import Tx

_TABLES = ("posts", "lines")
_OF_GONE = (
    # Each writer once: there are few, and each is looked up.
    "SELECT 1 FROM (SELECT DISTINCT board, author_kind, author FROM {0} WHERE board = ?"
    " AND body_text IS NOT NULL) w"
    " WHERE NOT (w.author_kind = 'member' AND (w.author = ? OR EXISTS (SELECT 1 FROM seats s"
    " WHERE s.board = w.board AND s.member = w.author AND s.state = 'seated'))) LIMIT 1"
)
_POSTS_OF_GONE, _LINES_OF_GONE = (_OF_GONE.format(table) for table in _TABLES)
_MORE_POSTS = "SELECT 1 FROM posts WHERE board = ? ORDER BY seq LIMIT 1 OFFSET ?"
_MORE_LINES = "SELECT 1 FROM lines WHERE board = ? ORDER BY number LIMIT 1 OFFSET ?"


def has_words_of_others(tx: Tx, board: BoardId, member: MemberId | None) -> bool:
    """Return whether a board has posts or lines of other members.

    Args:
        member: The member whose text does not count; None to count all.
    """
    return any(
        tx.fetch_one(
            f"SELECT 1 FROM {table} WHERE board = ? AND body_text IS NOT NULL"  # noqa: S608 - names of ours
            " AND NOT (author_kind = 'member' AND author = ?) LIMIT 1",
            *(board, member or ""),
        )
        for table in _TABLES
    )


def may_have_words_of_gone(tx: Tx, board: BoardId, member: MemberId) -> bool:
    """Return whether a board may have posts or lines of others who have no seat there now.

    A board with more than `OTHERS_LOOKED_AT_MAX` of either is taken to have some, for who erases so
    much can wait.

    Args:
        member: Whose words do not count.
    """
    most = limits.OTHERS_LOOKED_AT_MAX
    return bool(
        tx.fetch_one(_MORE_POSTS, board, most)
        or tx.fetch_one(_MORE_LINES, board, most)
        or tx.fetch_one(_POSTS_OF_GONE, board, member)
        or tx.fetch_one(_LINES_OF_GONE, board, member)
    )
