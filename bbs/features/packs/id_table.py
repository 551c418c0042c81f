"""A set of ids in little memory: eight bytes for each, and as many to spare. Pure."""

from array import array
from collections.abc import Iterable

_BITS = 0xFFFF_FFFF_FFFF_FFFF


class IdTable:
    """Ids by their hashes, in a table that grows.

    Python keys the hash anew in each process, so no file can be written whose ids fall on one place,
    and two different ids are taken for the same once in some million files of millions of ids.
    """

    def __init__(self) -> None:
        """Begin without ids."""
        self._places = array("Q", bytes(8 * 1_024))
        self._count = 0

    def add(self, key: str) -> bool:
        """Add an id; return False if it was there."""
        if 2 * (self._count + 1) > len(self._places):
            self._grow()
        if not self._put(_mark(key)):
            return False
        self._count += 1
        return True

    def __contains__(self, key: str) -> bool:
        """Return whether an id was added."""
        mark, places = _mark(key), self._places
        at = mark % len(places)
        while places[at]:
            if places[at] == mark:
                return True
            at = (at + 1) % len(places)
        return False

    def _put(self, mark: int) -> bool:
        places = self._places
        at = mark % len(places)
        while places[at]:
            if places[at] == mark:
                return False
            at = (at + 1) % len(places)
        places[at] = mark
        return True

    def _grow(self) -> None:
        before: Iterable[int] = self._places
        self._places = array("Q", bytes(16 * len(self._places)))
        for mark in before:
            if mark:
                self._put(mark)


def _mark(key: str) -> int:
    return hash(key) & _BITS or 1
