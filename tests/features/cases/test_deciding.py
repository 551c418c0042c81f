"""A decision cites a clause, hears first, ends by itself, and stands in the log (P5, P7, P8)."""

from typing import Any

import pytest

from bbs import limits
from bbs.case_refusals import Barred, NotHeard
from bbs.clock import DAY_MS, HOUR_MS, instant, to_ms
from bbs.errors import BadParams, ClockInDoubt
from bbs.features.cases.judging_messages import LetBe, LiftSanction
from bbs.features.cases.messages import AskPerson, PassCaseOn
from bbs.features.cases.reporting_messages import ListOwnReports, ReportPost
from bbs.features.cases.views import CaseEnding, CaseState, SanctionKind, SanctionState
from bbs.features.moderation.messages import GetLog, ThingKind
from bbs.features.reading.messages import ListNotices
from bbs.features.reading.views import NoticeKind
from bbs.features.threads.messages import ListPosts, WithdrawPost, WritePost
from bbs.features.threads.views import ContentState
from bbs.ids import CaseId, new_id
from bbs.powers import Office
from bbs.refusals import Conflict, Gone, NotAllowed, NotFound
from bbs.restricted import Restricted
from tests.features.cases.court import (
    WHY,
    decision,
    heard,
    own,
    sanctions,
    silenced,
    written,
)
from tests.features.cases.desk import Desk, open_desk
from tests.support.moot import Moot


@pytest.fixture
async def desk(moot: Moot) -> Desk:
    """A board with two moderators."""
    return await open_desk(moot)


def _post(desk: Desk) -> WritePost:
    return WritePost(thread=desk.thread.thread, post=new_id(), body="Again")


async def _state(desk: Desk) -> ContentState:
    page = await desk.rita.ask(ListPosts(thread=desk.thread.thread))
    return next(each.state for each in page.posts if each.id == desk.post)


async def test_nobody_is_judged_unheard(desk: Desk) -> None:
    """Before the person was asked, and while they can answer, nothing is decided (P5)."""
    case = await desk.report()
    silence = decision(case, SanctionKind.SILENCE)
    for answer_by in (None, instant(desk.moot.clock() + limits.ANSWER_HOURS * HOUR_MS)):
        error = await desk.vera.refused(silence)
        assert isinstance(error, NotHeard)
        assert error.answer_by == answer_by
        assert ("ask them first" in error.hint) == (answer_by is None)
        if answer_by is None:
            await desk.vera.ask(AskPerson(case=case, text="It is said to be unkind."))
    await desk.jump(limits.ANSWER_HOURS)
    assert (await desk.vera.ask(silence)).case.head.state is CaseState.DECIDED


async def test_a_silence_holds_is_told_and_ends(desk: Desk) -> None:
    """The person is told what, why, by which clause and until when; then it is over (P7)."""
    done = await silenced(desk, days=7, word="We spoke to the author.")
    until = instant(desk.moot.clock() + 7 * DAY_MS)
    assert done.case.head.sanction is SanctionKind.SILENCE
    refused = await desk.tom.refused(_post(desk))
    assert isinstance(refused, Restricted)
    assert (refused.until, refused.norm, refused.reason) == (until, 1, WHY)
    seen = await own(desk)
    assert seen.sanction is not None
    assert (seen.sanction.until, seen.sanction.reason) == (until, WHY)
    notices = (await desk.tom.ask(ListNotices())).notices
    [about] = [notice for notice in notices if notice.kind is NoticeKind.ABOUT]
    assert about.act is not None
    assert (about.act.method, about.act.reason, about.act.norm) == ("cases.decide", WHY, 1)
    [report] = (await desk.rita.ask(ListOwnReports())).reports
    assert (report.state, report.told) == (CaseState.DECIDED, "We spoke to the author.")
    await desk.jump(7 * 24 + 1)
    await desk.tom.ask(_post(desk))
    [row] = await sanctions(desk)
    assert (row.state, row.until) == (SanctionState.OVER, until)


async def test_the_log_has_the_act(desk: Desk) -> None:
    """Members read what was done, by whom and by which clause; the case has a number alone (P8)."""
    await silenced(desk, hides=True)
    log = (await desk.ann.ask(GetLog(board=desk.board, norm=1))).acts
    decided = next(act for act in log if act.method == "cases.decide")
    assert (decided.thing.kind, decided.thing.number, decided.thing.id) == (ThingKind.CASE, 1, None)
    changes = {change.field: change.after for change in decided.changes}
    assert changes == {"sanction": "silence", "days": 3, "hidden": 1}
    assert decided.office is Office.MODERATOR
    assert [act.method for act in log if act.norm] == ["cases.decide", "threads.hide"]
    assert await _state(desk) is ContentState.HIDDEN


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (SanctionKind.SILENCE, {"days": 8}),
        (SanctionKind.SILENCE, {"days": None}),
        (SanctionKind.WORD, {"days": 1}),
        (SanctionKind.SLOW, {}),
        (SanctionKind.SUSPEND, {"of_community": True}),
        (SanctionKind.SILENCE, {"norm": 9}),
        (None, {}),
    ],
)
async def test_what_the_ladder_and_the_norms_do_not_allow(
    desk: Desk, kind: SanctionKind | None, fields: dict[str, Any]
) -> None:
    """The first is a week at most, by a clause that was in force, of a kind that fits."""
    case = await heard(desk)
    assert (await desk.seen(desk.vera, case)).days_max == limits.LADDER_DAYS[0]
    assert isinstance(await desk.vera.refused(decision(case, kind, **fields)), BadParams)
    assert await sanctions(desk) == []


