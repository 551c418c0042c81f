"""Behind a running server's back, as no client can get: its tables, and its timed work."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from bbs.refusals import CommandWaits
from bbs_server import scheduler
from bbs_server.app import RunningServer
from bbs_server.composition import JOBS
from bbs_server.store.api import Tx

T = TypeVar("T")


class Inside:
    """The part of a community in a test that looks inside.

    Attributes:
        running: Its server.
    """

    running: RunningServer

    async def do_jobs(self, *names: str) -> None:
        """Do all timed work that is due, or that of these names; posts are in the index by then."""
        await self.running.dispatcher.store.update_index()
        for job in JOBS:
            if not names or job.name in names:
                await scheduler.run_slices(self.running.dispatcher, job)

    async def carried(self, sent: Awaitable[Any]) -> None:
        """Await a command; if it has to wait, let it be done all the same, without the time for it."""
        try:
            await sent
        except CommandWaits:
            await self.change(
                lambda tx: tx.execute("UPDATE proposals SET until = moved_at, way = 'delay'")
            )
            await self.do_jobs("commands that wait")

    async def read(self, fn: Callable[[Tx], T]) -> T:
        """Look into the tables."""
        return await self.running.dispatcher.store.read(fn)

    async def change(self, fn: Callable[[Tx], T]) -> T:
        """Change the tables behind the server's back."""
        return await self.running.dispatcher.store.write(fn)

    async def dump(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return every row of every table but the search index's, which are written in their own time."""

        def every(tx: Tx) -> dict[str, list[tuple[Any, ...]]]:
            names = tx.fetch_all(
                "SELECT name FROM sqlite_master WHERE type = 'table'"
                " AND name NOT LIKE 'search%' ORDER BY name"
            )
            return {name: tx.fetch_all(f'SELECT * FROM "{name}"') for (name,) in names}

        return await self.read(every)
