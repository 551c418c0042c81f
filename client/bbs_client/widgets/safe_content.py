"""Foreign text as `Content`, which Textual does not parse as markup (P13).

Whatever a member or a server wrote enters a widget here. Widgets of this client take no plain `str` of
foreign origin.
"""

from textual.content import Content

from bbs_client.safe_text import safe_line


def safe_content(text: str | None, style: str = "", otherwise: str = "") -> Content:
    """Return foreign `text` as one safe line of `Content`, in one style.

    Args:
        text: As it came; None where the words are gone.
        style: A role or style of ours; empty for none.
        otherwise: Our own words for a missing or empty text.
    """
    line = safe_line(text, otherwise)
    return Content.styled(line, style) if style else Content(line)
