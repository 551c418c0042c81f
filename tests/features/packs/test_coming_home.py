"""A board that moved away comes home to its old server, with what was written meanwhile (protocol 30.11)."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from msgspec.structs import replace

from bbs.claim_refusals import ClaimFailed
from bbs.features.boards.messages import GetBoard
from bbs.features.boards.seat_messages import Appoint, TakeSeat
from bbs.features.members.views import MemberAuthor
from bbs.features.packs import move_limits
from bbs.features.packs.claim_messages import FindClaim, RedeemClaim
from bbs.features.packs.claim_views import ClaimAnswer
from bbs.features.packs.move_messages import GetMove
from bbs.features.packs.unpack_messages import StopUnpacking, UnpackState
from bbs.features.packs.views import PackAct, PackHeading
from bbs.features.threads.messages import ListPosts, ListThreads, WithdrawPost
from bbs.move_refusals import BoardMoved
from bbs.refusals import Conflict
from bbs.streams import board_stream
from bbs_server.features.members.passwords import make_hasher
from bbs_server.features.packs.unpack_jobs import unpack as one_slice
from bbs_server.ops.backup import take_backup
from bbs_server.ops.doctor import examine
from bbs_server.ops.finding import FAIL
from bbs_server.ops.restore import restore
from bbs_server.store import event_log, history
from bbs_server.store.api import Tx
from bbs_server.store.hops import Hops
from bbs_server.store.removals import REMOVALS
from bbs_server.store.sqlite.files import SQLITE
from tests.features.packs.gardens import Garden
from tests.features.packs.test_packed_again import body_of
from tests.features.packs.test_two_servers import Both
from tests.features.proposals.motions import back, friends
from tests.support.claiming import decide, find, signed
from tests.support.moments import SlowClock
from tests.support.moot import Moot, open_moot
from tests.support.packing import pack_of, read
from tests.support.packs import as_lifeboat, packed, small_board
from tests.support.people import Person, secret
from tests.support.talk import Begun, start, write
from tests.support.unpacked import JOBS, beginning, pack_id, send, state_of, unpack


@dataclass
class Home:
    """A board that moved from a community to another one, and is to come home.

    Attributes:
        there, back: The move away and the move home.
    """

    there: Both
    back: Both
    of_nell: Begun

    @property
    def board(self) -> str:
        """The board's id, at both."""
        return self.there.board

    @property
    def here(self) -> Moot:
        """The community to which it comes home."""
        return self.back.new

    async def ready(self) -> None:
        """Announce the move home, and let its days pass."""
        await self.back.announce()
        await self.pass_days(move_limits.MOVE_DAYS)

    async def pass_days(self, days: float) -> None:
        """Let days pass at both."""
        await self.back.old.pass_days(days)
        await self.here.do_jobs()
        self.here._sysop = await back(self.here, self.here.sysop)
        self.back.reader = await back(self.here, self.back.reader)
        self.there.old.ana = await back(self.here, self.there.old.ana)
        self.there.old.bo = self.back.reader

    async def come(self) -> bytes:
        """Carry the pack, the receipt and the last list; return the pack."""
        data = await self.back.unpacked()
        await self.back.hand_over()
        assert (await self.back.bring(await self.back.last_list())).is_open
        return data

    async def doctor(self) -> None:
        """Check that doctor finds nothing broken, and nothing is left of what came."""
        left = "SELECT (SELECT count(*) FROM board_moves), (SELECT count(*) FROM moved_words)"
        assert await self.here.read(lambda tx: tx.fetch_one(left)) == (0, 0)
        folder, now = self.here.folder, self.here.clock()
        hasher = make_hasher(cheap=True)
        found = await asyncio.to_thread(examine, SQLITE, folder, now, deep=True, hasher=hasher)
        assert [each.said for each in found if each.status == FAIL] == []


@pytest.fixture
async def home(garden: Garden, tmp_path: Path) -> AsyncIterator[Home]:
    """A board that moved away, and on which somebody has written there."""
    async with open_moot(tmp_path / "new", garden.moot.clock) as new:
        yield await moved_away(garden, new)


