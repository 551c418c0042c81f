"""Decisions of cases and appeals, as the sysop may send them who moderates the board."""

from collections.abc import Awaitable, Callable
from typing import Any

from bbs import limits
from bbs.features.boards.seat_messages import Appoint, TakeSeat
from bbs.features.cases.appeal_messages import AskAppeal, DecideAppeal, Verdict
from bbs.features.cases.judging_messages import DecideCase, LetBe, LiftSanction
from bbs.features.cases.messages import AskPerson, ListCases
from bbs.features.cases.own_messages import ListOwnCases
from bbs.features.cases.reporting_messages import ReportPost
from bbs.features.cases.views import SanctionKind
from bbs.features.members.messages import Invite
from bbs.features.threads.hiding_messages import HidePost
from bbs.ids import BoardId, CaseId, new_id
from bbs.messages import Command
from tests.support.moot import Line, Moot
from tests.support.people import Person, secret
from tests.support.talk import start

_WHY = "It is unkind"


async def _heard(moot: Moot, ana: Line, board: BoardId) -> CaseId:
    post = (await start(ana, board, "Words", "against a norm")).post
    report = ReportPost(post=post, report=new_id(), norm=1, of_office=True)
    await moot.sysop.ask(report)
    [head] = (await moot.sysop.ask(ListCases(board=board))).cases
    await moot.sysop.ask(AskPerson(case=head.id, text="It is said to be unkind."))
    moot.clock.jump(seconds=limits.ANSWER_HOURS * 3_600)
    await moot.do_jobs()
    return head.id


async def _let_be(moot: Moot, ana: Line, board: BoardId) -> Command[Any]:
    return LetBe(case=await _heard(moot, ana, board))


async def _decide(moot: Moot, ana: Line, board: BoardId) -> DecideCase:
    case = await _heard(moot, ana, board)
    kind = SanctionKind.SILENCE
    return DecideCase(case=case, norm=1, sanction=kind, days=3, reason=_WHY)


async def _lift(moot: Moot, ana: Line, board: BoardId) -> Command[Any]:
    decision = await _decide(moot, ana, board)
    await moot.sysop.ask(decision)
    return LiftSanction(case=decision.case, reason="It is enough")


async def _appeal(moot: Moot, ana: Line, board: BoardId) -> Command[Any]:
    """Let a guest of ana's appeal against what another moderator hid: nobody judges their own guest."""
    await ana.ask(Invite(invitation=new_id(), code=secret("a guest")))
    guest = moot.line(Person("gus"))
    await guest.ask(guest.person.sign_up(secret("a guest")))
    moderator = await moot.join("mo")
    for line in (guest, moderator):
        await line.ask(TakeSeat(board=board, norms_version=1))
    await moot.sysop.ask(Appoint(board=board, member=moderator.id))
    post = (await start(guest, board, "Words", "against a norm")).post
    await moderator.ask(HidePost(post=post, norm=1, reason=_WHY))
    [act] = (await guest.ask(ListOwnCases())).can_appeal
    appeal = new_id()
    await guest.ask(AskAppeal(appeal=appeal, act=act.id, words="I was quoting."))
    return DecideAppeal(appeal=appeal, verdict=Verdict.UPHOLD, reason="I looked at it")


JUDGING: dict[type[Command[Any]], Callable[[Moot, Line, BoardId], Awaitable[Command[Any]]]] = {
    LetBe: _let_be,
    DecideCase: _decide,
    LiftSanction: _lift,
    DecideAppeal: _appeal,
}
