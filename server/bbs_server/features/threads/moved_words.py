"""What is left of the threads of a board that has moved to another community, once their words are erased."""

from bbs import limits
from bbs.ids import BoardId
from bbs_server.store.api import Tx

_HAS_WORDS = (
    "SELECT 1 FROM posts WHERE board = ? AND body_text IS NOT NULL"
    " UNION ALL SELECT 1 FROM threads WHERE board = ? AND title_text IS NOT NULL LIMIT 1"
)


def has_board_words(tx: Tx, board: BoardId) -> bool:
    """Return whether a board has words still; see `MoveLookups.has_board_words`."""
    return tx.fetch_one(_HAS_WORDS, board, board) is not None


def forget_board_authors(tx: Tx, board: BoardId) -> bool:
    """Take a slice of names off a board's markers; see `MoveLookups.forget_board_authors`."""
    found = "SELECT n FROM posts WHERE board = ? AND author_kind <> 'former' LIMIT ?"
    posts = tx.execute(
        f"UPDATE posts SET author_kind = 'former', author = '' WHERE n IN ({found})",  # noqa: S608 - constant
        *(board, limits.SLICE_ROWS),
    )
    if posts:
        return True
    threads = tx.execute(
        "UPDATE threads SET author_kind = 'former', author = ''"
        " WHERE board = ? AND author_kind <> 'former'",
        board,
    )
    return threads > 0
