"""Remembers which stored texts matched their ids when they were read."""

from collections.abc import Callable, Iterable

Row = tuple[str, str]

_KNOWN_MAX = 50_000  # fingerprints of 100 bytes each; then all of them are forgotten


class Checked:
    """The texts that a store has read whole; shared by its transactions and their threads.

    Computing an id takes longer than reading the text. A text that was whole before is compared with
    a 64-bit fingerprint of that reading instead; Python's key for it is random.

    Attributes:
        altered: Called with the id of each text found altered, on the thread that read it.
    """

    def __init__(self, altered: Callable[[str], object] = lambda key: None) -> None:
        """Begin without knowing any text."""
        self.altered = altered
        self._known: set[int] = set()

    def knows(self, rows: Iterable[Row]) -> bool:
        """Return whether all of these rows, id and body of a text each, were whole before."""
        return self._known.issuperset(map(hash, rows))

    def add(self, rows: Iterable[Row]) -> None:
        """Remember rows, id and body of a text each, that are whole."""
        for row in rows:
            if len(self._known) >= _KNOWN_MAX:
                self._known.clear()
            self._known.add(hash(row))
