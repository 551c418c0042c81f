"""Power lost at any write: what was acknowledged is there, what was withdrawn is not (P10, P12)."""

import asyncio
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest

from bbs.features.threads.messages import WithdrawPost, WritePost
from bbs.ids import ThreadId, new_id
from bbs.sdk.community import Community
from bbs_server.store import removals
from bbs_server.store.removals import REMOVALS
from bbs_server.store.sqlite.open import DATABASE, open_store
from tests.faults.faultfs import FaultFs
from tests.faults.oracle import Oracle, faults_of
from tests.faults.people import line, move_in, open_thread
from tests.faults.powerloss import Disk, Record, read_diary
from tests.faults.rounds import DEEP, chance, rounds
from tests.faults.server_process import BBS, ServerProcess
from tests.faults.weakened import weakened

pytestmark = [pytest.mark.faults, pytest.mark.timeout(rounds(90, 1_800))]

POSTS = 40
WITHDRAWN_EVERY = 4
AT_ONCE = 3


@dataclass
class _Told:
    """What was answered, by how long the diary was when the answer had come.

    Attributes:
        withdrawn: Text of each withdrawn post, by its words.
    """

    oracle: Oracle = field(default_factory=Oracle)
    posts: list[tuple[int, str]] = field(default_factory=list)
    withdrawn: list[tuple[int, str, str]] = field(default_factory=list)

    def until(self, end: int) -> Oracle:
        """Return what had been acknowledged once the diary was so long, and was not withdrawn."""
        gone = {post for _, post, _ in self.withdrawn}
        known = [post for at, post in self.posts if at <= end and post not in gone]
        return Oracle(self.oracle.sent, {post: self.oracle.acked[post] for post in known})


async def _talk(
    community: Community, thread: ThreadId, server: ServerProcess, disk: FaultFs, told: _Told
) -> None:
    """Write posts, and withdraw some of them."""
    for n in range(POSTS):
        post = new_id()
        command = WritePost(op=new_id(), thread=thread, post=post, body=f"words of {post}")
        told.oracle.note_sent(command)
        told.oracle.note_acked(await community.call(command))
        told.posts.append((disk.noted_bytes, post))
        if n % WITHDRAWN_EVERY == 0:
            text = _text_of(server.database, post)
            await community.call(WithdrawPost(op=new_id(), post=post))
            told.withdrawn.append((disk.noted_bytes, post, text))


def _text_of(database: Path, post: str) -> str:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        sql = "SELECT body_text FROM posts WHERE id = ?"
        found: str = connection.execute(sql, (post,)).fetchone()[0]
        return found


async def _recorded(folder: Path, shim: Path, program: Sequence[str]) -> tuple[_Told, Path, Path]:
    """Let a server work under the shim; return what it told, its files before, and the diary."""
    data, told = folder / "data", _Told()
    disk = FaultFs(shim, data, folder, diary=True)
    with ServerProcess(folder) as server:
        await server.start()
        [person] = await move_in(server.url, server.invitation, 1)
        thread = await open_thread(server.url, person)
        assert await server.end() == 0
    base = Path(shutil.copytree(data, folder / "base"))
    with ServerProcess(folder, program=disk.under(program)) as server:
        await server.start()
        async with line(server.url, person) as community:
            await asyncio.gather(
                *(_talk(community, thread, server, disk, told) for _ in range(AT_ONCE))
            )
        server.kill()
    return told, base, disk.log


async def _faults_after(image: Path, told: _Told, at: int) -> list[str]:
    """Start on what a power loss left, as a server does; return what is wrong."""
    known = told.until(at)
    with closing(sqlite3.connect(image / DATABASE, isolation_level=None)) as connection:
        if (found := connection.execute("PRAGMA integrity_check").fetchone()[0]) != "ok":
            return [f"integrity_check: {found}"]
        faults = faults_of(connection, known)
        bodies = {body for (body,) in connection.execute("SELECT body FROM texts")}
    store = await open_store(image)
    await store.close()
    gone = {key for entry in removals.read_entries(image / REMOVALS) for key, _ in entry.texts()}
    for noted, post, text in told.withdrawn:
        if noted <= at and f"words of {post}" in bodies:
            faults.append(f"withdrawn and there: {post}")
        if noted <= at and text not in gone:
            faults.append(f"withdrawn and in no record: {post}")
    return faults


async def _lose_power(folder: Path, shim: Path, rng: Random, program: Sequence[str]) -> list[str]:
    """Lose power at many moments in many ways; return the first faults."""
    told, base, diary = await _recorded(folder, shim, program)
    records: list[Record] = list(read_diary(diary))
    losses = rounds(100, 2_000)
    moments = sorted(rng.choices(range(len(records)), k=losses))
    disk = Disk(folder / "data")
    disk.begin(base)
    for n, record in enumerate(records):
        disk.follow(record)
        while moments and moments[0] == n:
            moments.pop(0)
            disk.lose_power(rng, folder / "image")
            try:
                faults = await _faults_after(folder / "image", told, record.end)
            except Exception as error:
                faults = [f"it does not start: {error}"]
            if faults:
                return [f"power lost after call {n} of {len(records)}", *faults]
    syncs = sum(record.kind == "S" for record in records)
    print(f"power lost {losses} times among {len(records)} calls, {syncs} of them syncs")
    print(f"{len(told.posts)} posts acknowledged, {len(told.withdrawn)} withdrawn, 0 lost")
    assert syncs > POSTS
    return []


async def test_power_loss_at_any_write_keeps_what_was_acknowledged(
    tmp_path: Path, shim: Path
) -> None:
    """However much of what was not synced is dropped, reordered or torn, no answer was false (P12).

    Neither of posts, nor of withdrawals: their words stay gone and their record knows them (P10).
    Builds that sync less fail this: see below.
    """
    assert await _lose_power(tmp_path, shim, chance("power"), BBS) == []


@pytest.mark.skipif(not DEEP, reason="proofs that the tests see belong to the deep run")
@pytest.mark.parametrize("mistake", ["never-syncs", "syncs-seldom", "hopes-for-the-record"])
async def test_a_server_that_syncs_less_is_noticed(
    tmp_path: Path, shim: Path, mistake: str
) -> None:
    """`synchronous` off or NORMAL, or a record of removals left to luck: each loses an answer (P12)."""
    faults = await _lose_power(tmp_path, shim, chance(mistake), weakened(mistake))
    print(faults[:3])
    assert faults