async def moved_away(garden: Garden, new: Moot) -> Home:
    """Move a board to another community, and let somebody write there."""
    there = Both(garden, new, await new.join("nell"))
    await there.announce()
    await garden.pass_days(move_limits.MOVE_DAYS)
    await there.unpacked()
    await there.hand_over()
    new._sysop = await back(new, new.sysop)
    await there.bring(await there.last_list())
    nell = there.reader = await back(new, there.reader)
    await nell.ask(TakeSeat(board=garden.board, norms_version=1))
    # A board that came has no moderators: the sysop takes the office up, to move it later.
    await new.sysop.ask(TakeSeat(board=garden.board, norms_version=1))
    await new.sysop.ask(Appoint(board=garden.board, member=new.sysop.id))
    of_nell = await start(nell, garden.board, "Written away.", "Away")
    at_new = Garden(new, garden.board, nell, nell, of_nell, of_nell)
    return Home(there, Both(at_new, garden.moot, garden.bo), of_nell)


async def test_it_comes_home_with_what_was_written_away(home: Home) -> None:
    """Words of before and of there are read at home under the old address; who had a seat has it still,
    nobody is led away any more, and packed again it has the same lines (protocol 30.11, P10)."""
    await home.ready()
    assert isinstance(await home.back.reader.refused(ListThreads(board=home.board)), BoardMoved)
    data = await home.back.unpacked()
    assert isinstance(await home.back.reader.refused(ListThreads(board=home.board)), BoardMoved)
    await home.back.hand_over()
    await home.back.bring(await home.back.last_list())
    bodies = await home.back.bodies()
    assert set(bodies.values()) == {"Peas.", "Beans.", "Written away."}
    assert (await home.back.reader.ask(GetMove(board=home.board))).move is None
    shown = (await home.back.reader.ask(GetBoard(board=home.board))).board
    assert shown.slug == "garden"
    await home.doctor()
    again = await pack_of(home.here.sysop, home.board)
    assert body_of(again) == body_of(data)
    await write(home.back.reader, home.of_nell.thread, "Written at home.")
    acts = [
        line
        for line in read(await pack_of(home.here.sysop, home.board))
        if isinstance(line, PackAct)
    ]
    assert len({act.digest for act in acts}) == len(acts), "no act of here stands there twice"


async def test_a_member_claims_their_words_at_home(home: Home) -> None:
    """Whose words they were before they left proves it by key, and they have their name there again;
    a key that wrote nothing finds nothing (protocol 30.11, 31.2)."""
    await home.ready()
    await home.come()
    ana, garden = home.there.old.ana, home.there.old
    stranger = home.here.line()
    assert isinstance(
        await stranger.refused(FindClaim(slug="garden", **await signed(stranger, Person("eve")))),
        ClaimFailed,
    )
    page = await find(home.here.line(), ana.person)
    assert {post.body for thread in page.threads for post in thread.posts} == {"Peas."}
    code = secret("of ana")
    await decide(home.here.line(), ana.person, ClaimAnswer.NAMED, [garden.of_ana.thread], code=code)
    ana = await back(home.here, ana)
    await ana.ask(RedeemClaim(code=code))
    await home.here.do_jobs()
    [post, *_] = (await home.back.reader.ask(ListPosts(thread=garden.of_ana.thread))).posts
    assert post.author == MemberAuthor(id=ana.id)


async def test_words_that_end_at_any_step_are_gone_at_both(home: Home) -> None:
    """Taken back before it left, away, while it is announced, ready, packed and handed over: no byte of
    either server has them, and none stands again (protocol 30.11, P10)."""
    thread, nell = home.of_nell.thread, home.there.reader
    steps = [await write(nell, thread, f"Canary {number}.") for number in range(4)]
    await nell.ask(WithdrawPost(post=steps[0]))
    await home.back.announce()
    await nell.ask(WithdrawPost(post=steps[1]))
    await home.pass_days(move_limits.MOVE_DAYS)
    nell = home.back.old.bo
    # Sealed here, ana takes back what the pack of there still brings.
    await home.there.old.ana.ask(WithdrawPost(post=home.there.old.of_ana.post))
    await home.back.unpacked()
    await nell.ask(WithdrawPost(post=steps[2]))
    await home.back.hand_over()
    await nell.ask(WithdrawPost(post=steps[3]))
    await home.back.bring(await home.back.last_list())
    bodies = await home.back.bodies()
    assert [bodies[post] for post in steps] == [None] * 4
    assert bodies[home.there.old.of_ana.post] is None
    assert bodies[home.there.old.of_bo.post] == "Beans."
    left = "SELECT count(*) FROM texts WHERE body LIKE 'Canary%' OR body = 'Peas.'"
    assert await home.here.read(lambda tx: tx.fetch_value(left)) == 0
    await pack_of(
        home.here.sysop, home.board
    )  # it has changed on the way, and is packed all the same


