"""Blocks of any height, one below the other, of which only the visible ones are drawn."""

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style as RichStyle
from textual.cache import LRUCache
from textual.content import Content
from textual.geometry import Size
from textual.selection import Selection
from textual.strip import Strip

from bbs_client.widgets.block_keys import BlockKeys
from bbs_client.widgets.painted import GUTTER_COLUMNS, Drawn, PaintedRows
from bbs_client.widgets.rows import Row, as_row
from bbs_client.widgets.viewport import Viewport

DRAWN_MAX = 400  # drawn blocks to keep: several screens at any size, a few MB
# kept free without a mark, too, so that text is not wrapped again when a mark comes
SCROLLBAR_COLUMNS = 1


class Blocks(PaintedRows):
    """Blocks one below the other, with a current block and a view that does not move by itself.

    Subclasses draw blocks. They name each by a key that stays the same while the block exists.
    """

    ROWS_GUESSED: ClassVar[int] = 1
    """The height of most blocks, in rows; drawing a block gives its true height."""
    CURSOR_ROLE: ClassVar[str | None] = "cursor"
    """How the rows under the cursor look; None where blocks are long and the mark is enough."""
    is_beside = False
    """Whether a page is open beside it: then its mark is quiet, for no key moves it."""
    EMPTY: ClassVar[str] = ""
    """What is said where there are no blocks."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.keys = BlockKeys()
        self.cursor = 0
        self._viewport = Viewport(self._measure, self.ROWS_GUESSED)
        self._drawn: LRUCache[str, tuple[list[Drawn], range]] = LRUCache(DRAWN_MAX)
        self._settling = False
        self._selected_at = 0  # the row at the top when text was selected
        self.begun: set[str] = set()  # blocks of which a row was painted
        self.painted: set[str] = set()  # blocks painted to their end, or as far as the view goes
        self._arrived: set[str] = set()  # new blocks below the view, until they were in view
        self.followed_by: Callable[[], None] | None = None  # called when the cursor has moved

    # What subclasses say

    def draw(self, index: int, width: int) -> Sequence[Row | Content]:
        """Return block `index` as rows of at most `width` columns, at least one.

        A `Content` is all text; a `Row` says what of it is.
        """
        raise NotImplementedError

    def rows_before(self, index: int) -> int:
        """Return how many rows of block `index` are a heading above the cursor's mark."""
        return 0

    def rows_after(self, index: int) -> int:
        """Return how many rows of block `index` stand below those of the cursor's mark."""
        return 0

    def empty_text(self) -> Content:
        """Return what to say where there are no blocks."""
        return Content(self.EMPTY).stylize("dim")

    @property
    def marked(self) -> int:
        """The block with the mark: the one under the cursor."""
        return self.cursor

    # What is in the list

    @property
    def current(self) -> str | None:
        """The key of the block the cursor is on; None in an empty list."""
        return self.keys[self.cursor] if self.keys else None

    def set_keys(self, keys: Iterable[str]) -> None:
        """Replace the blocks; the cursor's block keeps its row, or else the block at the top does.

        Args:
            keys: The blocks from now on, each once; all are drawn again.
        """
        before, old = self.current, self.keys
        row = self._viewport.rows_above(self.cursor) if old else -1
        self.keys = keys if isinstance(keys, BlockKeys) else BlockKeys(keys)
        self._drawn.clear()
        self.cursor = self.keys.follow(old, self.cursor)
        self._viewport.follow(old, self.keys)
        if 0 <= row < self.size.height and self.current == before:
            # Blocks above it may have come, gone, or been wrapped anew.
            self._viewport.hold(self.cursor, row)
        self._settle()
        if self.current != before:
            self._tell_moved()

    def redraw(self, keys: Iterable[str]) -> None:
        """Draw these blocks again, because their look has changed."""
        for key in keys:
            self._drawn.discard(key)
        self._settle()

    def arrived(self, keys: Iterable[str]) -> None:
        """Count these new blocks in the last row while they are below the view.

        Args:
            keys: Of blocks that are in the list by now.
        """
        self._arrived.update(keys)
        self._rows = None
        self.refresh()

    def cursor_moved(self) -> None:
        """The cursor is on another block, or on none."""

    def _tell_moved(self) -> None:
        self.cursor_moved()
        if self.followed_by is not None:
            self.followed_by()

    def selection_updated(self, selection: Selection | None) -> None:
        """Draw the selection."""
        self._selected_at = self._viewport.row
        self.refresh()

    def block_under(self, y: int) -> int | None:
        """Return which block is at row `y` of the view; None below the last."""
        return self._viewport.block_at(y)

    # Measuring and drawing

    def _inner_width(self) -> int:
        return max(1, self.size.width - GUTTER_COLUMNS - SCROLLBAR_COLUMNS)

    def _drawn_block(self, index: int) -> tuple[list[Drawn], range]:
        """Return a block's rows, and which of them the cursor marks."""
        key = self.keys[index]
        found = self._drawn.get(key)
        if found is None:
            width = self._inner_width()
            rows = map(as_row, self.draw(index, width))
            drawn = [(self._strip(row.content, width), row) for row in rows] or [self._blank]
            own = range(self.rows_before(index), len(drawn) - self.rows_after(index))
            found = self._drawn[key] = drawn, own
            self._viewport.heights[index] = len(drawn)
        return found

    def _measure(self, index: int) -> int:
        return len(self._drawn_block(index)[0])

    def blank_below(self, index: int) -> int:
        """Return how many rows at the end of a block say nothing: rails and blanks between blocks."""
        blank = 0
        for strip, row in reversed(self._drawn_block(index)[0]):
            if row.is_marked and not strip.text.isspace():
                break
            blank += 1
        return blank

    def _settle(self) -> None:
        """Make the view fit the present blocks: filled, measured, and with the right scrollbar."""
        self._rows = None
        viewport = self._viewport
        viewport.rows = self.size.height
        viewport.settle()
        self._settling = True
        if self.size.height:  # before its layout every list seems to need a scrollbar
            self.virtual_size = Size(self.size.width, viewport.heights.total)
        self.set_scroll(None, viewport.row)
        self._settling = False
        if self.text_selection is not None and self._selected_at != viewport.row:
            # Other text is at the place of the selection now.
            self.screen.clear_selection()
        self.refresh()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Follow the scrollbar; our own moves come here too and are left alone."""
        super().watch_scroll_y(old_value, new_value)
        if not self._settling and round(old_value) != round(new_value):
            self._viewport.to_row(round(new_value))
            self._settle()

    def on_resize(self) -> None:
        """Wrap for another width; the block at the top stays there."""
        self._drawn.clear()
        self._viewport.guess_anew()
        self._settle()
        if self.keys:
            self._viewport.show(self.cursor)
            self._settle()

    def notify_style_update(self) -> None:
        """Drop blocks that were drawn in the old colours."""
        super().notify_style_update()
        self._drawn.clear()

    def _lay_rows(self) -> list[Drawn]:
        base = self.rich_style
        self._blank = (Strip.blank(self.size.width, base), self._blank[1])
        if not self.keys:
            return self._unmarked(self.empty_text().wrap(self._inner_width()))
        role = self._role(self.CURSOR_ROLE).rich_style if self.CURSOR_ROLE else RichStyle.null()
        cursor_style = base + role
        # Two lists beside each other: the mark shows which one the keys move. A dialog has one list.
        active = (self.has_focus or self.screen.is_modal) and not self.is_beside
        mark_style = self._role("mark" if active else "dim").rich_style
        laid: list[Drawn] = []
        index, skip = self._viewport.top, self._viewport.skip
        while index < len(self.keys) and len(laid) < self.size.height:
            here = index == self.marked
            look = cursor_style if here and self.has_focus and not self.is_beside else base
            drawn, own = self._drawn_block(index)
            for at, (strip, row) in enumerate(drawn):
                if at >= skip:
                    is_lit = at in own and row.is_marked and row.is_lit
                    style = look if is_lit else base
                    is_marked = here and at in own and row.is_marked
                    mark = "▌" if is_marked and not strip.text.isspace() else " "
                    if style is cursor_style and role.reverse:
                        strip = _without_colours(strip)
                    laid.append((self._framed(strip, mark, style, mark_style), row))
            self.begun.add(self.keys[index])
            if (
                len(laid) - self.blank_below(index) <= self.size.height
                or index == self._viewport.top
            ):
                self.painted.add(self.keys[index])
            skip = 0
            index += 1
        self._put_arrived(laid, index)
        return laid

    def _unmarked(self, rows: Iterable[Content]) -> list[Drawn]:
        """Return rows that belong to no block; none is wider than a block."""
        base, width = self.rich_style, self._inner_width()
        return [(self._framed(self._strip(row, width), " ", base), Row(row)) for row in rows]

    def _put_arrived(self, laid: list[Drawn], end: int) -> None:
        """Say in the last row how many blocks have arrived below the view.

        Args:
            laid: The rows of the view; its last one is changed.
            end: The place after the last block in view.
        """
        if not self._arrived:
            return
        places = {key: self.keys.index_of(key) for key in self._arrived}
        self._arrived = {key for key, at in places.items() if at is not None and at >= end}
        if self._arrived and len(laid) >= self.size.height > 0:
            says = Content.styled(f"  {len(self._arrived)} new below  End", "new")
            edge = self.size.width - SCROLLBAR_COLUMNS - 2  # as far as words go
            strip, row = laid[self.size.height - 1]
            kept = strip.crop(0, max(0, edge - says.cell_length))
            shown = Strip.join([kept, self._strip(says, says.cell_length)])
            shown = shown.extend_cell_length(self.size.width).apply_style(self.rich_style)
            laid[self.size.height - 1] = (shown, row)


def _without_colours(strip: Strip) -> Strip:
    """Return a row in the terminal's own colours: turned round, dim or coloured words can vanish."""
    plain = RichStyle(color="default", dim=False)
    segments = [Segment(text, (style or RichStyle.null()) + plain) for text, style, _ in strip]
    return Strip(segments, strip.cell_length)
