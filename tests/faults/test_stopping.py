"""Ended with SIGTERM under load: drained, closed with 1012, gone in time, nothing lost (protocol 8.3)."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bbs.streams import COMMONS_STREAM
from bbs.wire.close import REASONS, RESTARTING
from tests.faults.chaosproxy import ChaosProxy
from tests.faults.oracle import Oracle, copied, faults_of
from tests.faults.people import Person, Reader, line, move_in, open_thread
from tests.faults.posters import posters
from tests.faults.rounds import DEEP, rounds
from tests.faults.server_process import ServerProcess
from tests.faults.weakened import weakened

pytestmark = [pytest.mark.faults, pytest.mark.timeout(rounds(90, 900))]

POSTERS = 8
END_WITHIN_S = 10.0


async def _listen(stack: AsyncExitStack, url: str, person: Person) -> Reader:
    """Let somebody listen until the stack is left."""
    reader = Reader()
    community = await stack.enter_async_context(
        line(url, person, listen=True, cursors={COMMONS_STREAM: 0})
    )
    task = asyncio.create_task(reader.read(community))
    stack.callback(task.cancel)
    return reader


async def _end_under_load(server: ServerProcess, folder: Path) -> None:
    """End a server a few times while people post and read; check what they are told and keep."""
    oracle = Oracle()
    await server.start()
    people = await move_in(server.url, server.invitation, POSTERS + 1)
    thread = await open_thread(server.url, people[0])
    async with AsyncExitStack() as stack:
        reader = await _listen(stack, server.url, people[-1])
        await stack.enter_async_context(posters(server.url, people[:-1], thread, oracle))
        for n in range(rounds(3, 20)):
            await oracle.next_ack()
            assert await server.end(END_WITHIN_S) == 0
            with copied(server.database, folder / "copy") as connection:
                assert faults_of(connection, oracle) == []
            await server.start()
            await oracle.next_ack()
            await reader.reaches(COMMONS_STREAM, max(p.seq or 0 for p in oracle.acked.values()))
            assert reader.reasons.count(REASONS[RESTARTING]) == n + 1
    assert len(oracle.acked) > POSTERS
    assert "Traceback" not in server.log()


async def test_sigterm_under_load_closes_with_1012_and_loses_nothing(
    server: ServerProcess, tmp_path: Path
) -> None:
    """Everybody is told to come back, what was acknowledged is kept, and all goes on after (P12, protocol 8.3).

    Fails where the store is closed before what waits in it is written, where the process hangs
    on a thread or a peer, and where connections are cut instead of closed: see below.
    """
    await _end_under_load(server, tmp_path)


@pytest.mark.skipif(not DEEP, reason="proofs that the tests see belong to the deep run")
async def test_a_server_that_cuts_everybody_off_is_noticed(tmp_path: Path) -> None:
    """Who is cut off instead of sent home was not told when to come back (protocol 8.3)."""
    with (
        ServerProcess(tmp_path, program=weakened("cuts-everybody-off")) as server,
        pytest.raises((AssertionError, ExceptionGroup)),
    ):
        await _end_under_load(server, tmp_path)


async def test_sigterm_does_not_wait_for_peers_that_do_not_answer(server: ServerProcess) -> None:
    """Peers that neither read nor close do not keep the server from ending in time (protocol 8.3)."""
    await server.start()
    people = await move_in(server.url, server.invitation, 3)
    async with ChaosProxy(server.port) as proxy, AsyncExitStack() as stack:
        for person in people:
            await _listen(stack, proxy.url, person)
        proxy.down.silent = proxy.up.silent = True
        assert await server.end(END_WITHIN_S) == 0
        proxy.down.silent = proxy.up.silent = False
