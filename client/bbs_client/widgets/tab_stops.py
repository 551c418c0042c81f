"""A wrapped text whose tabs are as wide as they count: for the eye, the cursor and the mouse alike."""

from textual.document._wrapped_document import WrappedDocument
from textual.expand_tabs import get_tab_widths

SPARE_COLUMNS = 3  # a tab may be so much wider in its row than it is in its line


class TabStops(WrappedDocument):
    """Tab stops count from the beginning of each row.

    Textual counts them from there for cursor and mouse, but draws them from the beginning of the line.
    """

    def get_tab_widths(self, line_index: int) -> list[int]:
        """Return the widths of a line's tabs, row by row."""
        return [
            width
            for section in self.get_sections(line_index)
            for _, width in get_tab_widths(section, self._tab_width)
            if width
        ]
