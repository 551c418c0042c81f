"""The visible rows of a long list, where each height is a guess until its block is drawn."""

from array import array
from collections.abc import Callable

from bbs_client.widgets.block_keys import BlockKeys
from bbs_client.widgets.heights import Heights

# Blocks whose heights survive a change of order; in longer lists they are guessed again.
REMEMBERED_MAX = 1_000


class Viewport:
    """A place in a list, kept as a block and a row in it, not as a number of rows from the top.

    So no visible row moves when a guessed height is corrected or a block appears above.

    Attributes:
        heights: Rows of each block, measured or guessed.
        top: The first visible block.
        skip: How many of its rows are above the edge.
        rows: The number of visible rows; 0 before the first layout.
    """

    def __init__(self, measure: Callable[[int], int], rows_guessed: int) -> None:
        """Begin with an empty list.

        Args:
            measure: Returns how many rows a block has, and corrects `heights`.
            rows_guessed: How many rows most blocks have.
        """
        self.heights = Heights()
        self.top = self.skip = self.rows = 0
        self._measure = measure
        self._rows_guessed = rows_guessed

    def follow(self, old: BlockKeys, keys: BlockKeys) -> None:
        """Stay where the view is in a changed list; blocks that stay keep their heights."""
        before = old[self.top : self.top + 1]
        self.top = keys.follow(old, self.top)
        if keys[self.top : self.top + 1] != before:
            self.skip = 0
        first, last = keys.same_ends(old)
        stop, old_stop = len(keys) - last, len(old) - last
        heights = self._guesses(stop - first)
        if first < old_stop <= first + REMEMBERED_MAX:
            known = {old[at]: self.heights[at] for at in range(first, old_stop)}
            for at in range(first, stop):
                heights[at - first] = known.get(keys[at], heights[at - first])
        self.heights.replace(first, old_stop, heights)

    def guess_anew(self) -> None:
        """Drop the measured heights, as for another width; the block at the top stays there."""
        self.heights = Heights(self._guesses(len(self.heights)))
        self.skip = 0

    def _guesses(self, blocks: int) -> "array[int]":
        return array("q", [self._rows_guessed]) * blocks

    @property
    def row(self) -> int:
        """The number of rows above the view."""
        return self.heights.before(self.top) + self.skip

    def to_row(self, row: int) -> None:
        """Scroll until a row of the whole list is at the top."""
        self.top, self.skip = self.heights.find(row)

    def rows_above(self, index: int) -> int:
        """Return the row of the view where a block begins; negative above the view."""
        return self.heights.before(index) - self.row

    def block_at(self, y: int) -> int | None:
        """Return which block has row `y` of the view; None below the last."""
        y += self.skip
        for index in range(self.top, len(self.heights)):
            y -= self._measure(index)
            if y < 0:
                return index
        return None

    def shows_end(self, spare: int = 0) -> bool:
        """Return whether the last row of the last block is in view.

        Args:
            spare: How many of its last rows say nothing, and may be out of view.
        """
        return self.block_at(self.rows + spare) is None

    def show(self, index: int) -> None:
        """Move as little as needed to make a block visible, its beginning first."""
        if index < self.top or (index == self.top and self.skip):
            self.top, self.skip = index, 0
            return
        rows, first = self._measure(index), index
        while first > self.top and rows < self.rows:
            first -= 1
            rows += self._measure(first)
        if first > self.top or rows - (self.skip if first == self.top else 0) > self.rows:
            self.top, self.skip = first, max(0, rows - self.rows)
            if self.top == index:
                self.skip = 0

    def hold(self, index: int, row: int) -> None:
        """Move so that a block begins at a row of the view, as far as there are blocks above."""
        self.top, self.skip = index, 0
        self.scroll(-row)

    def scroll(self, rows: int) -> None:
        """Move by rows, measuring on the way, so that blocks stay in place for the reader."""
        self.skip += rows
        self._measure_up()
        while self.top < len(self.heights) - 1 and self.skip >= self._measure(self.top):
            self.skip -= self.heights[self.top]
            self.top += 1
        self.skip = max(0, self.skip)

    def settle(self) -> None:
        """Measure the visible blocks, and fill the view if there are enough."""
        if not len(self.heights):
            self.top = self.skip = 0
        elif self.rows:
            rows = -self.skip
            index = self.top
            while index < len(self.heights) and rows < self.rows:
                rows += self._measure(index)
                index += 1
            self.skip -= max(0, self.rows - rows)
            self._measure_up()
            self.skip = min(max(0, self.skip), self._measure(self.top) - 1)

    def _measure_up(self) -> None:
        """Go up by the rows by which `skip` is below 0."""
        while self.skip < 0 and self.top > 0:
            self.top -= 1
            self.skip += self._measure(self.top)
