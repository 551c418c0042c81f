"""Keeps the search index up to date in commits of its own, so that a post's commit writes none of it."""

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bbs import limits
from bbs_server.store.hops import Hop
from bbs_server.store.sqlite.index_care import Rewriting, index_waiting, rebuild

T = TypeVar("T")
_OnWriter = Callable[[Callable[[sqlite3.Connection, Hop], T]], Awaitable[T]]

log = logging.getLogger("bbs.store")

_TOLD_EVERY = 50_000  # posts, in the log of a rebuilding


class Indexer:
    """Does the work of `index_care` on the writer's thread, hop by hop."""

    def __init__(
        self, on_writer: _OnWriter[bool], note_fault: Callable[[sqlite3.Error], object]
    ) -> None:
        """Prepare; `start` begins.

        Args:
            on_writer: Runs a function in a hop on the writer's thread.
            note_fault: Called with an error of the database.
        """
        self._on_writer = on_writer
        self._note_fault = note_fault
        self._wanted = asyncio.Event()
        self._rewriting = Rewriting()
        self._told = 0
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin with what the last run left."""
        self._wanted.set()
        loop = asyncio.get_running_loop()
        self._tasks = [
            loop.create_task(self._index_forever(), name="store-index"),
            loop.create_task(self._tidy_up(), name="store-tidy"),
        ]

    def wake(self) -> None:
        """Note that posts wait."""
        self._wanted.set()

    async def stop(self) -> None:
        """End; what is not indexed then, is indexed after the next start."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def index_waiting(self) -> None:
        """Index every post that waits.

        Raises:
            sqlite3.Error: If the database fails; the rest waits on.
        """
        while await self._on_writer(index_waiting):
            pass

    async def erase_removed(self) -> None:
        """Leave no word in the index of posts that were taken out of it before (P10).

        Raises:
            sqlite3.Error: If the database fails.
        """
        while await self._on_writer(self._rebuild):
            pass
        while await self._on_writer(self._rewriting.go_on):
            pass

    async def _index_forever(self) -> None:
        while True:
            await self._wanted.wait()
            await asyncio.sleep(limits.INDEX_AFTER_SECONDS)
            self._wanted.clear()
            try:
                await self.index_waiting()
            except Exception as error:
                self._note(error)
                self._wanted.set()
                await asyncio.sleep(limits.INDEX_AGAIN_SECONDS)

    async def _tidy_up(self) -> None:
        """Index anew what an earlier version indexed, and leave most of the time to others."""
        for work in (self._rebuild, self._rewriting.go_on):
            more = True
            while more:
                try:
                    more = await self._on_writer(work)
                except Exception as error:
                    self._note(error)
                    await asyncio.sleep(limits.INDEX_AGAIN_SECONDS)
                await asyncio.sleep(2 * limits.HOP_WORK_MS_MAX / 1_000)

    def _note(self, error: Exception) -> None:
        """Tell the store of an error of the database, and the log of any other, which is a bug."""
        if isinstance(error, sqlite3.Error):
            self._note_fault(error)
        else:
            log.error("the search index is not up to date", exc_info=error)

    def _rebuild(self, connection: sqlite3.Connection, hop: Hop) -> bool:
        """Rebuild in one hop, and log it now and then; return True if there is more."""
        came = rebuild(connection, hop)
        if came is None:
            if self._told:
                log.info("the search index is built anew")
            self._told = 0
            return False
        if came.done - self._told >= _TOLD_EVERY or not self._told:
            self._told = max(1, came.done)
            log.info("building the search index anew: %d of %d posts", came.done, came.posts)
        return True
