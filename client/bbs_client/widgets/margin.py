"""The margin: short rows beside what is read, for the eye and the mouse. It never has the focus."""

from collections.abc import Callable, Sequence
from itertools import zip_longest
from typing import NamedTuple

from rich.segment import Segment
from textual import events
from textual.content import Content
from textual.geometry import Region
from textual.strip import Strip

from bbs_client.widgets.blocks import Blocks
from bbs_client.widgets.painted import GUTTER_COLUMNS, Drawn
from bbs_client.widgets.rows import Row

EDGE_COLUMNS = 1  # kept free at each side of the rows


class MarginRow(NamedTuple):
    """A row of the margin.

    Attributes:
        text: Cut to the margin's width.
        here: Whether the reader is there, which the gutter marks.
        lit: Whether the row has the ground of a cursor.
        go: Leads there when the row is clicked; None for a row that leads nowhere.
    """

    text: Content
    here: bool = False
    lit: bool = False
    go: Callable[[], None] | None = None

    @classmethod
    def blank(cls) -> "MarginRow":
        """Return an empty row."""
        return cls(Content(""))


Fill = Callable[[int, int], Sequence[MarginRow]]
"""Returns the rows of a margin of so many columns and rows; more rows are cut."""


class Margin(Blocks, can_focus=False):
    """Shows the rows of one function, and asks for them again when told that they changed.

    It asks once for all that happens in a turn, and paints only the rows that are others then.
    """

    def __init__(self, fill: Fill, *, id: str | None = None) -> None:
        """Make a margin.

        Args:
            fill: Called when something may have changed, and for another size.
        """
        super().__init__(id=id)
        self._fill = fill
        self._filled: Sequence[MarginRow] = ()
        self._follows = False

    def follow(self) -> None:
        """Ask for the rows again, after all that happens now."""
        if not self._follows:
            self._follows = True
            self.call_later(self._renew)

    def _renew(self) -> None:
        self._follows = False
        before = self._rows
        if before is None:  # everything is painted anew in any case
            return
        self._rows = after = self._lay_rows()
        blank = self._blank
        for y, (old, new) in enumerate(zip_longest(before, after, fillvalue=blank)):
            if old[0] != new[0]:
                self.refresh(Region(0, y, self.size.width, 1))

    def on_click(self, event: events.Click) -> None:
        """Go where the row leads."""
        event.stop()
        row = self._filled[event.y] if event.y < len(self._filled) else None
        if row is not None and row.go is not None:
            row.go()

    def _lay_rows(self) -> list[Drawn]:
        base = self.rich_style
        width = max(1, self.size.width - GUTTER_COLUMNS - 2 * EDGE_COLUMNS)
        self._blank = (Strip.blank(self.size.width, base), Row(Content("")))
        self._filled = tuple(self._fill(width, self.size.height))[: self.size.height]
        lit, mark = self._role("cursor").rich_style, self._role("mark").rich_style
        if lit.reverse:  # where the terminal chooses the colours, the mark alone says it
            lit = base
        edge = Segment(" " * EDGE_COLUMNS)
        return [
            (
                self._framed(
                    Strip([edge, *self._strip(row.text, width)], width + EDGE_COLUMNS),
                    "▌" if row.here else " ",
                    base + lit if row.lit else base,
                    mark,
                ),
                Row(row.text),
            )
            for row in self._filled
        ]
