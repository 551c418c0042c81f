"""Durable posts a second, beside a server that only decodes, inserts, commits and answers."""

import sys
import time
from pathlib import Path

import pytest
from websockets.asyncio.client import ClientConnection

from bbs.ids import ThreadId
from tests.bench.frames import post_frame, post_together, sockets
from tests.bench.measure import Table, interleaved
from tests.faults.people import move_in, open_thread
from tests.faults.server_process import ServerProcess

pytestmark = [pytest.mark.bench, pytest.mark.timeout(120)]

TIMES = 7
POSTS = {1: 150, 50: 1_000}
BARE = (sys.executable, "-m", "tests.bench.bare")


async def _per_second(lines: list[ClientConnection], thread: ThreadId, posts: int) -> float:
    """Return how many posts a second so many senders get acknowledged."""
    each = posts // len(lines)
    frames = [[post_frame(thread) for _ in range(each)] for _ in lines]
    began = time.perf_counter()
    await post_together(lines, frames)
    return each * len(lines) / (time.perf_counter() - began)


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
    posts = POSTS[senders]
    with ServerProcess(folder, program=BARE) as bare:
        await bare.start()
        async with (
            sockets(server.port, senders, token=person.token) as ours,
            sockets(bare.port, senders) as theirs,
        ):
            samples = await interleaved(
                lambda: _per_second(ours, thread, posts),
                lambda: _per_second(theirs, thread, posts),
                TIMES,
            )
    name = f"durable posts, {senders} sender{'s' if senders > 1 else ''}"
    table.add(name, "posts/s", *samples, "decode, insert, commit, answer")
