"""Seats, waiting lists, private boards, and the end of rights: at once and everywhere (P3, protocol 6.6)."""

import asyncio

import pytest

from bbs.features.boards.messages import (
    BoardConfigured,
    BoardOpened,
    BoardUnlisted,
    ConfigureBoard,
    GetBoard,
    ListBoards,
    Visibility,
)
from bbs.features.boards.seat_messages import (
    Appoint,
    GetPlace,
    LeaveSeat,
    ListSeats,
    OfferSeat,
    SeatChanged,
    SeatState,
    TakeSeat,
)
from bbs.features.members.messages import ChangePassword, EndSession, GetAccount, Resume
from bbs.features.members.views import MemberState
from bbs.features.threads.messages import LineSaid, Say, StartThread
from bbs.ids import COMMONS, new_id
from bbs.powers import Power
from bbs.refusals import Conflict, NotFound, NotSignedIn, OnWaitingList, SeatNeeded
from bbs.sdk import credentials
from bbs.seat_refusals import SeatByOffer
from bbs.wire import close
from tests.support.raw import raw
from tests.support.voices import PASSWORD, Hall, Voice

SOON_S = 2.0  # how long after losing a right one may still be told something (protocol 6.6)


async def _seat(voice: Voice, board: str) -> SeatState | None:
    seat = (await voice.ask(GetBoard(board=board))).seat
    return None if seat is None else seat.state


async def test_a_full_board_has_a_waiting_list(hall: Hall) -> None:
    """Seats are limited; who comes later waits, and is offered a seat in the order of asking (P3)."""
    board = await hall.board("garden", seats=2)
    ana = await hall.join("ana", board)
    bob, cid = await hall.join("bob"), await hall.join("cid")
    take = TakeSeat(board=board, norms_version=1)
    for voice in (bob, cid):
        assert (await voice.ask(take)).seat.state is SeatState.WAITING
    say = Say(board=board, line=new_id(), body="May I?")
    assert isinstance(await bob.refused(say), SeatNeeded)
    await ana.ask(LeaveSeat(board=board))
    await bob.until(lambda: bob.events(f"member:{bob.id}", SeatChanged)[1:])
    states = (await _seat(bob, board), await _seat(cid, board))
    assert states == (SeatState.OFFERED, SeatState.WAITING)
    assert isinstance(await bob.refused(say), SeatNeeded)
    assert (await bob.ask(take)).seat.state is SeatState.SEATED
    await bob.ask(say)
    await hall.carried(hall.sysop.ask(ConfigureBoard(board=board, seats=3)))
    assert (await cid.ask(take)).seat.state is SeatState.SEATED
    await hall.carried(hall.sysop.ask(ConfigureBoard(board=board, seats=1)))
    assert await _seat(cid, board) is SeatState.SEATED
    assert (await ana.ask(take)).seat.state is SeatState.WAITING
    await bob.ask(LeaveSeat(board=board))
    assert await _seat(ana, board) is SeatState.WAITING


async def test_a_full_community_has_a_waiting_list(hall: Hall) -> None:
    """Who signs up to a full community waits, reads nothing, and takes the free seat offered (P3)."""
    await hall.carried(hall.sysop.ask(ConfigureBoard(board=COMMONS, seats=1)))
    ana = await hall.phone(await _joined(hall, "ana"), listen=False)
    take = TakeSeat(board=COMMONS, norms_version=1)
    assert isinstance(await ana.refused(ListBoards()), OnWaitingList)
    assert (await ana.ask(GetAccount())).member.state is MemberState.WAITING
    assert (await ana.ask(GetPlace(board=COMMONS))).place == 1
    assert (await ana.ask(take)).seat.state is SeatState.WAITING
    await hall.carried(hall.sysop.ask(ConfigureBoard(board=COMMONS, seats=2)))
    offered = await ana.ask(GetPlace(board=COMMONS))
    assert offered.seat is not None
    assert (offered.place, offered.seat.state) == (None, SeatState.OFFERED)
    assert (await ana.ask(GetAccount())).member.state is MemberState.WAITING
    assert isinstance(await ana.refused(ListBoards()), OnWaitingList)
    async with raw(hall.running.url) as line:
        await line.hello()
        answer = await line.ask(Resume(token=ana.token))
        assert answer["result"]["seat_offered_until"]
    assert (await ana.ask(take)).seat.state is SeatState.SEATED
    assert (await ana.ask(GetAccount())).member.state is MemberState.SEATED
    assert len((await ana.ask(ListBoards())).boards) == 1