async def test_it_comes_home_after_its_words_were_erased(home: Home) -> None:
    """Two months later nothing was left here but what its authors ended: that stays ended, the rest
    stands again, and no timed work erases it (protocol 30.9, 30.11)."""
    await home.there.old.ana.ask(WithdrawPost(post=home.there.old.of_ana.post))
    await home.pass_days(move_limits.SEALED_DAYS)
    await home.here.do_jobs()
    await home.ready()
    await home.come()
    await home.here.do_jobs()
    bodies = await home.back.bodies()
    assert bodies.pop(home.there.old.of_ana.post) is None
    assert set(bodies.values()) == {"Beans.", "Written away."}
    await home.pass_days(move_limits.SEALED_DAYS)
    await home.here.do_jobs()
    assert (await home.back.bodies())[home.there.old.of_bo.post] == "Beans."


async def test_only_where_it_went_brings_it_home(home: Home) -> None:
    """A copy, a lifeboat, and a pack that another key signed: a sentence each that says what helps, and
    the board leads on as before (protocol 30.11)."""
    sysop, board = home.here.sysop, home.board
    copy = await sysop.refused(beginning(packed(small_board()), board=board))
    assert isinstance(copy, Conflict)
    assert "unpack its pack with --moved" in copy.what
    ours = [
        replace(line, board=board) if isinstance(line, PackHeading) else line
        for line in small_board()
    ]
    sealed = [line for line in ours if not isinstance(line, PackAct)]
    for lines, why in ((sealed, "another key"), (as_lifeboat(sealed), "a lifeboat is no move")):
        done = await unpack(home.here, packed(lines), board=board, moved=True)
        assert done.state is UnpackState.REFUSED
        assert why in (done.why or "")
    error = await home.back.reader.refused(ListThreads(board=board))
    assert isinstance(error, BoardMoved)


async def test_it_does_not_come_while_its_move_can_be_undone(garden: Garden) -> None:
    """Ready to be handed over it stands here still: its pack is refused, and cancelling helps (30.11)."""
    await garden.ready()
    data = await pack_of(garden.moot.sysop, garden.board)
    error = await garden.moot.sysop.refused(beginning(data, board=garden.board, moved=True))
    assert isinstance(error, Conflict)
    assert "cancel the move" in error.what


async def test_stopped_it_leads_on(home: Home) -> None:
    """Stopped when all of it was written, nothing of it is left but its address, and it comes another
    day (protocol 30.11)."""
    await home.ready()
    data = await home.back.unpacked()
    stop = StopUnpacking(pack=pack_id(data), not_handed_over=True)
    await home.here.sysop.ask(stop)
    await home.here.do_jobs(*JOBS)
    assert (await state_of(home.here.sysop, data)).state is UnpackState.STOPPED
    assert isinstance(await home.back.reader.refused(ListThreads(board=home.board)), BoardMoved)
    await home.come()
    assert set((await home.back.bodies()).values()) == {"Peas.", "Beans.", "Written away."}
    await home.doctor()


async def test_a_mirror_of_before_fetches_it_anew(home: Home) -> None:
    """Who kept the board's events of before goes on at none of them: its place is below the beginning of
    what is kept now (protocol 6.7, 30.11)."""
    stream = board_stream(home.board)
    before = await home.here.read(lambda tx: event_log.head(tx, stream))
    await home.ready()
    await home.come()
    after = await home.here.read(lambda tx: event_log.head(tx, stream))
    assert before.seq < after.base_seq < after.seq
    tag = await home.here.read(lambda tx: history.tag_at(tx, stream, after.seq))
    judged = await home.here.read(lambda tx: history.judge(tx, stream, before.seq, tag, after))
    assert judged is history.CursorVerdict.WORTHLESS
    assert await home.here.read(lambda tx: event_log.find_broken_seq(tx, stream, after.seq)) is None


