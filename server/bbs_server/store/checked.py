"""Checks stored texts against the commitments in their ids, whenever they are read."""

import binascii
from collections.abc import Callable, Iterable, Mapping

from bbs_server.keyed_digest import keyed_digest

Row = tuple[str, str]

_KNOWN_MAX = 50_000  # fingerprints of 100 bytes each; then all of them are forgotten


def is_whole(key: str, body: bytes, salt: bytes) -> bool:
    """Return whether `body` and `salt` are those that a text's id commits to. Pure."""
    return keyed_digest(salt, body) == binascii.a2b_base64(
        key.replace("-", "+").replace("_", "/") + "="
    )


class Checked:
    """The texts that a store has read whole; shared by its transactions and their threads.

    Computing a commitment takes longer than reading the text. A text that was whole before is
    compared with a 64-bit fingerprint of that reading instead; Python's key for it is random.
    """

    def __init__(self, altered: Callable[[str], object] = lambda key: None) -> None:
        """Begin without knowing any text.

        Args:
            altered: Called with the id of each text found altered, on the thread that read it.
        """
        self._known: set[int] = set()
        self._altered = altered

    def knows(self, rows: Iterable[Row]) -> bool:
        """Return whether all of these rows, id and body of a text each, were whole before."""
        return self._known.issuperset(map(hash, rows))

    def check(self, rows: Iterable[Row], salts: Mapping[str, bytes]) -> list[Row]:
        """Return those rows, id and body of a text each, that are whole; report the others."""
        found = []
        for row in rows:
            key, body = row
            if not is_whole(key, body.encode(), salts[key]):
                self._altered(key)
                continue
            if len(self._known) >= _KNOWN_MAX:
                self._known.clear()
            self._known.add(hash(row))
            found.append(row)
        return found
