"""One message to many readers, beside websockets' own broadcast; and a reader that has stopped."""

import asyncio
import statistics
import sys
import time
from pathlib import Path

import pytest
from websockets.asyncio.client import ClientConnection

from bbs.ids import ThreadId
from tests.bench.frames import answer, post_frame, sockets
from tests.bench.measure import Table, interleaved
from tests.faults.chaosproxy import ChaosProxy
from tests.faults.people import Person, move_in, open_thread
from tests.faults.server_process import ServerProcess

pytestmark = [pytest.mark.bench, pytest.mark.timeout(120)]

READERS = 200
TIMES = 20
BARE = (sys.executable, "-m", "tests.bench.bare")
LONG = ("é" * 79 + "\n") * 100  # 16 KB, as long as posts may be
BLOCK_POSTS = 400  # enough to fill the line's buffers, then the outbox, and to be cut off
BLOCKS = 4
NEAR_READERS = 5


async def _event(socket: ClientConnection) -> None:
    """Take frames until one that was told to everybody."""
    while '"method":' not in (await socket.recv())[:60]:
        pass


async def _tell_all(
    writer: ClientConnection, readers: list[ClientConnection], frame: str, *, answered: bool
) -> float:
    """Return the ms from sending a message until every reader has it."""
    began = time.perf_counter()
    waiting = asyncio.gather(*(_event(reader) for reader in readers))
    await writer.send(frame)
    await waiting
    took_ms = (time.perf_counter() - began) * 1_000
    # The writer is answered, or told like everybody else; either is taken before the next.
    await (answer(writer) if answered else _event(writer))
    return took_ms


async def test_one_message_to_200_readers(
    server: ServerProcess, tmp_path: Path, table: Table
) -> None:
    """From a post to the last of 200 readers: a durable post here, a mere broadcast there."""
    await server.start()
    [person] = await move_in(server.url, server.invitation, 1)
    thread = await open_thread(server.url, person)
    folder = tmp_path / "bare"
    folder.mkdir()
    with ServerProcess(folder, program=BARE) as bare:
        await bare.start()
        async with (
            sockets(server.port, READERS, token=person.token, listen=True) as ours,
            sockets(server.port, 1, token=person.token) as [writer],
            sockets(bare.port, READERS) as theirs,
            sockets(bare.port, 1) as [teller],
        ):
            told = post_frame(thread).replace("threads.post", "tell")
            samples = await interleaved(
                lambda: _tell_all(writer, ours, post_frame(thread), answered=True),
                lambda: _tell_all(teller, theirs, told, answered=False),
                TIMES,
            )
    table.add(f"a post to {READERS} readers", "ms", *samples, "broadcast(), nothing stored")


async def _p99_ms(
    writer: ClientConnection, readers: list[ClientConnection], thread: ThreadId
) -> float:
    """Return the 99th percentile of the times from a long post until the near readers have it, in ms."""
    took = [
        await _tell_all(writer, readers, post_frame(thread, body=LONG), answered=True)
        for _ in range(BLOCK_POSTS)
    ]
    return statistics.quantiles(took, n=100)[98]


async def _p99_beside_a_stopped_reader(
    server: ServerProcess,
    person: Person,
    writer: ClientConnection,
    readers: list[ClientConnection],
    thread: ThreadId,
) -> float:
    """Return the same while one more reader has stopped reading, until it is cut off or the end."""
    async with (
        ChaosProxy(server.port) as proxy,
        sockets(proxy.port, 1, token=person.token, listen=True),
    ):
        proxy.down.silent = True
        return await _p99_ms(writer, readers, thread)


async def test_others_beside_a_stopped_reader(server: ServerProcess, table: Table) -> None:
    """The latency of others' posts with one stopped reader and without (P14)."""
    await server.start()
    [person] = await move_in(server.url, server.invitation, 1)
    thread = await open_thread(server.url, person)
    async with (
        sockets(server.port, NEAR_READERS, token=person.token, listen=True) as readers,
        sockets(server.port, 1, token=person.token) as [writer],
    ):
        samples = await interleaved(
            lambda: _p99_beside_a_stopped_reader(server, person, writer, readers, thread),
            lambda: _p99_ms(writer, readers, thread),
            BLOCKS,
        )
    table.add("others' p99 beside a stopped reader", "ms", *samples, "nobody stopped")
