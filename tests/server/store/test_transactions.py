"""Transactions: grouped commits, savepoints, cancelled callers, faults of the disk."""

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable
from functools import partial

import pytest

from bbs import limits
from bbs.errors import StorageUnavailable, Throttled
from bbs.refusals import Conflict
from bbs_server.store.api import Rollback, Tx
from bbs_server.store.sqlite.care import BUSY_MS
from bbs_server.store.sqlite.faults import storage_fault_of
from bbs_server.store.sqlite.writer import SqliteStore, _run_on_thread


def put(key: str, value: str = "1") -> Callable[[Tx], str]:
    """Return a command that keeps something."""

    def run(tx: Tx) -> str:
        tx.execute("INSERT INTO meta (key, value) VALUES (?, ?)", key, value)
        return key

    return run


def kept(tx: Tx) -> list[str]:
    """Return what commands kept, in the order they ran."""
    return [
        key for (key,) in tx.fetch_all("SELECT key FROM meta WHERE key LIKE 'k%' ORDER BY rowid")
    ]


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


async def gathered(store: SqliteStore, *commands: Callable[[Tx], object]) -> list[object]:
    """Run commands that come together in one group; return values and errors in their order."""
    blocker = Blocker()
    first = asyncio.ensure_future(store.write(blocker))
    await asyncio.to_thread(blocker.reached.wait)
    tasks = [asyncio.ensure_future(store.write(command)) for command in commands]
    await asyncio.sleep(0)
    blocker.let_go()
    await first
    return list(await asyncio.gather(*tasks, return_exceptions=True))


async def test_commands_that_wait_share_one_commit(store: SqliteStore) -> None:
    """What waits for the writer is committed together, in the order it came (P12)."""
    names = [f"k{n:02}" for n in range(20)]
    assert await gathered(store, *map(put, names)) == names
    assert store.counters.groups == 2
    assert await store.read(kept) == names


async def test_commands_of_the_same_turns_share_one_commit(store: SqliteStore) -> None:
    """The first of those who come together waits for the others, though the writer is idle."""

    async def later(turns: int) -> object:
        for _ in range(turns):
            await asyncio.sleep(0)
        return await store.write(put(f"k{turns}"))

    assert await asyncio.gather(*map(later, range(5))) == [f"k{n}" for n in range(5)]
    assert store.counters.groups == 1


async def test_a_refused_command_loses_no_neighbour(store: SqliteStore) -> None:
    """A command that raises is undone whole; its neighbours in the group stay."""
    before, refused, after = await gathered(store, put("k1"), refuse, put("k2"))
    assert isinstance(refused, Conflict)
    assert (before, after) == ("k1", "k2")
    assert await store.read(kept) == ["k1", "k2"]
    assert (store.counters.refused, store.counters.failed) == (1, 0)


async def test_our_mistakes_lose_no_neighbour(store: SqliteStore) -> None:
    """A wrong statement, value or assertion fails its own command alone."""
    wrong: list[Callable[[Tx], object]] = [
        lambda tx: tx.execute("INSERT INTO nowhere VALUES (1)"),
        lambda tx: tx.execute("INSERT INTO meta VALUES (?)", "too few"),
        lambda tx: tx.execute("INSERT INTO meta VALUES (?, ?)", object(), "no such type"),
        lambda tx: tx.execute("INSERT INTO meta VALUES (?, ?)", 2**70, "too large"),
        lambda tx: tx.execute("INSERT INTO meta VALUES (?, ?)", "\ud800", "half a character"),
        lambda tx: tx.execute("INSERT INTO meta VALUES (?, ?); SELECT 1", "k", "two statements"),
        lambda tx: [][0],
        put("k1"),
    ]
    *errors, last = await gathered(store, put("k0"), *wrong, put("k2"))
    assert (errors[0], errors[-1], last) == ("k0", "k1", "k2")
    assert all(isinstance(error, Exception) for error in errors[1:-1])
    assert not any(isinstance(error, StorageUnavailable) for error in errors)
    assert await store.read(kept) == ["k0", "k1", "k2"]
    assert store.health() is None


async def test_a_fault_of_the_disk_fails_the_whole_group(store: SqliteStore) -> None:
    """When the engine loses the transaction, nobody of the group is told it was kept (P12)."""

    def fault(tx: Tx) -> None:
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorname = "SQLITE_IOERR_WRITE"
        raise error

    answers = await gathered(store, put("k1"), fault, put("k2"))
    assert all(isinstance(answer, StorageUnavailable) for answer in answers)
    assert await store.read(kept) == []
    assert (store.counters.failed, store.counters.refused) == (3, 0)
    assert store.health() == "failed"
    await store.write(kept)
    with pytest.raises(Conflict):
        await store.write(refuse)
    assert store.health() == "failed"
    await store.write(put("k3"))
    assert store.health() == "failed"
    assert await store.prove() is None
    assert store.health() is None


