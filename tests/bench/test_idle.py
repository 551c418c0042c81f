"""What a connection costs that only waits."""

import asyncio
import sys
from pathlib import Path

import pytest

from bbs.streams import COMMONS_STREAM
from tests.bench.measure import Table, interleaved
from tests.bench.pinned import PinnedServer
from tests.bench.raw import raw_lines
from tests.faults.people import Person, move_in
from tests.faults.server_process import ServerProcess

pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]

TIMES = 3
FIRST = 100  # what a server needs for the first connections it needs once
MORE = 1_000
SETTLED_S = 2.0
BARE = (sys.executable, "-m", "tests.bench.bare")


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
