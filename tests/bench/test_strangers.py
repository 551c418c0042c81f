"""Two thousand strangers: what each takes, and what a member notices of them."""

import asyncio
import statistics
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bbs import limits
from bbs.features.threads.messages import ListPosts
from bbs.ids import ThreadId
from bbs.wire.codec import encode_call
from tests.bench.measure import Table
from tests.bench.pinned import PinnedServer
from tests.bench.posts import post_frame
from tests.bench.raw import RawLine, masked, raw_lines
from tests.faults.people import move_in, open_thread
from tests.faults.server_process import ROOT

pytestmark = [pytest.mark.bench, pytest.mark.timeout(1_200)]

STRANGERS = limits.CONNECTIONS_DEFAULT
QUIET_S = 20.0
FLOOD_S = 60.0
SITTING_S = 20.0  # below STRANGER_SECONDS_MAX with the time to come
PATIENCE_S = 180.0  # for all to come
PAUSE_S = 0.02  # between a member's calls: a busy one
STILL_KIB_MAX, HOSTILE_KIB_MAX = 20, 36
P50_MAX = 3.0


@asynccontextmanager
async def _strangers(port: int, kind: str) -> AsyncIterator[None]:
    """Let them come, in a process of their own; kill it afterwards."""
    words = (sys.executable, "-m", "tests.bench.strangers", str(port), str(STRANGERS), kind)
    load = await asyncio.create_subprocess_exec(
        *words, cwd=ROOT, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert load.stdout is not None
        async with asyncio.timeout(PATIENCE_S):
            assert await load.stdout.readline() == b"ready\n"
        yield
    finally:
        load.kill()
        await load.wait()


async def _member_ms(line: RawLine, thread: ThreadId, for_s: float) -> list[float]:
    """Let a member write and read in turn; return how long each call took, in ms."""
    took, ends = [], time.perf_counter() + for_s
    while time.perf_counter() < ends:
        read = masked(encode_call(1, ListPosts(thread=thread, limit=20)))
        for frame in (post_frame(thread), read):
            began = time.perf_counter()
            await line.exchange(frame)
            took.append((time.perf_counter() - began) * 1_000)
            await asyncio.sleep(PAUSE_S)
    return took


def _p99(took_ms: list[float]) -> float:
    return statistics.quantiles(took_ms, n=100)[98]


async def _peak_kib(server: PinnedServer, most: list[int]) -> None:
    while True:
        most[0] = max(most[0], server.rss_kib())
        await asyncio.sleep(0.25)  # how often it looks: what strangers take lasts for seconds


async def test_strangers_by_the_thousand(tmp_path: Path, table: Table) -> None:
    """Still, holding what they may, or sending fragments for a minute: memory for each, and a member's
    waits beside those without them (P14, protocol 2.1)."""
    options = ("--connections", str(STRANGERS + 100))
    for kind, for_s, kib_max in (
        ("still", SITTING_S, STILL_KIB_MAX),
        ("holding", SITTING_S, HOSTILE_KIB_MAX),
        ("flooding", FLOOD_S, HOSTILE_KIB_MAX),
    ):
        folder = tmp_path / kind
        folder.mkdir()
        with PinnedServer(folder, options=options) as server:
            await server.start()
            [person] = await move_in(server.url, server.invitation, 1)
            thread = await open_thread(server.url, person)
            async with raw_lines(server.port, 1, token=person.token) as [line]:
                quiet = await _member_ms(line, thread, QUIET_S)
                before_kib = server.rss_kib()
                most = [before_kib]
                watching = asyncio.create_task(_peak_kib(server, most))
                async with _strangers(server.port, kind):
                    took = await _member_ms(line, thread, for_s)
                watching.cancel()
            log = server.log()
        kib = (most[0] - before_kib) / STRANGERS
        name = f"{STRANGERS:,} strangers {kind}"
        table.add(f"{name}: memory of each", "KiB", [kib], [kib_max], "what it may be", 1.0)
        waits = f"{name}: a member's"
        table.add(f"{waits} p50", "ms", took, quiet, "without them", P50_MAX)
        table.add(f"{waits} p99", "ms", [_p99(took)], [_p99(quiet)], "without them")
        assert "Traceback" not in log
