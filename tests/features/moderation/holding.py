"""Urgent holds, and removing a newcomer, as the sysop may send them who moderates the board."""

from collections.abc import Awaitable, Callable
from typing import Any

from bbs import limits
from bbs.features.cases.flagging_messages import HoldBackLine, HoldBackPost
from bbs.features.cases.hold_messages import HoldCase, ReleaseHold
from bbs.features.cases.messages import ListCases
from bbs.features.cases.removal_messages import RemoveNewcomer
from bbs.features.cases.reporting_messages import ReportPost
from bbs.features.cases.views import HoldOf
from bbs.features.members.messages import Resume
from bbs.features.threads.messages import Say
from bbs.ids import COMMONS, BoardId, CaseId, new_id
from bbs.messages import Command
from tests.support.moot import Line, Moot
from tests.support.people import secret
from tests.support.talk import start


async def _reported(moot: Moot, line: Line, board: BoardId) -> CaseId:
    post = (await start(line, board, "Words", "against a norm")).post
    await moot.sysop.ask(ReportPost(post=post, report=new_id(), norm=1, of_office=True))
    [head] = (await moot.sysop.ask(ListCases(board=board))).cases
    return head.id


async def _hold(moot: Moot, ana: Line, board: BoardId) -> HoldCase:
    case = await _reported(moot, ana, board)
    return HoldCase(case=case, of=(HoldOf.WORDS, HoldOf.WRITING), text="It is said to be unkind.")


async def _release(moot: Moot, ana: Line, board: BoardId) -> Command[Any]:
    hold = await _hold(moot, ana, board)
    await moot.sysop.ask(hold)
    return ReleaseHold(case=hold.case)


async def _remove(moot: Moot, _ana: Line, _board: BoardId) -> Command[Any]:
    """Remove a newcomer who wrote on the commons, where the sysop held their words before."""
    guest = await moot.join("gus")
    hold = await _hold(moot, guest, COMMONS)
    await moot.sysop.ask(hold)
    moot.clock.jump(seconds=limits.ANSWER_HOURS * 3_600)
    await moot.do_jobs()
    return RemoveNewcomer(case=hold.case, norm=1, reason="It is an advertisement")


async def _by_script(moot: Moot) -> None:
    """Let the sysop's connection be a script's from now on: to hold back is for scripts (27.4)."""
    token = secret(moot.sysop.person.session)
    await moot.sysop.ask(Resume(token=token, script=True))


async def _hold_back(moot: Moot, ana: Line, board: BoardId) -> Command[Any]:
    await _by_script(moot)
    return HoldBackPost(post=(await start(ana, board, "Words", "against a norm")).post, norm=1)


async def _hold_back_line(moot: Moot, ana: Line, board: BoardId) -> Command[Any]:
    await _by_script(moot)
    said = new_id()
    await ana.ask(Say(board=board, line=said, body="against a norm"))
    return HoldBackLine(line=said, norm=1)


HOLDING: dict[type[Command[Any]], Callable[[Moot, Line, BoardId], Awaitable[Command[Any]]]] = {
    HoldBackLine: _hold_back_line,
    HoldBackPost: _hold_back,
    HoldCase: _hold,
    ReleaseHold: _release,
    RemoveNewcomer: _remove,
}
