"""Unpacking: a board comes with its history, seen by nobody until it is whole (protocol 29.9, 29.10)."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from bbs.clock import DAY_MS, instant
from bbs.features.boards.messages import GetBoard, ListBoards
from bbs.features.boards.seat_messages import OfferSeat
from bbs.features.community.messages import GetDisk
from bbs.features.members.views import ImportedAuthor, MemberAuthor
from bbs.features.moderation.entering_messages import EnterBoard
from bbs.features.moderation.messages import GetLog
from bbs.features.norms.messages import GetNorms, ListNormsVersions
from bbs.features.packs.unpack_messages import (
    PIECE_BYTES,
    BoardUnpacked,
    ListOldActs,
    StopUnpacking,
    UnpackState,
)
from bbs.features.packs.unpack_rules import PACK_TRANSITIONS
from bbs.features.packs.views import PackAct, PackHeading, PackKind, PackPost
from bbs.features.reading.messages import GetUnread, ListMentions, Search
from bbs.features.threads.messages import ListPosts, ListRecent, ListThreads
from bbs.ids import COMMONS, new_id
from bbs.powers import Power
from bbs.refusals import CommandWaits, Conflict, DeviceNeeded, NameTaken, NotFound
from bbs.streams import board_stream
from bbs.terminal.act_text import describe_act
from bbs_server.features.packs.old_acts import altered_old_acts
from bbs_server.features.packs.unpack_jobs import unpack as one_slice
from bbs_server.store.event_log import replay
from bbs_server.store.hops import Hops
from tests.support.moments import SlowClock
from tests.support.moot import Moot, open_moot
from tests.support.packs import BOARD, HOME, as_lifeboat, packed, small_board, uuid
from tests.support.unpacked import JOBS, beginning, pack_id, send, state_of, unpack

NOT_OF_THE_BOARD = {"unpackings", "ops", "acts", "events", "streams", "texts", "sessions", "meta"}
"""What the sysop's own commands change, and what the server notes of the time."""


@pytest.fixture
async def slow(tmp_path: Path) -> AsyncIterator[Moot]:
    """A community in which each slice of timed work does a single row."""
    async with open_moot(tmp_path / "slow", hops=Hops(SlowClock())) as running:
        yield running


async def test_a_board_comes_with_its_threads_norms_and_times(moot: Moot) -> None:
    """Ids, numbers, times and norms stay; authors are no members; nothing is unread (29.10)."""
    ana = await moot.join("ana")
    done = await unpack(moot, packed(small_board()))
    assert (done.state, done.why) == (UnpackState.OPEN, None)
    shown = (await ana.ask(GetBoard(board=BOARD))).board
    assert (shown.slug, shown.title, shown.norms_version) == ("garden", "The garden", 2)
    assert BOARD in [each.id for each in (await ana.ask(ListBoards())).boards]
    threads = (await ana.ask(ListThreads(board=BOARD))).threads
    assert [thread.number for thread in threads] == [4, 3, 1]
    page = await ana.ask(ListPosts(thread=threads[-1].id))
    packed_posts = [line for line in small_board() if isinstance(line, PackPost)]
    assert [(each.id, each.number, each.at) for each in page.posts] == [
        (each.id, each.number, each.at) for each in packed_posts[:-1]
    ]
    first, second, *markers = page.posts
    assert [getattr(each.author, "name", "") for each in (first, second)] == [
        *("ana of moot.example", None)
    ]
    assert isinstance(second.author, ImportedAuthor)
    assert second.parent == first.id
    assert [each.body for each in markers] == [None] * 6
    assert all(each.author == ImportedAuthor(id=each.id) for each in markers)
    unread = await ana.ask(GetUnread())
    assert page.thread.id not in {each.thread for each in unread.threads}
    versions = (await ana.ask(ListNormsVersions(board=BOARD))).versions
    assert [(each.version, each.reason) for each in versions] == [
        *((2, "An example was missing"), (1, None))
    ]
    assert (await ana.ask(GetNorms(board=BOARD))).clauses[0].example == "Say hello."


async def test_its_log_begins_with_the_pack(moot: Moot) -> None:
    """The first event names digest and home; posts stand before it, in the order of time (29.10)."""
    await unpack(moot, packed(small_board()))
    kept = await moot.read(lambda tx: replay(tx, board_stream(BOARD), 9, 10, 10**6))
    assert BoardUnpacked.kind.encode() in kept[0].frame
    assert b"moot.example" in kept[0].frame
    recent = (await moot.sysop.ask(ListRecent(board=BOARD))).posts
    assert [each.seq for each in recent] == list(range(9, 0, -1))
    assert recent[0].visible_at == max(each.visible_at for each in recent)