async def test_parties_and_others_decide_nothing(desk: Desk) -> None:
    """Who reported does not judge, also as a moderator; who has no office finds no case (P8)."""
    case = await heard(desk, reporter=desk.mo)
    silence = decision(case, SanctionKind.SILENCE)
    assert isinstance(await desk.mo.refused(silence), Barred)
    assert isinstance(await desk.mo.refused(LetBe(case=case)), Barred)
    for line in (desk.ann, desk.tom, desk.rita):
        assert isinstance(await line.refused(silence), NotAllowed | NotFound)
    assert isinstance(await desk.warden.refused(silence), NotFound)
    assert (await desk.vera.ask(silence)).case.head.state is CaseState.DECIDED
    assert [row.case for row in await sanctions(desk, desk.vera)] == [case]
    assert await sanctions(desk, desk.mo) == []


async def test_a_party_is_not_told_what_was_decided(desk: Desk) -> None:
    """Who reported it sees no sanction of it in the list of the board, whatever their office."""
    case = await heard(desk, reporter=desk.mo)
    await desk.vera.ask(decision(case, SanctionKind.SILENCE))
    assert await sanctions(desk, desk.mo) == []
    assert [each.case for each in await sanctions(desk, desk.vera)] == [case]


async def test_a_case_is_let_be(desk: Desk) -> None:
    """Nothing is done, the reporter is told a word, and the log names nobody."""
    case = await desk.report()
    done = await desk.vera.ask(LetBe(case=case, word="We see it otherwise."))
    assert (done.case.head.state, done.case.head.ending) == (CaseState.CLOSED, CaseEnding.LET_BE)
    [report] = (await desk.rita.ask(ListOwnReports())).reports
    assert (report.ending, report.told) == (CaseEnding.LET_BE, "We see it otherwise.")
    [act] = [
        act
        for act in (await desk.ann.ask(GetLog(board=desk.board))).acts
        if act.method == LetBe.method
    ]
    assert (act.about, act.norm, act.thing.number) == (None, None, 1)
    assert isinstance(await desk.mo.refused(LetBe(case=case)), Conflict)


async def test_withdrawn_words_still_count(desk: Desk) -> None:
    """The copy stays, so withdrawing the words is no way out; there is nothing left to hide."""
    case = await heard(desk)
    await desk.tom.ask(WithdrawPost(post=desk.post))
    assert isinstance(await desk.vera.refused(decision(case, None, hides=True)), Gone)
    done = await desk.vera.ask(decision(case, SanctionKind.WORD, hides=True))
    assert done.case.head.sanction is SanctionKind.WORD


async def test_a_step_up_needs_new_words(desk: Desk) -> None:
    """Words from before a decision are not cited for another; later ones may take a month (P7)."""
    older = await written(desk)
    await desk.vera.ask(decision(await heard(desk), SanctionKind.WORD))
    case = await heard(desk, older)
    assert (await desk.seen(desk.vera, case)).days_max == 0
    assert isinstance(await desk.vera.refused(decision(case, SanctionKind.SILENCE)), BadParams)
    await desk.vera.ask(decision(case, None, hides=True))
    case = await heard(desk, await written(desk))
    seen = await desk.seen(desk.vera, case)
    assert seen.days_max == limits.LADDER_DAYS[1]
    assert [each.kind for each in seen.spoken_to] == [SanctionKind.WORD]


async def test_the_second_waits_for_the_first(desk: Desk) -> None:
    """Decided while the first lasts, the second begins at its end: one holds at a time (P7)."""
    slow = decision(await heard(desk), SanctionKind.SLOW, days=5, seconds=60)
    await desk.vera.ask(slow)
    first = (await sanctions(desk))[0]
    case = await heard(desk, await written(desk))
    await desk.vera.ask(decision(case, SanctionKind.SILENCE, days=7))
    second = (await sanctions(desk))[0]
    assert (second.kind, second.since) == (SanctionKind.SILENCE, first.until)
    await written(desk)
    await desk.jump(4 * 24)
    assert isinstance(await desk.tom.refused(_post(desk)), Restricted)


