"""A reader that stops reading: cut off, costing a bounded amount, harming nobody, whole again later."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bbs import limits
from bbs.features.threads.messages import WritePost
from bbs.ids import ThreadId, new_id
from bbs.sdk.community import Community
from bbs.streams import COMMONS_STREAM
from bbs.wire.close import reason_for_people
from bbs_server.app import run_server
from bbs_server.settings import ServerSettings
from bbs_server.store.sqlite.writer import WRITER_CACHE_KIB
from tests.faults.chaosproxy import ChaosProxy
from tests.faults.people import Person, Reader, line, move_in, open_thread
from tests.faults.rounds import DEEP, rounds
from tests.faults.server_process import ServerProcess
from tests.faults.weakened import weakened

pytestmark = [pytest.mark.faults, pytest.mark.timeout(rounds(90, 900))]

BODY = "A long post, as long as posts may be.\n" * 200
FLOOD_POSTS = 2_400  # 19 MB: more than outbox, cache and the buffers of a line hold together
WRITERS_AT_ONCE = 8
# The outbox's own bound is 1 MiB, and the flood fills the writer's cache; unbounded, it stays too.
RSS_GROWTH_KIB_MAX = 8_192 + WRITER_CACHE_KIB


class _Listening:
    """A reader that listens in the background for the length of a test."""

    def __init__(self, stack: AsyncExitStack) -> None:
        self.reader = Reader()
        self._stack = stack
        self._task: asyncio.Task[None] | None = None

    async def begin(self, url: str, person: Person) -> None:
        community = await self._stack.enter_async_context(
            line(url, person, listen=True, cursors={COMMONS_STREAM: 0})
        )
        self._task = asyncio.create_task(self.reader.read(community))


async def _flood(community: Community, thread: ThreadId, posts: int) -> int:
    """Post long posts, a few at once; return the last seq."""
    last = 0
    for _ in range(posts // WRITERS_AT_ONCE):
        told = await asyncio.gather(
            *(
                community.call(WritePost(thread=thread, post=new_id(), body=BODY))
                for _ in range(WRITERS_AT_ONCE)
            )
        )
        last = max(shown.post.seq or 0 for shown in told)
    return last


async def _stall_one(server: ServerProcess, posts: int) -> tuple[Reader, list[Reader], int]:
    """Let one reader stop reading during a flood; return it, the others, and the memory it cost."""
    await server.start()
    people = await move_in(server.url, server.invitation, 4)
    thread = await open_thread(server.url, people[0])
    async with ChaosProxy(server.port) as proxy, AsyncExitStack() as stack:
        stalled, *others = [_Listening(stack) for _ in range(4)]
        await stalled.begin(proxy.url, people[0])
        for listening, person in zip(others, people[1:], strict=True):
            await listening.begin(server.url, person)
        async with line(server.url, people[0]) as community:
            warm = await _flood(community, thread, posts // 4)
            await stalled.reader.reaches(COMMONS_STREAM, warm)
            before_kib = server.rss_kib()
            proxy.down.silent = True
            last = await _flood(community, thread, posts)
            grown_kib = server.rss_kib() - before_kib
        for listening in others:
            await listening.reader.reaches(COMMONS_STREAM, last)
        proxy.down.silent = False
        await stalled.reader.reaches(COMMONS_STREAM, last)
        print(f"{last} events, memory grew by {grown_kib} KiB")
        return stalled.reader, [listening.reader for listening in others], grown_kib


async def test_a_stalled_reader_slows_nobody_and_resumes_whole(server: ServerProcess) -> None:
    """Cut off once, it comes back to every event in order; others miss and wait for nothing (P14).

    A build whose outboxes are not bounded never cuts it off: see below.
    """
    stalled, others, grown_kib = await _stall_one(server, FLOOD_POSTS)
    assert [reader.lost for reader in others] == [0, 0, 0]
    log = others[0].order(COMMONS_STREAM)
    assert [seq for seq, _, _ in log] == list(range(1, len(log) + 1))
    assert all(reader.order(COMMONS_STREAM) == log for reader in others)
    assert stalled.order(COMMONS_STREAM) == log
    assert stalled.lost >= 1
    assert stalled.broken == []
    assert grown_kib < RSS_GROWTH_KIB_MAX


async def test_a_stalled_reader_is_closed_with_4008_and_its_outbox_stays_bounded(
    tmp_path: Path,
) -> None:
    """No outbox ever holds more than its bound, and the one that filled is closed with 4008 (P14)."""
    settings = ServerSettings(data=str(tmp_path / "data"), listen="127.0.0.1:0", sample=True)
    async with run_server(settings) as running, AsyncExitStack() as stack:
        [person] = await move_in(running.url, running.invitation or "", 1)
        thread = await open_thread(running.url, person)
        proxy = await stack.enter_async_context(ChaosProxy(running.listener.port))
        stalled = _Listening(stack)
        await stalled.begin(proxy.url, person)
        community = await stack.enter_async_context(line(running.url, person))
        proxy.down.silent = True
        fullest = 0
        while not running.listener.counters.cut_off:
            await _flood(community, thread, WRITERS_AT_ONCE)
            fullest = max(fullest, *(len(c.outbox) for c in running.listener.connections))
            assert fullest <= limits.OUTBOX_FRAMES_MAX
        proxy.down.silent = False
        last = await _flood(community, thread, WRITERS_AT_ONCE)
        await stalled.reader.reaches(COMMONS_STREAM, last)
        assert running.listener.counters.cut_off == 1
        assert stalled.reader.reasons[0] == reason_for_people(4008)


@pytest.mark.skipif(not DEEP, reason="proofs that the tests see belong to the deep run")
async def test_a_server_without_bounds_is_noticed(tmp_path: Path) -> None:
    """Without bounds the stalled reader is never cut off, and its share of memory shows (P14)."""
    with ServerProcess(tmp_path, program=weakened("unbounded")) as server:
        stalled, _, grown_kib = await _stall_one(server, FLOOD_POSTS)
    assert stalled.lost == 0
    assert grown_kib > limits.OUTBOX_BYTES_MAX / 1_024
