"""Heights of many blocks under one another, with running sums that are cheap to change."""

from collections.abc import Iterable


class Heights:
    """A Fenwick tree over the heights of blocks, in rows.

    Finding the block at a row and changing one height both take O(log n), so that a guess can be
    corrected while scrolling through ten thousand posts.
    """

    def __init__(self, heights: Iterable[int] = ()) -> None:
        """Build the sums in O(n).

        Args:
            heights: Rows of each block, from the first on; none below 1.
        """
        self._own = list(heights)
        self._sums = [0, *self._own]
        for index in range(1, len(self._sums)):
            above = index + (index & -index)
            if above < len(self._sums):
                self._sums[above] += self._sums[index]

    @classmethod
    def alike(cls, count: int, rows: int) -> "Heights":
        """Return the heights of `count` blocks of `rows` rows each, at least one row."""
        made = cls()
        made._own = [rows] * count
        made._sums = [rows * (index & -index) for index in range(count + 1)]
        return made

    def __len__(self) -> int:
        return len(self._own)

    def __getitem__(self, index: int) -> int:
        return self._own[index]

    def __setitem__(self, index: int, rows: int) -> None:
        change = rows - self._own[index]
        if not change:
            return
        self._own[index] = rows
        place = index + 1
        while place < len(self._sums):
            self._sums[place] += change
            place += place & -place

    @property
    def total(self) -> int:
        """Rows of all blocks together."""
        return self.before(len(self._own))

    def before(self, index: int) -> int:
        """Return how many rows lie above block `index`; with `len(self)`, the total."""
        rows = 0
        while index > 0:
            rows += self._sums[index]
            index -= index & -index
        return rows

    def find(self, row: int) -> tuple[int, int]:
        """Return the block that holds `row`, and how many of its rows lie above that row.

        Args:
            row: Counted from 0; outside the blocks it is taken as the first or the last row.
        """
        if not self._own:
            return 0, 0
        row = min(max(row, 0), self.total - 1)
        place, left = 0, row
        step = 1 << (len(self._own).bit_length() - 1)
        while step:
            ahead = place + step
            if ahead < len(self._sums) and self._sums[ahead] <= left:
                place = ahead
                left -= self._sums[ahead]
            step >>= 1
        return place, left