async def test_nobody_takes_on_what_is_decided(desk: Desk) -> None:
    """Opening a case in office for words that were decided about is refused, as claiming it is."""
    await silenced(desk)
    again = ReportPost(post=desk.post, report=new_id(), norm=1, of_office=True)
    assert isinstance(await desk.mo.refused(again), Conflict)


async def test_lifted_it_counts_nowhere(desk: Desk) -> None:
    """A moderator can lift it at once; the ladder begins anew, and the log says so."""
    case = (await silenced(desk)).case.head.id
    await desk.mo.ask(LiftSanction(case=case, reason="He apologised."))
    post = await written(desk)
    assert await sanctions(desk) == []
    assert isinstance(await desk.mo.refused(LiftSanction(case=case, reason="Again.")), Conflict)
    seen = await desk.seen(desk.vera, await heard(desk, post))
    assert (seen.days_max, seen.spoken_to) == (limits.LADDER_DAYS[0], ())
    acts = (await desk.ann.ask(GetLog(board=desk.board))).acts
    lifted = next(act for act in acts if act.method == "cases.lift")
    decided = next(act for act in acts if act.method == "cases.decide")
    assert lifted.undoes == decided.id


async def test_lifted_it_was_for_the_words_before_it(desk: Desk) -> None:
    """Whoever lifts a sanction just before its end cannot decide it anew for older words (P7)."""
    older = await written(desk)
    case = (await silenced(desk, days=7)).case.head.id
    await desk.jump(6 * 24)
    await desk.vera.ask(LiftSanction(case=case, reason="Enough."))
    again = await heard(desk, older)
    assert (await desk.seen(desk.vera, again)).days_max == 0
    assert isinstance(await desk.vera.refused(decision(again, SanctionKind.SILENCE)), BadParams)


async def test_a_clock_that_is_ahead_makes_no_days_more(desk: Desk) -> None:
    """The days count from the proven time: once the clock is put right, nobody is restricted longer."""
    case = await heard(desk)
    ends = desk.moot.clock() + 7 * DAY_MS
    desk.moot.clock.step(days=5)
    await desk.vera.ask(decision(case, SanctionKind.SILENCE, days=7))
    (told,) = await sanctions(desk)
    assert abs(to_ms(told.until) - ends) < DAY_MS


async def test_lifted_by_a_clock_that_is_ahead_it_stays_lifted(desk: Desk) -> None:
    """Put right, the clock gives no restriction back; and none is over for good before it is proven."""
    case = (await silenced(desk, days=7)).case.head.id
    desk.moot.clock.step(days=8)
    await desk.moot.do_jobs("end sanctions")
    desk.moot.clock.step(days=-6)
    await desk.mo.ask(LiftSanction(case=case, reason="He apologised."))
    desk.moot.clock.step(days=-2)
    assert await desk.tom.ask(_post(desk))


async def test_what_would_be_over_at_once_waits_for_the_clock(desk: Desk) -> None:
    """A clock that is ahead by more than the days would end them as they begin: nothing is decided."""
    case = await heard(desk)
    desk.moot.clock.step(days=4)
    error = await desk.vera.refused(decision(case, SanctionKind.SILENCE, days=3))
    assert isinstance(error, ClockInDoubt)
    assert error.what == "sanction"


async def test_a_sanction_is_forgotten_after_a_year(desk: Desk) -> None:
    """No row about a person outlives its day (P7)."""
    await silenced(desk)
    await desk.moot.read(lambda tx: tx.fetch_one("SELECT 1 FROM sanctions"))
    desk.moot.clock.jump(days=limits.LADDER_MEMORY_DAYS + 1)
    await desk.moot.do_jobs()
    desk.moot.clock.jump(days=2)
    await desk.moot.do_jobs()
    for table in ("sanctions", "restrictions"):
        sql = f"SELECT count(*) FROM {table} WHERE member = ?"
        assert await desk.moot.read(lambda tx, sql=sql: tx.fetch_value(sql, desk.tom.id)) == 0  # type: ignore[misc]  # bound


async def _passed_on(desk: Desk) -> CaseId:
    case = await heard(desk)
    await desk.vera.ask(PassCaseOn(case=case, text="It is more than ours."))
    return case


async def test_above_the_board_it_can_be_from_the_community(desk: Desk) -> None:
    """The commons' moderators hide words there by the case alone, and suspend from everywhere."""
    case = await _passed_on(desk)
    suspend = decision(case, SanctionKind.SUSPEND, of_community=True, hides=True)
    assert isinstance(await desk.vera.refused(suspend), NotAllowed | NotFound)
    await desk.warden.ask(suspend)
    assert await _state(desk) is ContentState.HIDDEN
    acts = (await desk.ann.ask(GetLog(board=desk.board))).acts
    assert {act.office for act in acts if act.method in ("cases.decide", "threads.hide")} == {
        Office.COMMONS_MODERATOR
    }
    assert isinstance(await desk.tom.refused(_post(desk)), Restricted)