async def restored(home: Home, backup: Path, folder: Path) -> None:
    """Restore a backup of the community at home, with its record of now."""
    record = home.here.folder / REMOVALS
    await asyncio.to_thread(restore, SQLITE, backup, folder, home.here.clock, record=record)


async def back_up(moot: Moot, folder: Path) -> None:
    """Take a backup of a community."""
    await asyncio.to_thread(take_backup, SQLITE, moot.folder, folder, moot.clock())


async def test_no_backup_seals_a_board_that_came_home(garden: Garden, tmp_path: Path) -> None:
    """From before it left, from when it was away, from after it came: the first and the last have it
    open, without what ended since; the second has it away, and its pack comes again (protocol 30.11)."""
    canary = await write(garden.ana, garden.of_bo.thread, "Canary.")
    await back_up(garden.moot, tmp_path / "before")
    async with open_moot(tmp_path / "new", garden.moot.clock) as new:
        home = await moved_away(garden, new)
        await back_up(home.here, tmp_path / "away")
        await home.pass_days(0)
        await home.there.old.ana.ask(WithdrawPost(post=canary))
        await home.ready()
        data = await home.come()
        await back_up(home.here, tmp_path / "after")
        for name in ("before", "after", "away"):
            await restored(home, tmp_path / name, tmp_path / f"{name} again")
            async with open_moot(tmp_path / f"{name} again", home.here.clock) as again:
                home.back.new = again
                again._sysop = await back(again, garden.moot.sysop)
                home.back.reader = await back(again, garden.bo)
                if name == "away":
                    assert isinstance(
                        await home.back.reader.refused(ListThreads(board=home.board)), BoardMoved
                    )
                    done = await unpack(again, data, board=home.board, moved=True)
                    assert done.state is UnpackState.WHOLE, done
                    await home.back.bring(await home.back.last_list())
                bodies = set((await home.back.bodies()).values())
                expected = {"Peas.", "Beans.", None}
                assert bodies == (expected if name == "before" else expected | {"Written away."})


async def test_killed_while_it_comes_it_goes_on(tmp_path: Path) -> None:
    """From an image of the disk between any two slices the board comes home whole, and with the same
    rows as without a break; nobody reads a row of it before (protocol 29.10, 30.11, P12)."""
    async with open_moot(tmp_path / "old", hops=Hops(SlowClock())) as old:
        board, [ana, bo] = await friends(old, "ana", "bo")
        of_ana, of_bo = await start(ana, board, "Peas."), await start(bo, board, "Beans.")
        async with open_moot(tmp_path / "new", old.clock) as new:
            home = await moved_away(Garden(old, board, ana, bo, of_ana, of_bo), new)
            await home.ready()
            data = await pack_of(new.sysop, board)
        await send(old.sysop, data, beginning(data, board=board, moved=True))
        images = 0
        while (await state_of(old.sysop, data)).state is not UnpackState.WHOLE:
            await old.running.dispatcher.execute_as_system(one_slice)
            assert isinstance(await home.back.reader.refused(ListThreads(board=board)), BoardMoved)
            images += 1
            if images % _EACH == 0:
                await asyncio.to_thread(copytree, old.folder, tmp_path / str(images))
        rows = await old.read(_rows)
        for image in range(_EACH, images, _EACH):
            async with open_moot(tmp_path / str(image), old.clock) as again:
                await again.do_jobs(*JOBS)
                assert await again.read(_rows) == rows


_EACH = 19  # slices between two images


def _rows(tx: Tx) -> list[tuple[Any, ...]]:
    posts = "SELECT id, thread, number, seq, state, author FROM posts ORDER BY id"
    streams = "SELECT stream, seq, base_seq, digest FROM streams WHERE stream LIKE 'board:%' ORDER BY stream"
    return [
        *tx.fetch_all(posts),
        *tx.fetch_all(streams),
        *tx.fetch_all("SELECT digest, seqs_after FROM packs"),
    ]
