"""Banners: text art in sixteen colours and bold, without any other terminal command (P13). Pure.

The only escape sequence allowed is SGR, `ESC [ … m`, and only for the sixteen colours, bold, and
their reset. The result is plain text with colours as numbers; the code that draws a banner writes
its own escape sequences.
"""

import re
import unicodedata

from msgspec import Struct
from msgspec.structs import replace

from bbs import limits
from bbs.refusals import TextRefused
from bbs.text import check_line

_sgr = re.compile(r"\x1b\[([0-9;]{0,32})m").match
_COLORS = {30 + n: n for n in range(8)} | {90 + n: 8 + n for n in range(8)}


class Run(Struct, frozen=True):
    """Neighbouring characters of the same style.

    Attributes:
        text: Plain text without controls.
        fore, back: Colours by number, 0 to 15 as terminals count them; None for the default.
        bold: Whether the text is bold.
    """

    text: str
    fore: int | None = None
    back: int | None = None
    bold: bool = False


def read_banner(text: str, *, field: str = "banner") -> tuple[tuple[Run, ...], ...]:
    """Parse a banner into rows of runs. Pure.

    Args:
        text: UTF-8 art as written, its lines ended by newlines; a last newline is no further row.
        field: Its name, for the error.

    Returns:
        Rows from the top; an empty row has no runs.

    Raises:
        TextRefused: If it is larger than `limits.BANNER_BYTES_MAX`, `BANNER_ROWS_MAX` rows or
            `BANNER_COLUMNS_MAX` columns; or contains an escape sequence for anything but colours
            and bold, a space other than U+0020, or a character that `bbs.text.check_line` refuses.
            The error names the line, the position in that line and the code point.
    """
    if len(text.encode("utf-8", "surrogatepass")) > limits.BANNER_BYTES_MAX:
        raise TextRefused(field, f"longer than {limits.BANNER_BYTES_MAX} bytes")
    lines = text.removesuffix("\n").split("\n")
    if len(lines) > limits.BANNER_ROWS_MAX:
        raise TextRefused(field, f"more than {limits.BANNER_ROWS_MAX} lines")
    look = Run("")
    rows = []
    for number, line in enumerate(lines, 1):
        row, look = _read_row(line, look, f"{field}, line {number}")
        rows.append(row)
    return tuple(rows)


def _read_row(line: str, look: Run, field: str) -> tuple[tuple[Run, ...], Run]:
    """Parse a row that begins in a style; return its runs and the style at its end."""
    runs: list[Run] = []
    places: list[int] = []  # where each plain character stands in the line as written
    at = 0
    while at < len(line):
        if line[at] == "\x1b":
            look = _changed(look, line, at, field)
            at = line.index("m", at) + 1
            continue
        end = line.find("\x1b", at)
        end = len(line) if end < 0 else end
        runs.append(replace(look, text=line[at:end]))
        places += range(at, end)
        at = end
    plain = "".join(run.text for run in runs)
    _check_row(plain, places, field)
    return tuple(runs), look


def _changed(look: Run, line: str, at: int, field: str) -> Run:
    """Return the style after the escape sequence at this index."""
    found = _sgr(line, at)
    if found is None:
        rule = "of escape sequences only those for colours and bold have a place"
        raise TextRefused(field, rule, at, "U+001B")
    for word in found[1].split(";"):
        number = int(word or "0")
        if number == 0:
            look = Run("")
        elif number in (1, 22):
            look = replace(look, bold=number == 1)
        elif number == 39 or number in _COLORS:
            look = replace(look, fore=_COLORS.get(number))
        elif number == 49 or number - 10 in _COLORS:
            look = replace(look, back=_COLORS.get(number - 10))
        else:
            rule = f"of looks only sixteen colours and bold have a place, not {number}"
            raise TextRefused(field, rule, at, "U+001B")
    return look


def _check_row(plain: str, places: list[int], field: str) -> None:
    """Refuse characters that a line must not contain, by their index as written, and wide rows."""
    for place, char in zip(places, plain, strict=True):
        # Terminals disagree on the width of other spaces, and readers cannot distinguish them.
        if char != " " and unicodedata.category(char) == "Zs":
            rule = "of spaces only the plain one (U+0020) has a place"
            raise TextRefused(field, rule, place, f"U+{ord(char):04X}")
    # Art is indented; a line of text elsewhere is not.
    start = len(plain) - len(plain.lstrip(" "))
    try:
        check_line(plain.strip(" "), field=field, chars_max=limits.BANNER_BYTES_MAX, empty=True)
    except TextRefused as error:
        at = None if error.position is None else places[start + error.position]
        raise TextRefused(field, error.rule, at, error.code_point) from None
    columns = sum(map(_columns, plain))
    if columns > limits.BANNER_COLUMNS_MAX:
        raise TextRefused(field, f"wider than {limits.BANNER_COLUMNS_MAX} columns")


def _columns(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "FW" else 1
