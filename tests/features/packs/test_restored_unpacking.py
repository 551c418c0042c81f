"""A backup from the middle of unpacking: what is restored of it shows no half board (29.10, P10)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from msgspec.structs import replace

from bbs.features.boards.messages import GetBoard
from bbs.features.packs.last_messages import GiveReceipt
from bbs.features.packs.unpack_messages import StopUnpacking, UnpackState
from bbs.features.packs.views import PackPost
from bbs.features.threads.messages import ListPosts
from bbs.refusals import NotFound
from bbs_server.features.members.passwords import make_hasher
from bbs_server.features.packs.unpack_jobs import unpack as one_slice
from bbs_server.ops.backup import take_backup
from bbs_server.ops.doctor import examine
from bbs_server.ops.finding import FAIL
from bbs_server.ops.restore import RestoreReport, restore
from bbs_server.store.hops import Hops
from bbs_server.store.removals import REMOVALS
from bbs_server.store.sqlite.files import SQLITE
from tests.features.proposals.motions import back
from tests.support.kept import bytes_in
from tests.support.moments import SlowClock
from tests.support.moot import Moot, open_moot
from tests.support.packs import BOARD, packed, small_board, uuid
from tests.support.unpacked import JOBS, beginning, pack_id, pieces, send, state_of

CANARY = "serendipity " + "\N{SEEDLING}" * 4_000  # 16 kB, in two posts: two pieces


@dataclass
class Unpacking:
    """A community to which a board comes, a single row with each slice, and a copy restored of it."""

    moot: Moot
    folder: Path
    data: bytes

    async def reach(self, state: UnpackState, written: int = 0) -> None:
        """Let the pack come as far as a state, and in it so many bytes."""
        sysop, moved = self.moot.sysop, state is UnpackState.WHOLE
        begin = beginning(self.data, moved=moved)
        await sysop.ask(begin)
        for piece in pieces(self.data)[: 1 if state is UnpackState.RECEIVING else None]:
            await sysop.ask(piece)
        for _ in range(200):
            found = await state_of(sysop, self.data)
            if found.state is state and max(found.checked, found.written) >= written:
                return
            await self.moot.running.dispatcher.execute_as_system(one_slice)
        raise AssertionError(f"it never was {state}, but {found}")

    async def restored(self) -> RestoreReport:
        """Take a backup, let this server go on as far as it can, and restore the backup beside it."""
        moot, backup = self.moot, self.folder / "backup"
        await asyncio.to_thread(take_backup, SQLITE, moot.folder, backup, moot.clock())
        await moot.do_jobs(*JOBS)
        record = moot.folder / REMOVALS
        return await asyncio.to_thread(
            restore, SQLITE, backup, self.folder / "again", moot.clock, record=record
        )

    @asynccontextmanager
    async def opened_again(self) -> AsyncIterator[Moot]:
        """Run what was restored, with its sysop signed in."""
        async with open_moot(self.folder / "again", self.moot.clock) as moot:
            moot._sysop = await back(moot, self.moot.sysop)
            yield moot


@pytest.fixture
async def unpacking(tmp_path: Path) -> AsyncIterator[Unpacking]:
    """A board of two pieces that is to come."""
    lines = small_board()
    place = next(n for n, line in enumerate(lines) if isinstance(line, PackPost))
    for post in (place, place + 1):
        lines[post] = replace(lines[post], body=CANARY)
    async with open_moot(tmp_path / "first", hops=Hops(SlowClock())) as moot:
        yield Unpacking(moot, tmp_path, packed(lines))


def faults_in(moot: Moot) -> list[str]:
    """Return what doctor finds broken."""
    found = examine(SQLITE, moot.folder, moot.clock(), deep=True, hasher=make_hasher(cheap=True))
    return [each.said for each in found if each.status == FAIL]


@pytest.mark.parametrize(
    ("state", "written"),
    [
        (UnpackState.RECEIVING, 0),
        (UnpackState.CHECKING, 30_000),
        (UnpackState.WRITING, 2_500),
        (UnpackState.WRITING, 32_500),
    ],
)
async def test_a_backup_of_a_pack_on_its_way(
    unpacking: Unpacking, state: UnpackState, written: int
) -> None:
    """Nobody sees the board, its words are in no byte, doctor finds nothing, and the file comes anew."""
    await unpacking.reach(state, written)
    done = await unpacking.restored()
    assert done.unpacking_stopped
    async with unpacking.opened_again() as moot:
        sysop = moot.sysop
        assert isinstance(await sysop.refused(GetBoard(board=BOARD)), NotFound)
        await moot.do_jobs()
        assert (await state_of(sysop, unpacking.data)).state is UnpackState.STOPPED
        assert await moot.running.dispatcher.store.run_maintenance()
        assert b"serendipity" not in bytes_in(moot.folder)
        await send(sysop, unpacking.data, beginning(unpacking.data))
        await moot.do_jobs(*JOBS)
        assert (await state_of(sysop, unpacking.data)).state is UnpackState.OPEN
        assert (await sysop.ask(ListPosts(thread=uuid(1)))).posts[0].body == CANARY
        assert faults_in(moot) == []


@pytest.mark.parametrize("slices", [0, 9])
async def test_a_backup_of_a_pack_that_is_cleared(unpacking: Unpacking, slices: int) -> None:
    """What was stopped goes on being cleared, and nothing of it is left (29.9)."""
    await unpacking.reach(UnpackState.WRITING, 32_500)
    await unpacking.moot.sysop.ask(StopUnpacking(pack=pack_id(unpacking.data)))
    for _ in range(slices):
        await unpacking.moot.running.dispatcher.execute_as_system(one_slice)
    done = await unpacking.restored()
    assert not done.unpacking_stopped, "it was stopped before"
    async with unpacking.opened_again() as moot:
        await moot.do_jobs()
        assert (await state_of(moot.sysop, unpacking.data)).state is UnpackState.STOPPED
        assert await moot.running.dispatcher.store.run_maintenance()
        assert b"serendipity" not in bytes_in(moot.folder)
        assert faults_in(moot) == []


async def test_a_backup_of_a_board_that_waits_for_its_last_list(unpacking: Unpacking) -> None:
    """All of it is there: it waits on, seen by nobody, and its receipt is of the same pack (30.6)."""
    await unpacking.reach(UnpackState.WHOLE)
    before = (await unpacking.moot.sysop.ask(GiveReceipt(slug="garden"))).receipt
    assert not (await unpacking.restored()).unpacking_stopped
    async with unpacking.opened_again() as moot:
        await moot.do_jobs()
        assert (await state_of(moot.sysop, unpacking.data)).state is UnpackState.WHOLE
        assert isinstance(await moot.sysop.refused(GetBoard(board=BOARD)), NotFound)
        after = (await moot.sysop.ask(GiveReceipt(slug="garden"))).receipt
        assert (after.digest, after.key, after.at) == (before.digest, before.key, before.at)
        assert faults_in(moot) == []


async def test_a_backup_right_after_opening(unpacking: Unpacking) -> None:
    """The board is open with all of its words, though its file was not cleared away yet (29.10)."""
    await unpacking.reach(UnpackState.OPEN)
    assert not (await unpacking.restored()).unpacking_stopped
    async with unpacking.opened_again() as moot:
        await moot.do_jobs()
        assert (await moot.sysop.ask(ListPosts(thread=uuid(1)))).posts[0].body == CANARY
        assert faults_in(moot) == []
