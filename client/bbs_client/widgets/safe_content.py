"""Foreign text as `Content`, which Textual does not parse as markup (P13).

Whatever a member or a server wrote enters a widget here. Widgets of this client take no plain `str` of
foreign origin.
"""

from textual.content import Content

from bbs_client.safe_text import safe_line


def safe_content(text: str | None, otherwise: str = "") -> Content:
    """Return foreign `text` as one safe line of `Content`.

    Args:
        text: As it came; None where the words are gone.
        otherwise: Our own words for a missing or empty text.
    """
    return Content(safe_line(text, otherwise))
