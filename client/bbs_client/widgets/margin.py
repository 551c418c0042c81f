"""The margin: short rows beside what is read, for the eye and the mouse. It never has the focus."""

from collections.abc import Callable, Mapping, Sequence
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

    def looks_like(self, other: "MarginRow") -> bool:
        """Return whether two rows are drawn alike."""
        same = (self.here, self.lit) == (other.here, other.lit)
        return same and self.text.is_same(other.text)


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
        before, filled = self._rows, self._filled
        if before is None:  # everything is painted anew in any case
            return
        known = {
            y: drawn
            for y, (drawn, old, new) in enumerate(
                zip(before, filled, self._fetch_rows(), strict=False)
            )
            if old.looks_like(new)
        }
        self._rows = self._margin_rows(known)
        for y in range(max(len(before), len(self._rows))):
            if y not in known:
                self.refresh(Region(0, y, self.size.width, 1))

    def on_click(self, event: events.Click) -> None:
        """Go where the row leads."""
        event.stop()
        row = self._filled[event.y] if event.y < len(self._filled) else None
        if row is not None and row.go is not None:
            row.go()

    def _lay_rows(self) -> list[Drawn]:
        self._fetch_rows()
        return self._margin_rows({})

    @property
    def _margin_columns(self) -> int:
        return max(1, self.size.width - GUTTER_COLUMNS - 2 * EDGE_COLUMNS)

    def _fetch_rows(self) -> Sequence[MarginRow]:
        height = self.size.height
        self._filled = tuple(self._fill(self._margin_columns, height))[:height]
        return self._filled

    def _margin_rows(self, known: Mapping[int, Drawn]) -> list[Drawn]:
        """Return the rows as they are drawn; `known` are those drawn before, by their place."""
        base, width = self.rich_style, self._margin_columns
        self._blank = (Strip.blank(self.size.width, base), Row(Content("")))
        lit, mark = self._role("cursor").rich_style, self._role("mark").rich_style
        if lit.reverse:  # where the terminal chooses the colours, the mark alone says it
            lit = base
        edge = Segment(" " * EDGE_COLUMNS)
        return [
            known.get(y)
            or (
                self._framed(
                    Strip([edge, *self._strip(row.text, width)], width + EDGE_COLUMNS),
                    "▌" if row.here else " ",
                    base + lit if row.lit else base,
                    mark,
                ),
                Row(row.text),
            )
            for y, row in enumerate(self._filled)
        ]
