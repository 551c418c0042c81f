"""Restrictions narrow what a member, or everybody, may do: by the clock, to the millisecond (P7)."""

import asyncio
import sqlite3
from typing import Any

import pytest

from bbs.clock import DAY_MS, instant
from bbs.features.boards.messages import ConfigureBoard, ListBoards, Visibility
from bbs.features.boards.seat_messages import OfferSeat, TakeSeat
from bbs.features.members.messages import GetAccount
from bbs.features.moderation.messages import RestrictionChanged
from bbs.features.moderation.views import RestrictionKind as Kind
from bbs.features.norms.messages import GetNorms
from bbs.features.reading.messages import GetUnread, Search
from bbs.features.threads.messages import (
    EditPost,
    GetThread,
    ListLines,
    ListThreads,
    PostPublished,
    Say,
    StartThread,
    WithdrawPost,
    WritePost,
)
from bbs.ids import COMMONS, BoardId, new_id
from bbs.messages import Done, Request
from bbs.refusals import CommunityClosed, NotFound, SeatNeeded
from bbs.restricted import Restricted
from bbs.streams import board_stream, member_stream
from bbs.wire.messages import StreamEnded
from bbs_server import scheduler
from bbs_server.composition import JOBS
from bbs_server.outcome import Outcome
from bbs_server.pipeline import gate
from bbs_server.store.api import Tx
from bbs_server.store.sqlite.unit_of_work import SqliteTx
from tests.support.moot import PATIENCE_S, Line, Moot
from tests.support.restricting import MINUTE_S, done_a_second_later, lifted, restricted
from tests.support.talk import seated, start, write


def saying(board: BoardId) -> Say:
    return Say(board=board, line=new_id(), body="A line")


def starting(board: BoardId) -> StartThread:
    return StartThread(board=board, thread=new_id(), post=new_id(), title="T", body="B")


async def refusal(line: Line, request: Request[Any]) -> Restricted:
    """Return how a restriction refuses a request."""
    found = await line.refused(request)
    assert isinstance(found, Restricted), found
    return found


async def announce(moot: Moot) -> None:
    """Do what the server's timer does at the next edge."""
    [job] = [job for job in JOBS if job.name == "announce edges"]
    await scheduler.run_slices(moot.running.dispatcher, job)


async def test_whoever_is_silenced_reads_on_and_takes_back(
    moot: Moot, board: BoardId, ana: Line
) -> None:
    """Silence stops writing on one board, and neither reading nor taking back (P7, P9)."""
    begun = await start(ana, board)
    other = await moot.board(moot.sysop, "attic")
    await ana.ask(TakeSeat(board=other, norms_version=1))
    until = moot.clock() + DAY_MS
    await restricted(moot, Kind.SILENCED, board, ana, until=until)
    writing: list[Request[Any]] = [
        starting(board),
        WritePost(thread=begun.thread, post=new_id(), body="B"),
        EditPost(post=begun.post, body="C"),
        saying(board),
    ]
    for request in writing:
        told = await refusal(ana, request)
        assert (told.kind, told.board, told.until) == ("silenced", board, instant(until))
        assert "you cannot write on this board until" in str(told)
        assert "take back your own words" in told.hint
    assert (await ana.ask(ListThreads(board=board))).threads
    await ana.ask(starting(other))
    await ana.ask(WithdrawPost(post=begun.post))


async def test_a_silence_may_be_limited_to_a_thread(moot: Moot, board: BoardId, ana: Line) -> None:
    """Where one thread is meant, the rest of the board stays open to the member (P7)."""
    one, other = await start(ana, board), await start(ana, board)
    await restricted(moot, Kind.SILENCED, board, ana, thread=one.thread)
    answer = WritePost(thread=one.thread, post=new_id(), body="B")
    assert "in this thread" in str(await refusal(ana, answer))
    await write(ana, other.thread)
    await ana.ask(starting(board))


