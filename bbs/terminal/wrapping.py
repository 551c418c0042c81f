"""Lines of text broken at words, for terminals of any width. Pure."""

import textwrap

WORDS_WIDTH_MIN = 20  # columns that text keeps at any depth


def wrapped(
    line: str, width: int | None, indent: str | None = None, *, keep_words: bool = False
) -> list[str]:
    """Return a clean line as lines of at most `width` columns, broken at words.

    Args:
        line: Without a newline.
        width: In columns; None to return the line as it is.
        indent: White space before all lines but the first; None for that of the line itself.
        keep_words: Whether a word that is longer than a line stays whole, to be copied.
    """
    if width is None or len(line) <= width:
        return [line]
    if indent is None:
        indent = line[: len(line) - len(line.lstrip(" "))]
    return textwrap.wrap(
        line,
        max(width, len(indent) + WORDS_WIDTH_MIN),
        subsequent_indent=indent,
        break_on_hyphens=False,
        break_long_words=not keep_words,
        replace_whitespace=False,
    )
