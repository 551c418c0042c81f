"""Lines as rows of a width that know what they were: joined again, they are the line as written.

No row of a member's words can pass for a header or a rail (P13): its leading blanks are stripped, and
the signs of the frame stand apart from it. A post's words begin in an odd column, its frame's signs
stand in even ones; so a sign that stands for itself in a row of words is put in an odd column.
"""

import re
from collections.abc import Iterator

from rich.cells import cell_len, chop_cells
from textual.content import Content

from bbs.text import TAB_SPACES, sanitize
from bbs_client.widgets.rows import Row

# What shows nothing, beside white space: blanks of braille, of musical notes and of hieroglyphs.
_BLANKS = r"\s\u2800\U0001d159\U00013441\U00013442"
_blank = re.compile(f"[{_BLANKS}]*").match
# Geometric shapes, dots, and what the shapes are in ASCII; lines and blocks.
_SHAPES = r"\u25a0-\u25ff\u26aa\u26ab\u2b24\u2b58"
_DOTS = frozenset("\u00b7\u2022\u2027\u2219\u22c5\u30fb\uff65")
_IN_ASCII = frozenset("*%.o")
_RAILS = r"\u2500-\u259f|+'\-"
_unusual = re.compile(
    f"^[{_BLANKS}{_RAILS}*%.o\u00b7\u2022\u2027\u2219\u22c5\u30fb\uff65]|[{_SHAPES}]"
).search
_shapes = re.compile(f"(?<![^{_BLANKS}{_RAILS}])[{_SHAPES}]").finditer
_rails = re.compile(f"[{_BLANKS}{_RAILS}]*").match
_is_rail = re.compile("[\u2501-\u257f\u2588-\u2590\u2594-\u259f]").match  # no dash, no shade


def expanded(text: str, before: int = 0) -> str:
    """Return a line with blanks up to the next tab stop in place of its tabs.

    Args:
        text: One line.
        before: How many columns of the line precede it.
    """
    if "\t" not in text:
        return text
    first, *rest = text.split("\t")
    for part in rest:
        columns = before + cell_len(first)
        first += " " * (TAB_SPACES - columns % TAB_SPACES) + part
    return first


def safe_with_tabs(text: str, *, multiline: bool = True) -> str:
    """Return a text as `sanitize` does, but with its tabs, which wait to be expanded."""
    return "\t".join(sanitize(part, multiline=multiline) for part in text.split("\t"))


def with_stops(line: Content) -> Row:
    """Return a line with its tabs drawn as wide as they count, and copied as tabs."""
    plain = line.plain
    if "\t" not in plain:
        return Row(line)
    swaps: list[tuple[int, int, str]] = []
    shown, at = Content(""), 0
    while (tab := plain.find("\t", at)) >= 0:
        shown += line[at:tab]
        blanks = TAB_SPACES - shown.cell_length % TAB_SPACES
        swaps.append((len(shown), len(shown) + blanks, "\t"))
        shown += Content(" " * blanks)
        at = tab + 1
    return Row(shown + line[at:], swaps=tuple(swaps))


def broken(line: Row, room: int) -> Iterator[Row]:
    """Yield a line of code, every blank kept, as rows of at most `room` columns."""
    begin = 0
    for number, piece in enumerate(chop_cells(line.content.plain, room) or [""]):
        end = begin + len(piece)
        swaps = tuple(
            (max(at, begin) - begin, min(stop, end) - begin, form if at >= begin else "")
            for at, stop, form in line.swaps
            if at < end and stop > begin
        )
        joint = "" if number else line.joint
        yield Row(line.content[begin:end], joint=joint, swaps=swaps)
        begin = end


def wrapped(line: Content, room: int, *, strip: bool = True) -> Iterator[Row]:
    """Yield a line of words as rows of at most `room` columns.

    Args:
        line: The line.
        room: Columns.
        strip: Whether a row's leading blanks are stripped, and signs of the frame put apart.
    """
    plain, at = line.plain, 0
    joint: str | None = None
    for row in line.wrap(room):
        if joint is not None:
            gap = len(plain) - at - len(plain[at:].lstrip())
            joint = plain[at : at + gap]
            at += gap
        at += len(row)
        if strip:
            yield from _settled(row, room, joint)
        else:
            yield Row(row, joint=joint)
        joint = ""


def _settled(words: Content, room: int, joint: str | None) -> Iterator[Row]:
    """Yield a row without leading blanks, with the frame's signs in odd columns alone."""
    if not _unusual(words.plain):
        yield Row(words, joint=joint)
        return
    blanks = _blank(words.plain)
    assert blanks is not None
    words = words[blanks.end() :] if blanks.end() else words
    places = _to_move(words.plain)
    if not places:
        yield Row(words, joint=joint)
        return
    moved, at = Content(""), 0
    swaps: list[tuple[int, int, str]] = []
    for place in places:
        moved += words[at:place]
        swaps.append((len(moved), len(moved) + 1, ""))
        moved += Content(" ")
        at = place
    moved += words[at:]
    if moved.cell_length <= room:
        yield Row(moved, joint=joint, swaps=tuple(swaps))
        return
    # What no longer fits goes on in rows of its own, which may need the same.
    for number, part in enumerate(moved.wrap(room)):
        yield from _settled(part, room, "" if number else joint)


def _to_move(plain: str) -> list[int]:
    """Return the places of signs that would stand in even columns of the post, each to be moved by one."""
    lead = _rails(plain)
    assert lead is not None
    end = lead.end()
    found = {shape.start() for shape in _shapes(plain)}
    found |= {at for at in range(end) if _is_rail(plain, at)}
    if plain[end : end + 1] in _DOTS or (
        plain[end : end + 1] in _IN_ASCII and _is_alone(plain, end)
    ):
        found.add(end)
    moves: list[int] = []
    for at in sorted(found):
        # The first column of words is odd: an odd place among them would be even.
        if (cell_len(plain[:at]) + len(moves)) % 2:
            moves.append(at)
    return moves


def _is_alone(plain: str, at: int) -> bool:
    blanks = _blank(plain, at + 1)
    return blanks is not None and (blanks.end() > at + 1 or at + 1 == len(plain))
