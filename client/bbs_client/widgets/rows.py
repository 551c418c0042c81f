"""A row of a list as it is drawn, and which of its characters are text: what a selection copies."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from textual.content import Content

_spread = re.compile(" {3,}").sub


class Row(NamedTuple):
    """A row with what a selection takes from it.

    Attributes:
        content: What is drawn.
        begin: How many characters of it precede its text: rails, beads, bars, indents.
        joint: What stands in the text between the row above and this one, of which this is the
            continuation: the blank at which it was wrapped, or nothing. None begins a new line.
        said: What stands in the text for the characters before `begin`, such as a speaker's name.
        swaps: Characters that the text has in another form, as begin, end and that form: a tab that
            is drawn as blanks, nothing for blanks that fill the row.
        is_marked: Whether the cursor's mark stands beside it.
        is_lit: Whether the cursor lights it up.
        is_spread: Whether blanks push its facts to the right; the text has two of them.
    """

    content: Content
    begin: int = 0
    joint: str | None = None
    said: str = ""
    swaps: tuple[tuple[int, int, str], ...] = ()
    is_marked: bool = True
    is_lit: bool = True
    is_spread: bool = False

    def behind(self, frame: Content) -> "Row":
        """Return this row with something before it that is no text."""
        content, begin, joint, said, swaps, *rest = self
        columns = len(frame)
        if swaps:
            swaps = tuple((at + columns, end + columns, form) for at, end, form in swaps)
        return Row(frame + content, begin + columns, joint, said, swaps, *rest)

    def text(self, first: int, end: int) -> str:
        """Return the text of the characters from `first` to `end`, without what is frame."""
        plain = self.content.plain
        said = self.said if first < self.begin or first == 0 else ""
        at, end = max(first, self.begin), min(end, len(plain))
        parts = [said]
        for begin, stop, form in self.swaps:
            if at <= begin < end:
                parts += (plain[at:begin], form)
                at = stop
        text = "".join((*parts, plain[at:end]))
        return _spread("  ", text) if self.is_spread else text


def frame(content: Content, *, is_line: bool = True) -> Row:
    """Return a row without text: rails, or a line between posts.

    Args:
        content: What is drawn.
        is_line: Whether it is an empty line of a copied text; False for a row that leaves no trace.
    """
    return Row(content, len(content), None if is_line else "", is_marked=False)


def aligned(left: Content, right: Content | str, width: int) -> Content:
    """Return two texts at the two ends of a row; the left text is cut to leave two blanks between.

    Args:
        left: What the row is about; cleaned.
        right: A fact; dim if it has no style of its own.
        width: Columns of the row.
    """
    fact = Content.styled(right, "dim") if isinstance(right, str) else right
    shown = left.truncate(max(1, width - fact.cell_length - 2), ellipsis=True)
    return shown + " " * (width - shown.cell_length - fact.cell_length) + fact


def new_divider(width: int) -> Row:
    """Return the row above what is new since the reader was here."""
    label = "─── new since you were here "
    return frame(Content.styled(label + "─" * (width - len(label)), "new"), is_line=False)


def day_divider(day: str, width: int) -> Row:
    """Return the row above the first post or line of a day, whose name stands in the middle."""
    label = f" {day} "
    left = max(1, (width - len(label)) // 2)
    right = max(1, width - len(label) - left)
    row = Content.assemble(("─" * left, "rule"), (label, "dim"), ("─" * right, "rule"))
    return frame(row, is_line=False)


def as_row(row: Row | Content) -> Row:
    """Return a row; of one that is all text, too."""
    return row if isinstance(row, Row) else Row(row)


def copied(parts: Iterable[tuple[Row, int, int]]) -> str:
    """Return the text of selected rows: wrapped lines joined, and no sign of the frame.

    Args:
        parts: The rows from above, each with the selected characters' begin and end.
    """
    text = ""
    for number, (row, first, end) in enumerate(parts):
        if number:
            text = f"{text.rstrip(' ')}\n" if row.joint is None else text + row.joint
        text += row.text(first, end)
    return text.rstrip()
