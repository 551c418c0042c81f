"""SQLite: a single writer with group commit, a few readers, each transaction in a single hop.

No module outside this folder imports SQLite. Every transaction is a plain function run whole on the
connection's thread; it awaits nothing between BEGIN and COMMIT, so a cancelled caller leaves
neither an open transaction nor a lock behind (protocol 5.10).
"""

import asyncio
import gc
import logging
import sqlite3
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

import aiosqlite

from bbs import limits
from bbs.errors import StorageUnavailable, Throttled
from bbs_server.store.api import AnyTable, RowKey
from bbs_server.store.checked import Checked
from bbs_server.store.hops import Hop, Hops
from bbs_server.store.names import FileLost, Names
from bbs_server.store.proven_time import ProvenTime
from bbs_server.store.removals import Removals
from bbs_server.store.sqlite.care import (
    empty_log,
    quick_check,
    write_as_much_as_a_post,
)
from bbs_server.store.sqlite.faults import is_storage_fault, storage_fault_of
from bbs_server.store.sqlite.group import GroupResult, QueuedWrite, commit_group
from bbs_server.store.sqlite.identity_map import IdentityMap
from bbs_server.store.sqlite.indexer import Indexer
from bbs_server.store.sqlite.threads import hand_over, run_on_thread, settle
from bbs_server.store.sqlite.unit_of_work import SqliteTx
from bbs_server.store.sqlite.upgrade_copy import end_copies

T = TypeVar("T")

log = logging.getLogger("bbs.store")

READERS = 2  # as many as the cores of the smallest machine
# 16 MiB, then the writer checkpoints; a page that changes often is copied once
WAL_PAGES_MAX = 4_000
# Objects allocated, then counts of collections, before the collector runs; Python's: 700, 10, 10.
GARBAGE_LOOKS = (10_000, 20, 20)
# Random ids touch an index everywhere, so the cache should hold it.
WRITER_CACHE_KIB = 16_384


@dataclass(slots=True)
class StoreCounters:
    """Counts of the store since it was opened.

    Attributes:
        groups: Commits that held at least one command.
        writes: Commands committed.
        refused: Commands rolled back by their own error; the rest of their group was committed.
        failed: Commands lost by a failed commit; the server acknowledged none of them.
    """

    groups: int = 0
    writes: int = 0
    refused: int = 0
    failed: int = 0


