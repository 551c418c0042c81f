"""Transactions of any store: whole or undone, one after the other, readers at one moment."""

import asyncio
import threading
from collections.abc import Callable
from functools import partial

import pytest

from bbs import limits
from bbs.errors import StorageUnavailable, Throttled
from bbs.refusals import Conflict
from bbs_server.store.api import Rollback, Store, Tx
from tests.store.commands import Blocker, gathered, kept, put, refuse


async def test_a_refused_command_loses_no_neighbour(store: Store) -> None:
    """A command that raises is undone whole; its neighbours in the group stay."""
    before, refused, after = await gathered(store, put("k1"), refuse, put("k2"))
    assert isinstance(refused, Conflict)
    assert (before, after) == ("k1", "k2")
    assert await store.read(kept) == ["k1", "k2"]


async def test_our_mistakes_lose_no_neighbour(store: Store) -> None:
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


async def test_a_rehearsal_is_undone_and_answered(store: Store) -> None:
    """A dry run gives its answer and leaves nothing, its neighbours stay (protocol 5.5)."""

    def rehearse(tx: Tx) -> None:
        put("k-rehearsed")(tx)
        raise Rollback("would be done")

    assert await gathered(store, put("k1"), rehearse) == ["k1", "would be done"]
    assert await store.read(kept) == ["k1"]


async def test_what_is_done_after_follows_the_commits(store: Store) -> None:
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


async def test_nothing_is_done_after_a_refusal(store: Store) -> None:
    """What was not committed is not announced (protocol 5.8)."""
    told: list[object] = []
    with pytest.raises(Conflict):
        await store.write(refuse, after=told.append)
    assert told == []


async def test_a_cancelled_caller_cancels_no_write(store: Store) -> None:
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


async def test_cancelled_readers_come_back(store: Store) -> None:
    """However many readers are cancelled, the pool has all its connections again (protocol 5.10)."""
    for round_ in range(20):
        tasks = [asyncio.ensure_future(store.read(kept)) for _ in range(6)]
        for _ in range(round_ % 5):
            await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    assert await asyncio.gather(*(store.read(kept) for _ in range(6))) == [[]] * 6


async def test_a_reader_sees_one_moment(store: Store) -> None:
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


async def test_a_reader_cannot_write(store: Store) -> None:
    """A query that tried to change something is stopped by the engine."""
    with pytest.raises(Exception):  # noqa: B017 - each engine has its own
        await store.read(put("k1"))
    assert await store.read(kept) == []


async def test_the_queue_of_writes_is_bounded(store: Store) -> None:
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


async def test_closing_finishes_what_is_queued(store: Store) -> None:
    """Closing answers what was queued before, refuses what comes after, and may be repeated."""
    tasks = [asyncio.ensure_future(store.write(put(f"k{n}"))) for n in range(50)]
    await asyncio.sleep(0)
    await store.close()
    assert await asyncio.gather(*tasks) == [f"k{n}" for n in range(50)]
    with pytest.raises(StorageUnavailable):
        await store.write(put("k-late"))
    await store.close()
