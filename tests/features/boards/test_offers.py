"""Offers of seats: kept for a member, taken, declined, lapsed, taken back (P3, protocol 19)."""

from datetime import timedelta

import pytest

from bbs import limits
from bbs.clock import instant
from bbs.features.boards.messages import ConfigureBoard, Visibility
from bbs.features.boards.seat_messages import (
    GetPlace,
    LeaveSeat,
    ListSeats,
    OfferedBy,
    OfferSeat,
    Seat,
    SeatState,
    TakeBackOffer,
    TakeSeat,
)
from bbs.features.members.messages import GetAccount
from bbs.features.members.views import MemberState
from bbs.features.moderation.messages import GetLog
from bbs.features.moderation.tending_messages import ArchiveBoard, ReopenBoard
from bbs.features.reading.messages import ListNotices
from bbs.features.reading.views import NoticeKind
from bbs.ids import COMMONS, BoardId, new_id
from bbs.refusals import Conflict, NotFound, OnWaitingList
from bbs.seat_refusals import OfferOver
from tests.support.moot import Line, Moot

MOVE = "move waiting lists"


async def _take(line: Line, board: BoardId) -> Seat:
    return (await line.ask(TakeSeat(board=board, norms_version=1))).seat


async def _states(moot: Moot, board: BoardId) -> dict[str, str]:
    """Return the state of each seat of a board but the sysop's, by member."""
    seats = (await moot.sysop.ask(ListSeats(board=board))).seats
    return {seat.member: seat.state.value for seat in seats if seat.member != moot.sysop.id}


async def _noticed(line: Line) -> list[tuple[str, bool]]:
    """Return the notices about seats of a member, oldest first: the state, and whether it ends."""
    notices = (await line.ask(ListNotices())).notices
    seats = [one.seat for one in notices if one.kind is NoticeKind.SEAT]
    return [(seat.state.value, seat.until is not None) for seat in reversed(seats) if seat]


@pytest.fixture
async def people(moot: Moot) -> list[Line]:
    """Three members."""
    return [await moot.join(handle) for handle in ("ana", "bob", "cid")]


@pytest.fixture
async def board(moot: Moot, people: list[Line]) -> BoardId:
    """A board with two seats, the sysop's and ana's; bob and cid wait in this order."""
    board = await moot.board(moot.sysop, "keyholders", seats=2)
    for line in people:
        await _take(line, board)
    return board


async def test_an_offer_says_who_made_it_and_until_when(
    moot: Moot, board: BoardId, people: list[Line]
) -> None:
    """A freed seat is kept seven days for who is next, and nobody else gets it (19.2)."""
    ana, bob, cid = people
    await ana.ask(LeaveSeat(board=board))
    seat = (await bob.ask(GetPlace(board=board))).seat
    assert seat is not None
    assert (seat.state, seat.offered_by) == (SeatState.OFFERED, OfferedBy.QUEUE)
    assert seat.until == instant(moot.clock()) + timedelta(days=limits.SEAT_OFFER_DAYS)
    assert await _noticed(bob) == [("offered", True)]
    assert (await _take(ana, board)).state is SeatState.WAITING
    assert (await _take(cid, board)).state is SeatState.WAITING
    taken = await _take(bob, board)
    assert (taken.state, taken.offered_by, taken.until) == (SeatState.SEATED, None, None)


async def test_an_offer_is_over_to_the_millisecond_and_moves_on_by_proven_time(
    moot: Moot, board: BoardId, people: list[Line]
) -> None:
    """An offer that is over by the clock cannot be taken; it moves on once its end is proven (19.3)."""
    ana, bob, cid = people
    await ana.ask(LeaveSeat(board=board))
    week = limits.SEAT_OFFER_DAYS * 86_400
    moot.clock.jump(seconds=week - 0.001)
    assert (await bob.ask(TakeSeat(board=board, norms_version=1, dry_run=True))).seat.state
    await moot.do_jobs(MOVE)
    assert (await _states(moot, board))[bob.id] == "offered"
    moot.clock.jump(seconds=0.001)
    refused = await bob.refused(TakeSeat(board=board, norms_version=1))
    assert isinstance(refused, OfferOver)
    await moot.do_jobs(MOVE)
    assert await _states(moot, board) == {cid.id: "offered", bob.id: "waiting"}
    assert await _noticed(bob) == [("offered", True), ("waiting", True)]


async def test_a_clock_that_is_set_ahead_ends_no_offer(
    moot: Moot, board: BoardId, people: list[Line]
) -> None:
    """A wall clock a month ahead hides the offer, and gives the seat to nobody else (19.3)."""
    ana, bob, cid = people
    await ana.ask(LeaveSeat(board=board))
    moot.clock.step(days=30)
    assert isinstance(await bob.refused(TakeSeat(board=board, norms_version=1)), OfferOver)
    await moot.do_jobs(MOVE)
    assert await _states(moot, board) == {cid.id: "waiting", bob.id: "offered"}
    moot.clock.step(days=-30)
    assert (await _take(bob, board)).state is SeatState.SEATED