async def test_a_rehearsal_is_undone_and_answered(store: SqliteStore) -> None:
    """A dry run gives its answer and leaves nothing, its neighbours stay (protocol 5.5)."""

    def rehearse(tx: Tx) -> None:
        put("k-rehearsed")(tx)
        raise Rollback("would be done")

    assert await gathered(store, put("k1"), rehearse) == ["k1", "would be done"]
    assert await store.read(kept) == ["k1"]


async def test_what_is_done_after_follows_the_commits(store: SqliteStore) -> None:
    """`after` runs once the commit is durable, in its order, before the caller is told (P12)."""
    told: list[str] = []

    async def write(name: str) -> None:
        await store.write(put(name), after=lambda key: told.append(f"after {key}"))
        told.append(f"answered {name}")

    await asyncio.gather(*(write(f"k{n}") for n in range(5)))
    afters = [line for line in told if line.startswith("after")]
    assert afters == [f"after k{n}" for n in range(5)]
    for n in range(5):
        assert told.index(f"after k{n}") < told.index(f"answered k{n}")


async def test_nothing_is_done_after_a_refusal(store: SqliteStore) -> None:
    """What was not committed is not announced (protocol 5.8)."""
    told: list[object] = []
    with pytest.raises(Conflict):
        await store.write(refuse, after=told.append)
    assert told == []


async def test_a_cancelled_caller_cancels_no_write(store: SqliteStore) -> None:
    """Who stops waiting stops no write: it is committed and announced all the same (protocol 5.10)."""
    blocker = Blocker()
    told: list[str] = []
    first = asyncio.ensure_future(store.write(blocker))
    await asyncio.to_thread(blocker.reached.wait)
    second = asyncio.ensure_future(store.write(put("k1"), after=told.append))
    await asyncio.sleep(0)
    first.cancel()
    second.cancel()
    await asyncio.gather(first, second, return_exceptions=True)
    blocker.let_go()
    await store.write(put("k2"))
    assert await store.read(kept) == ["k1", "k2"]
    assert told == ["k1"]


