"""The pool of threads that hash passwords, and the hashes it makes."""

import asyncio
import threading
from collections.abc import Iterator

import pytest

from bbs.errors import ServerStopping, Throttled
from bbs_server.features.members.passwords import PasswordPool, dummy_hash, make_hasher, verify


@pytest.fixture
def pool() -> Iterator[PasswordPool]:
    """One thread and room for two who wait."""
    opened = PasswordPool(workers=1, waiting_max=2)
    yield opened
    opened.close()


async def fill(pool: PasswordPool, gate: threading.Event) -> list[asyncio.Task[bool]]:
    """Return one job that runs until `gate` opens and two that wait behind it."""
    started = asyncio.Event()
    loop = asyncio.get_running_loop()

    def held() -> bool:
        loop.call_soon_threadsafe(started.set)
        return gate.wait(30)

    tasks = [asyncio.create_task(pool.run(held)) for _ in range(3)]
    await started.wait()
    return tasks


async def test_the_queue_is_bounded(pool: PasswordPool) -> None:
    """When too many wait, one more is told when to come back, and those before are served (P14)."""
    gate = threading.Event()
    tasks = await fill(pool, gate)
    with pytest.raises(Throttled) as caught:
        await pool.run(gate.is_set)
    assert caught.value.retry_after_s > 0
    gate.set()
    assert await asyncio.gather(*tasks) == [True] * 3
    assert await pool.run(gate.is_set)


async def test_who_leaves_frees_the_place(pool: PasswordPool) -> None:
    """A cancelled job that did not begin never does, and its place is free; a running one keeps its."""
    gate = threading.Event()
    running, *waiting = await fill(pool, gate)
    for task in (running, *waiting):
        task.cancel()
    await asyncio.gather(running, *waiting, return_exceptions=True)
    assert pool.jobs == 1
    gate.set()
    assert await pool.run(gate.is_set)


async def test_errors_come_back(pool: PasswordPool) -> None:
    """What a job raises is raised to who asked, and its place is free again."""
    with pytest.raises(ZeroDivisionError):
        await pool.run(divmod, 1, 0)
    assert await pool.run(divmod, 1, 1) == (1, 0)


async def test_a_closed_pool_says_so(pool: PasswordPool) -> None:
    """After closing, which may be done twice, nobody waits in vain (P12)."""
    pool.close()
    pool.close()
    with pytest.raises(ServerStopping):
        await pool.run(divmod, 1, 1)
    assert pool.jobs == 0


def test_the_dummy_costs_as_much_as_a_hash() -> None:
    """No password matches the dummy, whose costs are those of real hashes (protocol 3.3)."""
    hasher = make_hasher(cheap=True)
    dummy = dummy_hash(hasher)
    assert not verify(hasher, dummy, "any password at all")
    assert not hasher.check_needs_rehash(dummy)
    assert dummy.split("$")[:4] == hasher.hash("any password").split("$")[:4]


def test_hashes_match_only_their_password() -> None:
    """A hash matches its password, byte for byte, and nothing that cannot be encoded."""
    hasher = make_hasher(cheap=True)
    stored = hasher.hash("correct horse battery")
    assert verify(hasher, stored, "correct horse battery")
    assert not verify(hasher, stored, "Correct horse battery")
    assert not verify(hasher, stored, "\ud800")


def test_real_hashes_are_strong() -> None:
    """Outside of tests and the demo a hash is argon2id with 64 MiB and three passes (RFC 9106)."""
    hasher = make_hasher()
    assert (hasher.memory_cost, hasher.time_cost, hasher.hash_len) == (65_536, 3, 32)
