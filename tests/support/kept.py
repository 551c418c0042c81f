"""Texts in a store: stored straight, with salts that repeat from run to run, and what its files hold."""

from pathlib import Path

from bbs_server.store import texts
from bbs_server.store.api import Store


class _Dice:
    def __init__(self) -> None:
        self._next = 0

    def random_bytes(self, count: int) -> bytes:
        self._next += 1
        return self._next.to_bytes(count, "big")


DICE = _Dice()


async def kept(store: Store, *bodies: str) -> list[str]:
    """Store texts in one transaction and return their ids."""
    return await store.write(lambda tx: [texts.insert_text(tx, DICE, body) for body in bodies])


def bytes_in(folder: Path) -> bytes:
    """Return what the files of a folder hold: where a word that is gone must not be (P10)."""
    return b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())
