"""While somebody is suspended, seat and office rest: they are not offered, and come back (P7, 16.6)."""

import pytest

from bbs.clock import DAY_MS, instant
from bbs.features.boards.messages import ConfigureBoard, GetBoard
from bbs.features.boards.seat_messages import (
    Appoint,
    GetPlace,
    LeaveSeat,
    SeatState,
    TakeSeat,
    TakeUpOffice,
)
from bbs.features.letters.messages import AnswerRequest, RequestLetter
from bbs.features.letters.views import LetterState
from bbs.features.members.messages import GetAccount, Invite
from bbs.features.moderation.messages import RestrictionChanged
from bbs.features.moderation.views import RestrictionKind
from bbs.features.norms.messages import GetNorms
from bbs.features.ownership.messages import Export
from bbs.features.threads.messages import ListThreads, WritePost
from bbs.features.threads.tending_messages import PinThread
from bbs.ids import COMMONS, BoardId, new_id
from bbs.refusals import Conflict
from bbs.restricted import Restricted
from bbs.streams import member_stream
from tests.support.letters import ask, letter_between, letters_of, write
from tests.support.moot import Line, Moot
from tests.support.people import Person, secret
from tests.support.restricting import lifted, restricted
from tests.support.talk import start

MOVE = "move waiting lists"
SILENCED, SUSPENDED = RestrictionKind.SILENCED, RestrictionKind.SUSPENDED


async def full_board(moot: Moot) -> tuple[BoardId, Line, Line, Line]:
    """Return a board with two seats: ana moderates it alone, bo sits there, and cy waits."""
    board = await moot.board(moot.sysop, "garden", seats=3)
    ana, bo, cy = [await moot.join(handle) for handle in ("ana", "bo", "cy")]
    for line in (ana, bo):
        await line.ask(TakeSeat(board=board, norms_version=1))
    await moot.sysop.ask(Appoint(board=board, member=ana.id))
    await moot.sysop.ask(LeaveSeat(board=board))
    await ana.ask(ConfigureBoard(board=board, seats=2))
    await cy.ask(TakeSeat(board=board, norms_version=1))
    return board, ana, bo, cy


@pytest.mark.parametrize("everywhere", [False, True])
async def test_seat_and_office_rest_and_come_back(moot: Moot, *, everywhere: bool) -> None:
    """The waiting list does not move, nobody takes the office up, and with the end both are there."""
    board, ana, bo, cy = await full_board(moot)
    thread = (await start(ana, board)).thread
    before = await cy.ask(GetPlace(board=board))
    held = await restricted(moot, SUSPENDED, COMMONS if everywhere else board, ana)
    moot.clock.jump(hours=12)
    await moot.do_jobs(MOVE)
    place = await cy.ask(GetPlace(board=board))
    assert place.seat is not None
    assert place.seat.state is SeatState.WAITING
    assert (place.place, place.waiting, place.freed) == (before.place, before.waiting, before.freed)
    pin = PinThread(thread=thread, reason="It is good")
    assert isinstance(await ana.refused(pin), Restricted)
    assert isinstance(await bo.refused(TakeUpOffice(board=board)), Conflict)
    own = (await ana.ask(GetBoard(board=board))).seat
    assert own is not None
    assert (own.state, own.moderator) == (SeatState.SEATED, True)
    await lifted(moot, held)
    await ana.ask(pin)


async def test_two_doors_stay_open(moot: Moot) -> None:
    """Suspended from the community: the own account, the export, the norms and the own words are what
    is left, and an invitation of theirs lets nobody in meanwhile (P7, P9)."""
    board, ana, _, _ = await full_board(moot)
    code = secret("ana's invitation")
    await ana.ask(Invite(invitation=new_id(), code=code))
    held = await restricted(moot, SUSPENDED, COMMONS, ana)
    await ana.ask(GetAccount())
    assert (await ana.ask(Export())).rows
    assert (await ana.ask(GetNorms(board=board))).version == 1
    assert isinstance(await ana.refused(ListThreads(board=board)), Restricted)
    newcomer = moot.line(Person("eve"))
    refused = await newcomer.refused(newcomer.person.sign_up(code))
    assert refused.code == "members.invitation_invalid"
    await lifted(moot, held)
    await newcomer.ask(newcomer.person.sign_up(code))


async def test_silence_on_the_commons_begins_no_letters(moot: Moot) -> None:
    """Letters that are open stay open, and a request of somebody else may be answered; the silenced
    member asks for none, and is told of the silence and its end (16.2)."""
    ana, bo, cy = [await moot.join(handle) for handle in ("ana", "bo", "cy")]
    letter = await letter_between(moot, ana, bo)
    await restricted(moot, SILENCED, COMMONS, ana, until=moot.clock() + DAY_MS)
    await write(ana, letter, "Are you there?")
    refused = await ana.refused(RequestLetter(letter=new_id(), handles=("cy",)))
    assert isinstance(refused, Restricted)
    assert (refused.kind, refused.until) == ("silenced", instant(moot.clock() + DAY_MS))
    asked = await ask(moot, cy, "ana")
    opened = (await ana.ask(AnswerRequest(letter=asked, accept=True))).letter
    assert opened.state is LetterState.OPEN
    await write(ana, opened, "Yes.")
    assert len((await letters_of(ana)).heads) == 2


async def test_a_clock_that_is_ahead_ends_nothing_for_good(moot: Moot) -> None:
    """By a wrong clock a silence seems over; nothing of it is erased, and it holds again when the clock
    is right, to its own end (P7, P10)."""
    board, ana, _, _ = await full_board(moot)
    thread = (await start(ana, board)).thread
    await restricted(moot, SILENCED, board, ana)
    silence = WritePost(thread=thread, post=new_id(), body="B")
    moot.clock.step(days=30)
    await moot.do_jobs()
    moot.clock.step(days=-30)
    await moot.do_jobs()
    assert isinstance(await ana.refused(silence), Restricted)
    moot.clock.jump(days=1)
    await ana.ask(silence)


async def test_what_is_told_of_a_restriction_names_its_clause(moot: Moot) -> None:
    """The person's own stream says by which clause, before the act itself is stored (P5)."""
    board, ana, _, _ = await full_board(moot)
    await ana.listen(member_stream(ana.id))
    await restricted(moot, SILENCED, board, ana, norm=3, reason="As said")
    [told] = await ana.told(RestrictionChanged)
    assert (told.restriction.norm, told.restriction.reason) == (3, "As said")