@dataclass(slots=True)
class SqliteStore:
    """An open database; see `bbs_server.store.api.Store`. Made by `open_store`."""

    path: Path
    writer: aiosqlite.Connection
    readers: list[aiosqlite.Connection]
    removals: Removals
    time: ProvenTime
    names: Names
    hops: Hops = field(default_factory=Hops)
    counters: StoreCounters = field(default_factory=StoreCounters)
    checked: Checked = field(init=False)
    _indexer: Indexer = field(init=False)
    _memory: IdentityMap = field(default_factory=IdentityMap)
    _queue: deque[QueuedWrite] = field(default_factory=deque)
    _writing: bool = False  # a group is being gathered, written or answered
    _idle: asyncio.Queue[aiosqlite.Connection] = field(default_factory=asyncio.Queue)
    _drained: asyncio.Future[None] | None = None
    _loop: asyncio.AbstractEventLoop | None = None
    _reason: str | None = None
    _damaged: bool = False
    _altered: bool = False
    _lost: bool = False
    _closing: bool = False

    def __post_init__(self) -> None:
        """Make the parts that refer to the store itself."""
        self.checked = Checked(self._note_altered)
        self._indexer = Indexer(self._index_hop, self._note_fault)

    def start(self) -> None:
        """Begin to serve. Called once, on the loop that will use the store."""
        for reader in self.readers:
            self._idle.put_nowait(reader)
        self._loop = asyncio.get_running_loop()
        self._indexer.start()

    async def read(self, fn: Callable[[SqliteTx], T]) -> T:
        reader = await self._idle.get()
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()

        def end(value: T | None, error: BaseException | None) -> None:
            # Only now the thread has finished with the connection, also if the caller has left.
            self._idle.put_nowait(reader)
            settle(future, value, error)

        hand_over(reader, partial(_read, fn, self.checked), end)
        try:
            return await future
        except sqlite3.Error as error:
            if not is_storage_fault(error):
                raise
            raise StorageUnavailable(reason=self._note_fault(error)) from error

    async def write(
        self,
        fn: Callable[[SqliteTx], T],
        *,
        after: Callable[[T], None] | None = None,
        prefetch: Sequence[tuple[AnyTable, RowKey]] = (),
    ) -> T:
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self.submit(fn, partial(settle, future), after=after, prefetch=prefetch)
        return await future

    def submit(
        self,
        fn: Callable[[SqliteTx], T],
        done: Callable[[T | None, BaseException | None], None],
        *,
        after: Callable[[T], None] | None = None,
        prefetch: Sequence[tuple[AnyTable, RowKey]] = (),
    ) -> None:
        if self._closing:
            raise StorageUnavailable(reason="locked")
        if self._damaged:  # further writes could destroy text that can still be read
            raise StorageUnavailable(reason="corrupt")
        if self._lost:  # they would be lost with this process
            raise StorageUnavailable(reason="failed")
        if len(self._queue) >= limits.WRITE_QUEUE_MAX:
            raise Throttled(retry_after_s=1.0)
        self._queue.append(QueuedWrite(fn, after, prefetch, done))
        if not self._writing:
            self._writing = True
            asyncio.get_running_loop().call_soon(self._gather, 0)

    def health(self) -> str | None:
        if self._damaged or self._altered:
            return "corrupt"
        if self._lost:
            return "failed"
        fault = self.removals.fault  # the error of the last removals' mark
        return self._reason or (None if fault is None else storage_fault_of(fault))

    async def prove(self) -> str | None:
        if self._lost or self.health() == "corrupt":
            return self.health()
        try:
            await self.write(write_as_much_as_a_post, after=self._heal)
            await self._on_writer(lambda connection, hop: self.removals.mark())
        except (StorageUnavailable, Throttled, OSError):
            return self.health() or "failed"
        return self.health()

    def _heal(self, _: None) -> None:
        self._reason = None

    def _note_fault(self, error: BaseException) -> str:
        """Set the health from a fault; return its name. Damage stays: no write repairs a page."""
        reason = storage_fault_of(error)
        if self._reason != "corrupt":
            self._reason = reason
        return reason

    def _note_altered(self, key: str) -> None:
        """Set the health after an altered text; called on any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._tell_altered, key)

    def _tell_altered(self, key: str) -> None:
        if not self._altered:
            self._altered = True
            log.error(
                "%s is damaged: the text %s is not what was stored; it is shown to nobody, the rest"
                " goes on. bbs doctor --deep counts such texts; restore a backup that has none",
                self.path,
                key,
            )

    def look_at_files(self) -> None:
        try:
            self.names.check()
            self.removals.check()
        except FileLost as lost:
            self._note_lost(lost)

    def _note_lost(self, lost: FileLost) -> None:
        if not self._lost:
            self._lost = True
            log.error("%s", lost)

    async def verify(self) -> None:
        if self._lost:
            return
        given_up = threading.Event()
        try:
            fault = await asyncio.to_thread(quick_check, self.path, given_up.is_set)
        except sqlite3.Error as error:
            log.error("%s cannot be looked through: %s", self.path, error)
            self._note_fault(error)
            return
        finally:
            given_up.set()
        if fault is not None:
            self._damaged = True
            log.error("%s is damaged (%s): nothing is written any more", self.path, fault)

    async def run_maintenance(self) -> bool:
        if self._lost:  # leave the files as they are: a person may still rescue them
            return True
        await asyncio.to_thread(end_copies, self.path, self.time.moment())
        try:
            await self.update_index()
            await self._indexer.erase_removed()
            return await self.checkpoint()
        except sqlite3.Error as error:
            self._note_fault(error)
            raise

    async def update_index(self) -> None:
        await self._indexer.index_waiting()

    async def _index_hop(self, fn: Callable[[sqlite3.Connection, Hop], bool]) -> bool:
        """Run a hop of work on the index; do nothing where nothing may be written."""
        if self._damaged or self._lost:
            return False
        return await self._on_writer(fn)

    async def checkpoint(self) -> bool:
        """Move the log into the database and empty it, so that no deleted text stays in the log.

        Returns:
            True if it was emptied; False if a reader of an older moment is active.
        """
        return await self._on_writer(empty_log)

    async def close(self) -> None:
        if self._closing:
            return
        self._closing = True
        await self._indexer.stop()
        if self._writing:
            self._drained = asyncio.get_running_loop().create_future()
            await self._drained
        for connection in (*self.readers, self.writer):
            await connection.close()
        self.removals.close()

    async def _on_writer(self, fn: Callable[[sqlite3.Connection, Hop], T]) -> T:
        return await run_on_thread(
            self.writer, lambda connection: self.hops.run(partial(fn, connection))
        )

    def _gather(self, seen: int) -> None:
        """Write what waits, once a turn of the event loop has brought no new command.

        Clients whose commands were committed together send their next commands at almost the same
        time. Without this wait the first of them would get a commit of its own.

        Args:
            seen: How many commands waited a turn before.
        """
        waiting = len(self._queue)
        if seen < waiting < limits.GROUP_COMMANDS_MAX:
            asyncio.get_running_loop().call_soon(self._gather, waiting)
            return
        count = min(waiting, limits.GROUP_COMMANDS_MAX)
        self._write_group([self._queue.popleft() for _ in range(count)])

    def _write_group(self, group: list[QueuedWrite]) -> None:
        hand_over(
            self.writer,
            lambda connection: self.hops.run(partial(self._commit, group, connection)),
            partial(self._end_group, group),
        )

    def _end_group(
        self, group: list[QueuedWrite], result: GroupResult | None, error: BaseException | None
    ) -> None:
        """Publish a group; then answer it, and write the commands for which the hop had no time."""
        if result is not None:
            self._queue.extendleft(reversed(group[result.jobs :]))
            del group[result.jobs :]
            if result.unindexed:
                self._indexer.wake()
            self.counters.groups += 1
            self.counters.refused += sum(job.error is not None for job in group)
        else:
            assert error is not None
            self._fail(group, error)
        for job in group:
            self._publish(job)
        # What was published leaves at the end of this turn, and an answer only after its own events
        # (protocol 5.9).
        asyncio.get_running_loop().call_soon(self._answer_group, group)

    def _fail(self, group: list[QueuedWrite], error: BaseException) -> None:
        if isinstance(error, FileLost):
            self._note_lost(error)
        ours = isinstance(error, sqlite3.Error | OSError)
        reason = self._note_fault(error) if ours else "failed"
        for job in group:
            job.error = StorageUnavailable(reason=reason)
            job.error.__cause__ = error
        self.counters.failed += len(group)

    def _answer_group(self, group: list[QueuedWrite]) -> None:
        for job in group:
            try:
                job.done(None if job.error is not None else job.value, job.error)
            except Exception:
                log.exception("a command could not be answered")
        if self._queue:
            self._gather(0)
            return
        self._writing = False
        if self._drained is not None:
            self._drained.set_result(None)

    def _commit(
        self, group: list[QueuedWrite], connection: sqlite3.Connection, hop: Hop
    ) -> GroupResult:
        done = commit_group(group, self.removals, self._memory, self.checked, connection, hop)
        self.names.check()  # before the server answers
        return done

    def _publish(self, job: QueuedWrite) -> None:
        if job.error is not None:
            return
        self.counters.writes += 1
        if job.after is not None:
            try:
                job.after(job.value)
            except Exception as error:  # the commit stays; the caller gets the error
                job.error = error


def _read(fn: Callable[[SqliteTx], T], checked: Checked, connection: sqlite3.Connection) -> T:
    connection.execute("BEGIN")
    try:
        return fn(SqliteTx(connection, checked))
    finally:
        if connection.in_transaction:
            connection.execute("COMMIT")


def tune_interpreter() -> None:
    """Shorten the interpreter's thread switch interval, and run the garbage collector less often.

    Otherwise a busy event loop keeps the database thread from the interpreter lock for 5 ms at a
    time; with 0.2 ms the writer gets its turn at no measurable cost. A group of commands and an
    event for a thousand readers make thousands of objects that are freed a moment later without the
    collector, which took an eighth of the time to send an event.
    """
    sys.setswitchinterval(0.0002)
    gc.set_threshold(*GARBAGE_LOOKS)
