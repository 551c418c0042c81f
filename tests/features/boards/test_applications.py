"""Questions before a seat: who reads the answers, who decides, and what is left of it (protocol 19.8)."""

from typing import Any

import pytest

from bbs import limits
from bbs.clock import DAY_MS, to_ms
from bbs.errors import BadParams
from bbs.features.boards.application_messages import (
    AcceptApplication,
    Application,
    ApplicationAtDesk,
    ApplicationChanged,
    ApplicationState,
    Applied,
    Apply,
    DeclineApplication,
    ListApplications,
    ListOwnApplications,
    WithdrawApplication,
)
from bbs.features.boards.messages import ConfigureBoard, GetBoard, ListBoards
from bbs.features.boards.seat_messages import (
    Appoint,
    LeaveSeat,
    ListSeats,
    OfferSeat,
    SeatChanged,
    SeatState,
    TakeSeat,
)
from bbs.features.moderation.messages import GetLog, ThingKind
from bbs.features.moderation.tending_messages import ArchiveBoard
from bbs.features.reading.messages import ListNotices
from bbs.features.reading.views import NoticeKind
from bbs.ids import COMMONS, BoardId, new_id
from bbs.powers import Power
from bbs.refusals import Conflict, DeviceNeeded, NotAllowed, NotFound, TextRefused
from bbs.restricted import Restricted
from bbs.seat_refusals import AnswersNeeded, ApplyAgainLater
from bbs.streams import board_stream, desk_stream, member_stream
from bbs_server.store.api import Tx
from tests.support.moot import Line, Moot

QUESTIONS = "What grows where you live?\nWho sent you?"
ANSWERS = ("Figs, against advice.", "A friend of jun.")


@pytest.fixture
async def garden(moot: Moot) -> BoardId:
    """A board that asks two questions; the sysop is its moderator."""
    return await moot.board(moot.sysop, "figs", questions=QUESTIONS, seats=2)


@pytest.fixture
async def bob(moot: Moot) -> Line:
    """A member without a seat there."""
    return await moot.join("bob")


async def asked(line: Line, board: BoardId, *answers: str) -> Applied:
    """Ask for a seat with answers."""
    return await line.ask(Apply(board=board, norms_version=1, answers=answers or ANSWERS))


async def waiting(moot: Moot, board: BoardId) -> list[Application]:
    """Return what waits for the desk."""
    return list((await moot.sysop.ask(ListApplications(board=board))).applications)


async def decided(moot: Moot, board: BoardId, *, word: str | None = None) -> Application:
    """Accept the only application that waits, or decline it with a word."""
    (one,) = await waiting(moot, board)
    if word is None:
        command: Any = AcceptApplication(board=board, application=one.id)
    else:
        command = DeclineApplication(board=board, application=one.id, word=word)
    done: Application = (await moot.sysop.ask(command)).application
    return done


async def test_a_seat_is_asked_for_with_answers(moot: Moot, bob: Line, garden: BoardId) -> None:
    """`boards.take_seat` names the questions; the desk reads the answers as they were given."""
    refused = await bob.refused(TakeSeat(board=garden, norms_version=1))
    assert isinstance(refused, AnswersNeeded)
    assert refused.questions == QUESTIONS.split("\n")
    assert "1. What grows where you live? 2. Who sent you?" in str(refused)
    done = await asked(bob, garden)
    assert done.seat is not None
    assert done.application is not None
    assert done.seat.state is SeatState.APPLIED
    assert done.application.state is ApplicationState.OPEN
    (one,) = await waiting(moot, garden)
    assert (one.member, one.number) == (bob.id, 1)
    assert [(said.question, said.answer) for said in one.answers] == list(
        zip(QUESTIONS.split("\n"), ANSWERS, strict=True)
    )
    assert to_ms(one.due_at) - to_ms(one.asked_at) == limits.APPLICATION_DAYS * DAY_MS
    (own,) = (await bob.ask(ListOwnApplications())).applications
    assert own.answers == one.answers


