"""One message to many readers, beside websockets' own broadcast; and a reader that has stopped."""

import json
import statistics
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bbs.ids import ThreadId
from bbs.streams import COMMONS_STREAM
from tests.bench.measure import Table, interleaved
from tests.bench.pinned import PinnedServer, per_cpu_s
from tests.bench.posts import post_frame
from tests.bench.raw import RawLine, masked, raw_lines, send_all, until
from tests.faults.chaosproxy import ChaosProxy
from tests.faults.people import Person, move_in, open_thread
from tests.faults.server_process import ServerProcess

pytestmark = [pytest.mark.bench, pytest.mark.timeout(300)]

TURNS = 10
MESSAGES = 40  # one at a time, to everybody: a sample
SENDERS = 50
AHEAD = 4  # posts of each sender that the slowest reader may not have yet
ROUNDS = 5  # of so many posts: a sample
BARE = (sys.executable, "-m", "tests.bench.bare")
LONG = ("é" * 79 + "\n") * 100  # 16 KB, as long as posts may be
BLOCK_POSTS = 400  # enough to fill the line's buffers, then the outbox, and to be cut off
BLOCKS = 4
NEAR_READERS = 5


@dataclass
class Side:
    """One of the two servers, with who reads and who writes there."""

    server: ServerProcess
    readers: list[RawLine]
    writers: list[RawLine]

    async def tell(self, frames: list[bytes]) -> None:
        """Send messages one at a time, each once every reader has the one before, and who sent it
        has the answer: or is told, like everybody else.
        """
        [writer] = self.writers[:1]
        for frame in frames:
            goals = {line: line.frames + 1 for line in (*self.readers, writer)}
            writer.transport.write(frame)
            await until([*goals], lambda line, goals=goals: line.frames >= goals[line])  # type: ignore[misc]  # bound now

    async def talk(self, rounds: list[list[list[bytes]]]) -> None:
        """Let all writers send at the same time; they go on once the slowest reader is there."""
        for frames in rounds:
            goal = self.readers[0].frames + sum(map(len, frames))
            await send_all(self.writers, frames)
            await until(self.readers, lambda line, goal=goal: line.frames >= goal)  # type: ignore[misc]  # bound now


@dataclass
class Both:
    """Ours and the bare one, and a thread of ours.

    Attributes:
        news: A message for the bare one, as long as the event that ours tells of a post.
    """

    ours: Side
    bare: Side
    thread: ThreadId
    news: bytes = b""

    async def weigh(self) -> None:
        """Tell one post, and make a message for the bare one of the same length."""
        reader = self.ours.readers[0]
        reader.kept = []
        await self.ours.tell([post_frame(self.thread)])
        [event] = reader.kept
        reader.kept = None
        message = {"id": 1, "method": "tell", "params": {"body": ""}}
        message["params"] = {"body": "x" * (len(event) - len(json.dumps(message)))}
        self.news = masked(json.dumps(message).encode())

    async def our_news(self, deliveries: int) -> float:
        """Return the deliveries a processor second of ours, one post at a time."""
        frames = [post_frame(self.thread) for _ in range(MESSAGES)]
        return await per_cpu_s(self.ours.server, deliveries, lambda: self.ours.tell(frames))

    async def bare_news(self, deliveries: int) -> float:
        """Return the same of the bare broadcast, of messages as long as ours."""
        frames = [self.news] * MESSAGES
        return await per_cpu_s(self.bare.server, deliveries, lambda: self.bare.tell(frames))


@asynccontextmanager
async def both(
    server: ServerProcess, folder: Path, *, readers: int, senders: int
) -> AsyncIterator[Both]:
    """Open two servers, each with readers that listen and with senders."""
    await server.start()
    [person] = await move_in(server.url, server.invitation, 1)
    thread = await open_thread(server.url, person)
    folder.mkdir()  # noqa: ASYNC240 - nothing is measured yet
    with PinnedServer(folder, program=BARE) as bare:
        await bare.start()
        async with (
            raw_lines(server.port, readers, token=person.token, streams=[COMMONS_STREAM]) as ours,
            raw_lines(server.port, senders, token=person.token) as writers,
            raw_lines(bare.port, readers) as theirs,
            raw_lines(bare.port, 1) as tellers,
        ):
            found = Both(Side(server, ours, writers), Side(bare, theirs, tellers), thread)
            await found.weigh()
            yield found


