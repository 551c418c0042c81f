"""A board goes from one community to another: pack, receipt and last list, carried between both."""

import io
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from bbs import signatures
from bbs.features.boards.messages import GetBoard, Visibility
from bbs.features.members.views import ImportedAuthor
from bbs.features.moderation.messages import GetLog
from bbs.features.ownership.leaving_messages import Leave
from bbs.features.ownership.views import LeaveWords
from bbs.features.packs import move_limits
from bbs.features.packs.consent_messages import PackConsent, SetConsent
from bbs.features.packs.last_messages import (
    BringLastPage,
    GetLastList,
    GiveReceipt,
    MovedInResult,
)
from bbs.features.packs.last_rules import page_text
from bbs.features.packs.last_views import LastPage
from bbs.features.packs.move_messages import BringReceipt
from bbs.features.packs.move_views import MoveState
from bbs.features.packs.unpack_messages import StopUnpacking, UnpackState
from bbs.features.threads.messages import ListPosts, ListThreads, PostWithdrawn, WithdrawPost
from bbs.ids import COMMONS, new_id
from bbs.move_refusals import BoardMoved, PaperRefused, PerhapsOnlyCopy
from bbs.powers import Power
from bbs.refusals import Conflict, DeviceNeeded, NotAllowed, NotFound
from bbs.streams import board_stream
from bbs.terminal.act_text import describe_act
from bbs.wire.messages import Hello
from bbs.wire.pack_reader import check_pack
from tests.features.packs.gardens import Garden
from tests.features.proposals.motions import back
from tests.support.kept import bytes_in
from tests.support.moot import Line, Moot, open_moot
from tests.support.packing import pack_of
from tests.support.talk import write
from tests.support.unpacked import JOBS, pack_id, state_of, unpack

HOST = "127.0.0.1:443"
HELLO = Hello(versions=("bbs.v1",))


@dataclass
class Both:
    """A board at its old server, and the community to which it goes."""

    old: Garden
    new: Moot
    reader: Line

    @property
    def board(self) -> str:
        """The board's id, at both."""
        return self.old.board

    async def announce(self, **fields: Any) -> None:
        """Announce the move to the new server."""
        key = (await self.new.line().ask(HELLO)).key
        await self.old.announce(host=HOST, key=key, **fields)

    async def unpacked(self) -> bytes:
        """Pack the board and unpack it at the new server; return the pack."""
        data = await pack_of(self.old.moot.sysop, self.board)
        done = await unpack(self.new, data, board=self.board, moved=True)
        assert done.state is UnpackState.WHOLE, done
        return data

    async def hand_over(self) -> None:
        """Carry the new server's receipt to the old one."""
        receipt = (await self.new.sysop.ask(GiveReceipt(slug="garden"))).receipt
        await self.old.moot.sysop.ask(BringReceipt(board=self.board, receipt=receipt))

    async def last_list(self) -> list[LastPage]:
        """Return the pages of a last list of now."""
        pages: list[LastPage] = []
        while not pages or pages[-1].upto is not None:
            after = pages[-1].upto if pages else None
            command = GetLastList(board=self.board, after=after)
            pages.append((await self.old.moot.sysop.ask(command)).page)
        return pages

    async def bring(self, pages: list[LastPage]) -> MovedInResult:
        """Carry pages of a last list to the new server; return the last answer."""
        for page in pages:
            done = await self.new.sysop.ask(BringLastPage(page=page))
        return done

    async def bodies(self) -> dict[str, str | None]:
        """Return the words that a reader at the new server sees, by post."""
        threads = (await self.reader.ask(ListThreads(board=self.board))).threads
        pages = [await self.reader.ask(ListPosts(thread=each.id)) for each in threads]
        return {post.id: post.body for page in pages for post in page.posts}


@pytest.fixture
async def both(garden: Garden, tmp_path: Path) -> AsyncIterator[Both]:
    """A board, and another community."""
    async with open_moot(tmp_path / "new", garden.moot.clock) as new:
        yield Both(garden, new, await new.join("nell"))