async def test_answers_are_checked(moot: Moot, bob: Line, garden: BoardId) -> None:
    """Too few answers are refused, and nothing is kept of them; a second application, too."""
    refused = await bob.refused(Apply(board=garden, norms_version=1, answers=("Figs.",)))
    assert isinstance(refused, TextRefused)
    assert str(refused) == "answers: 2 answers, one to each question; 1 came"
    assert not await waiting(moot, garden)
    await asked(bob, garden)
    again = Apply(board=garden, norms_version=1, answers=ANSWERS)
    for command in (again, TakeSeat(board=garden, norms_version=1), LeaveSeat(board=garden)):
        assert isinstance(await bob.refused(command), Conflict)


async def test_questions_change_and_end(moot: Moot, bob: Line, garden: BoardId) -> None:
    """The desk sees the questions as they were asked; without questions asking is as ever."""
    await asked(bob, garden)
    await moot.sysop.ask(ConfigureBoard(board=garden, questions="And now?"))
    (one,) = await waiting(moot, garden)
    assert [said.question for said in one.answers] == QUESTIONS.split("\n")
    shown = await moot.sysop.ask(ConfigureBoard(board=garden, questions=""))
    assert shown.board.questions is None
    (act, *_) = (await moot.sysop.ask(GetLog(board=garden))).acts
    (change,) = act.changes
    assert (change.field, change.said_before, change.said_after) == ("questions", "And now?", None)
    cid = await moot.join("cid")
    done = await cid.ask(TakeSeat(board=garden, norms_version=1))
    assert done.seat.state is SeatState.SEATED
    dan = await moot.join("dan")
    done2 = await dan.ask(Apply(board=garden, norms_version=1))
    assert (done2.seat and done2.seat.state, done2.application) == (SeatState.WAITING, None)


async def test_nobody_else_learns_that_somebody_applied(
    moot: Moot, bob: Line, garden: BoardId
) -> None:
    """No list, count, event or answer to others tells it; the desk's event names nobody (P11)."""
    eve = await moot.join("eve")
    await eve.listen(board_stream(garden), board_stream(COMMONS))
    await moot.sysop.listen(desk_stream(garden), board_stream(garden))
    before = [await _shown(eve, garden), await _shown(moot.sysop, garden)]
    await asked(bob, garden)
    assert [await _shown(eve, garden), await _shown(moot.sysop, garden)] == before
    (heard,) = await moot.sysop.told(ApplicationAtDesk)
    assert (heard.number, heard.state) == (1, ApplicationState.OPEN)
    assert not any(bob.id.encode() in frame for frame in moot.sysop.tape.frames)
    assert isinstance(await eve.refused(ListApplications(board=garden)), NotAllowed)
    (one,) = await waiting(moot, garden)
    foreign = WithdrawApplication(application=one.id)
    assert isinstance(await eve.refused(foreign), NotFound)
    await eve.settle()
    assert not eve.tape.frames
    await bob.ask(WithdrawApplication(application=one.id))
    await eve.settle()
    assert not eve.tape.frames
    assert not moot.sysop.events(SeatChanged)


async def _shown(line: Line, board: BoardId) -> list[Any]:
    """Return what a member is shown of a board and its seats."""
    found = await line.ask(GetBoard(board=board))
    listed = await line.ask(ListBoards())
    seats = await line.ask(ListSeats(board=board))
    return [found.board, found.as_of, seats.seats, seats.as_of, listed.boards, listed.as_of]


async def test_the_applicant_is_accepted(moot: Moot, bob: Line, garden: BoardId) -> None:
    """A moderator accepts: seated with room, and told who it was; the log has the number (P8)."""
    await bob.listen(member_stream(bob.id))
    await asked(bob, garden)
    await decided(moot, garden)
    seat = (await bob.ask(GetBoard(board=garden))).seat
    assert seat is not None
    assert seat.state is SeatState.SEATED
    told = await bob.told(ApplicationChanged, 2)
    assert [each.application.state for each in told] == ["open", "accepted"]
    (notice,) = (await bob.ask(ListNotices())).notices
    assert (notice.kind, notice.board) == (NoticeKind.APPLICATION, garden)
    assert notice.application is not None
    assert notice.application.decision is not None
    assert notice.application.decision.by == moot.sysop.id
    (act, *_) = (await moot.sysop.ask(GetLog(board=garden))).acts
    assert (act.method, act.about) == (AcceptApplication.method, None)
    assert (act.thing.kind, act.thing.number, act.thing.id) == (ThingKind.APPLICATION, 1, None)