async def test_fanout_of_one_message_to_1_000_readers(
    server: ServerProcess, tmp_path: Path, table: Table
) -> None:
    """One at a time: a durable post here, a mere broadcast there, by the server's own processor time."""
    readers = 1_000
    deliveries = MESSAGES * readers
    async with both(server, tmp_path / "bare", readers=readers, senders=1) as found:
        samples = await interleaved(
            lambda: found.our_news(deliveries), lambda: found.bare_news(deliveries), TURNS
        )
    name = f"fan-out to {readers:,}, per server CPU second"
    table.add(name, "deliveries/s", *samples, "broadcast(), nothing stored", 1.3, by_turns=True)


@pytest.mark.parametrize(
    ("readers", "ahead", "rounds", "must"), [(200, AHEAD, ROUNDS, 7.0), (1_000, 1, 2, None)]
)
async def test_fanout_of_50_senders_at_once(
    server: ServerProcess,
    tmp_path: Path,
    table: Table,
    readers: int,
    ahead: int,
    rounds: int,
    must: float | None,
) -> None:
    """The whole path, paced by the slowest reader, beside one broadcast at a time."""

    async def talk() -> float:
        frames = [
            [[post_frame(found.thread) for _ in range(ahead)] for _ in range(SENDERS)]
            for _ in range(rounds)
        ]
        count = rounds * SENDERS * ahead * readers
        return await per_cpu_s(server, count, lambda: found.ours.talk(frames))

    async with both(server, tmp_path / "bare", readers=readers, senders=SENDERS) as found:
        samples = await interleaved(talk, lambda: found.bare_news(MESSAGES * readers), TURNS)
    name = f"{SENDERS} senders to {readers:,}, per server CPU second"
    table.add(name, "deliveries/s", *samples, "broadcast(), one at a time", must, by_turns=True)


async def _p99_ms(side: Side, thread: ThreadId) -> float:
    """Return the 99th percentile of the times from a long post until the near readers have it, in ms."""
    took: list[float] = []
    for _ in range(BLOCK_POSTS):
        frame = post_frame(thread, body=LONG)
        began = time.perf_counter()
        await side.tell([frame])
        took.append((time.perf_counter() - began) * 1_000)
    return statistics.quantiles(took, n=100)[98]


async def _p99_beside_a_stopped_reader(side: Side, person: Person, thread: ThreadId) -> float:
    """Return the same while one more reader has stopped reading, until it is cut off or the end."""
    async with (
        ChaosProxy(side.server.port) as proxy,
        raw_lines(proxy.port, 1, token=person.token, streams=[COMMONS_STREAM]),
    ):
        proxy.down.silent = True
        return await _p99_ms(side, thread)


async def test_fanout_beside_a_stopped_reader(server: ServerProcess, table: Table) -> None:
    """The latency of others' posts with one stopped reader and without (P14)."""
    await server.start()
    [person] = await move_in(server.url, server.invitation, 1)
    thread = await open_thread(server.url, person)
    async with (
        raw_lines(
            server.port, NEAR_READERS, token=person.token, streams=[COMMONS_STREAM]
        ) as readers,
        raw_lines(server.port, 1, token=person.token) as writers,
    ):
        side = Side(server, readers, writers)
        samples = await interleaved(
            lambda: _p99_beside_a_stopped_reader(side, person, thread),
            lambda: _p99_ms(side, thread),
            BLOCKS,
        )
    table.add("others' p99 beside a stopped reader", "ms", *samples, "nobody stopped")
