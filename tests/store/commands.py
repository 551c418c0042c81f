"""Commands for any store, and how to send several that come together."""

import asyncio
import threading
from collections.abc import Callable, Sequence

from bbs.refusals import Conflict
from bbs_server.store.api import AnyTable, RowKey, Store, Tx


def put(key: str, value: str = "1") -> Callable[[Tx], str]:
    """Return a command that keeps something."""

    def run(tx: Tx) -> str:
        tx.execute("INSERT INTO meta (key, value) VALUES (?, ?)", key, value)
        return key

    return run


def kept(tx: Tx) -> list[str]:
    """Return what commands kept, sorted."""
    return sorted(key for (key,) in tx.fetch_all("SELECT key FROM meta") if key.startswith("k"))


def refuse(tx: Tx) -> None:
    """Write something and change one's mind."""
    put("k-refused")(tx)
    raise Conflict(what="changed my mind")


class Blocker:
    """Holds the database thread until it is let go, so that commands gather in one group."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self._go = threading.Event()

    def __call__(self, tx: Tx) -> None:
        self.reached.set()
        assert self._go.wait(10)

    def let_go(self) -> None:
        self._go.set()


async def gathered(
    store: Store,
    *commands: Callable[[Tx], object],
    prefetch: Sequence[tuple[AnyTable, RowKey]] = (),
) -> list[object]:
    """Run commands that come together in one group; return values and errors in their order.

    Args:
        prefetch: Rows that each of them will look up by their keys.
    """
    blocker = Blocker()
    first = asyncio.ensure_future(store.write(blocker))
    await asyncio.to_thread(blocker.reached.wait)
    tasks = [asyncio.ensure_future(store.write(command, prefetch=prefetch)) for command in commands]
    await asyncio.sleep(0)
    blocker.let_go()
    await first
    return list(await asyncio.gather(*tasks, return_exceptions=True))
