"""Offices: when they are in force, who gives and ends them, and that none is left empty."""

import asyncio
from typing import Any

import pytest

from bbs import limits
from bbs.features.boards.messages import ConfigureBoard, GetBoard, Visibility
from bbs.features.boards.seat_messages import (
    Appoint,
    HandOver,
    LeaveSeat,
    ListSeats,
    SeatChanged,
    TakeSeat,
    TakeUpOffice,
)
from bbs.features.community.messages import GetDisk
from bbs.features.members.messages import ListMembers
from bbs.features.members.views import MemberAuthor
from bbs.features.moderation.messages import Act, GetLog
from bbs.features.moderation.views import RestrictionKind
from bbs.features.proposals.messages import ListProposals
from bbs.ids import COMMONS, BoardId
from bbs.messages import Request
from bbs.powers import Office, Power
from bbs.refusals import CommandWaits, Conflict, NotAllowed, NotFound
from bbs.seat_refusals import LastInOffice
from bbs.streams import board_stream, desk_stream, member_stream
from bbs.terminal import act_text, proposal_text
from bbs.wire.messages import StreamEnded
from bbs_server.composition import JOBS
from bbs_server.features.boards import offices
from bbs_server.store.api import Tx
from tests.support.moot import Line, Moot
from tests.support.restricting import done_a_second_later, restricted
from tests.support.talk import seated

TERM_S = 3_600


async def _with_term(moot: Moot, line: Line, board: BoardId, office: Office, **ends: Any) -> None:
    """Let a member hold an office within bounds, as no command gives one yet."""

    def write(tx: Tx) -> None:
        offices.give_office(tx, moot.clock(), board, line.id, office, None)
        for column, at in ends.items():
            sql = f"UPDATE offices SET {column} = ? WHERE board = ? AND member = ? AND office = ?"
            tx.execute(sql, at, board, line.id, office.value)

    await moot.change(write)


async def acts_of(line: Line, board: BoardId) -> list[Act]:
    """Return a board's acts, oldest first."""
    return list((await line.ask(GetLog(board=board))).acts[::-1])


def _uses(board: BoardId) -> dict[str, tuple[BoardId, Office, Request[Any]]]:
    commons = ConfigureBoard(board=COMMONS, title="Another", dry_run=True)
    return {
        "moderator": (board, Office.MODERATOR, ConfigureBoard(board=board, seats=9, dry_run=True)),
        "commons moderator": (COMMONS, Office.MODERATOR, commons),
        "sysop": (COMMONS, Office.SYSOP, GetDisk()),
    }


@pytest.mark.parametrize("held", ["moderator", "commons moderator", "sysop"])
async def test_an_office_is_in_force_to_the_millisecond(
    moot: Moot, board: BoardId, ana: Line, held: str
) -> None:
    """From `since` on and not at `until` any more; whatever the writer remembers of before."""
    where, office, use = _uses(board)[held]
    begins = moot.clock() + TERM_S * 1_000
    await _with_term(moot, ana, where, office, since=begins, until=begins + 1_000)
    for seconds, in_force in (
        (TERM_S - 0.001, False),
        (0.001, True),
        (0.999, True),
        (0.001, False),
    ):
        moot.clock.jump(seconds=seconds)
        if in_force:
            await ana.ask(use)
        else:
            assert isinstance(await ana.refused(use), NotAllowed)


async def test_views_show_the_offices_in_force(moot: Moot, board: BoardId, ana: Line) -> None:
    """Seats and members say who holds an office now, and the desk is open to them alone."""
    until = moot.clock() + 1_000
    await _with_term(moot, ana, board, Office.MODERATOR, until=until)
    await _with_term(moot, ana, COMMONS, Office.SYSOP, until=until)
    desk = desk_stream(board)
    for in_force in (True, False):
        own = (await ana.ask(GetBoard(board=board))).seat
        [listed] = [
            seat for seat in (await ana.ask(ListSeats(board=board))).seats if seat.member == ana.id
        ]
        [member] = [one for one in (await ana.ask(ListMembers())).members if one.id == ana.id]
        assert own == listed
        assert (listed.moderator, member.sysop) == (in_force, in_force)
        assert ((await ana.listen(desk))[desk].state == "live") is in_force
        moot.clock.jump(seconds=1)


