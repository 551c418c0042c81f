"""What a power loss would leave, told from the order of the server's system calls (P12)."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from bbs.features.threads.messages import WritePost
from bbs.ids import new_id
from tests.faults.people import all_posts, line, move_in, open_thread
from tests.faults.rounds import DEEP
from tests.faults.server_process import BBS, ServerProcess
from tests.faults.weakened import weakened

pytestmark = pytest.mark.faults

_CALL = re.compile(r"^\d+ +(?P<name>\w+)\((?P<rest>.*)$")
_RESUMED = re.compile(r"^\d+ +<\.\.\. (?P<name>\w+) resumed>.*= 0$")


def _unsynced_answers(trace: str) -> tuple[int, int]:
    """Return how many answers to posts left the process, and how many of them before a sync.

    Between the last write to the log and the answer there has to be a finished sync of the log:
    what was written and not synced, a power loss takes back. Posts are sent one after another, so
    that writes after that sync are not the post's: on a slow machine the index is written then.
    """
    answers = early = 0
    dirty = written = synced = False
    for found in trace.splitlines():
        if _RESUMED.match(found) and "sync" in found:
            dirty, synced = False, synced or written
        if not (call := _CALL.match(found)):
            continue
        name, rest = call["name"], call["rest"]
        if name == "pwrite64" and "-wal>" in rest:
            dirty = written = True
        elif name in ("fsync", "fdatasync") and "-wal>" in rest and rest.endswith("= 0"):
            dirty, synced = False, synced or written
        elif r"\"result\":{" in rest and r"\"post\":" in rest:
            answers += 1
            early += dirty and not synced
            written = synced = False
    return answers, early


def _under_strace(trace: Path, program: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words that run a program and note its writes and syncs in a file."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not here, so the order of system calls cannot be seen")
    names = "trace=pwrite64,fsync,fdatasync,write,writev,sendto,sendmsg"
    words = ("strace", "-D", "-f", "-y", "-s", "256", "-e", names, "-o", str(trace))
    if subprocess.run([*words[:3], "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine lets nobody trace a process")
    return (*words, *program)


async def _traced(folder: Path, program: tuple[str, ...]) -> tuple[int, int]:
    """Run a server under strace, post a few times, and judge the order of its system calls."""
    trace = folder / "trace"
    with ServerProcess(folder, program=_under_strace(trace, program)) as server:
        await server.start()
        [person] = await move_in(server.url, server.invitation, 1)
        thread = await open_thread(server.url, person)
        # Let what the sign-in left to be written be done, so that only posts are written.
        async with line(server.url, person) as community:
            for _ in range(3):
                await all_posts(community, thread)
            for _ in range(20):
                await community.call(
                    WritePost(thread=thread, post=new_id(), body="Is it on the disk?")
                )
        assert await server.end() == 0
    return _unsynced_answers(trace.read_text(errors="replace"))


async def test_no_answer_leaves_before_its_words_are_on_the_disk(tmp_path: Path) -> None:
    """The log is synced between a post's last write and its answer: power loss keeps it (P12).

    `kill -9` cannot tell: the operating system keeps what a dead process wrote. A build with
    `synchronous` off fails this: see below.
    """
    answers, early = await _traced(tmp_path, BBS)
    assert answers >= 20
    assert early == 0


@pytest.mark.skipif(not DEEP, reason="proofs that the tests see belong to the deep run")
async def test_a_server_that_never_syncs_is_noticed(tmp_path: Path) -> None:
    """Without syncs every answer leaves too early (P12)."""
    answers, early = await _traced(tmp_path, weakened("never-syncs"))
    assert early >= answers - 2