async def test_whoever_is_suspended_knows_of_the_board_alone(
    moot: Moot, board: BoardId, ana: Line
) -> None:
    """A suspension leaves norms, the own account and the own words; other boards stay open (P7, P9)."""
    begun = await start(moot.sysop, board, title="Rhubarb")
    own = await start(ana, board)
    await restricted(moot, Kind.SUSPENDED, board, ana)
    shut: list[Request[Any]] = [ListThreads(board=board), saying(board), ListLines(board=board)]
    for request in shut:
        assert "you are suspended from this board" in str(await refusal(ana, request))
    assert not (await ana.ask(Search(query="rhubarb"))).found
    assert not (await ana.ask(GetUnread())).threads
    await ana.ask(GetNorms(board=board))
    await ana.ask(GetAccount())
    await ana.ask(ListThreads(board=COMMONS))
    assert (await refusal(ana, GetThread(thread=begun.thread))).kind == "suspended"
    await ana.ask(WithdrawPost(post=own.post))
    bo = await seated(moot, "bo", board)
    assert (await bo.ask(ListThreads(board=board))).threads


async def test_a_suspension_on_the_commons_holds_everywhere(
    moot: Moot, board: BoardId, ana: Line
) -> None:
    """It is named as what it is, never as a full community, and tells nothing of private boards."""
    hidden = await moot.board(moot.sysop, "cellar", visibility=Visibility.PRIVATE)
    begun = await start(ana, board)
    await restricted(moot, Kind.SUSPENDED, COMMONS, ana)
    everywhere: list[Request[Any]] = [
        ListThreads(board=board),
        ListThreads(board=COMMONS),
        ListBoards(),
        starting(board),
        Search(query="anything"),
    ]
    for request in everywhere:
        assert "you are suspended from this community" in str(await refusal(ana, request))
    assert isinstance(await ana.refused(ListThreads(board=hidden)), NotFound)
    await ana.ask(GetAccount())
    await ana.ask(WithdrawPost(post=begun.post))


async def test_a_board_is_read_only_for_its_moderators_too(
    moot: Moot, board: BoardId, ana: Line
) -> None:
    """What is about everybody exempts nobody; own words can be taken back all the same (P9)."""
    begun = await start(ana, board)
    shut = await restricted(moot, Kind.READ_ONLY, board)
    for line in (ana, moot.sysop):
        told = await refusal(line, saying(board))
        assert (told.kind, told.until) == ("read_only", None)
    await ana.ask(WithdrawPost(post=begun.post))
    await seated(moot, "bo", board)
    await lifted(moot, shut)
    await ana.ask(saying(board))


async def test_an_archived_board_gives_out_no_seat(moot: Moot, board: BoardId, ana: Line) -> None:
    """Nobody writes or sits down there, and no seat is offered; who sits may leave (P3)."""
    await moot.sysop.ask(ConfigureBoard(board=board, seats=2))
    bo = await moot.join("bo")
    await bo.ask(TakeSeat(board=board, norms_version=1))
    archived = await restricted(moot, Kind.ARCHIVED, board)
    cleo = await moot.join("cleo")
    refused: list[tuple[Line, Request[Any]]] = [
        (cleo, TakeSeat(board=board, norms_version=1)),
        (moot.sysop, OfferSeat(board=board, member=cleo.id)),
        (ana, saying(board)),
    ]
    for line, request in refused:
        assert (await refusal(line, request)).kind == "archived"
    await moot.sysop.ask(ConfigureBoard(board=board, seats=3))
    await moot.do_jobs()
    assert isinstance(await bo.refused(saying(board)), SeatNeeded)
    await lifted(moot, archived)
    await moot.do_jobs()
    await bo.ask(TakeSeat(board=board, norms_version=1))
    await bo.ask(saying(board))


async def test_a_locked_thread_stops_nothing_else(moot: Moot, board: BoardId, ana: Line) -> None:
    """Only the thread is shut, for everybody, until it is opened again."""
    one, other = await start(ana, board), await start(ana, board)
    lock = await restricted(moot, Kind.LOCKED, board, thread=one.thread)
    for line in (ana, moot.sysop):
        answer = WritePost(thread=one.thread, post=new_id(), body="B")
        assert str(await refusal(line, answer)) == "this thread is locked"
    await write(ana, other.thread)
    await lifted(moot, lock)
    await write(ana, one.thread)


