"""Many people and few seats, over real sockets: everybody in their turn, and nobody twice (P3, P12)."""

import asyncio
from collections import Counter

import pytest

from bbs import limits
from bbs.errors import FolkmootError
from bbs.features.boards.messages import ConfigureBoard
from bbs.features.boards.seat_messages import (
    GetPlace,
    LeaveSeat,
    ListSeats,
    SeatState,
    TakeSeat,
)
from bbs.features.members.messages import Invite, ListInvitations
from bbs.ids import BoardId, new_id
from bbs.refusals import InvitationInvalid
from bbs.sdk import credentials
from tests.support.voices import PASSWORD, Hall, Voice

MOVE = "move waiting lists"
CROWD = 100


async def _together(hall: Hall, count: int) -> list[Voice]:
    """Sign so many people up, some at a time."""
    people: list[Voice] = []
    for first in range(0, count, 10):
        numbers = range(first, min(first + 10, count))
        people += await asyncio.gather(*(hall.join(f"member{n:03}") for n in numbers))
    return people


async def _seated(hall: Hall, board: BoardId) -> list[str]:
    """Return who has a seat on a board beside the sysop, in the order of asking."""
    seats = (await hall.sysop.ask(ListSeats(board=board))).seats
    found = [seat for seat in seats if seat.state is SeatState.SEATED]
    return [seat.member for seat in sorted(found, key=lambda seat: seat.position)][1:]


async def test_forty_people_get_twenty_seats_in_order_within_four_weeks(hall: Hall) -> None:
    """With a pace of five a week, each is told their week, and sits down in it, in order (19.5)."""
    board = await hall.board("keyholders", seats=21, newcomers_per_week=5)
    people = await _together(hall, 40)
    take = TakeSeat(board=board, norms_version=1)
    first = [(await voice.ask(take)).seat.state for voice in people]
    assert Counter(first) == {SeatState.SEATED: 5, SeatState.WAITING: 35}
    began, told = hall.clock(), {}
    for voice in people[5:20]:
        found = await voice.ask(GetPlace(board=board))
        assert found.turn_at is not None
        told[voice.id] = found.turn_at.timestamp() * 1_000
    sat_down = {}
    for _ in range(4 * 7):
        for voice in people[5:]:
            found = await voice.ask(GetPlace(board=board))
            if found.seat is not None and found.seat.state is SeatState.OFFERED:
                await voice.ask(take)
                sat_down[voice.id] = hall.clock()
        hall.clock.jump(days=1)
        await hall.do_jobs(MOVE)
    assert await _seated(hall, board) == [voice.id for voice in people[:20]]
    assert sat_down == told
    assert max(sat_down.values()) - began < 4 * 7 * 86_400_000
    last = await people[-1].ask(GetPlace(board=board))
    assert (last.place, last.waiting) == (20, 20)


@pytest.mark.timeout(180)
async def test_a_hundred_at_once_get_one_seat_and_one_offer(hall: Hall) -> None:
    """Of 100 who take the last seat at once one sits there; of one offer the same; all know their place."""
    board = await hall.board("keyholders", seats=2)
    people = await _together(hall, CROWD)
    take = TakeSeat(board=board, norms_version=1)
    answers = await asyncio.gather(*(voice.ask(take) for voice in people))
    states = Counter(answer.seat.state for answer in answers)
    assert states == {SeatState.SEATED: 1, SeatState.WAITING: CROWD - 1}
    places = await asyncio.gather(*(voice.ask(GetPlace(board=board)) for voice in people))
    assert sorted(found.place for found in places if found.place) == [*range(1, CROWD)]
    (sitting,) = await _seated(hall, board)
    (first,) = [voice for voice in people if voice.id == sitting]
    in_line = sorted(
        (found.place, voice) for found, voice in zip(places, people, strict=True) if found.place
    )
    await first.ask(LeaveSeat(board=board))
    answers = await asyncio.gather(*(voice.ask(take) for _, voice in in_line))
    states = Counter(answer.seat.state for answer in answers)
    assert states == {SeatState.SEATED: 1, SeatState.WAITING: CROWD - 2}
    assert await _seated(hall, board) == [in_line[0][1].id]
    again = await asyncio.gather(*(v.ask(GetPlace(board=board)) for _, v in in_line[1:]))
    assert [found.place for found in again] == [*range(1, CROWD - 1)]


@pytest.mark.timeout(180)
async def test_a_hundred_at_once_use_an_invitation_once(hall: Hall) -> None:
    """Of 100 people who sign up at once with a single-use invitation, one joins (P12)."""
    code, invitation = credentials.new_secret(), new_id()
    await hall.sysop.ask(Invite(invitation=invitation, code=code, uses=1))

    async def sign_up(number: int) -> str | type[FolkmootError]:
        community = await hall._connected(listen=False)
        try:
            who = await credentials.sign_up(
                community, code, f"guest{number:03}", f"G {number}", PASSWORD, "x", norms_version=1
            )
        except FolkmootError as error:
            return type(error)
        return who.session

    answers = await asyncio.gather(*(sign_up(number) for number in range(CROWD)))
    joined = [answer for answer in answers if isinstance(answer, str)]
    assert len(joined) == 1
    assert Counter(answers)[InvitationInvalid] == CROWD - 1
    (made,) = [
        each
        for each in (await hall.sysop.ask(ListInvitations())).invitations
        if each.id == invitation
    ]
    assert made.uses_left == 0


async def test_an_offer_goes_from_hand_to_hand(hall: Hall) -> None:
    """Place 3 of 3, offered, lapsed, offered to the next, taken: who waits is told each time (19.3)."""
    board = await hall.board("garden", seats=2)
    ana, bob, cid, dee = [await hall.join(handle, board) for handle in ("ana", "bob", "cid", "dee")]
    found = await dee.ask(GetPlace(board=board))
    assert (found.place, found.waiting, found.freed) == (3, 3, 0)
    await ana.ask(LeaveSeat(board=board))
    found = await dee.ask(GetPlace(board=board))
    assert (found.place, found.waiting, found.freed) == (2, 2, 1)
    hall.clock.jump(days=limits.SEAT_OFFER_DAYS)
    await hall.do_jobs(MOVE)
    assert (await bob.ask(GetPlace(board=board))).place == 2, "bob is at the end of the list"
    await cid.ask(LeaveSeat(board=board))
    taken = await dee.ask(TakeSeat(board=board, norms_version=1))
    assert taken.seat.state is SeatState.SEATED
    await hall.carried(hall.sysop.ask(ConfigureBoard(board=board, seats=3)))
    assert (await bob.ask(TakeSeat(board=board, norms_version=1))).seat.state is SeatState.SEATED
