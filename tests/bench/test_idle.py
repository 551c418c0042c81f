"""What a server costs that has started and waits, and a connection that only waits."""

import asyncio
import sys
from pathlib import Path

import pytest

from bbs.streams import COMMONS_STREAM
from tests.bench.measure import Table, interleaved
from tests.bench.pinned import PinnedServer, cpu_s
from tests.bench.raw import raw_lines
from tests.faults.people import Person, move_in
from tests.faults.server_process import ServerProcess

pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]

TIMES = 3
FIRST = 100  # what a server needs for the first connections it needs once
MORE = 1_000
SETTLED_S = 2.0
START_MIB_MAX = 70.0
BARE = (sys.executable, "-m", "tests.bench.bare")


async def test_a_server_at_rest(tmp_path: Path, table: Table) -> None:
    """Memory and processor of a start, once everything that comes after the first answer is there."""
    used: dict[bool, list[float]] = {True: [], False: []}

    async def started_mib(*, ours: bool) -> float:
        folder = tmp_path / str(ours)
        folder.mkdir(exist_ok=True)
        with PinnedServer(folder, **({} if ours else {"program": BARE})) as server:
            await server.start()
            await asyncio.sleep(SETTLED_S)
            used[ours].append(cpu_s(server.pid) * 1_000)
            return server.rss_kib() / 1_024

    samples = await interleaved(
        lambda: started_mib(ours=True), lambda: started_mib(ours=False), TIMES
    )
    beside = "a bare websockets server"
    table.add("memory of a start, at rest", "MiB", *samples, beside, START_MIB_MAX, absolute=True)
    table.add("processor of a start, at rest", "ms", used[True][1:], used[False][1:], beside)


async def _kib_each(server: ServerProcess, person: Person | None) -> float:
    """Return the memory one more connection takes, in KiB."""
    token, streams = (person.token, [COMMONS_STREAM]) if person else (None, [])
    async with raw_lines(server.port, FIRST, token=token, streams=streams):
        await asyncio.sleep(SETTLED_S)
        before = server.rss_kib()
        async with raw_lines(server.port, MORE, token=token, streams=streams):
            await asyncio.sleep(SETTLED_S)
            return (server.rss_kib() - before) / MORE


async def test_memory_of_an_idle_connection(tmp_path: Path, table: Table) -> None:
    """Signed in and listening, beside a bare connection without compression."""
    runs = 0

    async def fresh_kib(*, ours: bool) -> float:
        nonlocal runs
        runs += 1
        folder = tmp_path / str(runs)
        folder.mkdir()
        options = {} if ours else {"program": BARE}
        with PinnedServer(folder, **options) as server:
            await server.start()
            person = (await move_in(server.url, server.invitation, 1))[0] if ours else None
            return await _kib_each(server, person)

    samples = await interleaved(lambda: fresh_kib(ours=True), lambda: fresh_kib(ours=False), TIMES)
    table.add("memory of an idle connection", "KiB", *samples, "a bare websockets connection", 1.2)
