"""The store's index keeps up by itself: after a post, after a restart, after a disk that failed."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from bbs_server.store.sqlite.indexer import Indexer
from bbs_server.store.sqlite.writer import SqliteStore
from tests.store.finding import reword, say, search_for, searched, unsay
from tests.support.ready import open_ready

PATIENCE_S = 20.0  # how long anything on this machine may take before a test gives up


async def found(store: SqliteStore, word: str) -> list[int]:
    """Return the posts that a search finds."""
    return await store.read(lambda tx: searched(tx, search_for(word)))


async def until_found(store: SqliteStore, word: str, *numbers: int) -> None:
    """Search until these posts are found, and no other."""
    async with asyncio.timeout(PATIENCE_S):
        while await found(store, word) != [*numbers]:
            pass


async def test_a_post_is_found_without_anybody_asking_for_it(store: SqliteStore) -> None:
    """The index takes posts up by itself, soon after their commits (protocol 9.4)."""
    await store.write(lambda tx: say(tx, 1, "alpha"))
    await until_found(store, "alpha", 1)
    await store.write(lambda tx: say(tx, 2, "alpha"))
    await store.write(lambda tx: reword(tx, 1, "beta"))
    assert await found(store, "alpha") == []  # the old words went with the edit's own commit
    await until_found(store, "alpha", 2)
    await until_found(store, "beta", 1)


async def test_what_waited_is_found_after_a_restart(tmp_path: Path) -> None:
    """Posts and edits that no commit of the index had taken up are taken up by the next start
    (protocol 9.4)."""
    store = await open_ready(tmp_path)
    await store.write(lambda tx: say(tx, 1, "alpha"))
    await store.update_index()
    await store.write(lambda tx: (say(tx, 2, "alpha"), say(tx, 3, "alpha")))
    await store.write(lambda tx: reword(tx, 1, "beta"))
    await store.write(lambda tx: unsay(tx, 3))
    await store.close()
    store = await open_ready(tmp_path)
    await until_found(store, "alpha", 2)
    await until_found(store, "beta", 1)
    await store.close()


async def test_housekeeping_indexes_what_waits(store: SqliteStore) -> None:
    """After housekeeping nothing waits, and words of before are in no file (P10)."""
    await store.write(lambda tx: say(tx, 1, "quincunxone"))
    assert await store.run_maintenance()
    assert await found(store, "quincunxone") == [1]
    await store.write(lambda tx: reword(tx, 1, "blackbirds"))
    await store.write(lambda tx: say(tx, 2, "alpha"))
    assert await store.run_maintenance()
    assert await found(store, "blackbirds") == [1]
    content = b"".join(path.read_bytes() for path in store.path.parent.iterdir())
    assert b"cunxone" not in content


@pytest.mark.parametrize("times", [1, 3])
async def test_a_rolled_back_edit_leaves_the_index_alone(store: SqliteStore, times: int) -> None:
    """What is undone is neither taken out nor put in (P12)."""
    await store.write(lambda tx: say(tx, 1, "alpha"))
    await store.update_index()

    def fails() -> None:
        raise LookupError

    for _ in range(times):

        def edit(tx: object) -> None:
            reword(tx, 1, "beta")  # type: ignore[arg-type]  # a transaction
            fails()

        with pytest.raises(LookupError):
            await store.write(edit)
    await store.update_index()
    assert (await found(store, "alpha"), await found(store, "beta")) == ([1], [])


async def test_an_error_of_our_own_is_told_and_does_not_end_the_index(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A bug is in the log, is called no fault of the disk, and what waits is tried again (9.4)."""
    faults: list[sqlite3.Error] = []

    async def fails(work: object) -> bool:
        raise LookupError

    indexer = Indexer(fails, faults.append)
    indexer.start()
    async with asyncio.timeout(PATIENCE_S):
        while len(caplog.records) < 2:  # noqa: ASYNC110 - both tasks log, and tell nobody else
            await asyncio.sleep(0)
    assert {record.message for record in caplog.records} == {"the search index is not up to date"}
    assert not any(task.done() for task in indexer._tasks)
    await indexer.stop()
    assert faults == []
