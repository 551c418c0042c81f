"""Texts stored straight into a store, with salts that repeat from run to run."""

from bbs_server.store import texts
from bbs_server.store.sqlite import SqliteStore


class _Dice:
    def __init__(self) -> None:
        self._next = 0

    def chance(self, count: int) -> bytes:
        self._next += 1
        return self._next.to_bytes(count, "big")


DICE = _Dice()


async def kept(store: SqliteStore, *bodies: str) -> list[str]:
    """Store texts in one transaction and return their ids."""
    return await store.write(lambda tx: [texts.keep(tx, DICE, body) for body in bodies])