async def test_what_begins_and_ends_by_time_alone_can_be_looked_up(
    moot: Moot, board: BoardId, ana: Line
) -> None:
    """Each edge of an office after a moment is found, in order, and nothing that is over."""
    now = moot.clock()
    await _with_term(moot, ana, board, Office.MODERATOR, since=now + 5, until=now + 9)
    await _with_term(moot, ana, COMMONS, Office.SYSOP, until=now + 7)
    seen, at = [], now
    while (found := await moot.read(lambda tx, at=at: offices.next_edge(tx, at))) is not None:
        seen += [(edge.at - now, edge.board, edge.office) for edge in await _edges(moot, at, found)]
        at = found
    assert seen == [(5, board, "moderator"), (7, COMMONS, "sysop"), (9, board, "moderator")]


async def _edges(moot: Moot, after: int, upto: int) -> list[offices.OfficeEdge]:
    return await moot.read(lambda tx: offices.list_edges(tx, after, upto))


async def test_the_end_of_an_office_is_told_by_the_clock_alone(
    moot: Moot, board: BoardId, ana: Line
) -> None:
    """At that moment its holder is told, on the board too, and hears the desk no more (P8)."""
    until = moot.clock() + 1_000
    await _with_term(moot, ana, board, Office.MODERATOR, until=until)
    await ana.listen(desk_stream(board), member_stream(ana.id), board_stream(board))
    await moot.do_jobs()
    assert moot.running.dispatcher.next_edge == until
    assert not ana.events(SeatChanged)
    moot.clock.jump(seconds=1)
    await moot.do_jobs()
    told = await ana.told(SeatChanged, 2)
    assert [each.seat.moderator for each in told] == [False, False]
    await ana.tape.until(lambda: [e for e in ana.ephemerals if e.kind == StreamEnded.kind])


async def test_an_office_given_while_timed_work_waits_is_told_by_its_act_alone(
    moot: Moot, board: BoardId, ana: Line
) -> None:
    """What waits for the writer behind an appointment does not take it for one that time began (P8)."""
    await ana.listen(member_stream(ana.id))
    [job] = [job for job in JOBS if job.name == "announce edges"]
    appointing = moot.sysop.ask(Appoint(board=board, member=ana.id))
    looking = moot.running.dispatcher.execute_as_system(job.run)
    await asyncio.gather(*await done_a_second_later(moot, appointing, looking))
    assert moot.running.dispatcher.next_edge is None
    await moot.do_jobs()
    await ana.settle()
    assert len(ana.events(SeatChanged)) == 1


async def test_hearing_the_desk_is_a_power_of_its_own(moot: Moot, board: BoardId) -> None:
    """A token that may change settings does not hear what waits at the desk, and the other way round."""
    desk = desk_stream(board)
    settings = await moot.with_token(moot.sysop, [Power.READ, Power.CONFIGURE])
    hearing = await moot.with_token(moot.sysop, [Power.READ, Power.HEAR])
    assert (await settings.listen(desk))[desk].state == "gone"
    assert (await hearing.listen(desk))[desk].state == "live"
    refused = await hearing.refused(ConfigureBoard(board=board, seats=9))
    assert isinstance(refused, NotAllowed)


async def test_moderators_make_moderators_on_their_board_alone(
    moot: Moot, board: BoardId, ana: Line
) -> None:
    """Also on a private board that the sysop cannot read; the act names the office (P8)."""
    bo = await seated(moot, "bo", board)
    await moot.sysop.ask(Appoint(board=board, member=ana.id))
    await moot.sysop.carry(ConfigureBoard(board=board, visibility=Visibility.PRIVATE))
    await moot.sysop.ask(LeaveSeat(board=board))
    await ana.ask(Appoint(board=board, member=bo.id))
    made = (await acts_of(bo, board))[-1]
    assert (made.author, made.about, made.office) == (
        MemberAuthor(id=ana.id),
        bo.id,
        Office.MODERATOR,
    )
    acts = await moot.read(
        lambda tx: tx.fetch_all("SELECT act FROM offices WHERE member = ?", bo.id)
    )
    assert acts == [(made.id,)], "the office names the act it rests on"
    refused = await ana.refused(Appoint(board=COMMONS, member=bo.id))
    assert isinstance(refused, NotAllowed)


