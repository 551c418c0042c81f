"""Files that vanish under a running server: nothing is acknowledged into them, and it is said (P12)."""

import contextlib
import logging
import os
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bbs.errors import StorageUnavailable
from bbs_server.store import texts
from bbs_server.store.api import RemovalReason, Tx
from bbs_server.store.removals import REMOVALS
from bbs_server.store.sqlite.open import DATABASE, LOCK, StoreOpenError, lock_folder
from bbs_server.store.sqlite.writer import SqliteStore
from tests.support.ready import open_ready

NAMES = (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", REMOVALS, LOCK)


def _put(tx: Tx) -> None:
    tx.execute("INSERT INTO meta VALUES ('k' || (SELECT count(*) FROM meta), 'v')")


def _count(tx: Tx) -> int:
    return int(tx.fetch_value("SELECT count(*) FROM meta WHERE value = 'v'"))


@contextlib.asynccontextmanager
async def _served(folder: Path) -> AsyncIterator[SqliteStore]:
    """Open a store as a server does, with something in it."""
    lock = lock_folder(folder)
    store = await open_ready(folder)
    try:
        await store.write(_put)
        yield store
    finally:
        await store.close()
        lock.close()


def _delete(path: Path) -> None:
    path.unlink()


def _replace(path: Path) -> None:
    shutil.copy(path, path.with_name("other"))
    path.with_name("other").replace(path)


def _move(path: Path) -> None:
    path.rename(path.with_name("other"))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("harm", [_delete, _replace, _move])
async def test_nothing_is_acknowledged_into_a_file_without_its_name(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, name: str, harm: Callable[[Path], None]
) -> None:
    """The next write is refused, and all others; reads go on; one line says what to do (P12)."""
    async with _served(tmp_path) as store:
        harm(tmp_path / name)
        for _ in range(2):
            with pytest.raises(StorageUnavailable) as refused:
                await store.write(_put)
            assert refused.value.reason == "failed"
        assert await store.read(_count) > 0
        assert store.health() == "failed"
        assert await store.prove() == "failed"
        assert await store.run_maintenance()
        said = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
        assert len(said) == 1
        assert str(tmp_path / name) in said[0]
        assert f"/proc/{os.getpid()}/fd" in said[0]
        assert "\n" not in said[0]


@pytest.mark.parametrize("name", NAMES)
async def test_an_idle_server_notices_too(tmp_path: Path, name: str) -> None:
    """A look of the watch is enough, and a file put back does not undo it: it is another's (P12)."""
    async with _served(tmp_path) as store:
        os.utime(tmp_path, (1, 1))  # nothing has changed here for long: one look at the folder
        for _ in range(2):
            store.look_at_files()
        assert store.health() is None
        content = (tmp_path / name).read_bytes()
        (tmp_path / name).unlink()
        store.look_at_files()
        assert store.health() == "failed"
        (tmp_path / name).write_bytes(content)
        store.look_at_files()
        assert store.health() == "failed"


async def test_a_log_that_vanished_alone_is_saved_by_stopping(tmp_path: Path) -> None:
    """Closing writes the open log into the database that is still there: nothing acknowledged is
    lost (P12)."""
    async with _served(tmp_path) as store:
        await store.write(_put)
        (tmp_path / f"{DATABASE}-wal").unlink()
        store.look_at_files()
    async with _served(tmp_path) as store:
        assert await store.read(_count) == 3


def test_a_second_server_is_refused_though_the_lock_file_was_deleted(tmp_path: Path) -> None:
    """A lock file made anew is another file: the folder itself is locked, too."""
    held = lock_folder(tmp_path)
    (tmp_path / LOCK).unlink()
    with pytest.raises(StoreOpenError, match="another server is running"):
        lock_folder(tmp_path)
    held.close()
    lock_folder(tmp_path).close()


async def test_a_record_that_was_shortened_in_place_is_noticed(tmp_path: Path) -> None:
    """A removal is not acknowledged into a record that somebody has cut: which words are to stay gone
    is not known any more (P10).
    """
    store = await open_ready(tmp_path)
    key = "k" * 43
    insert = "INSERT INTO texts (n, id, body, salt) VALUES (1000, ?, 'word', x'00')"
    await store.write(lambda tx: tx.execute(insert, key))
    await store.write(lambda tx: texts.delete_texts(tx, [key], RemovalReason.WITHDRAWN))
    os.truncate(tmp_path / REMOVALS, 100)
    with pytest.raises(StorageUnavailable):
        await store.write(lambda tx: tx.record_removal([key], RemovalReason.WITHDRAWN))
    assert store.health() == "failed"
    await store.close()
