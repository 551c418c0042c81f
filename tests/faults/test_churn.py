"""Coming and going without end: memory, files, threads and tasks are back where they were."""

import asyncio
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from bbs_server.app import run_server
from bbs_server.settings import ServerSettings
from bbs_server.store.sqlite.open import DATABASE
from bbs_server.store.sqlite.writer import READERS, WRITER_CACHE_KIB
from tests.faults.held import Held
from tests.faults.people import hurried, move_in, open_thread
from tests.faults.rounds import DEEP, chance, lasting_s
from tests.faults.server_process import ServerProcess
from tests.faults.visitors import Visitors
from tests.faults.weakened import weakened
from tests.server.ops_net.serving import http_get

CHURN_S = lasting_s(8, 3_600)
pytestmark = [pytest.mark.faults, pytest.mark.timeout(2 * CHURN_S + 300)]

PEOPLE = 8
AT_ONCE = 12
WARM_S = 3.0  # pools have their size by then
CACHES_KIB = WRITER_CACHE_KIB + 2_000 * READERS  # what SQLite may come to hold: 2,000 is its habit
RSS_GROWTH_KIB_MAX = 6_144  # of the allocator; a leak has no bound
# A look at every page, ten seconds after the start, leaves these to reuse.
SPARE = Counter({DATABASE: 1})
SPARE_THREADS = 1
SETTLE_S = 20.0


async def _until(condition: Callable[[], bool]) -> None:
    """Look now and then until something is so."""
    async with asyncio.timeout(SETTLE_S):
        while not condition():
            await hurried(0.05)


async def _quiet(server: ServerProcess) -> Held:
    """Wait until the server has let go of every line; return what it holds then.

    Raises:
        AssertionError: If it keeps some; says what they are.
    """
    # Lines are let in one after another: once this one is, none that came before waits to be.
    await http_get(server.port, "/healthz")
    try:
        async with asyncio.timeout(SETTLE_S):
            while (held := server.held()).lines:
                await hurried(0.05)
    except TimeoutError:
        raise AssertionError(f"still open: {dict(held.opened)}") from None
    return held


def _grown_kib(before: Held, half: Held, after: Held) -> int:
    """Return by how much memory grew, without the caches: what they take, they take once, and in a
    long run before half of it is over.
    """
    return after.rss_kib - before.rss_kib - max(CACHES_KIB, half.rss_kib - before.rss_kib)


async def _churn(server: ServerProcess, lasting_s: float) -> tuple[Held, Held, Held]:
    """Let visitors come and go; return what the server holds before, half-way and after, in quiet."""
    await server.start()
    people = await move_in(server.url, server.invitation, PEOPLE)
    thread = await open_thread(server.url, people[0])
    visitors = Visitors(server.port, people, thread, chance("churn"))
    await visitors.come_and_go(WARM_S, AT_ONCE)
    before = await _quiet(server)
    visitors.visits.clear()
    await visitors.come_and_go(lasting_s / 2, AT_ONCE)
    half = await _quiet(server)
    await visitors.come_and_go(lasting_s / 2, AT_ONCE)
    after = await _quiet(server)
    print(f"{visitors.visits.total()} visits in {lasting_s:g} s: {dict(visitors.visits)}")
    for when, held in (("before", before), ("half-way", half), ("after", after)):
        print(f"{when}: {held.rss_kib} KiB, {held.threads} threads, {dict(held.opened)}")
    return before, half, after


async def test_an_hour_of_coming_and_going_leaves_nothing_behind(server: ServerProcess) -> None:
    """Memory, files and threads of the server return to where they were.

    A build that forgets no connection fails this: see below.
    """
    before, half, after = await _churn(server, CHURN_S)
    assert after.opened - before.opened <= SPARE
    assert after.threads <= before.threads + SPARE_THREADS
    assert _grown_kib(before, half, after) < RSS_GROWTH_KIB_MAX
    assert "Traceback" not in server.log()


@pytest.mark.skipif(not DEEP, reason="proofs that the tests see belong to the deep run")
async def test_a_server_that_forgets_nobody_is_noticed(tmp_path: Path) -> None:
    """Connections that are kept for ever show as memory within two minutes."""
    with ServerProcess(tmp_path, program=weakened("forgets-nobody")) as server:
        assert _grown_kib(*await _churn(server, 120)) > RSS_GROWTH_KIB_MAX


async def test_whoever_left_leaves_no_task_and_no_entry(tmp_path: Path) -> None:
    """Every task of a connection ends with it, and no table of the server names it."""
    settings = ServerSettings(data=str(tmp_path / "data"), listen="127.0.0.1:0", sample=True)
    async with run_server(settings) as running:
        people = await move_in(running.url, running.invitation or "", PEOPLE)
        thread = await open_thread(running.url, people[0])
        hub, listener = running.dispatcher.hub, running.listener
        await _until(lambda: not listener.connections)
        tasks = _tasks()
        visitors = Visitors(listener.port, people, thread, chance("tasks"))
        await visitors.come_and_go(3.0, AT_ONCE)
        await _until(lambda: not listener.connections and len(_tasks()) <= len(tasks))
        assert hub.sessions() == []
        assert hub.listeners_of([f"member:{person.id}" for person in people], None) == []
        assert not listener._outside


def _tasks() -> set[str]:
    """Return the names of all tasks that run."""
    return {task.get_name() for task in asyncio.all_tasks()}
