"""What somebody says in a case: one rule for reports, notes, answers and appeals. Pure."""

from bbs import limits
from bbs.text import check_body


def check_words(text: str | None, *, field: str) -> None:
    """Refuse what cannot be said in a case; None, saying nothing, is always right.

    Args:
        field: Its name in the request, for the error.

    Raises:
        TextRefused: If it is longer than `CASE_TEXT_CHARS_MAX`, or no text that a screen can show.
    """
    if text is None:
        return
    chars = limits.CASE_TEXT_CHARS_MAX
    check_body(text, field=field, chars_max=chars, bytes_max=chars * 4, lines_max=chars)
