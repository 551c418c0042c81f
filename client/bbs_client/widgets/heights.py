"""Heights of many blocks, one below the other, with running sums that are cheap to change."""

from array import array
from collections.abc import Iterable

# blocks summed together: a sum over all chunks, then over one chunk, takes microseconds
CHUNK = 128


class Heights:
    """The heights of blocks, in rows, and sums of every `CHUNK` of them.

    Columns of integers, summed in C. Correcting a guess, finding a block and inserting some takes a
    fraction of a millisecond for ten thousand blocks.
    """

    def __init__(self, heights: Iterable[int] = ()) -> None:
        """Begin with some blocks.

        Args:
            heights: Rows of each block, from the first on; none below 1.
        """
        self._own = array("q", heights)
        self._sums = array("q")
        self._sum(0)

    def _sum(self, chunk: int) -> None:
        """Compute the sums again, from a chunk on."""
        own = self._own
        del self._sums[chunk:]
        self._sums.extend(sum(own[at : at + CHUNK]) for at in range(chunk * CHUNK, len(own), CHUNK))

    def __len__(self) -> int:
        return len(self._own)

    def __getitem__(self, index: int) -> int:
        return self._own[index]

    def __setitem__(self, index: int, rows: int) -> None:
        self._sums[index // CHUNK] += rows - self._own[index]
        self._own[index] = rows

    def replace(self, start: int, stop: int, heights: "array[int]") -> None:
        """Replace some blocks by others.

        Args:
            start, stop: The blocks to remove; equal numbers for none.
            heights: Rows of the new blocks.
        """
        self._own[start:stop] = heights
        self._sum(start // CHUNK)

    @property
    def total(self) -> int:
        """The rows of all blocks together."""
        return sum(self._sums)

    def before(self, index: int) -> int:
        """Return how many rows lie above block `index`; with `len(self)`, the total."""
        chunk = index // CHUNK
        return sum(self._sums[:chunk]) + sum(self._own[chunk * CHUNK : index])

    def find(self, row: int) -> tuple[int, int]:
        """Return the block that holds `row`, and how many of its rows lie above that row.

        Args:
            row: Counted from 0; outside the blocks it is taken as the first or the last row.
        """
        if not self._own:
            return 0, 0
        left = min(max(row, 0), self.total - 1)
        chunk = 0
        while left >= self._sums[chunk]:
            left -= self._sums[chunk]
            chunk += 1
        place = chunk * CHUNK
        while left >= self._own[place]:
            left -= self._own[place]
            place += 1
        return place, left
