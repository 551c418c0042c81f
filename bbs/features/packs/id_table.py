"""A set of ids in little memory: sixteen to thirty-two bytes for each. Pure."""

from array import array

_BITS = 0xFFFF_FFFF_FFFF_FFFF
_SHELVES = 256  # a million ids are four thousand on each, and it grows in a few milliseconds
_PLACES = 16  # of an empty shelf


class IdTable:
    """Ids by their hashes, on shelves that grow one at a time: no addition takes long.

    Python keys the hash anew in each process, so no file can be written whose ids fall on one place,
    and two different ids are taken for the same once in some million files of millions of ids.
    """

    def __init__(self) -> None:
        """Begin without ids."""
        self._shelves = [_Shelf() for _ in range(_SHELVES)]

    def add(self, key: str) -> bool:
        """Add an id; return False if it was there."""
        mark = _mark(key)
        return self._shelves[mark % _SHELVES].add(mark)

    def __contains__(self, key: str) -> bool:
        """Return whether an id was added."""
        mark = _mark(key)
        return mark in self._shelves[mark % _SHELVES]


class _Shelf:
    """Marks in an open table that is never more than half full; 0 is an empty place."""

    def __init__(self) -> None:
        self._places = array("Q", bytes(8 * _PLACES))
        self._count = 0

    def add(self, mark: int) -> bool:
        if 2 * (self._count + 1) > len(self._places):
            self._grow()
        at = self._place_of(mark)
        if self._places[at]:
            return False
        self._places[at] = mark
        self._count += 1
        return True

    def __contains__(self, mark: int) -> bool:
        return bool(self._places[self._place_of(mark)])

    def _place_of(self, mark: int) -> int:
        """Return the place where a mark is, or the empty one where it would be."""
        places = self._places
        at = mark // _SHELVES % len(places)
        while places[at] and places[at] != mark:
            at = (at + 1) % len(places)
        return at

    def _grow(self) -> None:
        before = self._places
        self._places = array("Q", bytes(16 * len(before)))
        for mark in before:
            if mark:
                self._places[self._place_of(mark)] = mark


def _mark(key: str) -> int:
    return hash(key) & _BITS or 1
