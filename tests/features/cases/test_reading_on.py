"""While a community ends and only reads on, cases are heard, decided and appealed (P7, protocol 12.1)."""

from datetime import timedelta

import pytest

from bbs import limits
from bbs.clock import instant
from bbs.features.cases.appeal_messages import Verdict
from bbs.features.cases.messages import AskPerson
from bbs.features.cases.own_messages import AnswerCase
from bbs.features.cases.views import AppealState, SanctionKind
from bbs.features.community.messages import AnnounceClosing
from bbs.features.threads.hiding_messages import HidePost
from bbs.features.threads.messages import ListPosts, WritePost
from bbs.features.threads.views import ContentState
from bbs.ids import new_id
from bbs.refusals import CommunityClosing
from tests.features.cases.court import answered, appealed, decision, own, silenced
from tests.features.cases.desk import Desk, open_desk
from tests.support.moot import Moot

DAYS = limits.CLOSING_NOTICE_DAYS_MIN


@pytest.fixture
async def desk(moot: Moot) -> Desk:
    """A board with two moderators, in a community that is read-only by now."""
    desk = await open_desk(moot)
    on = instant(moot.clock()) + timedelta(days=DAYS + 1)
    await moot.sysop.carry(AnnounceClosing(on=on, reason="Nobody is left to look after it."))
    await desk.jump(24 * (DAYS + 2))
    writing = WritePost(thread=desk.thread.thread, post=new_id(), body="Again")
    with pytest.raises(CommunityClosing):
        await desk.tom.ask(writing)
    return desk


async def _state(desk: Desk) -> ContentState:
    page = await desk.rita.ask(ListPosts(thread=desk.thread.thread))
    return next(each.state for each in page.posts if each.id == desk.post)


async def test_a_case_goes_its_whole_way(desk: Desk) -> None:
    """Reported, answered, decided and lifted by somebody else: the words are back."""
    case = await desk.report()
    await desk.vera.ask(AskPerson(case=case, text="It is said to be unkind."))
    await desk.tom.ask(AnswerCase(case=case, text="I was quoting."))
    await desk.vera.ask(decision(case, SanctionKind.SILENCE, hides=True))
    assert await _state(desk) is ContentState.HIDDEN
    appeal = await answered(desk.mo, await appealed(desk), Verdict.LIFT)
    assert appeal.state is AppealState.LIFTED
    assert await _state(desk) is ContentState.PUBLISHED


async def test_an_appeal_that_nobody_decides_is_lifted(desk: Desk) -> None:
    """Its time runs on, and the system shows the words again."""
    await silenced(desk, hides=True)
    await appealed(desk)
    await desk.jump(24 * limits.APPEAL_DECIDE_DAYS + 1)
    seen = await own(desk)
    assert seen.appeal is not None
    assert seen.appeal.state is AppealState.LAPSED
    assert await _state(desk) is ContentState.PUBLISHED


async def test_words_are_hidden_still(desk: Desk) -> None:
    """Whoever reads on is spared what the norms forbid."""
    await desk.vera.ask(HidePost(post=desk.post, norm=1, reason="It is unkind."))
    assert await _state(desk) is ContentState.HIDDEN
