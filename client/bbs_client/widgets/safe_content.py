"""Foreign text as `Content`, which Textual does not parse as markup (P13).

All text of members and servers enters widgets through this module. Widgets of this client take no
plain `str` of foreign origin.
"""

from textual.content import Content

from bbs.features.boards.kinds import BoardKind
from bbs.features.boards.messages import Board
from bbs_client.hues import hue_of_board
from bbs_client.safe_text import board_title, safe_line
from bbs_client.session.session import Session


def safe_content(text: str | None, otherwise: str = "") -> Content:
    """Return foreign `text` as one safe line of `Content`.

    Args:
        text: The text as received; None if it is gone.
        otherwise: Our own words for a missing or empty text.
    """
    return Content(safe_line(text, otherwise))


def place_name(session: Session, board: Board) -> Content:
    """Return a board's title in its hue, or the people in a letter, for a path of names."""
    if board.kind is BoardKind.LETTER:
        return Content(session.slug(board.id))
    return board_in_hue(board)


def board_in_hue(board: Board) -> Content:
    """Return a board's title in its hue, for a path of names."""
    return Content.styled(board_title(board), f"${hue_of_board(board)}")
