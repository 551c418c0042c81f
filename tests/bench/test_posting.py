"""Durable posts a second, beside a server that only decodes, inserts, commits and answers."""

import asyncio
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.bench.measure import Table, interleaved
from tests.bench.pinned import PinnedServer, cpu_s
from tests.bench.posts import line_frame, post_frame
from tests.bench.raw import RawLine, raw_lines, send_all
from tests.faults.people import move_in, open_thread
from tests.faults.server_process import ServerProcess

pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]

TURNS = 10
POSTS = {1: 300, 50: 2_000, 500: 4_000}
MUST = {1: 0.33, 50: 0.33}  # by processor time
TALKERS = 50
SETTLED_S = 1.0  # what the server still does once it has answered: it indexes the posts
BARE = (sys.executable, "-m", "tests.bench.bare")

Paces = dict[object, list[float]]


async def _pace(
    server: ServerProcess, lines: list[RawLine], make: Callable[[], bytes], count: int, kept: Paces
) -> float:
    """Let lines write so much together; return how much a second, and keep it a processor second.

    Args:
        make: Makes a frame.
        kept: The paces by processor time, by `make`; the time includes what follows the answers.
    """
    each = count // len(lines)
    frames = [[make() for _ in range(each)] for _ in lines]
    used, began = cpu_s(server.pid), time.perf_counter()
    await send_all(lines, frames)
    took = time.perf_counter() - began
    await asyncio.sleep(SETTLED_S)
    kept.setdefault(make, []).append(each * len(lines) / (cpu_s(server.pid) - used))
    return each * len(lines) / took


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
    kept: Paces = {}

    def ours() -> bytes:
        return post_frame(thread)

    def bare() -> bytes:
        return post_frame(thread)

    with PinnedServer(folder, program=BARE) as least:
        await least.start()
        async with (
            raw_lines(server.port, senders, token=person.token) as mine,
            raw_lines(least.port, senders) as its,
        ):
            samples = await interleaved(
                lambda: _pace(server, mine, ours, POSTS[senders], kept),
                lambda: _pace(least, its, bare, POSTS[senders], kept),
                TURNS,
            )
    name = f"durable posts, {senders} sender{'s' if senders > 1 else ''}"
    beside = "decode, insert, commit, answer"
    table.add(name, "posts/s", *samples, beside, by_turns=True)
    _add_by_processor(table, name, "posts/s", kept[ours], kept[bare], beside, MUST.get(senders))


async def test_lounge_lines_a_second(server: ServerProcess, table: Table) -> None:
    """A line costs no more than a post: neither in time nor in the server's processor time."""
    await server.start()
    [person] = await move_in(server.url, server.invitation, 1)
    thread = await open_thread(server.url, person)
    kept: Paces = {}

    def post() -> bytes:
        return post_frame(thread)

    async with raw_lines(server.port, TALKERS, token=person.token) as lines:
        samples = await interleaved(
            lambda: _pace(server, lines, line_frame, POSTS[TALKERS], kept),
            lambda: _pace(server, lines, post, POSTS[TALKERS], kept),
            TURNS,
        )
    name = f"lounge lines, {TALKERS} senders"
    table.add(name, "lines/s", *samples, "posts of as many", 1, by_turns=True)
    _add_by_processor(table, name, "lines/s", kept[line_frame], kept[post], "posts of as many", 1)


def _add_by_processor(
    table: Table,
    name: str,
    unit: str,
    ours: list[float],
    bare: list[float],
    baseline: str,
    must: float | None,
) -> None:
    """Add the paces by processor time, without those of the turn that does not count."""
    name = f"{name}, per server CPU second"
    table.add(name, unit, ours[1:], bare[1:], baseline, must, by_turns=True)
