"""Appeals go to somebody who did not decide; nobody stays punished because nobody came (P7)."""

import pytest

from bbs import limits
from bbs.case_refusals import Barred, Why
from bbs.clock import DAY_MS, instant
from bbs.errors import BadParams
from bbs.features.boards.seat_messages import LeaveSeat
from bbs.features.cases.appeal_messages import (
    AppealChanged,
    AppealWaits,
    AskAppeal,
    DecideAppeal,
    GetAppeal,
    TakeBackAppeal,
    Verdict,
)
from bbs.features.cases.messages import ListCases
from bbs.features.cases.own_messages import ListOwnCases
from bbs.features.cases.reporting_messages import ListOwnReports
from bbs.features.cases.views import AppealState, CaseEnding, CaseState, SanctionKind
from bbs.features.members.views import SystemAuthor
from bbs.features.moderation.messages import GetLog
from bbs.features.reading.messages import ListNotices
from bbs.features.threads.hiding_messages import HidePost
from bbs.features.threads.messages import ListPosts, WritePost
from bbs.features.threads.views import ContentState
from bbs.ids import COMMONS, new_id
from bbs.refusals import Conflict, NotAllowed, NotFound
from bbs.restricted import Restricted
from bbs.streams import desk_stream, member_stream
from tests.features.cases.court import (
    answered,
    appealed,
    decision,
    heard,
    own,
    sanctions,
    silenced,
)
from tests.features.cases.desk import WORDS, Desk, open_desk
from tests.support.moot import Line, Moot


@pytest.fixture
async def desk(moot: Moot) -> Desk:
    """A board with two moderators."""
    return await open_desk(moot)


def _post(desk: Desk) -> WritePost:
    return WritePost(thread=desk.thread.thread, post=new_id(), body="Again")


async def _state(desk: Desk) -> ContentState:
    page = await desk.rita.ask(ListPosts(thread=desk.thread.thread))
    return next(each.state for each in page.posts if each.id == desk.post)


async def _to_decide(line: Line) -> list[str]:
    return [appeal.id for appeal in (await line.ask(ListCases())).appeals]


async def test_another_moderator_lifts_it(desk: Desk) -> None:
    """It holds until then; lifted, the words are back, and it counts nowhere (P7)."""
    await silenced(desk, hides=True)
    await desk.tom.listen(member_stream(desk.tom.id))
    await desk.mo.listen(desk_stream(desk.board))
    appeal = await appealed(desk)
    [waits] = await desk.mo.told(AppealWaits)
    assert (waits.appeal, waits.board) == (appeal, desk.board)
    assert await _to_decide(desk.mo) == [appeal]
    assert await _to_decide(desk.vera) == []
    assert isinstance(await desk.tom.refused(_post(desk)), Restricted)
    seen = await own(desk)
    assert seen.appeal is not None
    assert (seen.state, seen.appeal.state) == (CaseState.APPEALED, AppealState.OPEN)
    refused = await desk.vera.refused(
        DecideAppeal(appeal=appeal, verdict=Verdict.UPHOLD, reason="I was right.")
    )
    assert isinstance(refused, Barred)
    assert refused.why == Why.DECIDED
    assert (await answered(desk.mo, appeal, Verdict.LIFT)).state is AppealState.LIFTED
    assert await _state(desk) is ContentState.PUBLISHED
    await desk.tom.ask(_post(desk))
    assert await sanctions(desk) == []
    seen = await own(desk)
    assert (seen.state, seen.ending) == (CaseState.CLOSED, CaseEnding.OVERTURNED)
    told = [event.appeal.state for event in await desk.tom.told(AppealChanged, 2)]
    assert told == [AppealState.OPEN, AppealState.LIFTED]
    acts = (await desk.ann.ask(GetLog(board=desk.board))).acts
    methods = [act.method for act in acts[:4]]
    assert methods == ["cases.decide_appeal", "threads.restore", "cases.decide", "threads.hide"]
    assert acts[0].undoes == acts[2].id
    notices = (await desk.tom.ask(ListNotices())).notices
    assert any(n.act is not None and n.act.method == "cases.decide_appeal" for n in notices)


async def test_it_is_shortened_or_upheld_and_never_heavier(desk: Desk) -> None:
    """The verdict ends it sooner or leaves it; then the case is over."""
    await silenced(desk, days=7)
    appeal = await appealed(desk)
    longer, past = instant(desk.moot.clock() + 8 * DAY_MS), instant(desk.moot.clock() - 1)
    for until in (None, longer, past):
        command = DecideAppeal(appeal=appeal, verdict=Verdict.SHORTEN, until=until, reason="Hm.")
        assert isinstance(await desk.mo.refused(command), BadParams)
    sooner = instant(desk.moot.clock() + DAY_MS)
    told = await answered(desk.mo, appeal, Verdict.SHORTEN, until=sooner)
    assert (told.state, told.until) == (AppealState.SHORTENED, sooner)
    [row] = await sanctions(desk)
    assert row.until == sooner
    assert isinstance(await desk.tom.refused(_post(desk)), Restricted)
    await desk.jump(25)
    await desk.tom.ask(_post(desk))
    seen = await own(desk)
    assert (seen.state, seen.ending) == (CaseState.CLOSED, CaseEnding.DECIDED)


async def test_nobody_decides_and_it_is_lifted(desk: Desk) -> None:
    """Within fourteen days, or the server undoes it, and says so in the log (P7)."""
    await silenced(desk, hides=True)
    await appealed(desk)
    await desk.jump(limits.APPEAL_DECIDE_DAYS * 24 - 1)
    assert await _state(desk) is ContentState.HIDDEN
    await desk.jump(2)
    assert await _state(desk) is ContentState.PUBLISHED
    seen = await own(desk)
    assert seen.appeal is not None
    assert (seen.ending, seen.appeal.state) == (CaseEnding.OVERTURNED, AppealState.LAPSED)
    acts = (await desk.moot.sysop.ask(GetLog(board=desk.board))).acts
    system = [act.method for act in acts if isinstance(act.author, SystemAuthor)]
    assert system == ["cases.lapse_appeal", "threads.restore"]