async def test_a_moderator_alone_ends_only_their_own_office(
    moot: Moot, board: BoardId, ana: Line
) -> None:
    """Ending another's waits, for the sysop as for everybody; their own is at an end at once (P8)."""
    bo = await seated(moot, "bo", board)
    for line in (ana, bo):
        await moot.sysop.ask(Appoint(board=board, member=line.id))
    end = Appoint(board=board, member=ana.id, moderator=False)
    codes = [(await mover.refused(end)).code for mover in (bo, moot.sysop)]
    assert codes == ["proposals.waits", "conflict"], "the sysop finds that it waits already"
    await bo.ask(Appoint(board=board, member=bo.id, moderator=False))
    seats = (await ana.ask(ListSeats(board=board))).seats
    assert [seat.member for seat in seats if seat.moderator] == [moot.sysop.id, ana.id]


async def test_the_last_moderator_hands_over_before_going(
    moot: Moot, board: BoardId, ana: Line
) -> None:
    """While others sit there the office is not left; to hand it over is one act and two seats (P8)."""
    sysop = moot.sysop
    for last in (LeaveSeat(board=board), Appoint(board=board, member=sysop.id, moderator=False)):
        refused = await sysop.refused(last)
        assert isinstance(refused, LastInOffice)
        assert "hand-over" in refused.hint
    bo = await moot.join("bo")
    assert isinstance(await sysop.refused(HandOver(board=board, member=bo.id)), NotFound)
    assert isinstance(await ana.refused(HandOver(board=board, member=ana.id)), NotAllowed)
    desk = desk_stream(board)
    await sysop.listen(desk)
    shown = await sysop.ask(HandOver(board=board, member=ana.id))
    assert (shown.seat.member, shown.seat.moderator) == (ana.id, True)
    await sysop.tape.until(lambda: [one for one in sysop.ephemerals if desk in str(one)])
    [act] = await acts_of(ana, board)
    members = {line.id: (await _member(line)) for line in (ana, sysop)}
    told = act_text.describe_act(act, members, lambda _: "garden")
    assert told == "@sysanne handed moderation over to @ana"
    await sysop.ask(LeaveSeat(board=board))


async def _member(line: Line) -> Any:
    return next(one for one in (await line.ask(ListMembers())).members if one.id == line.id)


async def test_where_nobody_else_sits_the_last_one_may_leave(moot: Moot, board: BoardId) -> None:
    """Nobody is left without a moderator; whoever returns sits there like anybody."""
    await moot.sysop.ask(LeaveSeat(board=board))
    shown = await moot.sysop.ask(TakeSeat(board=board, norms_version=1))
    assert not shown.seat.moderator


async def test_who_waits_for_a_seat_gets_no_board_without_a_moderator(moot: Moot) -> None:
    """The one seat's moderator cannot leave it to who waits; with one seat more they hand over (P8)."""
    board = await moot.board(moot.sysop, "shed", seats=1)
    ana = await seated(moot, "ana", board)
    for last in (
        LeaveSeat(board=board),
        Appoint(board=board, member=moot.sysop.id, moderator=False),
    ):
        refused = await moot.sysop.refused(last)
        assert isinstance(refused, LastInOffice)
        assert "--seats" in refused.hint
    await moot.sysop.ask(ConfigureBoard(board=board, seats=2))
    assert isinstance(await moot.sysop.refused(LeaveSeat(board=board)), LastInOffice)
    await ana.ask(TakeSeat(board=board, norms_version=1))
    await moot.sysop.ask(HandOver(board=board, member=ana.id))
    await moot.sysop.ask(LeaveSeat(board=board))
    assert (await ana.ask(GetBoard(board=board))).seat.moderator