async def test_the_second_lapse_leads_off_the_list(
    moot: Moot, board: BoardId, people: list[Line]
) -> None:
    """Who lets two offers lapse is off the list and is told; they may ask again (19.3)."""
    ana, bob, cid = people
    await ana.ask(LeaveSeat(board=board))
    await cid.ask(LeaveSeat(board=board))
    for _ in range(limits.SEAT_LAPSES_MAX):
        assert (await _states(moot, board))[bob.id] == "offered"
        moot.clock.jump(days=limits.SEAT_OFFER_DAYS)
        await moot.do_jobs(MOVE)
    assert await _states(moot, board) == {}
    assert [state for state, _ in await _noticed(bob)] == ["offered", "waiting", "offered", "left"]
    assert (await _take(bob, board)).state is SeatState.SEATED


async def test_fewer_seats_let_who_takes_an_offer_wait_again(
    moot: Moot, board: BoardId, people: list[Line]
) -> None:
    """They took it in time: they wait in their place, and no offer of theirs is said to be over (19.2)."""
    ana, bob, _ = people
    await ana.ask(LeaveSeat(board=board))
    await moot.sysop.carry(ConfigureBoard(board=board, seats=1))
    seat = await _take(bob, board)
    assert (seat.state, seat.until) == (SeatState.WAITING, None)
    assert (await bob.ask(GetPlace(board=board))).place == 1


async def test_declining_lets_the_next_have_it(
    moot: Moot, board: BoardId, people: list[Line]
) -> None:
    """Who declines is off the list, and the seat is offered to the next at once (19.2)."""
    ana, bob, cid = people
    await ana.ask(LeaveSeat(board=board))
    await bob.ask(LeaveSeat(board=board))
    assert await _states(moot, board) == {cid.id: "offered"}


async def test_the_desk_offers_free_seats_alone(
    moot: Moot, board: BoardId, people: list[Line]
) -> None:
    """The desk passes nobody who waits; its offer keeps the seat, is logged, and is taken back (19.4)."""
    _, bob, cid = people
    dee = await moot.join("dee")
    offer = OfferSeat(board=board, member=dee.id)
    refused = await moot.sysop.refused(offer)
    assert isinstance(refused, Conflict)
    assert "people wait" in str(refused)
    for line in (bob, cid):
        await line.ask(LeaveSeat(board=board))
    assert "no seat is free" in str(await moot.sysop.refused(offer))
    await moot.sysop.ask(ConfigureBoard(board=board, seats=3))
    offered = (await moot.sysop.ask(offer)).seat
    assert (offered.offered_by, offered.until is not None) == (OfferedBy.DESK, True)
    assert (await _take(bob, board)).state is SeatState.WAITING, "the seat is kept for dee"
    back = TakeBackOffer(board=board, member=dee.id)
    assert isinstance(await moot.sysop.refused(TakeBackOffer(board=board, member=bob.id)), Conflict)
    await moot.sysop.ask(back)
    assert await _states(moot, board) == {people[0].id: "seated", bob.id: "offered"}
    assert isinstance(await moot.sysop.refused(back), NotFound)
    taken_from_queue = TakeBackOffer(board=board, member=bob.id)
    assert isinstance(await moot.sysop.refused(taken_from_queue), Conflict)
    acts = (await moot.sysop.ask(GetLog(board=board))).acts
    assert [act.method for act in acts if act.about == dee.id] == [
        "boards.take_back_offer",
        "boards.offer_seat",
    ]


async def test_a_lapsed_offer_of_the_desk_just_ends(moot: Moot) -> None:
    """Who was offered a seat without asking is on no list afterwards, and knows the board no more."""
    board = await moot.board(moot.sysop, "attic", seats=5, visibility=Visibility.PRIVATE)
    ana = await moot.join("ana")
    await moot.sysop.ask(OfferSeat(board=board, member=ana.id))
    await moot.sysop.ask(OfferSeat(board=board, member=(await moot.join("bob")).id))
    moot.clock.jump(days=limits.SEAT_OFFER_DAYS)
    await moot.do_jobs(MOVE)
    assert await _states(moot, board) == {}
    assert isinstance(await ana.refused(GetPlace(board=board)), NotFound)


async def test_an_offer_of_an_earlier_version_keeps_what_it_was(moot: Moot) -> None:
    """It has no end and keeps no seat free: who takes it sits down where there is room, or waits (19.4)."""
    board = await moot.board(moot.sysop, "attic", seats=3)
    ana, bob, cid = [await moot.join(handle) for handle in ("ana", "bob", "cid")]
    for line in (ana, bob):
        await moot.sysop.ask(OfferSeat(board=board, member=line.id))
    await moot.change(lambda tx: tx.execute("UPDATE seats SET until = NULL"))
    moot.clock.jump(days=limits.SEAT_OFFER_DAYS)
    await moot.do_jobs(MOVE)
    assert await _states(moot, board) == {ana.id: "offered", bob.id: "offered"}
    assert (await _take(cid, board)).state is SeatState.SEATED
    assert (await _take(bob, board)).state is SeatState.SEATED
    assert (await _take(ana, board)).state is SeatState.WAITING


