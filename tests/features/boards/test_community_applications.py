"""Questions of the commons, to whoever signed up by an invitation (protocol 19.12)."""

import pytest

from bbs import limits
from bbs.features.boards.application_messages import (
    Apply,
    ListOwnApplications,
    WithdrawApplication,
)
from bbs.features.boards.messages import ConfigureBoard, ListBoards
from bbs.features.boards.seat_messages import SeatState
from bbs.features.members.messages import GetAccount
from bbs.features.members.views import MemberState
from bbs.ids import COMMONS
from bbs.refusals import Conflict, OnWaitingList
from bbs.seat_refusals import ApplyAgainLater
from tests.features.boards.test_applications import decided
from tests.support.moot import Line, Moot
from tests.support.people import Person


@pytest.fixture
async def nora(moot: Moot) -> Line:
    """Somebody who signed up where the commons asks."""
    await moot.sysop.ask(ConfigureBoard(board=COMMONS, questions="Who are you?"))
    return await moot.join("nora")


async def test_a_newcomer_answers_after_signing_up(moot: Moot, nora: Line) -> None:
    """They wait at the door, are asked there, and are a member once the desk accepts."""
    assert isinstance(await nora.refused(ListBoards()), OnWaitingList)
    shown = await nora.ask(ListOwnApplications())
    assert (shown.questions, shown.norms_version) == (("Who are you?",), 1)
    done = await nora.ask(Apply(board=COMMONS, norms_version=1, answers=("A gardener.",)))
    assert done.seat is not None
    assert done.seat.state is SeatState.APPLIED
    assert (await nora.ask(ListOwnApplications())).questions == ()
    await decided(moot, COMMONS)
    assert (await nora.ask(GetAccount())).member.state is MemberState.SEATED
    await nora.ask(ListBoards())
    refused = await nora.refused(Apply(board=COMMONS, norms_version=1, answers=("Again.",)))
    assert isinstance(refused, Conflict)


async def test_a_newcomer_takes_it_back_and_asks_again(moot: Moot, nora: Line) -> None:
    """Withdrawing is no refusal: they may answer anew at once, and wait meanwhile."""
    done = await nora.ask(Apply(board=COMMONS, norms_version=1, answers=("A gardener.",)))
    assert done.application is not None
    await nora.ask(WithdrawApplication(application=done.application.id))
    assert (await nora.ask(GetAccount())).member.state is MemberState.WAITING
    assert (await nora.ask(ListOwnApplications())).questions == ("Who are you?",)
    await nora.ask(Apply(board=COMMONS, norms_version=1, answers=("A gardener, really.",)))


async def test_a_newcomer_is_declined(moot: Moot, nora: Line) -> None:
    """They keep their account and its doors, are told the word, and when to ask again."""
    await nora.ask(Apply(board=COMMONS, norms_version=1, answers=("A gardener.",)))
    await decided(moot, COMMONS, word="Come to the open day first.")
    (own,) = (await nora.ask(ListOwnApplications())).applications
    assert own.decision is not None
    assert own.decision.word == "Come to the open day first."
    command = Apply(board=COMMONS, norms_version=1, answers=("Now?",))
    assert isinstance(await nora.refused(command), ApplyAgainLater)


async def test_a_newcomer_goes_on_without_the_desk(moot: Moot, nora: Line) -> None:
    """Seven days later they have a seat in the community, if there is one."""
    await nora.ask(Apply(board=COMMONS, norms_version=1, answers=("A gardener.",)))
    moot.clock.jump(seconds=limits.APPLICATION_DAYS * 86_400)
    await moot.do_jobs("let applications go on")
    assert (await nora.ask(GetAccount())).member.state is MemberState.SEATED


async def test_when_the_questions_end_the_door_is_open(moot: Moot, nora: Line) -> None:
    """Who had not answered yet asks again without answers, and is seated."""
    await moot.sysop.ask(ConfigureBoard(board=COMMONS, questions=""))
    done = await nora.ask(Apply(board=COMMONS, norms_version=1))
    assert done.seat is not None
    assert done.seat.state is SeatState.SEATED
    assert (await nora.ask(GetAccount())).member.state is MemberState.SEATED


async def test_the_invitation_of_a_sysop_asks_nothing(moot: Moot) -> None:
    """By default nobody is asked anything: who signs up has a seat at once."""
    fay = moot.line(Person("fay"))
    await fay.ask(fay.person.sign_up(moot.code))
    assert (await fay.ask(GetAccount())).member.state is MemberState.SEATED
