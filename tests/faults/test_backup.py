"""Backups taken under load, and killed half-way: consistent and whole, or not there."""

import asyncio
import subprocess
from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest

from bbs.errors import Disconnected
from bbs.features.threads.messages import WithdrawPost, WritePost
from bbs.ids import ThreadId, new_id
from bbs.sdk.community import Community
from bbs_server.ops.backup import MANIFEST
from bbs_server.store.removals import REMOVALS
from tests.faults.oracle import Oracle, copied, faults_of
from tests.faults.people import Person, all_posts, line, move_in, open_thread
from tests.faults.posters import posters
from tests.faults.rounds import DEEP, chance, rounds
from tests.faults.server_process import BBS, ROOT, ServerProcess
from tests.faults.weakened import weakened

pytestmark = [pytest.mark.faults, pytest.mark.timeout(rounds(120, 900))]

POSTERS = 10
KILL_WITHIN_S = 1.0


def _begin(*words: str, program: Sequence[str] = BBS) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*program, *words], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
    )


async def _done(*words: str, program: Sequence[str] = BBS) -> bool:
    """Run a command of `bbs` to its end; return whether it did what it was asked."""
    process = _begin(*words, program=program)
    await asyncio.to_thread(process.communicate)
    return process.returncode == 0


def _known(oracle: Oracle) -> Oracle:
    """Return what was acknowledged until now; whatever was sent since may be there or not."""
    return Oracle(sent=oracle.sent, acked=dict(oracle.acked))


async def _backups_under_load(
    server: ServerProcess, folder: Path, program: Sequence[str] = BBS
) -> list[str]:
    """Take backups while people post; return what is wrong with them, and with one restored."""
    await server.start()
    people = await move_in(server.url, server.invitation, POSTERS)
    thread = await open_thread(server.url, people[0])
    oracle = Oracle()
    taken: list[tuple[Path, Oracle]] = []

    async def take() -> bool:
        known, backup = _known(oracle), folder / f"backup-{len(taken)}"
        taken.append((backup, known))
        return await _done("backup", "--data", str(server.data), str(backup), program=program)

    async with posters(server.url, people, thread, oracle):
        for _ in range(rounds(4, 20)):
            await oracle.next_ack()
            if not await take():
                return ["a backup failed"]
    # In the quiet after, what came last is still in the database's log.
    if not await take():
        return ["a backup failed"]
    for backup, known in taken:
        with copied(backup / "folkmoot.db", folder / "copy") as connection:
            if faults := faults_of(connection, known):
                return faults
    backup, known = taken[-1]
    data, record = folder / "restored", server.data / REMOVALS
    assert await _done("restore", str(backup), str(data), "--removals", str(record))
    print(f"{len(taken)} backups, {len(known.acked)} posts acknowledged before the last")
    with copied(data / "folkmoot.db", folder / "copy") as connection:
        return faults_of(connection, known)


async def test_a_backup_under_load_holds_everything_acknowledged_before_it(
    server: ServerProcess, tmp_path: Path
) -> None:
    """Each backup is one moment: what was answered before is in it, and its history fits (P12).

    Restored, it has the same posts at the same places. A build that copies the file fails this.
    """
    assert await _backups_under_load(server, tmp_path) == []


@pytest.mark.skipif(not DEEP, reason="proofs that the tests see belong to the deep run")
async def test_a_backup_that_copies_the_file_is_noticed(tmp_path: Path) -> None:
    """What was just answered is in the log beside the file: a copy without it is found out (P12)."""
    with ServerProcess(tmp_path) as server:
        faults = await _backups_under_load(server, tmp_path, weakened("copies-the-file"))
    assert faults


async def test_a_backup_has_no_word_withdrawn_a_moment_before(
    server: ServerProcess, tmp_path: Path
) -> None:
    """Words withdrawn before a backup are in none of its bytes, however soon it is taken (P10)."""
    await server.start()
    [person] = await move_in(server.url, server.invitation, 1)
    thread = await open_thread(server.url, person)
    async with line(server.url, person) as community:
        for n in range(rounds(3, 20)):
            # The index stores a term without the letters it shares with the term before.
            post, end = new_id(), f"canary{n}of{chance('canary').randrange(10**9)}"
            await community.call(WritePost(op=new_id(), thread=thread, post=post, body=f"x{end}"))
            await community.call(WithdrawPost(op=new_id(), post=post))
            assert await _done("backup", "--data", str(server.data), str(tmp_path / f"b{n}"))
            files = [path.read_bytes() for path in (tmp_path / f"b{n}").iterdir()]
            assert len(files) == 3
            assert not any(end.encode() in content for content in files)