@pytest.mark.parametrize("kind", [Kind.SLOWED, Kind.GUARDED, Kind.PACED])
async def test_a_pace_says_when_to_write_again(
    moot: Moot, board: BoardId, ana: Line, kind: Kind
) -> None:
    """The next writing is refused until its millisecond, which the refusal names; editing is free."""
    await restricted(moot, kind, board, None if kind is Kind.PACED else ana)
    begun = await start(ana, board)
    next_at = moot.clock() + MINUTE_S * 1_000
    for request in (saying(board), WritePost(thread=begun.thread, post=new_id(), body="B")):
        told = await refusal(ana, request)
        assert told.again_at == instant(next_at)
        assert "once in 1 minute" in str(told)
    await ana.ask(EditPost(post=begun.post, body="Better"))
    moot.clock.jump(seconds=MINUTE_S - 0.001)
    assert (await refusal(ana, saying(board))).again_at == instant(next_at)
    moot.clock.jump(seconds=0.001)
    await ana.ask(saying(board))
    assert (await refusal(ana, starting(board))).again_at is not None


async def test_a_restriction_ends_at_its_millisecond(moot: Moot, board: BoardId, ana: Line) -> None:
    """No job and no command is needed: the end is compared at each request (P7)."""
    await restricted(moot, Kind.SILENCED, board, ana, until=moot.clock() + 5_000)
    moot.clock.jump(seconds=4.999)
    await refusal(ana, saying(board))
    moot.clock.jump(seconds=0.001)
    await ana.ask(saying(board))


@pytest.mark.parametrize("ends", [True, False])
async def test_a_request_in_flight_is_judged_when_it_is_done(
    moot: Moot, board: BoardId, ana: Line, ends: bool
) -> None:
    """What begins or ends while a request waits for the writer counts for it (P7)."""
    edge = moot.clock() + 1_000
    span = {"until": edge} if ends else {"since": edge, "until": edge + DAY_MS}
    await restricted(moot, Kind.SILENCED, board, ana, **span)
    [asked] = await done_a_second_later(moot, ana.ask(saying(board)))
    if ends:
        await asked
    else:
        with pytest.raises(Restricted):
            await asked


async def test_a_listener_loses_a_board_at_the_millisecond(
    moot: Moot, board: BoardId, ana: Line
) -> None:
    """What is told from the beginning of a suspension on never reaches the member (P7, protocol 6.6)."""
    bo = await seated(moot, "bo", board)
    begun = await start(bo, board)
    await ana.listen(board_stream(board), member_stream(ana.id))
    await restricted(moot, Kind.SUSPENDED, board, ana, since=moot.clock() + 1_000)
    moot.clock.jump(seconds=0.999)
    await write(bo, begun.thread, "the last one")
    await ana.told(PostPublished)
    moot.clock.jump(seconds=0.001)
    await write(bo, begun.thread, "unheard")
    await ana.tape.until(lambda: [e for e in ana.ephemerals if e.kind == StreamEnded.kind])
    await ana.settle()
    assert len(ana.events(PostPublished)) == 1
    assert b"unheard" not in ana.sent
    moot.clock.jump(days=1)
    assert (await ana.listen(board_stream(board)))[board_stream(board)].state == "live"


async def test_both_edges_are_told_by_the_clock_alone(
    moot: Moot, board: BoardId, ana: Line
) -> None:
    """The member learns of beginning and end, nobody else of either; a restart loses none (P7)."""
    bo = await seated(moot, "bo", board)
    for line in (ana, bo):
        await line.listen(member_stream(line.id), board_stream(board))
    since = moot.clock() + 1_000
    known = await restricted(moot, Kind.SILENCED, board, ana, since=since, until=since + DAY_MS)
    assert moot.running.dispatcher.next_edge == since
    for count, (days, seconds) in enumerate([(0, 0), (0, 1), (1, 0), (1, 0)], start=1):
        moot.clock.jump(days=days, seconds=seconds)
        await announce(moot)
        told = await ana.told(RestrictionChanged, min(count, 3))
        assert len(told) == min(count, 3)
        assert {each.restriction for each in told} == {known}
    assert moot.running.dispatcher.next_edge is None
    assert not bo.events(RestrictionChanged)


async def test_the_timer_goes_by_the_nearest_edge(moot: Moot, board: BoardId, ana: Line) -> None:
    """It waits for no interval: a nearer edge wakes it, and one that is over holds it up no more (P7)."""
    dispatcher = moot.running.dispatcher
    waits = asyncio.create_task(scheduler.wait_for_edge(dispatcher, 3_600))
    await asyncio.sleep(0)
    await restricted(moot, Kind.SILENCED, board, ana, until=moot.clock() + DAY_MS)
    async with asyncio.timeout(PATIENCE_S):
        await waits
        moot.clock.jump(days=1)
        await scheduler.wait_for_edge(dispatcher, 3_600)


