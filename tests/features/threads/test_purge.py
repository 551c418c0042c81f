"""What a law wants gone: erased everywhere once it is carried out, with a reason everybody can read."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bbs import limits
from bbs.errors import BadParams
from bbs.features.boards.messages import ConfigureBoard, Visibility
from bbs.features.boards.seat_messages import HandOver, LeaveSeat, TakeSeat
from bbs.features.members.views import MemberAuthor
from bbs.features.reading.messages import Search
from bbs.features.threads.erasing_messages import Purge, TextPurged
from bbs.features.threads.messages import (
    EditPost,
    GetHistory,
    ListLines,
    ListPosts,
    PostHeld,
    Say,
    Unsay,
    WritePost,
)
from bbs.features.threads.views import ContentState, PurgeResult
from bbs.ids import BoardId, new_id
from bbs.refusals import Gone, NotFound
from bbs.streams import board_stream, lounge_stream, member_stream
from bbs.wire import codec
from bbs_server.store.removals import REMOVALS, read_entries
from tests.support.kept import bytes_in
from tests.support.moot import PATIENCE_S, Line, Moot, open_moot
from tests.support.talk import start

WHY = "A court wants it gone"
LAW = "Art. 17 GDPR"
SECRETS = ("quincunx", "zephyrine", "obsidian")


async def _garden(moot: Moot, ana: Line, **settings: Any) -> BoardId:
    board = await moot.board(moot.sysop, "garden", **{"hold_s": 0, **settings})
    await ana.ask(TakeSeat(board=board, norms_version=1))
    return board


async def test_a_purged_post_is_gone_everywhere(tmp_path: Path) -> None:
    """No file holds any wording of it as soon as the store has cleaned up, which begins at once;
    a marker stays, search finds nothing, and the record keeps a restore from bringing it back."""
    async with open_moot(tmp_path) as moot:
        ana = await moot.join("ana")
        board = await _garden(moot, ana)
        thread, post = await start(ana, board, SECRETS[1], SECRETS[0])
        await ana.ask(EditPost(post=post, body=SECRETS[2]))
        await moot.sysop.carry(Purge(post=post, law=LAW, reason=WHY))
        [marker] = (await ana.ask(ListPosts(thread=thread))).posts
        assert (marker.state, marker.body) == (ContentState.PURGED, None)
        for word in SECRETS:
            assert (await ana.ask(Search(query=word))).found == ()
        assert isinstance(await ana.refused(GetHistory(post=post)), Gone)
        async with asyncio.timeout(PATIENCE_S):
            while any(word.encode() in bytes_in(tmp_path) for word in SECRETS):
                await moot.read(lambda tx: None)
        assert sum(len(entry.purged) for entry in read_entries(tmp_path / REMOVALS)) == 3
        again = await moot.sysop.ask(Purge(post=post, law=LAW, reason=WHY))
        assert again.posts == 0


async def test_readers_and_the_writer_are_told_who_and_why(tmp_path: Path) -> None:
    """The board's log names sysop, law and reason without a word of what went (P5, P8); its writer
    is told in their own stream, also when they may not read the board any more (P7)."""
    async with open_moot(tmp_path) as moot:
        ana, bo = await moot.join("ana"), await moot.join("bo")
        board = await _garden(moot, ana)
        _, post = await start(ana, board, SECRETS[0])
        await ana.ask(LeaveSeat(board=board))
        await bo.listen(board_stream(board))
        await ana.listen(member_stream(ana.id))
        await moot.sysop.carry(Purge(post=post, law=LAW, reason=WHY))
        for line in (ana, bo):
            [told] = await line.told(TextPurged)
            assert (told.norm, told.law, told.reason) == (None, LAW, WHY)
            assert [one.id for one in told.posts] == [post]
            assert SECRETS[0].encode() not in line.tape.frames[-1]
        [author] = [frame.author for frame in bo.frames if frame.kind == TextPurged.kind]
        assert author == MemberAuthor(id=moot.sysop.id)


async def test_a_purged_line_is_gone_everywhere(tmp_path: Path) -> None:
    """A line of a lounge as a post: in no file any more, a marker that says what became of it, the
    board's log and the lounge tell who and why (P8, P10), its writer hears it without a seat (P7)."""
    async with open_moot(tmp_path) as moot:
        ana, bo = await moot.join("ana"), await moot.join("bo")
        board = await _garden(moot, ana)
        line = new_id()
        await ana.ask(Say(board=board, line=line, body=f"{SECRETS[0]} @bo"))
        await ana.ask(LeaveSeat(board=board))
        await bo.listen(board_stream(board), lounge_stream(board))
        await ana.listen(member_stream(ana.id))
        await moot.sysop.carry(Purge(line=line, law=LAW, reason=WHY))
        for reader, count in ((bo, 2), (ana, 1)):
            for told in await reader.told(TextPurged, count):
                assert (told.law, told.reason, [one.id for one in told.lines]) == (LAW, WHY, [line])
            assert SECRETS[0].encode() not in b"".join(reader.tape.frames)
        [marker] = (await bo.ask(ListLines(board=board))).lines
        assert (marker.state, marker.body, marker.mentions) == (ContentState.PURGED, None, ())
        assert isinstance(await ana.refused(Unsay(line=line)), Gone)
        async with asyncio.timeout(PATIENCE_S):
            while SECRETS[0].encode() in bytes_in(tmp_path):
                await moot.read(lambda tx: None)
        assert sum(len(entry.purged) for entry in read_entries(tmp_path / REMOVALS)) == 1
        again = await moot.sysop.ask(Purge(line=line, law=LAW, reason=WHY))
        assert again == PurgeResult(posts=0)


