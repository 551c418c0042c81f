"""The keys of a list in their order, and where each of them is."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, overload


class BlockKeys(Sequence[str]):
    """Keys of blocks from top to bottom, each once. Never changes.

    Attributes:
        column: Items that represent the keys in order; equal items mean equal keys.
    """

    def __init__(self, keys: Iterable[str] = ()) -> None:
        """Take keys in their order."""
        self.column: Sequence[Any] = tuple(keys)

    def __len__(self) -> int:
        return len(self.column)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[str, ...]: ...
    def __getitem__(self, index: int | slice) -> str | tuple[str, ...]:
        if isinstance(index, slice):
            return tuple(map(self._key, self.column[index]))
        return self._key(self.column[index])

    def _key(self, item: Any) -> str:
        """Return the key that an item of the column represents."""
        return str(item)

    @cached_property
    def _places(self) -> dict[Any, int]:
        return dict(zip(self.column, range(len(self.column)), strict=True))

    def index_of(self, key: str) -> int | None:
        """Return where a key is; None if it is not here."""
        return self._places.get(key)

    def follow(self, old: "BlockKeys", at: int) -> int:
        """Return the new place of the key at an old place, or of the nearest remaining key above."""
        if self[at : at + 1] == old[at : at + 1]:
            return at
        for above in range(min(at, len(old) - 1), -1, -1):
            if (now := self.index_of(old[above])) is not None:
                return now
        return min(at, max(0, len(self) - 1))

    def same_ends(self, other: "BlockKeys") -> tuple[int, int]:
        """Return how many keys two rolls share at their beginning, and then at their end.

        It compares slices, which is fast: most changes of a long list add a single key.
        """
        mine, its = self.column, other.column
        most = min(len(mine), len(its))
        first = _alike(mine[:most], its[:most])
        mine, its = mine[first:][::-1], its[first:][::-1]
        return first, _alike(mine[: most - first], its[: most - first])


def _alike(one: Sequence[Any], other: Sequence[Any]) -> int:
    """Return how many items two sequences of one length share at their beginning."""
    low, high = 0, len(one)
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