async def test_who_finds_no_room_waits_from_the_day_of_asking(
    moot: Moot, bob: Line, garden: BoardId
) -> None:
    """Accepted on a full board, a member waits in the order of asking, not of answering (P3)."""
    await moot.sysop.ask(ConfigureBoard(board=garden, seats=1))
    cid = await moot.join("cid")
    await asked(bob, garden)
    await asked(cid, garden)
    first, second = await waiting(moot, garden)
    for one in (second, first):
        await moot.sysop.ask(AcceptApplication(board=garden, application=one.id))
    listed = (await cid.ask(ListSeats(board=garden))).seats
    assert [(each.member, each.state) for each in listed[1:]] == [
        (bob.id, SeatState.WAITING),
        (cid.id, SeatState.WAITING),
    ]


async def test_the_applicant_is_declined(moot: Moot, bob: Line, garden: BoardId) -> None:
    """With a word for them alone; the log has the clause. They may ask again after 30 days."""
    await asked(bob, garden)
    (one,) = await waiting(moot, garden)
    silent = DeclineApplication(board=garden, application=one.id)
    assert isinstance(await moot.sysop.refused(silent), TextRefused)
    odd = DeclineApplication(board=garden, application=one.id, norm=7)
    assert isinstance(await moot.sysop.refused(odd), BadParams)
    await moot.sysop.ask(
        DeclineApplication(board=garden, application=one.id, norm=1, word="Too soon for figs.")
    )
    assert (await bob.ask(GetBoard(board=garden))).seat is None
    (notice,) = (await bob.ask(ListNotices())).notices
    assert notice.application is not None
    decision = notice.application.decision
    assert decision is not None
    assert (decision.word, decision.norm) == ("Too soon for figs.", 1)
    (act, *_) = (await moot.sysop.ask(GetLog(board=garden))).acts
    assert (act.norm, act.norms_version, act.reason, act.about) == (1, 1, None, None)
    again = Apply(board=garden, norms_version=1, answers=ANSWERS)
    refused = await bob.refused(again)
    assert isinstance(refused, ApplyAgainLater)
    assert refused.after == decision.again_from
    moot.clock.jump(seconds=limits.APPLY_AGAIN_DAYS * 86_400 - 1)
    assert isinstance(await bob.refused(again), ApplyAgainLater)
    moot.clock.jump(seconds=1)
    assert (await bob.ask(ListOwnApplications())).applications == ()
    (notice,) = (await bob.ask(ListNotices())).notices  # no job has erased the word yet
    assert notice.application is not None
    assert notice.application.decision is not None
    assert notice.application.decision.word is None
    await bob.ask(again)


async def test_a_decision_is_made_once(moot: Moot, bob: Line, garden: BoardId) -> None:
    """Decided or withdrawn, nobody decides again, and nobody takes back what was decided."""
    done = await asked(bob, garden)
    assert done.application is not None
    one = await decided(moot, garden)
    for command in (
        AcceptApplication(board=garden, application=one.id),
        DeclineApplication(board=garden, application=one.id, word="No."),
    ):
        assert isinstance(await moot.sysop.refused(command), Conflict)
    assert isinstance(await bob.refused(WithdrawApplication(application=one.id)), Conflict)
    unknown = AcceptApplication(board=garden, application=new_id())
    assert isinstance(await moot.sysop.refused(unknown), NotFound)


async def test_an_archived_board_accepts_nobody(moot: Moot, bob: Line, garden: BoardId) -> None:
    """It gives out no seats; its desk may still decline (18)."""
    await asked(bob, garden)
    (one,) = await waiting(moot, garden)
    await moot.sysop.ask(ArchiveBoard(board=garden, reason="Enough"))
    accept = AcceptApplication(board=garden, application=one.id)
    assert isinstance(await moot.sysop.refused(accept), Restricted)
    await decided(moot, garden, word="We rest.")


async def test_nobody_decides_about_themselves(moot: Moot, garden: BoardId) -> None:
    """A moderator's own application on another board of theirs waits for another moderator.

    Whoever moderates sits there already, so the row is made by hand: the rule holds for any way in.
    """
    moderator = await moot.join("mona")
    await asked(moderator, garden)
    (one,) = await waiting(moot, garden)

    def seat(tx: Tx) -> None:
        tx.execute("UPDATE seats SET state = 'seated' WHERE member = ?", moderator.id)

    await moot.change(seat)
    await moot.sysop.ask(Appoint(board=garden, member=moderator.id))
    own = AcceptApplication(board=garden, application=one.id)
    refused = await moderator.refused(own)
    assert "nobody decides about their own application" in str(refused)