async def test_words_that_end_at_any_step_are_gone_at_both(both: Both) -> None:
    """Taken back while announced, ready, packed, and after the receipt: no reader and no byte of either
    has them, and the rest is open there under its name (protocol 30.8, P10)."""
    old, board = both.old, both.board
    thread = old.of_bo.thread
    steps = [await write(old.ana, thread, f"Canary {number}.") for number in range(5)]
    stays = await write(old.ana, thread, "This stays.")
    await both.announce()
    await old.ana.ask(WithdrawPost(post=steps[0]))
    await old.pass_days(14)
    await old.ana.ask(WithdrawPost(post=steps[1]))
    await both.unpacked()
    await old.ana.ask(WithdrawPost(post=steps[2]))
    await both.hand_over()
    await old.ana.ask(WithdrawPost(post=steps[3]))
    assert isinstance(await both.reader.refused(GetBoard(board=board)), NotFound)
    pages = await both.last_list()
    told = msgspec.json.encode(pages)
    assert [word for word in (b"Canary", b"Beans", old.ana.id.encode()) if word in told] == []
    done = await both.bring(pages)
    assert (done.is_open, done.ended) == (True, 2)
    bodies = await both.bodies()
    assert [bodies[post] for post in steps] == [None, None, None, None, "Canary 4."]
    assert (bodies[stays], bodies[old.of_bo.post]) == ("This stays.", "Beans.")
    # After it is open, a later list still ends what ends at the old server, and tells readers.
    await both.reader.listen(board_stream(board))
    await old.ana.ask(WithdrawPost(post=steps[4]))
    assert (await both.bring(await both.last_list())).ended == 1
    [withdrawn] = await both.reader.told(PostWithdrawn)
    assert withdrawn.post.id == steps[4]
    left = "SELECT count(*) FROM texts WHERE body LIKE 'Canary%'"
    for moot in (old.moot, both.new):
        assert await moot.read(lambda tx: tx.fetch_value(left)) == 0
        await moot.do_jobs()
        await moot.running.dispatcher.store.checkpoint()
        assert b"Canary" not in bytes_in(moot.folder)
    error = await old.bo.refused(ListThreads(board=board))
    assert isinstance(error, BoardMoved)
    assert error.host == HOST


async def test_who_left_and_who_is_left_out_is_so_there(both: Both) -> None:
    """After packing ana left as a former member, and bo chose to be left out: her words stand without
    a name and a claim tag, his are gone (protocol 30.8, P9)."""
    old = both.old
    await old.ana.ask(SetConsent(board=both.board, consent=PackConsent.NAMED))
    await both.announce()
    await old.pass_days(14)
    await both.unpacked()
    await old.ana.ask(Leave(board=both.board, words=LeaveWords.FORMER))
    await old.bo.ask(SetConsent(board=both.board, consent=PackConsent.LEFT_OUT))
    await both.hand_over()
    await both.bring(await both.last_list())
    bodies = await both.bodies()
    assert (bodies[old.of_ana.post], bodies[old.of_bo.post]) == ("Peas.", None)
    shown = await both.reader.ask(ListPosts(thread=old.of_ana.thread))
    assert shown.posts[0].author == ImportedAuthor(id=old.of_ana.post)
    assert shown.thread.author == ImportedAuthor(id=old.of_ana.thread)
    tags = "SELECT count(*) FROM pack_tags WHERE thread = ?"
    assert await both.new.read(lambda tx: tx.fetch_value(tags, old.of_ana.thread)) == 0


async def test_the_announced_visibility_holds(both: Both) -> None:
    """Announced as private it is private there, though the pack says members (protocol 30.1)."""
    await both.announce(visibility="private")
    await both.old.pass_days(14)
    await both.unpacked()
    await both.hand_over()
    await both.bring(await both.last_list())
    sql = "SELECT visibility FROM boards WHERE id = ?"
    found = await both.new.read(lambda tx: tx.fetch_value(sql, both.board))
    assert found == Visibility.PRIVATE.value


async def test_the_log_there_says_who_brought_it(both: Both) -> None:
    """The board's log at its new home begins with who opened it, and the home that it moved from (P8)."""
    await both.announce()
    await both.old.pass_days(14)
    await both.unpacked()
    await both.hand_over()
    await both.bring(await both.last_list())
    [act] = (await both.new.sysop.ask(GetLog(board=both.board))).acts
    said = describe_act(act, {}, lambda _: "garden")
    assert "brought the last list of garden, which moves here: it was garden at " in said
    assert "it moved here; signed with the key " in said


async def test_pages_come_in_their_order_and_go_on(both: Both) -> None:
    """A page is missing: nothing opens. Brought again after a break, what was done stays done, and the
    last page opens the board once (protocol 30.8, P12)."""
    old = both.old
    posts = [
        await write(old.ana, old.of_bo.thread) for _ in range(move_limits.LAST_PAGE_POSTS_MAX + 5)
    ]
    await both.announce()
    await old.pass_days(14)
    await both.unpacked()
    for post in posts:
        await old.ana.ask(WithdrawPost(post=post))
    await both.hand_over()
    first, last = await both.last_list()
    error = await both.new.sysop.refused(BringLastPage(page=last))
    assert isinstance(error, PaperRefused)
    assert "missing" in str(error)
    assert (await both.bring([first])).ended == move_limits.LAST_PAGE_POSTS_MAX
    again = await both.bring([first, last])
    assert (again.is_open, again.ended) == (True, 5)
    assert (await both.bring([first, last])).ended == 0


