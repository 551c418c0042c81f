"""Durable posts a second, beside a server that only decodes, inserts, commits and answers."""

import sys
import time
from pathlib import Path

import pytest

from bbs.ids import ThreadId
from tests.bench.measure import Table, interleaved
from tests.bench.pinned import PinnedServer, cpu_s
from tests.bench.posts import post_frame
from tests.bench.raw import RawLine, raw_lines, send_all
from tests.faults.people import move_in, open_thread
from tests.faults.server_process import ServerProcess

pytestmark = [pytest.mark.bench, pytest.mark.timeout(300)]

TIMES = 7
POSTS = {1: 300, 50: 2_000, 500: 4_000}
ASKED = {1: 0.5, 50: 0.35}
BARE = (sys.executable, "-m", "tests.bench.bare")


@pytest.mark.parametrize("senders", sorted(POSTS))
async def test_durable_posts_a_second(
    server: ServerProcess, tmp_path: Path, table: Table, senders: int
) -> None:
    """What people, powers, streams, texts, ops and search cost beside a bare insert."""
    await server.start()
    [person] = await move_in(server.url, server.invitation, 1)
    thread = await open_thread(server.url, person)
    folder = tmp_path / "bare"
    folder.mkdir()
    each = POSTS[senders] // senders
    # What a post costs the server's processor, told beside: it does not wait for a disk.
    costs: dict[ServerProcess, list[float]] = {}

    async def per_second(of: ServerProcess, lines: list[RawLine], where: ThreadId) -> float:
        frames = [[post_frame(where) for _ in range(each)] for _ in lines]
        used, began = cpu_s(of.pid), time.perf_counter()
        await send_all(lines, frames)
        costs.setdefault(of, []).append((cpu_s(of.pid) - used) / (each * senders) * 1e6)
        return each * senders / (time.perf_counter() - began)

    with PinnedServer(folder, program=BARE) as bare:
        await bare.start()
        async with (
            raw_lines(server.port, senders, token=person.token) as ours,
            raw_lines(bare.port, senders) as theirs,
        ):
            samples = await interleaved(
                lambda: per_second(server, ours, thread),
                lambda: per_second(bare, theirs, thread),
                TIMES,
            )
    name = f"durable posts, {senders} sender{'s' if senders > 1 else ''}"
    least = "decode, insert, commit, answer"
    table.add(name, "posts/s", *samples, least, ASKED.get(senders))
    table.add(f"{name}: processor", "µs", costs[server], costs[bare], least)
