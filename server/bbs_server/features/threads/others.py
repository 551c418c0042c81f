"""Whose words a board has: what is done to them may need more than the mover's word."""

from bbs.ids import BoardId, MemberId
from bbs_server.store.api import Tx

_SEATED = (
    " OR EXISTS (SELECT 1 FROM seats s WHERE s.board = w.board AND s.member = w.author"
    " AND s.state = 'seated')"
)


def has_words_of_others(
    tx: Tx, board: BoardId, member: MemberId | None, gone_only: bool = False
) -> bool:
    """Return whether a board has posts or lines that somebody else wrote.

    Args:
        member: Whose words do not count; None: everybody's do.
        gone_only: Count only those of people who have no seat there now.
    """
    seated = _SEATED if gone_only else ""
    return any(
        tx.fetch_one(
            f"SELECT 1 FROM {table} w WHERE w.board = ? AND w.body_text IS NOT NULL"  # noqa: S608 - names of ours
            f" AND NOT (w.author_kind = 'member' AND (w.author = ?{seated})) LIMIT 1",
            *(board, member or ""),
        )
        for table in ("posts", "lines")
    )