@pytest.mark.parametrize("steps", range(8))
async def test_cancelling_leaves_no_transaction_open(store: SqliteStore, steps: int) -> None:
    """Cancelled at any await, a caller leaves neither lock nor transaction behind (protocol 5.10)."""
    reading = asyncio.ensure_future(store.read(kept))
    writing = asyncio.ensure_future(store.write(put("k1")))
    for _ in range(steps):
        await asyncio.sleep(0)
    reading.cancel()
    writing.cancel()
    await asyncio.gather(reading, writing, return_exceptions=True)
    await store.write(put("k2"))
    for connection in (store.writer, *store.readers):
        assert not await _run_on_thread(connection, lambda sql: sql.in_transaction)
    other = sqlite3.connect(store.path, timeout=0.1, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    other.execute("ROLLBACK")
    other.close()


async def test_cancelled_readers_come_back(store: SqliteStore) -> None:
    """However many readers are cancelled, the pool has all its connections again (protocol 5.10)."""
    for round_ in range(20):
        tasks = [asyncio.ensure_future(store.read(kept)) for _ in range(6)]
        for _ in range(round_ % 5):
            await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    assert await asyncio.gather(*(store.read(kept) for _ in range(6))) == [[]] * 6


async def test_a_reader_sees_one_moment(store: SqliteStore) -> None:
    """A read sees what was committed before it began, and nothing of what comes meanwhile."""
    began, go_on = threading.Event(), threading.Event()

    def look_twice(tx: Tx) -> tuple[list[str], list[str]]:
        first = kept(tx)
        began.set()
        assert go_on.wait(10)
        return first, kept(tx)

    looking = asyncio.ensure_future(store.read(look_twice))
    await asyncio.to_thread(began.wait)
    await store.write(put("k1"))
    go_on.set()
    assert await looking == ([], [])
    assert await store.read(kept) == ["k1"]


async def test_a_reader_cannot_write(store: SqliteStore) -> None:
    """A query that tried to change something is stopped by the engine."""
    with pytest.raises((sqlite3.OperationalError, StorageUnavailable)):
        await store.read(put("k1"))
    assert await store.read(kept) == []


async def test_the_queue_of_writes_is_bounded(store: SqliteStore) -> None:
    """More writes than the queue holds are throttled, not piled up (P14)."""
    blocker = Blocker()
    first = asyncio.ensure_future(store.write(blocker))
    await asyncio.to_thread(blocker.reached.wait)
    tasks = [
        asyncio.ensure_future(store.write(partial(put(f"k{n}"))))
        for n in range(limits.WRITE_QUEUE_MAX)
    ]
    await asyncio.sleep(0)
    with pytest.raises(Throttled):
        await store.write(put("k-too-many"))
    blocker.let_go()
    await asyncio.gather(first, *tasks)
    assert len(await store.read(kept)) == limits.WRITE_QUEUE_MAX


async def test_a_full_disk_is_named_and_heals(store: SqliteStore) -> None:
    """LimitReached: writes say so, reads go on, and once there is room nothing needs a restart (P12)."""
    await store.write(put("k1"))
    await _run_on_thread(
        store.writer, lambda sql: sql.execute("PRAGMA max_page_count = 1").fetchall()
    )
    with pytest.raises(StorageUnavailable) as refused:
        await store.write(put("k2", "x" * 1_000_000))
    assert refused.value.reason == "full"
    assert store.health() == "full"
    assert await store.read(kept) == ["k1"]
    await _run_on_thread(
        store.writer, lambda sql: sql.execute("PRAGMA max_page_count = 1073741823").fetchall()
    )
    await store.write(put("k2", "x" * 1_000_000))
    assert await store.prove() is None
    assert store.health() is None
    assert await store.read(kept) == ["k1", "k2"]


async def test_a_small_write_does_not_end_a_full_disk(store: SqliteStore) -> None:
    """Where a mark of reading fits and a post does not, the disk is still called full (P12)."""
    assert await store.prove() is None  # its row is there already, with other bytes
    await _run_on_thread(
        store.writer, lambda sql: sql.execute("PRAGMA max_page_count = 1").fetchall()
    )
    with pytest.raises(StorageUnavailable):
        await store.write(put("k1", "x" * 1_000_000))
    await store.write(put("k2"))
    assert await store.read(kept) == ["k2"]
    assert store.health() == "full"


async def test_a_trial_write_is_as_large_as_a_post_each_time(store: SqliteStore) -> None:
    """No trial writes less than text and index of the longest post, also where one was before."""
    log_file = store.path.with_name(f"{store.path.name}-wal")
    for _ in range(3):
        before = log_file.stat().st_size
        assert await store.prove() is None
        assert log_file.stat().st_size - before >= 2 * limits.BODY_BYTES_MAX


async def test_a_damaged_page_is_healed_by_no_write(store: SqliteStore) -> None:
    """What a read or a write found damaged stays the health until a person looks."""

    def damaged(tx: Tx) -> None:
        error = sqlite3.DatabaseError("database disk image is malformed")
        error.sqlite_errorname = "SQLITE_CORRUPT"
        raise error

    with pytest.raises(StorageUnavailable):
        await store.read(damaged)
    assert store.health() == "corrupt"
    await store.write(put("k1"))
    assert await store.prove() == "corrupt"
    assert store.health() == "corrupt"


async def test_a_full_disk_keeps_nothing_of_the_group(store: SqliteStore) -> None:
    """When the disk is full, no command of the group is kept or acknowledged (P12)."""
    await _run_on_thread(
        store.writer, lambda sql: sql.execute("PRAGMA max_page_count = 1").fetchall()
    )
    answers = await gathered(store, put("k1"), put("k2", "x" * 1_000_000), put("k3"))
    assert [getattr(answer, "reason", answer) for answer in answers] == ["full"] * 3
    assert await store.read(kept) == []


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("SQLITE_FULL", "full"),
        ("SQLITE_READONLY_DBMOVED", "read_only"),
        ("SQLITE_CORRUPT_VTAB", "corrupt"),
        ("SQLITE_NOTADB", "corrupt"),
        ("SQLITE_BUSY_SNAPSHOT", "locked"),
        ("SQLITE_IOERR_FSYNC", "failed"),
        ("", "failed"),
    ],
)
async def test_faults_have_names(name: str, reason: str) -> None:
    """Each fault of the engine has one of five names for the sysop (P12)."""
    error = sqlite3.OperationalError("x")
    error.sqlite_errorname = name
    assert storage_fault_of(error) == reason


async def test_a_reader_in_the_way_makes_no_writer_wait(store: SqliteStore) -> None:
    """A log that cannot be emptied at once is left for the next time, and says so (P10, P14)."""
    await store.write(put("k1"))
    other = sqlite3.connect(store.path, isolation_level=None)
    try:
        other.execute("BEGIN")
        other.execute("SELECT * FROM meta").fetchall()
        await store.write(put("k2"))
        began = time.monotonic()
        assert not await store.run_maintenance()
        assert time.monotonic() - began < BUSY_MS / 1000 / 2
        (busy_ms,) = await _run_on_thread(
            store.writer, lambda sql: sql.execute("PRAGMA busy_timeout").fetchone()
        )
        assert busy_ms == BUSY_MS
    finally:
        other.close()
    assert await store.run_maintenance()
    assert store.path.with_name(f"{store.path.name}-wal").stat().st_size == 0


async def test_closing_finishes_what_is_queued(store: SqliteStore) -> None:
    """Closing answers what was queued before, refuses what comes after, and may be repeated."""
    tasks = [asyncio.ensure_future(store.write(put(f"k{n}"))) for n in range(50)]
    await asyncio.sleep(0)
    await store.close()
    assert await asyncio.gather(*tasks) == [f"k{n}" for n in range(50)]
    with pytest.raises(StorageUnavailable):
        await store.write(put("k-late"))
    await store.close()
