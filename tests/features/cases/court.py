"""A case whose person was heard, and what is decided about it, each as somebody of the desk sends it."""

from typing import Any

from bbs import limits
from bbs.features.cases.appeal_messages import AskAppeal, DecideAppeal, Verdict
from bbs.features.cases.judging_messages import DecideCase, ListSanctions
from bbs.features.cases.messages import AskPerson, CaseResult
from bbs.features.cases.own_messages import ListOwnCases
from bbs.features.cases.views import Appeal, OwnCase, Sanction, SanctionKind
from bbs.features.threads.messages import WritePost
from bbs.ids import AppealId, CaseId, PostId, new_id
from tests.features.cases.desk import Desk
from tests.support.moot import Line

WHY = "It is unkind to people who ask."


async def heard(desk: Desk, post: PostId | None = None, reporter: Line | None = None) -> CaseId:
    """Report words, ask who wrote them, and let the time for an answer pass."""
    case = await desk.report(reporter, **({} if post is None else {"post": post}))
    await desk.vera.ask(AskPerson(case=case, text="It is said to be unkind."))
    await desk.jump(limits.ANSWER_HOURS)
    return case


def decision(case: CaseId, sanction: SanctionKind | None, **fields: Any) -> DecideCase:
    """Return a decision by the first clause."""
    given = {"case": case, "norm": 1, "sanction": sanction, "reason": WHY}
    if sanction not in (None, SanctionKind.WORD):
        given["days"] = 3
    return DecideCase(**{**given, **fields})


async def silenced(desk: Desk, **fields: Any) -> CaseResult:
    """Silence the person of a heard case for some days."""
    return await desk.vera.ask(decision(await heard(desk), SanctionKind.SILENCE, **fields))


async def written(desk: Desk, body: str = "Fools, all of you.") -> PostId:
    """Let tom write again, later; return the post."""
    desk.moot.clock.jump(seconds=100)
    post = new_id()
    await desk.tom.ask(WritePost(thread=desk.thread.thread, post=post, body=body))
    return post


async def own(desk: Desk) -> OwnCase:
    """Return the latest case about tom, as tom sees it."""
    return (await desk.tom.ask(ListOwnCases())).cases[0]


async def appealed(desk: Desk, words: str = "I was quoting.") -> AppealId:
    """Let tom appeal against what can be appealed."""
    [act] = (await desk.tom.ask(ListOwnCases())).can_appeal
    appeal = new_id()
    await desk.tom.ask(AskAppeal(appeal=appeal, act=act.id, words=words))
    return appeal


async def answered(line: Line, appeal: AppealId, verdict: Verdict, **fields: Any) -> Appeal:
    """Let somebody decide about an appeal."""
    command = DecideAppeal(appeal=appeal, verdict=verdict, reason="I looked at it.", **fields)
    return (await line.ask(command)).appeal


async def sanctions(desk: Desk, line: Line | None = None) -> list[Sanction]:
    """Return whom decisions restrict on the board, as somebody who judges there reads it."""
    found = await (line or desk.mo).ask(ListSanctions(board=desk.board))
    return list(found.sanctions)
