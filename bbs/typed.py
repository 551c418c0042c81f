"""Text that people type into an option, a line or a field of a form: mended, and never cut. Pure."""

from collections.abc import Mapping

from bbs.text import normalize_body, normalize_line

_ANY_LENGTH = 2**31
_UNTOLD = {True: "line_breaks", False: "spaces"}  # by whether it is of several lines


def mend_typed(text: str, *, is_paragraph: bool = False) -> tuple[str, dict[str, int]]:
    """Return a text without what no text may have, however long it is; its length is checked later.

    Args:
        text: As it was typed.
        is_paragraph: Whether it may have more than a line.

    Returns:
        The text, and the changes that its writer is to be told of, counted by reason.
    """
    if is_paragraph:
        mended, changes = normalize_body(
            text, chars_max=_ANY_LENGTH, bytes_max=_ANY_LENGTH, lines_max=_ANY_LENGTH
        )
    else:
        mended, changes = normalize_line(text, chars_max=_ANY_LENGTH)
    changes.pop(_UNTOLD[is_paragraph], None)
    return mended, changes


def describe_mended(what: str, changes: Mapping[str, int]) -> str:
    """Return a sentence on what was changed in a text; empty for nothing.

    Args:
        what: What people call the text, such as title.
        changes: As `mend_typed` returned them.
    """
    told = ", ".join(f"{reason.replace('_', ' ')} {n}" for reason, n in changes.items())
    return f"The {what} was mended ({told})." if told else ""