async def test_no_script_decides(moot: Moot, bob: Line, garden: BoardId) -> None:
    """A person decides about a person: no token can have the power (P6, P8)."""
    await asked(bob, garden)
    (one,) = await waiting(moot, garden)
    script = await moot.with_token(moot.sysop, [Power.READ, Power.OFFER_SEAT])
    command = AcceptApplication(board=garden, application=one.id)
    assert isinstance(await script.refused(command), NotAllowed | DeviceNeeded)
    assert isinstance(await script.refused(ListApplications(board=garden)), NotAllowed)


async def test_without_an_answer_it_goes_on(moot: Moot, bob: Line, garden: BoardId) -> None:
    """After seven days of proven time nobody's silence keeps anybody out; they are told (P3)."""
    await asked(bob, garden)
    moot.clock.jump(seconds=limits.APPLICATION_DAYS * 86_400 - 1)
    await moot.do_jobs("let applications go on")
    assert len(await waiting(moot, garden)) == 1
    moot.clock.jump(seconds=1)
    await moot.do_jobs("let applications go on")
    assert not await waiting(moot, garden)
    (own,) = (await bob.ask(ListOwnApplications())).applications
    assert own.state is ApplicationState.PASSED
    seat = (await bob.ask(GetBoard(board=garden))).seat
    assert seat is not None
    assert seat.state is SeatState.SEATED
    assert [each.kind for each in (await bob.ask(ListNotices())).notices] == [NoticeKind.SEAT]


async def test_what_waits_for_days_is_said_at_the_boards_top(
    moot: Moot, bob: Line, garden: BoardId
) -> None:
    """After 72 hours its readers see that its desk is awaited, and not before (protocol 19.18)."""
    done = await asked(bob, garden)
    assert done.application is not None
    moot.clock.jump(seconds=72 * 3_600 - 1)
    assert not (await bob.ask(GetBoard(board=garden))).awaited
    moot.clock.jump(seconds=1)
    assert (await bob.ask(GetBoard(board=garden))).awaited
    await bob.ask(WithdrawApplication(application=done.application.id))
    assert not (await bob.ask(GetBoard(board=garden))).awaited


@pytest.mark.parametrize("way", ["withdrawn", "over"])
async def test_answers_are_erased(moot: Moot, bob: Line, garden: BoardId, way: str) -> None:
    """At the withdrawal, or 30 days after the decision, no row and no text of it is left (P10)."""
    done = await asked(bob, garden)
    assert done.application is not None
    if way == "withdrawn":
        await bob.ask(WithdrawApplication(application=done.application.id))
        seat = (await bob.ask(GetBoard(board=garden))).seat
        assert seat is None
    else:
        await decided(moot, garden, word="A kind word.")
        moot.clock.jump(seconds=limits.APPLY_AGAIN_DAYS * 86_400)
        await moot.do_jobs("forget applications")
        (notice,) = (await bob.ask(ListNotices())).notices
        assert notice.application is not None
        assert notice.application.decision is not None
        assert notice.application.decision.word is None

    def left(tx: Tx) -> list[Any]:
        rows = (
            "SELECT count(*) FROM applications UNION ALL SELECT count(*) FROM application_answers"
        )
        kept = "SELECT body FROM texts WHERE body IN (?, ?, 'A kind word.')"
        return [*tx.fetch_all(rows), *tx.fetch_all(kept, *ANSWERS)]

    assert await moot.read(left) == [(0,), (0,)]


async def test_an_offer_asks_nothing(moot: Moot, bob: Line, garden: BoardId) -> None:
    """Whom the desk offers a seat takes it without answers: the desk has decided."""
    await moot.sysop.ask(OfferSeat(board=garden, member=bob.id))
    assert isinstance(
        await bob.refused(Apply(board=garden, norms_version=1, answers=ANSWERS)), Conflict
    )
    done = await bob.ask(TakeSeat(board=garden, norms_version=1))
    assert done.seat.state is SeatState.SEATED