async def test_both_logs_say_who_unpacked_it_and_from_where(moot: Moot) -> None:
    """The board's log begins with who brought it, its home, what the pack was, who signed it and its
    digest; the commons' says that it opened (P8)."""
    await unpack(moot, packed(small_board()))
    [act] = (await moot.sysop.ask(GetLog(board=BOARD))).acts
    assert act.author == MemberAuthor(id=moot.sysop.id)
    values = {each.field: each.said_after or each.after for each in act.changes}
    assert values["came_from"] == "garden at moot.example, The Moot"
    assert (values["pack_kind"], values["signed_with"]) == ("server", HOME.key)
    said = describe_act(act, {}, lambda _: "garden")
    assert "opened garden, which came as a pack: it was garden at moot.example, The Moot" in said
    assert f"digest: {values['digest']}" in said
    opened, began = (await moot.sysop.ask(GetLog(board=COMMONS))).acts[:2]
    assert [each.method for each in (began, opened)] == [
        *("packs.begin_unpacking", "packs.open_unpacked")
    ]
    assert opened.thing.id == BOARD


async def test_a_lifeboat_says_so_in_the_log(moot: Moot) -> None:
    """Of a lifeboat the log says that no server signed it, and that nothing proves its words (P8)."""
    await unpack(moot, packed(as_lifeboat(small_board())))
    await moot.sysop.ask(EnterBoard(board=BOARD, reason="Is it whole?", law="Art. 7"))
    act = (await moot.sysop.ask(GetLog(board=BOARD))).acts[-1]
    said = describe_act(act, {}, lambda _: "garden")
    assert "nothing proves its words; signed by no server" in said


async def test_its_words_are_found_and_call_nobody(moot: Moot) -> None:
    """Old words are found by search; an @ana in them is nobody here (29.10)."""
    lines = small_board()
    ana = await moot.join("ana")
    place = next(n for n, line in enumerate(lines) if isinstance(line, PackPost))
    lines[place] = replace(lines[place], body="Marrows for @ana")
    await unpack(moot, packed(lines))
    await moot.do_jobs(*JOBS)
    found = await ana.ask(Search(query="marrows"))
    assert [each.post.id for each in found.found] == [uuid(1_001)]
    assert found.found[0].post.mentions == ()
    assert (await ana.ask(ListMentions())).found == ()


async def test_who_acted_before_stands_beside(moot: Moot) -> None:
    """The log from before is read beside the board's own, newest first (29.10)."""
    data = packed(small_board())
    await unpack(moot, data)
    shown = await moot.sysop.ask(ListOldActs(board=BOARD, limit=1))
    assert shown.acts[0].line.encode() in data
    assert shown.origin is not None
    assert (shown.origin.host, shown.origin.pack_kind) == ("moot.example", PackKind.SERVER)
    rest = await moot.sysop.ask(ListOldActs(board=BOARD, before=shown.next_before))
    assert [each.line.encode() in data for each in rest.acts] == [True]


async def test_words_that_end_on_the_way_are_markers(moot: Moot) -> None:
    """What faded by its own retention before the board was written comes without words (P10)."""
    lines = small_board()
    place = next(n for n, line in enumerate(lines) if isinstance(line, PackPost))
    week, day = (instant(moot.clock() - days * DAY_MS) for days in (7, 1))
    lines[place] = replace(lines[place], at=week, visible_at=week, fades_at=day)
    await unpack(moot, packed(lines))
    page = await moot.sysop.ask(ListPosts(thread=uuid(1)))
    assert page.posts[0].body is None


async def test_a_clock_that_is_ahead_ends_no_words_on_the_way(moot: Moot) -> None:
    """Words are left away only once they are over by proven time; until then they are hidden (P10)."""
    lines = small_board()
    place = next(n for n, line in enumerate(lines) if isinstance(line, PackPost))
    body = lines[place].body  # type: ignore[union-attr]  # of a post
    week, soon = instant(moot.clock() - 7 * DAY_MS), instant(moot.clock() + 7 * DAY_MS)
    lines[place] = replace(lines[place], at=week, visible_at=week, fades_at=soon)
    moot.clock.step(days=30)
    await unpack(moot, packed(lines))
    assert (await moot.sysop.ask(ListPosts(thread=uuid(1)))).posts[0].body is None
    moot.clock.step(days=-30)
    assert (await moot.sysop.ask(ListPosts(thread=uuid(1)))).posts[0].body == body