async def _kill_within(words: tuple[str, ...], rng: Random) -> bool:
    """Begin a command and kill it at a random moment; return whether it was done before."""
    process = _begin(*words)
    timer = asyncio.get_running_loop().call_later(rng.uniform(0, KILL_WITHIN_S), process.kill)
    code = await asyncio.to_thread(process.wait)
    timer.cancel()
    assert process.stdout is not None
    process.stdout.close()
    return code == 0


async def test_a_killed_backup_or_restore_leaves_no_half(
    server: ServerProcess, tmp_path: Path
) -> None:
    """Killed at any moment, the folder is whole or not there, and the next one sweeps (P10)."""
    rng = chance("killed backup")
    await server.start()
    [person] = await move_in(server.url, server.invitation, 1)
    await _talk(server, person, await open_thread(server.url, person), 200)
    source, record = tmp_path / "whole", str(server.data / REMOVALS)
    assert await _done("backup", "--data", str(server.data), str(source))
    done = 0
    for n in range(rounds(16, 100)):
        target = tmp_path / "targets" / str(n)
        backing = ("backup", "--data", str(server.data), str(target))
        restoring = ("restore", str(source), str(target), "--removals", record)
        done += await _kill_within(backing if n % 2 else restoring, rng)
        found = _names(target)
        whole = {"folkmoot.db", REMOVALS} | ({MANIFEST} if n % 2 else set())
        assert found in (set(), whole), found
    last = tmp_path / "targets" / "last"
    assert await _done("backup", "--data", str(server.data), str(last))
    assert not [name for name in _names(last.parent) if name.startswith(".")]
    print(f"{done} of {rounds(16, 100)} were done before they were killed")


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} if folder.exists() else set()


async def _talk(server: ServerProcess, person: Person, thread: ThreadId, count: int) -> list[str]:
    """Write so many posts; return their ids."""
    ids = [new_id() for _ in range(count)]
    async with line(server.url, person) as community:
        for post in ids:
            command = WritePost(op=new_id(), thread=thread, post=post, body=f"words-of-{post}")
            await community.call(command)
    return ids


async def _withdrawn_and_killed(server: ServerProcess, folder: Path) -> list[str]:
    """Kill servers right after they answered withdrawals; return what a restore brings back."""
    await server.start()
    [person] = await move_in(server.url, server.invitation, 1)
    thread = await open_thread(server.url, person)
    count = rounds(8, 24)
    ids = await _talk(server, person, thread, count * 3)
    backup = folder / "backup"
    assert await _done("backup", "--data", str(server.data), str(backup))
    withdrawn: list[str] = []
    for n in range(count):
        async with line(server.url, person) as community:
            asked = [
                asyncio.create_task(_withdraw(community, post, withdrawn))
                for post in ids[3 * n : 3 * n + 3]
            ]
            await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
            server.kill()
            await asyncio.gather(*asked)
        await server.start()
    async with line(server.url, person) as community:
        shown = {post.id: post.body for post in await all_posts(community, thread)}
    assert not [post for post in withdrawn if shown[post] is not None]
    data, record = folder / "restored", server.data / REMOVALS
    assert await _done("restore", str(backup), str(data), "--removals", str(record))
    print(f"{len(withdrawn)} withdrawals answered in {count} kills")
    assert withdrawn
    everything = (data / "folkmoot.db").read_bytes()
    return [post for post in withdrawn if f"words-of-{post}".encode() in everything]


async def test_an_answered_withdrawal_outlives_kill_and_restore(
    server: ServerProcess, tmp_path: Path
) -> None:
    """Killed right after the answer, the record still knows: no backup brings it back (P10, P12)."""
    assert await _withdrawn_and_killed(server, tmp_path) == []


@pytest.mark.skipif(not DEEP, reason="proofs that the tests see belong to the deep run")
async def test_a_server_that_keeps_no_record_is_noticed(tmp_path: Path) -> None:
    """Without the record the same rounds bring withdrawn words back, and that is found out (P10)."""
    with ServerProcess(tmp_path, program=weakened("keeps-no-record")) as server:
        assert await _withdrawn_and_killed(server, tmp_path)


async def _withdraw(community: Community, post: str, withdrawn: list[str]) -> None:
    """Withdraw a post, and note it once that was answered."""
    try:
        await community.call(WithdrawPost(op=new_id(), post=post), retry=False)
    except Disconnected:
        return
    withdrawn.append(post)
