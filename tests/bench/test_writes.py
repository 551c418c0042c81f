"""What a lone post writes: a call for each page and for each page's head, counted by strace."""

import asyncio
import re
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bbs.features.reading.messages import Search
from bbs.ids import ThreadId
from bbs.wire.codec import encode_call
from tests.bench.measure import Table
from tests.bench.pinned import PinnedServer
from tests.bench.posts import BODY, post_frame
from tests.bench.raw import RawLine, masked, raw_lines
from tests.faults.people import move_in, open_thread
from tests.faults.server_process import ServerProcess

pytestmark = [pytest.mark.bench, pytest.mark.timeout(300)]

BEFORE = 300  # posts, so that there are trees to write to
IN_A_ROW, APART = 40, 20
WRITES_MUST = 26
LOOK_S = 0.05
SETTLED_S = 1.0  # what the index still writes once a post is found
BARE = (sys.executable, "-m", "tests.bench.bare")
# Share of the time, seconds, microseconds a call, calls, errors if there were any.
CALLS = re.compile(r"^\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)\s.*pwrite64$", re.MULTILINE)


@asynccontextmanager
async def _counted(server: ServerProcess, folder: Path) -> AsyncIterator[list[int]]:
    """Count a server's `pwrite64` calls; the count is in the list after the block."""
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace is not installed: the writes of a post are not counted")
    told, found = folder / "strace", list[int]()
    options = ("-f", "-c", "-e", "trace=pwrite64", "-o", str(told), "-p", str(server.pid))
    tracing = await asyncio.create_subprocess_exec(strace, *options, stderr=asyncio.subprocess.PIPE)
    assert tracing.stderr is not None
    said = await tracing.stderr.readline()
    if b"attached" not in said:
        pytest.skip(f"strace may not look at the server: {said.decode().strip()}")
    try:
        yield found
        await asyncio.sleep(SETTLED_S)
    finally:
        tracing.send_signal(signal.SIGINT)
        await tracing.communicate()
    found.append(sum(int(calls) for calls in CALLS.findall(told.read_text())))


async def _is_found(line: RawLine, word: str) -> bool:
    query = Search(query=word, limit=1)
    [answer] = await line.exchange(masked(encode_call(1, query)))
    return word.encode() in answer


async def _write(line: RawLine, thread: ThreadId, word: str, count: int) -> None:
    """Write posts one after another; return once a search finds the last."""
    for _ in range(count - 1):
        await line.exchange(post_frame(thread))
    await line.exchange(post_frame(thread, body=BODY + word))
    while not await _is_found(line, word):  # noqa: ASYNC110 - the index tells nobody
        await asyncio.sleep(LOOK_S)


async def test_the_writes_of_a_lone_post(
    server: ServerProcess, tmp_path: Path, table: Table
) -> None:
    """With its share of what is written after its answer, for posts in a row and far apart."""
    await server.start()
    [person] = await move_in(server.url, server.invitation, 1)
    thread = await open_thread(server.url, person)
    folder = tmp_path / "bare"
    folder.mkdir()
    with PinnedServer(folder, program=BARE) as bare:
        await bare.start()
        async with (
            raw_lines(server.port, 1, token=person.token) as [ours],
            raw_lines(bare.port, 1) as [its],
        ):
            await _write(ours, thread, "beginning", BEFORE)
            async with _counted(server, tmp_path) as in_a_row:
                await _write(ours, thread, "following", IN_A_ROW)
            async with _counted(server, tmp_path) as apart:
                for n in range(APART):
                    await _write(ours, thread, f"apart{n}", 1)
            for _ in range(BEFORE):
                await its.exchange(post_frame(thread))
            async with _counted(bare, tmp_path) as least:
                for _ in range(IN_A_ROW):
                    await its.exchange(post_frame(thread))
    baseline = [calls / IN_A_ROW for calls in least]
    table.add(
        f"pwrite64 calls of a lone post, {IN_A_ROW} in a row",
        "calls",
        [calls / IN_A_ROW for calls in in_a_row],
        baseline,
        "insert, commit",
        WRITES_MUST,
        absolute=True,
    )
    table.add(
        "pwrite64 calls of a lone post, far apart",
        "calls",
        [calls / APART for calls in apart],
        baseline,
        "insert, commit",
    )