async def _joined(hall: Hall, handle: str) -> Voice:
    """Sign somebody up who may have to wait, and so cannot listen to anything but themselves."""
    community = await hall._connected(listen=False)
    who = await credentials.sign_up(
        community, hall.code, handle, handle.title(), PASSWORD, "laptop", norms_version=1
    )
    return Voice(community, handle, who.token, who.session)


async def test_a_private_board_is_offered_and_taken(hall: Hall) -> None:
    """A private board does not exist for others; a seat there is offered, then taken (P3)."""
    ana, bob = await hall.join("ana"), await hall.join("bob")
    board = await hall.board("attic", visibility=Visibility.PRIVATE)
    assert isinstance(await ana.refused(GetBoard(board=board)), NotFound)
    assert isinstance(await ana.refused(TakeSeat(board=board, norms_version=1)), NotFound)
    assert not ana.events(f"board:{COMMONS}", BoardOpened)
    await hall.sysop.ask(OfferSeat(board=board, member=ana.id))
    (offered,) = await ana.told(SeatChanged, stream=f"member:{ana.id}")
    assert offered.seat.state is SeatState.OFFERED
    shown = await ana.ask(GetBoard(board=board))
    assert shown.board.charter == "About attic."
    assert isinstance(await ana.refused(ListSeats(board=board)), NotFound)
    assert isinstance(await hall.sysop.refused(OfferSeat(board=board, member=ana.id)), Conflict)
    await ana.ask(TakeSeat(board=board, norms_version=1))
    await ana.listen(board)
    await hall.sysop.ask(Say(board=board, line=new_id(), body="Welcome"))
    await ana.told(LineSaid)
    seats = (await ana.ask(ListSeats(board=board))).seats
    assert {seat.member for seat in seats} == {hall.sysop.id, ana.id}
    assert isinstance(await bob.refused(GetBoard(board=board)), NotFound)


async def test_an_unlisted_board_is_taken_without_an_offer(hall: Hall) -> None:
    """An unlisted board is open to members who know its address, and in nobody's list (P3)."""
    ana = await hall.join("ana")
    board = await hall.board("shed", visibility=Visibility.UNLISTED)
    assert board not in {one.id for one in (await ana.ask(ListBoards())).boards}
    await ana.ask(TakeSeat(board=board, norms_version=1))
    assert board in {one.id for one in (await ana.ask(ListBoards())).boards}


async def test_a_board_that_became_private_needs_an_offer(hall: Hall) -> None:
    """Whoever waits for a private board may take a seat; who does not has to be offered one."""
    board = await hall.board("attic", visibility=Visibility.PRIVATE)
    assert isinstance(await hall.sysop.refused(TakeSeat(board=board, norms_version=2)), Exception)
    await hall.sysop.ask(LeaveSeat(board=board))
    refused = await hall.sysop.refused(TakeSeat(board=board, norms_version=1))
    assert isinstance(refused, NotFound | SeatByOffer)


async def test_leaving_a_private_board_ends_its_streams(hall: Hall) -> None:
    """Who leaves a private board hears no more of it, within two seconds (protocol 6.6)."""
    board = await hall.board("attic", visibility=Visibility.PRIVATE)
    ana = await hall.join("ana")
    await hall.sysop.ask(OfferSeat(board=board, member=ana.id))
    await ana.ask(TakeSeat(board=board, norms_version=1))
    # Both SDK and person might stop listening by themselves; this one goes on.
    streams = {f"board:{board}": -1, f"lounge:{board}": -1}
    phone = await hall.phone(ana, listen=False)
    await phone.community.listen(streams)
    async with asyncio.timeout(SOON_S):
        await ana.ask(LeaveSeat(board=board))
        await phone.until(lambda: set(phone.gone()) == set(streams))
    await hall.sysop.ask(Say(board=board, line=new_id(), body="Gone?"))
    await hall.sysop.told(LineSaid)
    assert not phone.events(kind=LineSaid)
    states = await phone.community.listen(streams)
    assert {state.state for state in states.values()} == {"gone"}


