"""What SQLite does with a group of commands, faults of the disk and connections."""

import asyncio
import sqlite3
import time

import pytest

from bbs import limits
from bbs.errors import StorageUnavailable
from bbs.refusals import Conflict
from bbs_server.store.api import Tx
from bbs_server.store.sqlite.care import BUSY_MS
from bbs_server.store.sqlite.faults import storage_fault_of
from bbs_server.store.sqlite.threads import run_on_thread
from bbs_server.store.sqlite.writer import SqliteStore
from tests.store.commands import gathered, kept, put, refuse


async def test_commands_that_wait_share_one_commit(store: SqliteStore) -> None:
    """What waits for the writer is committed together, in the order it came (P12)."""
    names = [f"k{n:02}" for n in range(20)]
    assert await gathered(store, *map(put, names)) == names
    assert store.counters.groups == 2
    written = "SELECT key FROM meta WHERE key LIKE 'k%' ORDER BY rowid"
    assert [key for (key,) in await store.read(lambda tx: tx.fetch_all(written))] == names


async def test_commands_of_the_same_turns_share_one_commit(store: SqliteStore) -> None:
    """The first of those who come together waits for the others, though the writer is idle."""

    async def later(turns: int) -> object:
        for _ in range(turns):
            await asyncio.sleep(0)
        return await store.write(put(f"k{turns}"))

    assert await asyncio.gather(*map(later, range(5))) == [f"k{n}" for n in range(5)]
    assert store.counters.groups == 1


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


async def test_an_error_that_no_future_takes_leaves_nobody_waiting(store: SqliteStore) -> None:
    """Python refuses StopIteration as a future's error; the caller gets another one (P12)."""

    def ends(tx: Tx) -> str:
        return next(iter(list[str]()))

    for run in (store.read, store.write):
        with pytest.raises(RuntimeError, match="StopIteration"):
            await run(ends)
    await store.write(put("k1"))
    assert await store.read(kept) == ["k1"]


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
        assert not await run_on_thread(connection, lambda sql: sql.in_transaction)
    other = sqlite3.connect(store.path, timeout=0.1, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    other.execute("ROLLBACK")
    other.close()


async def test_a_full_disk_is_named_and_heals(store: SqliteStore) -> None:
    """LimitReached: writes say so, reads go on, and once there is room nothing needs a restart (P12)."""
    await store.write(put("k1"))
    await run_on_thread(
        store.writer, lambda sql: sql.execute("PRAGMA max_page_count = 1").fetchall()
    )
    with pytest.raises(StorageUnavailable) as refused:
        await store.write(put("k2", "x" * 1_000_000))
    assert refused.value.reason == "full"
    assert store.health() == "full"
    assert await store.read(kept) == ["k1"]
    await run_on_thread(
        store.writer, lambda sql: sql.execute("PRAGMA max_page_count = 1073741823").fetchall()
    )
    await store.write(put("k2", "x" * 1_000_000))
    assert await store.prove() is None
    assert store.health() is None
    assert await store.read(kept) == ["k1", "k2"]


async def test_a_small_write_does_not_end_a_full_disk(store: SqliteStore) -> None:
    """Where a mark of reading fits and a post does not, the disk is still called full (P12)."""
    assert await store.prove() is None  # its row is there already, with other bytes
    await run_on_thread(
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
    await run_on_thread(
        store.writer, lambda sql: sql.execute("PRAGMA max_page_count = 1").fetchall()
    )
    answers = await gathered(store, put("k1"), put("k2", "x" * 1_000_000), put("k3"))
    assert [getattr(answer, "reason", answer) for answer in answers] == ["full"] * 3
    assert await store.read(kept) == []


async def test_who_does_not_wait_is_told_of_no_commit_that_failed(store: SqliteStore) -> None:
    """Of a command whose commit failed, no result is handed out, only the fault (P12)."""
    await run_on_thread(
        store.writer, lambda sql: sql.execute("PRAGMA max_page_count = 1").fetchall()
    )
    told: list[tuple[object, object]] = []
    for command in (put("k1"), put("k2", "x" * 1_000_000)):
        store.submit(command, lambda value, error: told.append((value, error)))
    with pytest.raises(StorageUnavailable):
        await store.write(put("k3"))
    assert [(value, type(error)) for value, error in told] == [(None, StorageUnavailable)] * 2
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
        (busy_ms,) = await run_on_thread(
            store.writer, lambda sql: sql.execute("PRAGMA busy_timeout").fetchone()
        )
        assert busy_ms == BUSY_MS
    finally:
        other.close()
    assert await store.run_maintenance()
    assert store.path.with_name(f"{store.path.name}-wal").stat().st_size == 0