async def test_a_thread_goes_in_slices_with_what_is_held(tmp_path: Path) -> None:
    """However long, no transaction is; posts that wait go too, and their writers see that (P7)."""
    async with open_moot(tmp_path) as moot:
        ana = await moot.join("ana")
        board = await _garden(moot, ana)
        thread, _ = await start(ana, board, "B")
        for _ in range(limits.SLICE_ROWS):
            await ana.ask(WritePost(thread=thread, post=new_id(), body="B"))
        await moot.sysop.carry(ConfigureBoard(board=board, hold_s=600))
        await ana.ask(WritePost(thread=thread, post=new_id(), body="B"))
        await ana.listen(member_stream(ana.id))
        await moot.sysop.carry(Purge(thread=thread, law=LAW, reason=WHY))
        again = await moot.sysop.ask(Purge(thread=thread, law=LAW, reason=WHY))
        assert again == PurgeResult(posts=0)
        await moot.do_jobs()
        [hidden, held] = await ana.told(PostHeld, 2)
        assert (hidden.post.state, hidden.post.body) == (ContentState.HELD, None)
        assert held.post.state is ContentState.PURGED
        [*_, told] = await ana.told(TextPurged, 2)
        assert (held.post.id, WHY) in [(one.id, told.reason) for one in told.posts]
        moot.clock.jump(hours=1)
        await moot.do_jobs()
        page = await ana.ask(ListPosts(thread=thread, limit=limits.PAGE_ITEMS_MAX))
        assert {one.state for one in page.posts} == {ContentState.PURGED}
        assert page.thread.title is None


async def test_nothing_held_is_purged_in_secret(tmp_path: Path) -> None:
    """Where all that went was held, the board is told that the power was used and why (P8), and
    only the writer what it was used on (P7)."""
    async with open_moot(tmp_path) as moot:
        ana, bo = await moot.join("ana"), await moot.join("bo")
        board = await _garden(moot, ana, hold_s=600)
        thread, post = await start(ana, board, SECRETS[0])
        await ana.listen(member_stream(ana.id))
        await bo.listen(board_stream(board))
        await moot.sysop.carry(Purge(thread=thread, law=LAW, reason=WHY))
        await moot.do_jobs()
        for line, named in ((ana, [post]), (bo, [])):
            [told] = await line.told(TextPurged)
            assert (told.law, told.reason, [one.id for one in told.posts]) == (LAW, WHY, named)
        assert post.encode() not in bo.sent


async def test_what_the_sysop_may_not_read_can_be_purged_unread(tmp_path: Path) -> None:
    """A law reaches private boards; the sysop erases there by id and learns nothing but that."""
    async with open_moot(tmp_path) as moot:
        ana = await moot.join("ana")
        board = await _garden(moot, ana)
        thread, post = await start(ana, board, SECRETS[0])
        await moot.sysop.carry(ConfigureBoard(board=board, visibility=Visibility.PRIVATE))
        await moot.sysop.ask(HandOver(board=board, member=ana.id))
        await moot.sysop.ask(LeaveSeat(board=board))
        assert isinstance(await moot.sysop.refused(ListPosts(thread=thread)), NotFound)
        await moot.sysop.carry(Purge(post=post, law=LAW, reason=WHY))
        [marker] = (await ana.ask(ListPosts(thread=thread))).posts
        assert marker.state is ContentState.PURGED


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"post": new_id(), "thread": new_id()},
        {"post": new_id(), "line": new_id()},
    ],
)
async def test_a_purge_names_one_thing(tmp_path: Path, given: dict[str, Any]) -> None:
    """Without one thing nothing is erased, and the field is named."""
    async with open_moot(tmp_path) as moot:
        refused = await moot.sysop.refused(Purge(reason=WHY, law=LAW, **given))
        assert isinstance(refused, BadParams)
        assert refused.field == "post"


async def test_only_a_law_purges(tmp_path: Path) -> None:
    """No clause of the norms can erase words: without a law the request is refused, and says so."""
    async with open_moot(tmp_path):
        sent = b'{"jsonrpc":"2.0","id":1,"method":"threads.purge","params":{"op":"%s",%s}}'
        for params in (b'"norm":1,"reason":"R"', b'"law":"L","norm":1,"reason":"R"'):
            with pytest.raises(codec.InvalidCall) as refused:
                codec.decode_call(sent % (new_id().encode(), params))
            assert isinstance(refused.value.error, BadParams)


async def test_what_is_not_there_cannot_be_purged(tmp_path: Path) -> None:
    """Nothing waits for words that do not exist."""
    async with open_moot(tmp_path) as moot:
        for given in ({"post": new_id()}, {"line": new_id()}, {"thread": new_id()}):
            refused = await moot.sysop.refused(Purge(law=LAW, reason=WHY, **given))
            assert isinstance(refused, NotFound)
