"""How long a board keeps what is said on it, in words (P10). Pure."""

from bbs.features.boards.messages import Board
from bbs.plural import counted, hours_in_words


def retention_of(board: Board) -> str:
    """Return the retention of a board's posts."""
    if board.retention_days == 0:
        return "posts are kept"
    return f"posts fade after {counted(board.retention_days, 'day')}"


def lounge_retention_of(board: Board) -> str:
    """Return the retention of a board's lounge."""
    return f"lines fade after {hours_in_words(board.lounge_hours)}"