async def test_an_empty_office_is_taken_up_by_who_sat_there_for_long(
    moot: Moot, board: BoardId, ana: Line
) -> None:
    """Others can object for a day; who sat there for 14 days comes before who did not (P8)."""
    await moot.change(lambda tx: offices.end_moderation(tx, board, moot.sysop.id))
    bo = await moot.join("bo")
    moot.clock.jump(days=limits.OFFICE_SEATED_DAYS)
    await bo.ask(TakeSeat(board=board, norms_version=1))
    assert isinstance(await bo.refused(TakeUpOffice(board=board)), Conflict)
    waits = await ana.refused(TakeUpOffice(board=board))
    assert isinstance(waits, CommandWaits)
    assert waits.way == "delay"
    [proposal] = (await bo.ask(ListProposals(board=board))).proposals
    wants = proposal_text.describe_proposal(proposal, {ana.id: await _member(ana)}, str)
    assert wants == "@ana wants to take up moderation"
    await moot.do_jobs()
    assert not (await ana.ask(GetBoard(board=board))).seat.moderator
    moot.clock.jump(days=1)
    await moot.do_jobs()
    assert (await ana.ask(GetBoard(board=board))).seat.moderator
    taken = (await acts_of(bo, board))[-1]
    told = act_text.describe_act(taken, {ana.id: await _member(ana)}, lambda _: "garden")
    assert told == "@ana took up moderation"
    assert isinstance(await bo.refused(TakeUpOffice(board=board)), Conflict), "not empty any more"


async def test_who_came_first_when_it_was_moved_still_does(
    moot: Moot, board: BoardId, ana: Line
) -> None:
    """Nobody sat there for 14 days when bo moved it: that ana does after the delay changes nothing."""
    await moot.change(lambda tx: offices.end_moderation(tx, board, moot.sysop.id))
    moot.clock.jump(days=1)
    bo = await seated(moot, "bo", board)
    moot.clock.jump(days=limits.OFFICE_SEATED_DAYS - 1, seconds=-1)
    assert isinstance(await bo.refused(TakeUpOffice(board=board)), CommandWaits)
    moot.clock.jump(days=1)
    assert isinstance(await ana.refused(TakeUpOffice(board=board)), CommandWaits), "ana comes first"
    await moot.do_jobs()
    assert (await bo.ask(GetBoard(board=board))).seat.moderator


async def test_where_nobody_sat_there_for_long_anybody_takes_it_up(moot: Moot) -> None:
    """Who is left alone on a board waits for nobody; a member without a seat cannot (P8)."""
    board = await moot.board(moot.sysop, "shed", seats=1)
    cid, dee = [await seated(moot, handle, board) for handle in ("cid", "dee")]
    await moot.change(lambda tx: offices.end_moderation(tx, board, moot.sysop.id))
    await moot.sysop.ask(LeaveSeat(board=board))
    assert isinstance(await dee.refused(TakeUpOffice(board=board)), NotFound), "dee still waits"
    await cid.ask(TakeSeat(board=board, norms_version=1))
    shown = await cid.ask(TakeUpOffice(board=board))
    assert (shown.seat.member, shown.seat.moderator) == (cid.id, True)


async def test_a_restricted_member_comes_after_others(
    moot: Moot, board: BoardId, ana: Line
) -> None:
    """Where somebody unrestricted has sat there for as long, whoever is silenced cannot (P7)."""
    await moot.change(lambda tx: offices.end_moderation(tx, board, moot.sysop.id))
    moot.clock.jump(days=limits.OFFICE_SEATED_DAYS)
    await restricted(moot, RestrictionKind.SILENCED, board, ana)
    assert isinstance(await ana.refused(TakeUpOffice(board=board)), Conflict)
    moot.clock.jump(days=1)
    assert isinstance(await ana.refused(TakeUpOffice(board=board)), CommandWaits)
