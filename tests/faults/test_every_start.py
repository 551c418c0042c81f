"""The N-th write or sync of a start or a backup fails: whole, or an end in one line (P12)."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from bbs.features.threads.messages import WritePost
from bbs.ids import ThreadId, new_id
from bbs_server.ops.backup import MANIFEST
from bbs_server.store.removals import REMOVALS
from tests.faults.faultfs import HARMS, FaultFs
from tests.faults.people import Person, all_posts, line, move_in, open_thread
from tests.faults.rounds import chance, rounds
from tests.faults.server_process import BBS, ROOT, NotStarted, ServerProcess

pytestmark = [pytest.mark.faults, pytest.mark.timeout(rounds(90, 3_600))]

END_WITHIN_S = 10.0
POSTS = 20


def _failures(calls: int, name: str) -> Iterator[tuple[int, str]]:
    """Yield which call fails and how: each in the deep run, a few by chance in the quick one.

    The ways take turns from call to call, and the first is drawn: each call in each way would be
    half an hour of starts.
    """
    rng = chance(name)
    ways = list(HARMS)
    first = rng.randrange(len(ways))
    every = [(n, ways[(first + n) % len(ways)]) for n in range(1, calls + 1)]
    yield from rng.sample(every, min(len(every), rounds(4, len(every))))


async def _talk(server: ServerProcess) -> tuple[Person, ThreadId]:
    """Let somebody move in and write a few posts."""
    [person] = await move_in(server.url, server.invitation, 1)
    thread = await open_thread(server.url, person)
    async with line(server.url, person) as community:
        for n in range(POSTS):
            await community.call(WritePost(thread=thread, post=new_id(), body=f"post {n}"))
    return person, thread


async def _all_there(server: ServerProcess, person: Person, thread: ThreadId) -> bool:
    async with line(server.url, person) as community:
        return len(await all_posts(community, thread)) == POSTS + 1


async def test_whichever_write_of_a_start_fails_nothing_is_lost(tmp_path: Path, shim: Path) -> None:
    """A start serves everything, or ends in time with one line and leaves all as it was (P12).

    The log was left by a kill, so that the start has the most to write.
    """
    with ServerProcess(_made(tmp_path / "model")) as model:
        await model.start()
        person, thread = await _talk(model)
        model.kill()
    disk = FaultFs(shim, tmp_path / "try" / "data", tmp_path)
    served = ended = 0
    for n, how in [(0, "EIO"), *_failures(await _calls(disk, model, tmp_path), "start")]:
        folder = tmp_path / "try"
        shutil.copytree(model.data, folder / "data")
        disk.arm(n, HARMS[how])
        with ServerProcess(folder, program=disk.under(BBS)) as server:
            try:
                await server.start()
            except NotStarted:
                lines = server.log().strip().splitlines()
                assert len(lines) == 1, lines
                ended += 1
            else:
                served += 1
            disk.disarm()
            if not server.port:
                await server.start()
            assert await _all_there(server, person, thread)
            assert await server.end(END_WITHIN_S) == 0
        shutil.rmtree(folder)
    print(f"{served} starts served, {ended} ended with a line")
    assert served


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


async def _calls(disk: FaultFs, model: ServerProcess, folder: Path) -> int:
    """Return how many calls a start makes that goes well."""
    shutil.copytree(model.data, folder / "try" / "data")
    with ServerProcess(folder / "try", program=disk.under(BBS)) as server:
        disk.disarm()
        await server.start()
        calls = disk.seen
    shutil.rmtree(folder / "try")
    assert calls > 3
    return calls


def _back_up(disk: FaultFs, data: Path, target: Path) -> subprocess.CompletedProcess[str]:
    words = (*disk.under(BBS), "backup", "--data", str(data), str(target))
    return subprocess.run(
        words,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=END_WITHIN_S * 3,
        check=False,
    )


async def test_whichever_write_of_a_backup_fails_there_is_no_half_of_one(
    server: ServerProcess, tmp_path: Path, shim: Path
) -> None:
    """A backup is there whole, or not at all and said so in one line (P12)."""
    await server.start()
    await _talk(server)
    disk = FaultFs(shim, tmp_path / "targets", tmp_path)
    disk.disarm()
    assert _back_up(disk, server.data, tmp_path / "targets" / "model").returncode == 0
    calls, whole, refused = disk.seen, 0, 0
    assert calls > 10
    for n, how in _failures(calls, "backup"):
        target = tmp_path / "targets" / f"{n}-{how}"
        disk.arm(n, HARMS[how])
        done = _back_up(disk, server.data, target)
        disk.disarm()
        found = {path.name for path in target.iterdir()} if target.exists() else set()
        if done.returncode == 0:
            whole += 1
            assert found == {"folkmoot.db", REMOVALS, MANIFEST}
        else:
            refused += 1
            assert found == set()
            assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    print(f"{calls} calls a backup; {whole} whole, {refused} refused")