async def test_nobody_sees_it_before_it_is_whole(slow: Moot) -> None:
    """While a board is written it is in no list, search, count or size, and has no address (29.10)."""
    ana = await slow.join("ana")
    await ana.listen(board_stream(BOARD))
    data = packed(small_board())
    await send(slow.sysop, data, beginning(data))
    disk = await slow.sysop.ask(GetDisk())
    slices = 0
    while (await state_of(slow.sysop, data)).state is not UnpackState.OPEN:
        for line in (ana, slow.sysop):
            assert isinstance(await line.refused(GetBoard(board=BOARD)), NotFound)
            assert isinstance(await line.refused(ListThreads(board=BOARD)), NotFound)
            assert BOARD not in {each.id for each in (await line.ask(ListBoards())).boards}
            assert (await line.ask(Search(query="climb"))).found == ()
        enter = EnterBoard(board=BOARD, reason="I want to see")
        assert isinstance(await slow.sysop.refused(enter), NotFound)
        assert (await slow.sysop.ask(GetDisk())).boards == disk.boards
        assert ana.events(BoardUnpacked) == []
        await slow.running.dispatcher.execute_as_system(one_slice)
        slices += 1
    assert slices > len(small_board())
    assert (await ana.ask(GetBoard(board=BOARD))).board.slug == "garden"
    await slow.do_jobs(*JOBS)
    left = await slow.read(
        lambda tx: tx.fetch_all("SELECT pack FROM pack_pieces UNION SELECT pack FROM pack_ids")
    )
    assert left == []


async def test_a_server_that_stops_goes_on_where_it_was(tmp_path: Path) -> None:
    """Started again between any two slices, it makes the same board, and no row twice (29.10)."""
    data = packed(small_board())
    folder = tmp_path / "stopping"
    async with open_moot(folder, hops=Hops(SlowClock())) as moot:
        person = moot.sysop.person
        await send(moot.sysop, data, beginning(data))
    state = UnpackState.CHECKING
    while state is not UnpackState.OPEN:
        async with open_moot(folder, hops=Hops(SlowClock())) as moot:
            await moot.take_up(person)
            for _ in range(5):
                await moot.running.dispatcher.execute_as_system(one_slice)
            state = (await state_of(moot.sysop, data)).state
            if state is UnpackState.OPEN:
                page = await moot.sysop.ask(ListPosts(thread=uuid(1)))
                assert [each.number for each in page.posts] == list(range(1, 9))


async def _content(moot: Moot) -> dict[str, list[tuple[Any, ...]]]:
    dump = await moot.dump()
    return {name: rows for name, rows in dump.items() if name not in NOT_OF_THE_BOARD}


async def _refused(moot: Moot, data: bytes, **given: Any) -> str:
    """Send a file that is refused; return the sentence. No table has a row more than before."""
    before = await _content(moot)
    done = await unpack(moot, data, **given)
    assert done.state is UnpackState.REFUSED
    assert await _content(moot) == before
    assert done.why is not None
    return done.why


async def test_what_is_no_pack_leaves_no_row(moot: Moot) -> None:
    """The server reads all of a file before the first row; of a bad one only a sentence stays (29.9)."""
    good = packed(small_board())
    for bad in (good[:-40], good.replace(b"They climb", b"They crawl"), b"{}\n" * 20_000):
        why = await _refused(moot, bad)
        assert why.startswith("line ")
        assert "\n" not in why


async def test_what_stands_here_refuses_the_pack(moot: Moot) -> None:
    """A thread, a post or a board with an id of the pack is here already: nothing is written (29.9)."""
    await unpack(moot, packed(small_board()))
    again = packed(small_board(), ())
    error = await moot.sysop.refused(beginning(again, "meadow"))
    assert isinstance(error, Conflict)
    board = new_id()
    other = [
        replace(line, board=board) if isinstance(line, PackHeading) else line
        for line in small_board()
        if not isinstance(line, PackAct)
    ]
    why = await _refused(moot, packed(other), slug="meadow", board=board)
    assert "stand here already" in why


async def test_names_and_bounds_of_this_place_hold(moot: Moot) -> None:
    """A name that a board has, and more seats than the sysop allows, are refused (29.9)."""
    await moot.board(moot.sysop, "garden")
    data = packed(small_board())
    assert isinstance(await moot.sysop.refused(beginning(data)), NameTaken)
    done = await unpack(moot, data, "greenhouse")
    assert (await moot.sysop.ask(GetBoard(board=BOARD))).board.slug == "greenhouse"
    assert done.state is UnpackState.OPEN


async def test_a_name_is_kept_while_the_board_is_written(slow: Moot) -> None:
    """Nobody opens another board under its name meanwhile (29.10)."""
    data = packed(small_board())
    await send(slow.sysop, data, beginning(data))
    while (await state_of(slow.sysop, data)).written < 1_500:
        await slow.running.dispatcher.execute_as_system(one_slice)
    with pytest.raises(NameTaken):
        await slow.board(slow.sysop, "garden")


