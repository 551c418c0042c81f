"""Leaving and coming back opens no door that was shut before (P3, protocol 28.4)."""

from bbs.features.boards.application_messages import Apply
from bbs.features.boards.messages import ConfigureBoard
from bbs.features.boards.seat_messages import TakeSeat
from bbs.features.members.messages import GetAccount, ResetMember
from bbs.features.members.views import MemberState
from bbs.features.ownership.leaving_messages import ComeBack, Leave
from bbs.features.ownership.messages import Export
from bbs.features.ownership.views import LeaveWords
from bbs.ids import COMMONS, new_id
from bbs.refusals import Conflict
from bbs.seat_refusals import ApplyAgainLater
from tests.features.boards.test_applications import decided
from tests.support.moot import Line, Moot
from tests.support.people import secret


async def _and_back(moot: Moot, line: Line) -> Line:
    """Let a member leave the community and come back."""
    await line.ask(Leave(words=LeaveWords.LEFT))
    again = moot.line(line.person)
    await again.ask(line.person.with_password(session=new_id()))
    await again.ask(ComeBack())
    return again


async def test_whose_application_waits_answers_anew(moot: Moot) -> None:
    """The desk has not accepted them, so they have no seat in the community (19.12)."""
    await moot.sysop.ask(ConfigureBoard(board=COMMONS, questions="Who are you?"))
    nora = await moot.join("nora")
    answers = Apply(board=COMMONS, norms_version=1, answers=("A gardener.",))
    await nora.ask(answers)
    nora = await _and_back(moot, nora)
    assert (await nora.ask(GetAccount())).member.state is MemberState.WAITING
    await nora.ask(answers)
    await decided(moot, COMMONS)
    assert (await nora.ask(GetAccount())).member.state is MemberState.SEATED


async def test_who_waits_in_line_waits_on(moot: Moot) -> None:
    """Also where seats are free, and the pace of newcomers keeps them (P3)."""
    await moot.sysop.ask(ConfigureBoard(board=COMMONS, newcomers_per_week=1))
    await moot.join("early")
    nora = await moot.join("nora")
    assert (await nora.ask(GetAccount())).member.state is MemberState.WAITING
    nora = await _and_back(moot, nora)
    assert (await nora.ask(GetAccount())).member.state is MemberState.WAITING


async def test_who_was_declined_stays_declined(moot: Moot) -> None:
    """The desk's word holds as long as for those who stayed (19)."""
    board = await moot.board(moot.sysop, "garden")
    await moot.sysop.ask(ConfigureBoard(board=board, questions="Why?"))
    nora = await moot.join("nora")
    answers = Apply(board=board, norms_version=1, answers=("I like it.",))
    await nora.ask(answers)
    await decided(moot, board, word="Not yet.")
    nora = await _and_back(moot, nora)
    assert isinstance(await nora.refused(answers), ApplyAgainLater)


async def test_no_sysop_brings_back_who_left(moot: Moot) -> None:
    """Their words come back by what they know alone: a recovery code would be somebody else's (P9)."""
    nora = await moot.join("nora")
    await nora.ask(Leave(words=LeaveWords.TAKEN))
    reset = ResetMember(member=nora.id, code=secret("r"))
    assert isinstance(await moot.sysop.refused(reset), Conflict)


async def test_no_host_exports_the_handle_of_a_guest_who_left(moot: Moot) -> None:
    """From the commit on no export names whoever took the name along (28.3)."""
    board = await moot.board(moot.sysop, "garden")
    nora = await moot.join("wilhelmina")
    await nora.ask(TakeSeat(board=board, norms_version=1))
    await nora.ask(Leave(words=LeaveWords.FORMER))
    after, told = None, b""
    while True:
        page = await moot.sysop.ask(Export(after=after))
        told += moot.sysop.answers[-1]
        if (after := page.next_after) is None:
            break
    assert nora.id.encode() in told
    assert b"wilhelmina" not in told
