"""Floods from strangers and members: memory within its bounds, and a member is served meanwhile (P14)."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from bbs import limits
from bbs.features.members.messages import Resume
from bbs.features.threads.messages import ListPosts, WritePost
from bbs.ids import ThreadId, new_id
from bbs.sdk.community import Community
from bbs.wire import codec
from tests.faults.people import Person, hurried, line, move_in, open_thread
from tests.faults.rounds import DEEP, rounds
from tests.faults.server_process import ServerProcess
from tests.faults.visitors import HANDSHAKE
from tests.faults.weakened import weakened
from tests.support.raw import raw

pytestmark = [pytest.mark.faults, pytest.mark.timeout(rounds(90, 300))]

HANDSHAKES = 400
OVERSIZED = 40
UNREAD = 8
ASKED = 30  # pages of half a MiB that each of them asks for and never reads
SERVED_WITHIN_S = 20.0
KIB = 1_024
HANDSHAKE_KIB_MAX = 48  # what a connection costs before anybody is known
FRAME_KIB_MAX = 3 * limits.FRAME_TO_SERVER_BYTES_MAX // KIB  # what a frame of the limit may take
UNREAD_KIB_MAX = (
    limits.OUTBOX_BYTES_MAX + limits.WRITE_BUFFER_BYTES_MAX + 2 * limits.FRAME_TO_CLIENT_BYTES_MAX
) // KIB
"""A full outbox, what the socket would not take, and the frame that was one too many, twice."""
ROOM_KIB = 8_192  # caches, and what the allocator keeps


async def _served(community: Community, thread: ThreadId) -> None:
    """Check that a member is answered while the flood is on."""
    async with asyncio.timeout(SERVED_WITHIN_S):
        await community.call(WritePost(thread=thread, post=new_id(), body="Still here."))


async def _slow_handshakes(stack: AsyncExitStack, server: ServerProcess) -> None:
    """Open many connections that never finish their handshake."""
    for n in range(HANDSHAKES):
        slow = stack.enter_context(socket.create_connection(("127.0.0.1", server.port)))
        slow.sendall(HANDSHAKE[: n % len(HANDSHAKE)])


async def _oversized(stack: AsyncExitStack, server: ServerProcess, person: Person) -> None:
    """Begin frames of a gigabyte and send as much of them as is taken."""
    for _ in range(OVERSIZED):
        client = await stack.enter_async_context(raw(server.url))
        await client.hello()
        await client.ask(Resume(token=person.token))
        client.socket.transport.write(b"\x81\xff" + (2**30).to_bytes(8, "big") + bytes(4))
        for _ in range(20):
            client.socket.transport.write(bytes(65_536))


async def _unread(
    stack: AsyncExitStack, server: ServerProcess, person: Person, thread: ThreadId
) -> None:
    """Ask for page after page and read none."""
    for _ in range(UNREAD):
        client = await stack.enter_async_context(raw(server.url))
        await client.hello()
        await client.ask(Resume(token=person.token))
        client.socket.transport.pause_reading()
        for n in range(ASKED):
            page = ListPosts(thread=thread, limit=limits.PAGE_ITEMS_MAX)
            client.socket.transport.write(_frame(codec.encode_call(1_000 + n, page)))


def _frame(text: bytes) -> bytes:
    """Return a short text frame as a client sends it, masked with zeros."""
    return bytes([0x81, 0x80 | len(text)]) + bytes(4) + text


@asynccontextmanager
async def _house(server: ServerProcess) -> AsyncIterator[tuple[Community, Person, ThreadId]]:
    """Start a server with a member in it and a thread whose pages are as large as pages get."""
    await server.start()
    [person] = await move_in(server.url, server.invitation, 1)
    thread = await open_thread(server.url, person)
    async with line(server.url, person) as community:
        for _ in range(70):
            body = "A long post, as long as posts may be.\n" * 400
            await community.call(WritePost(thread=thread, post=new_id(), body=body[:8_000]))
        await community.call(ListPosts(thread=thread, limit=limits.PAGE_ITEMS_MAX))
        yield community, person, thread


async def _flooded(
    server: ServerProcess,
    community: Community,
    thread: ThreadId,
    flood: Callable[[AsyncExitStack], Awaitable[None]],
) -> int:
    """Let a flood come, check that a member is served, and end it; return what it cost in KiB."""
    before_kib, most = server.rss_kib(), 0
    async with AsyncExitStack() as stack:
        await flood(stack)
        for _ in range(10):
            await _served(community, thread)
            most = max(most, server.rss_kib() - before_kib)
    async with asyncio.timeout(SERVED_WITHIN_S):
        while server.held().lines > 1:  # the member's own
            await hurried(0.05)
    return most


async def test_floods_cost_what_they_may_and_a_member_is_served(server: ServerProcess) -> None:
    """Slow handshakes, frames without end and readers who do not read each cost a bounded amount,
    nobody else is kept waiting, and nothing is left of them (P14).

    A build without bounds fails this: see below.
    """
    async with _house(server) as (community, person, thread):
        told = []
        for name, flood, bound_kib in (
            (
                "handshakes",
                lambda stack: _slow_handshakes(stack, server),
                HANDSHAKES * HANDSHAKE_KIB_MAX,
            ),
            (
                "oversized",
                lambda stack: _oversized(stack, server, person),
                OVERSIZED * FRAME_KIB_MAX,
            ),
            (
                "unread",
                lambda stack: _unread(stack, server, person, thread),
                UNREAD * UNREAD_KIB_MAX,
            ),
        ):
            cost_kib = await _flooded(server, community, thread, flood)
            told.append(f"{name}: {cost_kib} KiB of {bound_kib}")
            assert cost_kib < bound_kib + ROOM_KIB, told
    print(told)
    assert "Traceback" not in server.log()


@pytest.mark.skipif(not DEEP, reason="proofs that the tests see belong to the deep run")
async def test_a_server_without_bounds_is_noticed_by_its_memory(tmp_path: Path) -> None:
    """Where pages wait without bound for who does not read them, memory shows it (P14)."""
    with ServerProcess(tmp_path, program=weakened("unbounded")) as server:
        async with _house(server) as (community, person, thread):
            cost_kib = await _flooded(
                server, community, thread, lambda stack: _unread(stack, server, person, thread)
            )
    assert cost_kib > UNREAD * UNREAD_KIB_MAX + ROOM_KIB