async def test_a_public_board_is_still_heard_after_leaving(hall: Hall) -> None:
    """Any member may read a public board: leaving it ends nothing that is still allowed (6.6)."""
    board = await hall.board("garden")
    ana = await hall.join("ana", board)
    phone = await hall.phone(ana, listen=False)
    await phone.community.listen({f"lounge:{board}": -1})
    await ana.ask(LeaveSeat(board=board))
    await hall.sysop.ask(Say(board=board, line=new_id(), body="Still there?"))
    assert (await phone.told(LineSaid))[0].line.body == "Still there?"
    assert phone.gone() == []


async def test_closing_a_board_ends_its_listeners(hall: Hall) -> None:
    """A board turned private is gone at once for those without a seat, and only for them (protocol 6.6)."""
    board = await hall.board("garden")
    ana, bob = await hall.join("ana", board), await hall.join("bob")
    await bob.listen(board)
    async with asyncio.timeout(SOON_S):
        await hall.carried(
            hall.sysop.ask(ConfigureBoard(board=board, visibility=Visibility.PRIVATE))
        )
        await bob.until(lambda: set(bob.gone()) == {f"board:{board}", f"lounge:{board}"})
    await bob.told(BoardUnlisted)
    await ana.told(BoardConfigured)
    await hall.sysop.ask(Say(board=board, line=new_id(), body="Among us"))
    await ana.told(LineSaid)
    assert not bob.events(kind=LineSaid)
    await hall.carried(hall.sysop.ask(ConfigureBoard(board=board, visibility=Visibility.MEMBERS)))
    (opened,) = await bob.told(BoardOpened)
    assert opened.board.id == board


async def test_the_commons_stays_open(hall: Hall) -> None:
    """The commons is every member's: it cannot be closed or left (P5)."""
    closing = ConfigureBoard(board=COMMONS, visibility=Visibility.PRIVATE)
    assert isinstance(await hall.sysop.refused(closing), Conflict)
    assert isinstance(await hall.sysop.refused(LeaveSeat(board=COMMONS)), Conflict)


async def test_a_moderator_no_more_hears_the_desk_no_more(hall: Hall) -> None:
    """Ending somebody's moderation ends the desk's stream for them, within two seconds (protocol 6.6)."""
    ana = await hall.join("ana")
    board = await hall.board("garden", moderator=ana, hold_s=60)
    await ana.community.listen({f"desk:{board}": -1})
    async with asyncio.timeout(SOON_S):
        await hall.carried(hall.sysop.ask(Appoint(board=board, member=ana.id, moderator=False)))
        await ana.until(lambda: ana.gone() == [f"desk:{board}"])
    held = StartThread(board=board, thread=new_id(), post=new_id(), title="T", body="B")
    await hall.sysop.ask(held)
    await hall.sysop.ask(Say(board=board, line=new_id(), body="After"))
    await ana.listen(board)
    assert not ana.events(f"desk:{board}")


@pytest.mark.parametrize("by", ["end_session", "change_password"])
async def test_a_revoked_session_is_closed(hall: Hall, by: str) -> None:
    """A session ended on one device is closed on the other with 4401 within two seconds (protocol 8.1)."""
    ana = await hall.join("ana")
    phone = await hall.phone(ana)
    async with raw(hall.running.url) as line:
        await line.hello()
        await line.ask(Resume(token=phone.token))
        async with asyncio.timeout(SOON_S):
            if by == "end_session":
                await ana.ask(EndSession(session=phone.session))
            else:
                await ana.ask(ChangePassword(old=PASSWORD, new="four other unrelated words"))
            code, _ = await line.end()
    assert code == close.SESSION_ENDED
    await phone.until(lambda: phone.ended)
    assert isinstance(phone.ended, NotSignedIn)
    assert len((await ana.ask(GetAccount())).sessions) == 1


async def test_a_revoked_token_is_closed(hall: Hall) -> None:
    """A bot whose token was ended is out within two seconds, and stays out (protocol 3.7, 6.6)."""
    ana = await hall.join("ana")
    bot = await hall.bot(ana, [Power.READ])
    async with asyncio.timeout(SOON_S):
        await ana.ask(EndSession(session=bot.session))
        await bot.until(lambda: bot.ended)
    async with raw(hall.running.url) as line:
        await line.hello()
        answer = await line.ask(Resume(token=bot.token))
    assert answer["error"]["data"]["code"] == "members.sign_in_failed"
