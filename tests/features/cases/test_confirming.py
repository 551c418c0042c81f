"""A hold is confirmed by a decision; where only a wait can confirm it, it stands until then (protocol 24.3)."""

import pytest

from bbs import limits
from bbs.clock import to_ms
from bbs.features.cases.hold_messages import HoldCase
from bbs.features.cases.judging_messages import LetBe
from bbs.features.cases.reporting_messages import ReportPost
from bbs.features.cases.views import CaseState, HoldOf, SanctionKind
from bbs.features.threads.erasing_messages import TextShown
from bbs.features.threads.messages import ListPosts, WritePost
from bbs.features.threads.views import ContentState, Post
from bbs.ids import CaseId, new_id
from bbs.refusals import CommandWaits
from bbs.restricted import Restricted
from bbs.streams import board_stream
from tests.features.cases.court import decision
from tests.features.cases.desk import WORDS, Desk, open_desk
from tests.support.moot import Moot

BOTH = (HoldOf.WORDS, HoldOf.WRITING)


@pytest.fixture
async def desk(moot: Moot) -> Desk:
    """A board with two moderators, in office for too short a time to give a second key."""
    return await open_desk(moot)


async def _held(desk: Desk, hours: float) -> CaseId:
    """Hold words and writing, and let some hours pass."""
    case = await desk.report()
    await desk.vera.ask(HoldCase(case=case, of=BOTH, text="It is said to be unkind."))
    await desk.jump(hours)
    return case


async def _post(desk: Desk) -> Post:
    page = await desk.ann.ask(ListPosts(thread=desk.thread.thread))
    return next(post for post in page.posts if post.id == desk.post)


async def test_a_decision_confirms_it(desk: Desk) -> None:
    """Words go from the hold to the clause without being shown, and the silence has its own end."""
    case = await _held(desk, limits.ANSWER_HOURS)
    await desk.ann.listen(board_stream(desk.board))
    await desk.vera.ask(decision(case, SanctionKind.SILENCE, hides=True))
    post = await _post(desk)
    assert (post.state, post.norm, post.hold_until) == (ContentState.HIDDEN, 1, None)
    await desk.jump(limits.HOLD_HOURS_MAX)
    assert (await _post(desk)).norm == 1
    assert desk.ann.events(TextShown) == []
    assert (await desk.seen(desk.vera, case)).held == ()
    write = WritePost(thread=desk.thread.thread, post=new_id(), body="Again")
    error = await desk.tom.refused(write)
    assert isinstance(error, Restricted)
    assert (error.kind, error.norm) == ("silenced", 1)


async def test_let_be_ends_it(desk: Desk) -> None:
    """Nothing was done: the words are shown at once, and the person writes."""
    case = await _held(desk, limits.ANSWER_HOURS)
    await desk.vera.ask(LetBe(case=case))
    assert (await _post(desk)).body == WORDS
    await desk.tom.ask(WritePost(thread=desk.thread.thread, post=new_id(), body="Again"))
    assert await desk.moot.read(lambda tx: tx.fetch_all("SELECT * FROM hidings")) == []


async def test_confirmed_by_delay_it_stands_until_then(desk: Desk) -> None:
    """Nobody can give the second key to a decision that takes two: the hold stands past 36 hours, until the decision is carried out, and the words were never shown."""
    case = await _held(desk, limits.ANSWER_HOURS)
    await desk.ann.listen(board_stream(desk.board))
    await desk.moot.change(lambda tx: tx.execute("UPDATE norms SET judgement = 1"))
    waits = await desk.vera.refused(decision(case, SanctionKind.SILENCE, hides=True))
    assert isinstance(waits, CommandWaits), waits
    assert waits.way == "delay"
    held = await _post(desk)
    assert held.hold_until == waits.until
    await desk.jump(limits.HOLD_HOURS_MAX)
    assert (await _post(desk)).body is None
    assert (await desk.seen(desk.vera, case)).head.state is CaseState.MOVED
    await desk.jump((to_ms(waits.until) - desk.moot.clock()) / 3_600_000)
    await desk.moot.do_jobs()
    post = await _post(desk)
    assert (post.state, post.norm, post.hold_until) == (ContentState.HIDDEN, 1, None)
    assert desk.ann.events(TextShown) == []


async def test_held_writing_stops_no_report(desk: Desk) -> None:
    """Who cannot write reads, reports and answers still."""
    await _held(desk, 0)
    report = ReportPost(post=desk.thread.post, report=new_id(), norm=1)
    assert (await desk.tom.ask(report)).report.state is CaseState.OPEN
