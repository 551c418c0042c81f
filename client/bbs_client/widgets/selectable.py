"""Blocks whose text can be selected with the mouse, on the reader's own screen and for them alone."""

from rich.cells import cell_len
from textual import events
from textual.geometry import Offset
from textual.selection import Selection
from textual.strip import Strip

from bbs_client.widgets.block_view import BlockView


class Selectable(BlockView):
    """What is selected is a part of the rows that are seen; scrolling lets go of it."""

    ALLOW_SELECT = True

    _selected_at = (0, 0)  # what was at the top then, as in `Blocks`

    def text_offset(self, x: int, y: int) -> Offset:
        """Return which character of which row stands at a cell.

        Args:
            x: The cell's column in this widget.
            y: Its row.
        """
        columns = 0
        text = super().render_line(y).text
        for index, character in enumerate(text):
            columns += cell_len(character)
            if columns > x:
                return Offset(index, y)
        return Offset(len(text), y)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """Return the selected text, and what to put after it."""
        rows = [super(Selectable, self).render_line(y).text for y in range(self.size.height)]
        found = selection.extract("\n".join(rows))
        return "\n".join(row.rstrip() for row in found.split("\n")), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        """Draw it."""
        del selection
        self._selected_at = (self._top, self._skip)
        self.refresh()

    def _settle(self) -> None:
        super()._settle()
        # Other text is in its place now.
        if self.text_selection is not None and self._selected_at != (self._top, self._skip):
            self.screen.clear_selection()

    def on_click(self, event: events.Click) -> None:
        """Leave the cursor alone where the mouse has just selected something."""
        if self.text_selection is not None:
            event.prevent_default()

    def render_line(self, y: int) -> Strip:
        """Return one row, with what is selected of it marked."""
        strip = super().render_line(y)
        selection = self.text_selection
        span = None if selection is None else selection.get_span(y)
        if span is None:
            return strip
        first, end = span
        before = cell_len(strip.text[:first])
        upto = strip.cell_length if end == -1 else cell_len(strip.text[:end])
        if upto <= before:
            return strip
        left, marked, right = strip.divide([before, upto, strip.cell_length])
        style = self.screen.get_component_rich_style("screen--selection")
        return Strip.join([left, marked.apply_style(style), right])
