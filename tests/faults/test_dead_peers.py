"""Peers that are gone without a word: noticed in time, not shown as here, their sockets closed (protocol 1.5)."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bbs import limits
from bbs.features.presence.messages import GetPresence, SetPresence
from tests.faults.chaosproxy import ChaosProxy
from tests.faults.people import Reader, hurried, line, move_in
from tests.faults.rounds import DEEP, rounds
from tests.faults.server_process import BBS, ServerProcess
from tests.faults.weakened import weakened

pytestmark = [pytest.mark.faults, pytest.mark.timeout(rounds(60, 300))]

PEERS = 5
PROGRAM = BBS if DEEP else weakened("pings-often")
SLOW_S = 10.0  # what a busy machine may add
NOTICED_WITHIN_S = SLOW_S + (40.0 if DEEP else 2.0 + limits.CLOSE_SECONDS_MAX)
"""A ping, the wait for its answer, the close nobody answers."""


async def _black_hole(server: ServerProcess) -> list[Reader]:
    """Let people be here over a line that falls silent, until the server has noticed.

    Returns:
        What the people at the silent end learned.

    Raises:
        TimeoutError: If the server still believes in them.
    """
    await server.start()
    watcher, *people = await move_in(server.url, server.invitation, PEERS + 1)
    readers = [Reader() for _ in people]
    async with ChaosProxy(server.port) as proxy, AsyncExitStack() as stack:
        here = await stack.enter_async_context(line(server.url, watcher))
        for person, reader in zip(people, readers, strict=True):
            community = await stack.enter_async_context(line(proxy.url, person, listen=True))
            task = asyncio.create_task(reader.read(community))
            stack.callback(task.cancel)
            await community.call(SetPresence(visible=True))
        assert len((await here.call(GetPresence())).members) == PEERS
        proxy.up.silent = proxy.down.silent = True
        async with asyncio.timeout(NOTICED_WITHIN_S):
            while (await here.call(GetPresence())).members or server.held().lines > 1:
                await hurried(0.05)
            # The client's own pings are not hurried: its patience is the real one.
            while DEEP and not all(reader.lost for reader in readers):
                await hurried(0.05)
        proxy.up.silent = proxy.down.silent = False
    return readers


async def test_dead_peers_are_noticed_and_gone_from_presence(tmp_path: Path) -> None:
    """Within 40 seconds nobody is shown who is not there, and no socket of theirs is kept (protocol 1.5).

    A build that never pings fails this: see below.
    """
    with ServerProcess(tmp_path, program=PROGRAM) as server:
        readers = await _black_hole(server)
    assert [reader.broken for reader in readers] == [[]] * PEERS


@pytest.mark.skipif(not DEEP, reason="proofs that the tests see belong to the deep run")
async def test_a_server_that_never_pings_is_noticed(tmp_path: Path) -> None:
    """Without pings the dead are here for ever (protocol 1.5)."""
    with (
        ServerProcess(tmp_path, program=weakened("never-pings")) as server,
        pytest.raises(TimeoutError),
    ):
        await _black_hole(server)