async def test_a_forged_list_is_refused(both: Both) -> None:
    """One sentence for each forgery, and the board stays unseen (protocol 30.8)."""
    await both.announce()
    await both.old.pass_days(14)
    await both.unpacked()
    await both.hand_over()
    [page] = await both.last_list()
    seed = bytes([9] * 32)
    key = signatures.public_key_of(seed)
    other = replace(page, key=key)
    forged = {
        "another key than the pack": replace(
            other, signature=signatures.sign(seed, page_text(other))
        ),
        "signature is false": replace(page, signature="A" * 86),
        "it was changed": replace(page, visibility=Visibility.PRIVATE),
        "signature is false, or": replace(page, epoch="another"),
        "another receipt": replace(page, receipt=replace(page.receipt, key=key)),
        "than this server's": replace(page, receipt=replace(page.receipt, digest="6" * 64)),
    }
    for why, bad in forged.items():
        error = await both.new.sysop.refused(BringLastPage(page=bad))
        assert isinstance(error, PaperRefused)
        assert why in str(error)
    assert isinstance(await both.reader.refused(GetBoard(board=both.board)), NotFound)


async def test_a_list_of_a_restored_server_opens_the_board(both: Both) -> None:
    """A restore between receipt and last list begins a new epoch there; the key is the same (30.10)."""
    await both.announce()
    await both.old.pass_days(14)
    await both.unpacked()
    await both.hand_over()
    both.old.moot.running.dispatcher.epoch = new_id()
    [page] = await both.last_list()
    assert (await both.bring([page])).is_open


async def test_only_a_board_that_moves_here_gets_a_receipt(both: Both) -> None:
    """Not an ordinary board nor a copy; and only the sysop's, from a device (protocol 30.6)."""
    await both.announce()
    await both.old.pass_days(14)
    data = await pack_of(both.old.moot.sysop, both.board)
    await unpack(both.new, data, board=both.board)
    for slug in ("garden", "commons", "nothing"):
        assert isinstance(await both.new.sysop.refused(GiveReceipt(slug=slug)), NotFound)
    assert isinstance(await both.reader.refused(GiveReceipt(slug="garden")), NotAllowed)
    token = await both.new.with_token(both.new.sysop, [Power.READ, Power.OPEN_BOARD], [COMMONS])
    assert isinstance(await token.refused(GiveReceipt(slug="garden")), DeviceNeeded | NotAllowed)
    assert check_pack(io.BytesIO(data)).digest


async def test_what_may_be_the_only_copy_is_not_stopped(both: Both) -> None:
    """Its receipt may be at the old server: the last list opens the board, and nothing erases it (29.10)."""
    await both.announce()
    await both.old.pass_days(move_limits.MOVE_DAYS)
    data = await both.unpacked()
    await both.hand_over()
    stop = StopUnpacking(pack=pack_id(data))
    error = await both.new.sysop.refused(stop)
    assert isinstance(error, PerhapsOnlyCopy)
    assert "last list" in str(error.hint)
    assert (await state_of(both.new.sysop, data)).state is UnpackState.WHOLE
    await both.bring(await both.last_list())
    error = await both.new.sysop.refused(replace(stop, not_handed_over=True))
    assert isinstance(error, Conflict), "an open board is nobody's to stop"


async def test_a_copy_of_a_board_that_stands_there_still_is_stopped(both: Both) -> None:
    """No receipt came in 30 days: the old server opened the board again, and the sysop says so (30.5)."""
    await both.announce()
    await both.old.pass_days(move_limits.MOVE_DAYS)
    data = await both.unpacked()
    await both.old.pass_days(move_limits.RECEIPT_DAYS + 1)
    assert await both.old.state() is not MoveState.READY
    stop = StopUnpacking(pack=pack_id(data))
    both.new._sysop = await back(both.new, both.new.sysop)
    assert isinstance(await both.new.sysop.refused(stop), PerhapsOnlyCopy)
    await both.new.sysop.ask(replace(stop, not_handed_over=True))
    await both.new.do_jobs(*JOBS)
    assert (await state_of(both.new.sysop, data)).state is UnpackState.STOPPED