async def test_who_is_suspended_appeals(desk: Desk) -> None:
    """Two doors stay open (P7, P9)."""
    await desk.vera.ask(decision(await heard(desk), SanctionKind.SUSPEND))
    appeal = await appealed(desk)
    assert (await desk.tom.ask(GetAppeal(appeal=appeal))).appeal.words == "I was quoting."
    await answered(desk.mo, appeal, Verdict.UPHOLD)
    assert isinstance(await desk.tom.refused(_post(desk)), Restricted | NotFound)
    assert (await own(desk)).ending is CaseEnding.DECIDED


async def test_alone_it_goes_to_the_commons(desk: Desk) -> None:
    """Where no other moderator is, those of the commons decide, and the host never does (P8)."""
    await desk.mo.ask(LeaveSeat(board=desk.board))
    await silenced(desk)
    await desk.warden.listen(desk_stream(COMMONS))
    appeal = await appealed(desk)
    assert (await desk.warden.told(AppealWaits))[0].appeal == appeal
    # The sysop invited tom, and moderates the commons, too.
    host = await desk.moot.sysop.refused(
        DecideAppeal(appeal=appeal, verdict=Verdict.LIFT, reason="My guest.")
    )
    assert isinstance(host, Barred)
    assert host.why == Why.HOST
    assert (await answered(desk.warden, appeal, Verdict.LIFT)).state is AppealState.LIFTED


async def test_who_hears_an_appeal_reads_its_case(desk: Desk) -> None:
    """Where the board's other moderator is the person's host, the commons hear it, with the case (P8)."""
    host, tom = desk.mo.id, desk.tom.id
    await desk.moot.change(
        lambda tx: tx.execute("UPDATE members SET invited_by = ? WHERE id = ?", host, tom)
    )
    case = (await silenced(desk)).case.head.id
    appeal = await appealed(desk)
    assert (await desk.seen(desk.warden, case)).appeal is not None
    (report,) = (await desk.rita.ask(ListOwnReports())).reports
    assert report.state is CaseState.DECIDED
    assert (await answered(desk.warden, appeal, Verdict.UPHOLD)).state is AppealState.UPHELD


async def test_once_in_time_and_by_whom_it_concerns(desk: Desk) -> None:
    """Nobody appeals for another, twice, or after fourteen days; it can be taken back."""
    await silenced(desk)
    [act] = (await desk.tom.ask(ListOwnCases())).can_appeal
    for line in (desk.rita, desk.vera):
        ask = AskAppeal(appeal=new_id(), act=act.id, words="Please.")
        assert isinstance(await line.refused(ask), NotFound)
    appeal = await appealed(desk)
    again = AskAppeal(appeal=new_id(), act=act.id, words="Please.")
    assert isinstance(await desk.tom.refused(again), Conflict)
    await desk.tom.ask(TakeBackAppeal(appeal=appeal))
    assert (await own(desk)).state is CaseState.DECIDED
    assert isinstance(await desk.tom.refused(TakeBackAppeal(appeal=appeal)), Conflict)
    for line in (desk.ann, desk.rita):
        error = await line.refused(
            DecideAppeal(appeal=appeal, verdict=Verdict.LIFT, reason="Please.")
        )
        assert isinstance(error, NotAllowed | NotFound)
        assert isinstance(await line.refused(GetAppeal(appeal=appeal)), NotFound)
    await desk.jump(limits.APPEAL_DAYS * 24 + 1)
    assert isinstance(await desk.tom.refused(again), Conflict)
    assert (await desk.tom.ask(ListOwnCases())).can_appeal == ()


@pytest.mark.parametrize("verdict", [Verdict.LIFT, Verdict.UPHOLD])
async def test_hidden_words_without_a_case(desk: Desk, verdict: Verdict) -> None:
    """Also what a moderator hid at once can be appealed, to another one."""
    await desk.vera.ask(HidePost(post=desk.post, norm=1, reason="It is unkind."))
    appeal = await appealed(desk)
    [listed] = (await desk.tom.ask(ListOwnCases())).appeals
    assert (listed.id, listed.case) == (appeal, None)
    assert await _to_decide(desk.vera) == []
    found = await desk.mo.ask(GetAppeal(appeal=appeal))
    assert found.act is not None
    assert found.act.method == HidePost.method
    assert found.said == WORDS
    assert (await desk.tom.ask(GetAppeal(appeal=appeal))).said is None
    await answered(desk.mo, appeal, verdict)
    is_lifted = verdict is Verdict.LIFT
    assert await _state(desk) is (ContentState.PUBLISHED if is_lifted else ContentState.HIDDEN)


async def test_what_somebody_else_hid_stays_hidden(desk: Desk) -> None:
    """Lifting a decision restores what the decision hid, and nothing that another act hid."""
    case = await heard(desk)
    await desk.mo.ask(HidePost(post=desk.post, norm=1, reason="It is unkind."))
    await desk.vera.ask(decision(case, SanctionKind.WORD, hides=True))
    acts = (await desk.tom.ask(ListOwnCases())).can_appeal
    act = next(act for act in acts if act.method == "cases.decide")
    appeal = new_id()
    await desk.tom.ask(AskAppeal(appeal=appeal, act=act.id, words="Please."))
    await answered(desk.mo, appeal, Verdict.LIFT)
    assert await _state(desk) is ContentState.HIDDEN
