"""No descriptor left: the server waits without spinning, and takes people in again after."""

import asyncio
import resource
import socket
from contextlib import ExitStack
from pathlib import Path

import pytest

from bbs.features.threads.messages import WritePost
from bbs.ids import ThreadId, new_id
from bbs.sdk.community import Community
from tests.faults.people import all_posts, line, move_in, open_thread
from tests.faults.rounds import rounds
from tests.faults.server_process import BBS, ServerProcess
from tests.faults.weakened import weakened

pytestmark = [pytest.mark.faults, pytest.mark.timeout(rounds(60, 120))]

FILES_MAX = 64  # as `ulimit -n 64`
KNOCKING = 120
WATCH_S = 2.0
LINES_MAX = 10


async def _write(community: Community, thread: ThreadId) -> None:
    await community.call(WritePost(thread=thread, post=new_id(), body="Is anybody else coming?"))


@pytest.mark.parametrize(
    "program", [BBS, weakened("does-without-uvloop")], ids=["uvloop", "asyncio"]
)
async def test_a_server_without_descriptors_waits_and_recovers(
    tmp_path: Path, program: tuple[str, ...]
) -> None:
    """With `ulimit -n 64` and more at the door than fit, members inside are served, the processor
    is left in peace, the log is not flooded, and who comes later gets in.
    """
    with ServerProcess(tmp_path, program=program) as server:
        await _without_descriptors(server)


async def _without_descriptors(server: ServerProcess) -> None:
    await server.start()
    inside, later = await move_in(server.url, server.invitation, 2)
    thread = await open_thread(server.url, inside)
    _, hard = resource.prlimit(server.pid, resource.RLIMIT_NOFILE)
    resource.prlimit(server.pid, resource.RLIMIT_NOFILE, (FILES_MAX, hard))
    lines = server.log().count("\n")
    async with line(server.url, inside) as community:
        with ExitStack() as stack:
            for _ in range(KNOCKING):
                knock = stack.enter_context(socket.socket())
                knock.setblocking(False)
                knock.connect_ex(("127.0.0.1", server.port))
            await _write(community, thread)
            before_s = server.cpu_s()
            await asyncio.sleep(WATCH_S)
            spent_s = server.cpu_s() - before_s
            await _write(community, thread)
            assert server.held().files <= FILES_MAX
        assert spent_s < WATCH_S / 2
    async with line(server.url, later) as community:
        await _write(community, thread)
        assert len(await all_posts(community, thread)) == 4
    assert server.log().count("\n") - lines <= LINES_MAX
    print(
        f"{spent_s:.2f} s of processor in {WATCH_S:g} s, {server.log().count(chr(10)) - lines} lines"
    )