async def test_what_is_about_everybody_is_told_to_everybody(
    moot: Moot, board: BoardId, ana: Line
) -> None:
    """A board's readers hear on its stream that it was shut and opened, and see it in its list."""
    await ana.listen(board_stream(board))
    shut = await restricted(moot, Kind.READ_ONLY, board)
    assert (await ana.ask(ListBoards())).restrictions == (shut,)
    await lifted(moot, shut)
    first, then = await ana.told(RestrictionChanged, 2)
    assert first.restriction == shut
    assert then.restriction.until == instant(moot.clock())
    assert (await ana.ask(ListBoards())).restrictions == ()


async def test_a_member_sees_no_restriction_of_others(
    moot: Moot, board: BoardId, ana: Line
) -> None:
    """Who is restricted is nobody's business but theirs, also where the board shows its rules."""
    bo = await seated(moot, "bo", board)
    own = await restricted(moot, Kind.SLOWED, board, ana)
    assert (await ana.ask(ListBoards())).restrictions == (own,)
    assert (await bo.ask(ListBoards())).restrictions == ()


async def test_nothing_about_somebody_is_stored_without_an_end(
    moot: Moot, board: BoardId, ana: Line
) -> None:
    """The table itself refuses a restriction of a member that never ends (P7)."""
    for kind in (Kind.SILENCED, Kind.SUSPENDED, Kind.SLOWED, Kind.GUARDED):
        with pytest.raises(sqlite3.IntegrityError):
            await restricted(moot, kind, board, ana, until=None)
    with pytest.raises(sqlite3.IntegrityError):
        await restricted(moot, Kind.READ_ONLY, board, member=ana.id)


async def test_what_is_over_is_forgotten(moot: Moot, board: BoardId, ana: Line) -> None:
    """Once everybody was told of its end, no row says any more who was restricted (P7, P10)."""
    await restricted(moot, Kind.SILENCED, board, ana)
    count = "SELECT count(*) FROM restrictions"
    moot.clock.jump(hours=1)
    await moot.do_jobs()
    assert await moot.read(lambda tx: tx.fetch_value(count)) == 1
    moot.clock.jump(days=2)
    await moot.do_jobs()
    assert await moot.read(lambda tx: tx.fetch_value(count)) == 0


async def test_a_clock_that_is_ahead_closes_no_community(moot: Moot, ana: Line) -> None:
    """The stages of an end go by proven time, in the gate as everywhere (P10)."""
    begins = dict.fromkeys((1, 2, 3), moot.clock() + DAY_MS)
    await moot.running.dispatcher.execute_as_system(
        lambda tx, ctx: Outcome(Done(), (ctx.readers.set_closing(tx, ctx, begins, None),))
    )
    moot.clock.step(days=2)
    await ana.ask(saying(COMMONS))
    moot.clock.jump(days=2)
    assert isinstance(await ana.refused(saying(COMMONS)), CommunityClosed)


@pytest.mark.parametrize("rows", [0, 10_000])
async def test_what_is_about_others_costs_a_post_no_statement(
    moot: Moot, board: BoardId, ana: Line, rows: int
) -> None:
    """The writer remembers that nothing narrows a member, however much is stored about others."""
    bo = await seated(moot, "bo", board)
    begun = await start(ana, board)
    request = WritePost(thread=begun.thread, post=new_id(), body="B")
    dispatcher = moot.running.dispatcher
    stored = [(new_id(), board, bo.id, moot.clock() + DAY_MS) for _ in range(rows)]

    def judged(tx: Tx) -> list[str]:
        tx.execute_many(
            "INSERT INTO restrictions (id, board, member, kind, since, until)"
            " VALUES (?, ?, ?, 'silenced', 0, ?)",
            stored,
        )
        moment = dispatcher.store.time.moment()
        readers = dispatcher.table.readers
        actor = dispatcher.table.actor_of(tx, str(ana.caller.session), moment)
        gate.authorize(tx, readers, actor, request, moment)
        assert isinstance(tx, SqliteTx)
        said: list[str] = []
        tx._connection.set_trace_callback(said.append)
        gate.authorize(tx, readers, actor, request, moment)
        tx._connection.set_trace_callback(None)
        return said

    assert await moot.change(judged) == []
