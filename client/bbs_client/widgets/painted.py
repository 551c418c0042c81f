"""Rows as they are painted, with a gutter before them and the selected part of their text marked."""

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style as RichStyle
from textual.content import Content
from textual.geometry import Offset
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip
from textual.style import Style

from bbs_client.theme import LOOKS
from bbs_client.widgets.rows import Row, copied

GUTTER_COLUMNS = 1  # the cursor's mark, which no text can reach

Drawn = tuple[Strip, Row]
"""A row as it is painted, and what it is."""


class PaintedRows(ScrollView, can_focus=True):
    """The rows in view. Subclasses lay them, once until something changes."""

    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._rows: list[Drawn] | None = None
        self._blank = (Strip([]), Row(Content("")))
        self._styles_seen: dict[str, Style] = {}

    def _lay_rows(self) -> list[Drawn]:
        """Return the rows in view."""
        raise NotImplementedError

    def notify_style_update(self) -> None:
        """Drop rows that were painted in the old colours."""
        super().notify_style_update()
        self._styles_seen.clear()
        self._rows = None

    def render_line(self, y: int) -> Strip:
        """Return one row of the view, with the selected part of its text marked."""
        strip, row = self._row_seen(y)
        selection = self.text_selection
        span = None if selection is None else selection.get_span(y)
        if span is None:
            return strip
        first, end = span
        first = max(first, GUTTER_COLUMNS + row.begin)
        last = GUTTER_COLUMNS + len(row.content)
        end = last if end == -1 else min(end, last)
        before, upto = cell_len(strip.text[:first]), cell_len(strip.text[:end])
        if upto <= before:
            return strip
        left, marked, right = strip.divide([before, upto, strip.cell_length])
        style = self.screen.get_component_rich_style("screen--selection")
        return Strip.join([left, marked.apply_style(style), right])

    def _row_seen(self, y: int) -> Drawn:
        if self._rows is None:
            self._rows = self._lay_rows()
        return self._rows[y] if y < len(self._rows) else self._blank

    # Selecting with the mouse, if ALLOW_SELECT is set: a part of the visible rows

    def text_offset(self, x: int, y: int) -> Offset:
        """Return the row and the character at a cell.

        Args:
            x: The cell's column in this widget.
            y: The cell's row.
        """
        columns = 0
        text = self._row_seen(y)[0].text
        for index, character in enumerate(text):
            columns += cell_len(character)
            if columns > x:
                return Offset(index, y)
        return Offset(len(text), y)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """Return the selected text, and the text to put after it: no sign of the frame is in it."""
        parts = []
        for y in range(self.size.height):
            if (span := selection.get_span(y)) is not None:
                row = self._row_seen(y)[1]
                end = len(row.content) if span[1] < 0 else max(0, span[1] - GUTTER_COLUMNS)
                parts.append((row, max(0, span[0] - GUTTER_COLUMNS), end))
        return copied(parts), "\n"

    # Painting

    def _strip(self, row: Content, width: int) -> Strip:
        segments = [
            Segment(text, style.rich_style)
            for text, style in row.render(Style.null(), end="", parse_style=self._role)
        ]
        return Strip(segments, row.cell_length).adjust_cell_length(width)

    def _role(self, style: str | Style) -> Style:
        """Return the style of a role of the theme (`dim`, `new`, `link` …)."""
        if isinstance(style, Style):
            return style
        look = self._styles_seen.get(style)
        if look is None:
            # An unknown role must not end the client: the text matters more than its style (P13).
            look = Style.parse(f"$role-{style}") if style in LOOKS else Style()
            self._styles_seen[style] = look
        return look

    def _framed(
        self, strip: Strip, mark: str, style: RichStyle, mark_style: RichStyle | None = None
    ) -> Strip:
        segments = [Segment(mark, mark_style), *strip]
        framed = Strip(segments, strip.cell_length + GUTTER_COLUMNS)
        return framed.extend_cell_length(self.size.width).apply_style(style)