async def test_an_archived_board_offers_nothing_until_it_is_opened_again(
    moot: Moot, board: BoardId, people: list[Line]
) -> None:
    """While a board is archived its line stands still; then it moves by itself (19.2)."""
    ana, bob, _ = people
    await moot.sysop.carry(ArchiveBoard(board=board, reason="A rest."))
    await ana.ask(LeaveSeat(board=board))
    await moot.do_jobs(MOVE)
    assert (await _states(moot, board))[bob.id] == "waiting"
    await moot.sysop.carry(ReopenBoard(board=board, reason="Rested."))
    await moot.do_jobs(MOVE)
    assert (await _states(moot, board))[bob.id] == "offered"


async def test_who_waits_sees_their_place_and_nobody_else(
    moot: Moot, board: BoardId, people: list[Line]
) -> None:
    """A place, how many wait, how many seats became free in 30 days: numbers, no names (19.6)."""
    ana, bob, cid = people
    place = await cid.ask(GetPlace(board=board))
    assert (place.place, place.waiting, place.freed, place.turn_at) == (2, 2, 0, None)
    await ana.ask(LeaveSeat(board=board))
    await moot.sysop.ask(ConfigureBoard(board=board, seats=4))
    place = await bob.ask(GetPlace(board=board))
    assert (place.place, place.waiting, place.freed) == (None, 0, 3)
    moot.clock.jump(days=limits.SEATS_FREED_DAYS)
    assert (await bob.ask(GetPlace(board=board))).freed == 0
    await moot.do_jobs()
    assert (await moot.dump())["freed_seats"] == []
    text = str(place)
    assert cid.id not in text
    assert ana.id not in text


async def test_a_pace_lets_so_many_in_within_a_week(moot: Moot, people: list[Line]) -> None:
    """Newcomers beyond the pace wait for the week they are told, though seats are free (19.5)."""
    board = await moot.board(moot.sysop, "garden", seats=20, newcomers_per_week=2)
    ana, bob, cid = people
    assert [(await _take(line, board)).state.value for line in people] == [
        "seated",
        "seated",
        "waiting",
    ]
    told = await cid.ask(GetPlace(board=board))
    assert (told.place, told.newcomers_per_week) == (1, 2)
    assert told.turn_at == instant(moot.clock()) + timedelta(days=limits.NEWCOMERS_DAYS)
    moot.clock.jump(days=6)
    await moot.do_jobs(MOVE)
    assert (await _states(moot, board))[cid.id] == "waiting"
    moot.clock.jump(days=1)
    await moot.do_jobs(MOVE)
    assert (await _states(moot, board))[cid.id] == "offered"
    await moot.sysop.ask(ConfigureBoard(board=board, newcomers_per_week=0))
    dee = await moot.join("dee")
    assert (await _take(dee, board)).state is SeatState.SEATED
    assert (await _take(cid, board)).state is SeatState.SEATED
    assert {ana.id, bob.id} <= (await _states(moot, board)).keys()


async def test_the_desk_is_not_held_up_by_the_pace(moot: Moot, people: list[Line]) -> None:
    """The desk, which sets the pace, may offer beyond it; who comes in so counts for those after (19.5)."""
    board = await moot.board(moot.sysop, "garden", seats=20, newcomers_per_week=1)
    ana, bob, cid = people
    assert (await _take(ana, board)).state is SeatState.SEATED
    await moot.sysop.ask(OfferSeat(board=board, member=bob.id))
    assert (await _take(bob, board)).state is SeatState.SEATED
    assert (await _take(cid, board)).state is SeatState.WAITING


async def test_the_community_has_a_pace_and_a_place(moot: Moot) -> None:
    """On the commons the pace is the community's; who lets two offers lapse may ask again (19.5, 19.7)."""
    await moot.sysop.ask(ConfigureBoard(board=COMMONS, newcomers_per_week=1))
    ana, bob = await moot.join("ana"), await moot.join("bob")
    place = await bob.ask(GetPlace(board=COMMONS))
    assert (place.place, place.waiting) == (1, 1)
    for other in (GetPlace(board=new_id()), TakeSeat(board=new_id(), norms_version=1)):
        assert isinstance(await bob.refused(other), OnWaitingList)
    for _ in range(limits.SEAT_LAPSES_MAX):
        moot.clock.jump(days=limits.SEAT_OFFER_DAYS)
        await moot.do_jobs(MOVE)
        offered = (await bob.ask(GetPlace(board=COMMONS))).seat
        assert offered is not None
        assert offered.state is SeatState.OFFERED
    assert isinstance(await ana.refused(LeaveSeat(board=COMMONS)), Conflict)
    moot.clock.jump(days=limits.SEAT_OFFER_DAYS)
    await moot.do_jobs(MOVE)
    assert (await bob.ask(GetPlace(board=COMMONS))).seat is None
    assert (await _take(bob, COMMONS)).state is SeatState.SEATED
    assert (await bob.ask(GetAccount())).member.state is MemberState.SEATED
