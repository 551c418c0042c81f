"""Remembers which stored texts matched their ids when they were read."""

from collections.abc import Callable, Iterable

Row = tuple[str, str]

_KNOWN_MAX = 50_000  # fingerprints of 100 bytes each; when it is full, all of them are dropped


class Checked:
    """The texts whose bodies matched their ids; shared by a store's transactions and threads.

    Computing an id takes longer than reading the text. A text that matched before is only compared
    with a 64-bit fingerprint, whose key Python draws at random.

    Attributes:
        altered: Called with the id of each text found altered, on the thread that read it.
    """

    def __init__(self, altered: Callable[[str], object] = lambda key: None) -> None:
        """Begin with no fingerprints."""
        self.altered = altered
        self._known: set[int] = set()

    def knows(self, rows: Iterable[Row]) -> bool:
        """Return whether all of these rows, id and body of a text each, matched before."""
        return self._known.issuperset(map(hash, rows))

    def add(self, rows: Iterable[Row]) -> None:
        """Add rows, id and body of a text each, that match."""
        for row in rows:
            if len(self._known) >= _KNOWN_MAX:
                self._known.clear()
            self._known.add(hash(row))
