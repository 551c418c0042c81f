"""Blocks of any height under one another, of which only what is seen is drawn."""

from array import array
from collections.abc import Iterable
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style as RichStyle
from textual.cache import LRUCache
from textual.content import Content
from textual.geometry import Offset, Size
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip
from textual.style import Style

from bbs_client.theme import LOOKS
from bbs_client.widgets.block_keys import BlockKeys
from bbs_client.widgets.heights import Heights

DRAWN_MAX = 400  # blocks kept as drawn: several screens at any size, a few MB
GUTTER_COLUMNS = 1  # the cursor's mark; no text ever reaches it
REMEMBERED_MAX = (
    1_000  # blocks whose heights survive a change of order; beyond, they are guessed anew
)
SCROLLBAR_COLUMNS = 1  # kept free also without one, so that nothing is wrapped anew when it comes


class Blocks(ScrollView, can_focus=True):
    """Blocks under one another, one of them the current one, and a place that stays put.

    What is on the screen is kept as a block and a row in it, not as a number of rows from the top:
    when a guessed height is corrected or a block appears above, nothing seen moves. Subclasses
    draw; they name each block by a key that stays the same while the block lives.
    """

    ALLOW_SELECT = False
    ROWS_GUESSED: ClassVar[int | None] = 1
    """How many rows most blocks have; None to ask `guess_rows` about each."""
    CURSOR_ROLE: ClassVar[str | None] = "cursor"
    """How the rows under the cursor look; None where blocks are long and the mark is enough."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.keys = BlockKeys()
        self.cursor = 0
        self._heights = Heights()
        self._drawn: LRUCache[str, list[Strip]] = LRUCache(DRAWN_MAX)
        self._rows: list[Strip] | None = None
        self._blank = Strip([])
        self._top = 0  # the first block seen …
        self._skip = 0  # … and how many of its rows are above the edge
        self._settling = False
        self._selected_at = (0, 0)  # `_top` and `_skip` when text was selected
        self._styles_seen: dict[str, Style] = {}

    # What subclasses say

    def draw(self, index: int, width: int) -> list[Content]:
        """Return block `index` as rows of at most `width` columns, at least one."""
        raise NotImplementedError

    def rows_before(self, index: int) -> int:
        """Return how many rows of block `index`, as a heading, stand above what the cursor marks."""
        del index
        return 0

    def guess_rows(self, index: int, width: int) -> int:
        """Return about how many rows block `index` will have; asked for every new block."""
        del index, width
        return self.ROWS_GUESSED or 1

    def empty_text(self) -> Content:
        """Return what to say where there are no blocks."""
        return Content("")

    # What is in the list

    @property
    def current(self) -> str | None:
        """The key of the block the cursor is on; None in an empty list."""
        return self.keys[self.cursor] if self.keys else None

    def index_of(self, key: str) -> int | None:
        """Return where a block is in the list; None if it is not there."""
        return self.keys.index_of(key)

    def set_keys(self, keys: Iterable[str]) -> None:
        """Replace the blocks; cursor and place stay on the same keys where they still exist.

        Args:
            keys: The blocks from now on, each once; all are drawn anew.
        """
        before = self.current
        top_before = self.keys[self._top] if self.keys else None
        old = self.keys
        self.keys = keys if isinstance(keys, BlockKeys) else BlockKeys(keys)
        self._drawn.clear()
        self.cursor = self._kept(before, old, self.cursor)
        top = self._kept(top_before, old, self._top)
        if top_before is None or self.keys[top : top + 1] != (top_before,):
            self._skip = 0
        self._top = top
        self._measure_new(old)
        self._settle()
        if self.current != before:
            self.cursor_moved()

    def clear(self) -> None:
        """Begin anew: what comes next has nothing to do with what was here."""
        self.keys, self._heights = BlockKeys(), Heights()
        self._drawn.clear()
        self._rows = None
        self.cursor = self._top = self._skip = 0

    def redraw(self, keys: Iterable[str]) -> None:
        """Draw these blocks anew; they look different from before."""
        for key in keys:
            self._drawn.discard(key)
        self._settle()

    def cursor_moved(self) -> None:
        """The cursor is on another block, or on none."""

    def _kept(self, key: str | None, old: BlockKeys, at: int) -> int:
        """Return where `key` is now, or the nearest block above it that is still there."""
        if key is None:
            return 0
        if self.keys[at : at + 1] == (key,):
            return at
        for above in range(at, -1, -1):
            if (now := self.keys.index_of(old[above])) is not None:
                return now
        return min(at, max(0, len(self.keys) - 1))

    def _rows_above(self, index: int) -> int:
        """Return the row of the view where block `index` begins; negative above the view."""
        return self._heights.before(index) - self._heights.before(self._top) - self._skip

    def _bring_into_view(self, index: int) -> None:
        """Move the place as little as needed for block `index` to be seen, its beginning first."""
        if index < self._top or (index == self._top and self._skip):
            self._top, self._skip = index, 0
            return
        view = self.size.height
        rows, first = self._measure(index), index
        while first > self._top and rows < view:
            first -= 1
            rows += self._measure(first)
        if first > self._top or rows - (self._skip if first == self._top else 0) > view:
            self._top, self._skip = first, max(0, rows - view)
            if self._top == index:
                self._skip = 0

    def _scroll(self, rows: int) -> None:
        """Move the place by rows, measuring on the way; blocks stay under the reader's eye."""
        self._skip += rows
        while self._skip < 0 and self._top > 0:
            self._top -= 1
            self._skip += self._measure(self._top)
        while self._top < len(self.keys) - 1 and self._skip >= self._measure(self._top):
            self._skip -= self._heights[self._top]
            self._top += 1
        self._skip = max(0, self._skip)
        self._settle()

    # What is selected with the mouse, where ALLOW_SELECT is: a part of the rows that are seen

    def text_offset(self, x: int, y: int) -> Offset:
        """Return which character of which row stands at a cell.

        Args:
            x: The cell's column in this widget.
            y: Its row.
        """
        columns = 0
        text = self._row_seen(y).text
        for index, character in enumerate(text):
            columns += cell_len(character)
            if columns > x:
                return Offset(index, y)
        return Offset(len(text), y)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """Return the selected text, and what to put after it."""
        rows = [self._row_seen(y).text for y in range(self.size.height)]
        found = selection.extract("\n".join(rows))
        return "\n".join(row.rstrip() for row in found.split("\n")), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        """Draw it."""
        del selection
        self._selected_at = (self._top, self._skip)
        self.refresh()

    # Measuring and drawing

    def _inner_width(self) -> int:
        return max(1, self.size.width - GUTTER_COLUMNS - SCROLLBAR_COLUMNS)

    def _guesses(self, start: int, stop: int) -> "array[int]":
        """Return a guess for the height of some blocks, that drawing will correct."""
        if self.ROWS_GUESSED is not None:
            return array("q", [self.ROWS_GUESSED]) * (stop - start)
        width = self._inner_width()
        return array("q", (max(1, self.guess_rows(at, width)) for at in range(start, stop)))

    def _measure_new(self, old: BlockKeys) -> None:
        """Give every block the height it had among the old ones, or a guess."""
        first, last = self.keys.same_ends(old)
        stop, old_stop = len(self.keys) - last, len(old) - last
        heights = self._guesses(first, stop)
        if first < old_stop <= first + REMEMBERED_MAX:
            known = {old[at]: self._heights[at] for at in range(first, old_stop)}
            for at in range(first, stop):
                heights[at - first] = known.get(self.keys[at], heights[at - first])
        self._heights.replace(first, old_stop, heights)

    def _strips(self, index: int) -> list[Strip]:
        key = self.keys[index]
        strips = self._drawn.get(key)
        if strips is None:
            width = self._inner_width()
            strips = [self._strip(row, width) for row in self.draw(index, width)] or [Strip([])]
            self._drawn[key] = strips
            self._heights[index] = len(strips)
        return strips

    def _measure(self, index: int) -> int:
        return len(self._strips(index))

    def _strip(self, row: Content, width: int) -> Strip:
        segments = [
            Segment(text, style.rich_style)
            for text, style in row.render(Style.null(), end="", parse_style=self._role)
        ]
        return Strip(segments, row.cell_length).adjust_cell_length(width)

    def _role(self, style: str | Style) -> Style:
        """Return the look of a role of the theme (`dim`, `new`, `link` …)."""
        if isinstance(style, Style):
            return style
        look = self._styles_seen.get(style)
        if look is None:
            # A look nobody has must not end the client: the words matter (P13).
            look = Style.parse(f"$role-{style}") if style in LOOKS else Style()
            self._styles_seen[style] = look
        return look

    def _settle(self) -> None:
        """Make the place true for the blocks as they are: full view, measured, scrollbar in step."""
        self._rows = None
        view = self.size.height
        if view and self.keys:
            rows = -self._skip
            index = self._top
            while index < len(self.keys) and rows < view:
                rows += self._measure(index)
                index += 1
            self._skip -= max(0, view - rows)
            while self._skip < 0 and self._top > 0:
                self._top -= 1
                self._skip += self._measure(self._top)
            self._skip = min(max(0, self._skip), self._measure(self._top) - 1)
        elif not self.keys:
            self._top = self._skip = 0
        self._settling = True
        try:
            self.virtual_size = Size(self.size.width, self._heights.total)
            self.set_scroll(None, self._heights.before(self._top) + self._skip)
        finally:
            self._settling = False
        if self.text_selection is not None and self._selected_at != (self._top, self._skip):
            # Other text is in its place now.
            self.screen.clear_selection()
        self.refresh()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Follow the scrollbar; our own moves come here too and are left alone."""
        super().watch_scroll_y(old_value, new_value)
        if not self._settling and round(old_value) != round(new_value):
            self._top, self._skip = self._heights.find(round(new_value))
            self._settle()

    def on_resize(self) -> None:
        """Wrap anew for another width; the block at the top stays there."""
        self._drawn.clear()
        self._heights = Heights(self._guesses(0, len(self.keys)))
        self._skip = 0
        self._settle()
        if self.keys:
            self._bring_into_view(self.cursor)
            self._settle()

    def notify_style_update(self) -> None:
        """Forget what was drawn in the old colours."""
        super().notify_style_update()
        self._styles_seen.clear()
        self._drawn.clear()
        self._rows = None

    def render_line(self, y: int) -> Strip:
        """Return one row of the view, with what is selected of it marked."""
        strip = self._row_seen(y)
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

    def _row_seen(self, y: int) -> Strip:
        if self._rows is None:
            self._rows = self._lay_rows()
        return self._rows[y] if y < len(self._rows) else self._blank

    def _lay_rows(self) -> list[Strip]:
        base = self.rich_style
        self._blank = Strip.blank(self.size.width, base)
        if not self.keys:
            width = self._inner_width()
            rows = self.empty_text().wrap(width)
            return [self._framed(self._strip(row, width), " ", base) for row in rows]
        cursor_style = base + self._role(self.CURSOR_ROLE).rich_style if self.CURSOR_ROLE else base
        # Two lists beside each other: the mark shows which one the keys move. A dialog has one list.
        active = self.has_focus or self.screen.is_modal
        mark_style = self._role("mark" if active else "dim").rich_style
        rows_laid: list[Strip] = []
        index, skip = self._top, self._skip
        while index < len(self.keys) and len(rows_laid) < self.size.height:
            here = index == self.cursor
            before = self.rows_before(index)
            look = cursor_style if here and self.has_focus else base
            for row, strip in enumerate(self._strips(index)):
                if row >= skip:
                    style = look if row >= before else base
                    marked = here and row >= before and not strip.text.isspace()
                    rows_laid.append(self._framed(strip, "▌" if marked else " ", style, mark_style))
            skip = 0
            index += 1
        return rows_laid

    def _framed(
        self, strip: Strip, mark: str, style: RichStyle, mark_style: RichStyle | None = None
    ) -> Strip:
        segments = [Segment(mark, mark_style), *strip]
        framed = Strip(segments, strip.cell_length + GUTTER_COLUMNS)
        return framed.extend_cell_length(self.size.width).apply_style(style)