async def test_a_pack_is_stopped_at_any_moment(slow: Moot) -> None:
    """The sysop stops it before it opens, and nothing of it is left (29.9)."""
    before = await _content(slow)
    data = packed(small_board())
    for slices in (0, 3, 12, 20, 24):
        await send(slow.sysop, data, beginning(data))
        for _ in range(slices):
            await slow.running.dispatcher.execute_as_system(one_slice)
        await slow.sysop.ask(StopUnpacking(pack=pack_id(data)))
        await slow.do_jobs(*JOBS)
        assert (await state_of(slow.sysop, data)).state is UnpackState.STOPPED
        assert await _content(slow) == before
    await send(slow.sysop, data, beginning(data))
    await slow.do_jobs(*JOBS)
    assert (await state_of(slow.sysop, data)).state is UnpackState.OPEN
    assert isinstance(await slow.sysop.refused(StopUnpacking(pack=pack_id(data))), Conflict)


async def test_one_pack_comes_at_a_time_and_its_pieces_in_order(moot: Moot) -> None:
    """A piece again changes nothing, and one out of order is refused (29.9)."""
    data = packed(small_board())
    begin = beginning(data)
    await moot.sysop.ask(begin)
    other = packed(small_board()[:6])
    assert isinstance(await moot.sysop.refused(beginning(other, "other", board=new_id())), Conflict)
    as_move = beginning(
        data, moved=True
    )  # else it would open without the last list of its old home
    assert isinstance(await moot.sysop.refused(as_move), Conflict)
    await send(moot.sysop, data, begin)
    await send(moot.sysop, data, begin)
    assert (await state_of(moot.sysop, data)).arrived == len(data) < PIECE_BYTES


async def test_a_lifeboats_board_is_private(moot: Moot) -> None:
    """Nothing proves that everybody might read it: nobody does who has no seat (29.10)."""
    ana = await moot.join("ana")
    done = await unpack(moot, packed(as_lifeboat(small_board()), ()))
    assert (done.state, done.why) == (UnpackState.OPEN, None)
    assert isinstance(await ana.refused(GetBoard(board=BOARD)), NotFound)


async def test_a_seat_on_a_lifeboats_board_takes_two(moot: Moot) -> None:
    """Whoever claimed no words there gets no seat by one moderator alone (29.10)."""
    ana, bo = await moot.join("ana"), await moot.join("bo")
    await unpack(moot, packed(as_lifeboat(small_board()), ()))
    await moot.change(
        lambda tx: tx.execute(
            "INSERT INTO seats (board, member, state, position, norms_version)"
            " VALUES (?, ?, 'seated', 1, 2)",
            *(BOARD, ana.id),
        )
    )
    await moot.change(
        lambda tx: tx.execute(
            "INSERT INTO offices (board, member, office, since, act) VALUES (?, ?, 'moderator', 0, ?)",
            *(BOARD, ana.id, new_id()),
        )
    )
    waits = await ana.refused(OfferSeat(board=BOARD, member=bo.id))
    assert isinstance(waits, CommandWaits)


async def test_an_address_in_old_words_leads_on(moot: Moot) -> None:
    """Under another name, its old one leads to it too, unless a board here has it (29.10)."""
    await unpack(moot, packed(small_board()), "greenhouse")
    found = await moot.sysop.ask(ListBoards())
    assert [(each.board, each.slug) for each in found.old_slugs] == [(BOARD, "garden")]


async def test_doctor_reads_the_log_from_before(moot: Moot) -> None:
    """An act from before that somebody changed in the tables is named (P8, 29.10)."""
    await unpack(moot, packed(small_board()))
    assert await moot.read(altered_old_acts) == []
    await moot.change(
        lambda tx: tx.execute(
            "UPDATE pack_acts SET line = CAST(replace(CAST(line AS TEXT), 'everybody', 'nobody')"
            " AS BLOB) WHERE number = 2"
        )
    )
    assert await moot.read(altered_old_acts) == [f"act 2 from before of {BOARD} is not as it was"]


async def test_no_token_brings_a_board(moot: Moot) -> None:
    """It needs a device of the sysop's, and nobody else does it (29.9)."""
    token = await moot.with_token(moot.sysop, [Power.OPEN_BOARD])
    data = packed(small_board())
    assert isinstance(await token.refused(beginning(data)), DeviceNeeded)


async def test_a_board_that_moves_waits_for_the_last_list(moot: Moot) -> None:
    """All of it is written, and it does not open by itself (30)."""
    done = await unpack(moot, packed(small_board()), moved=True)
    assert done.state is UnpackState.WHOLE
    assert isinstance(await moot.sysop.refused(GetBoard(board=BOARD)), NotFound)


def test_every_state_is_in_the_table() -> None:
    """The moves of a pack are a table that code and page read."""
    assert set(PACK_TRANSITIONS) == set(UnpackState)
