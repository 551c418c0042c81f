"""Time alone passes a case on once and closes it; it sanctions nobody and hides nothing (22.7)."""

import pytest

from bbs import limits
from bbs.clock import DAY_MS, instant
from bbs.features.boards.messages import GetBoard
from bbs.features.cases.messages import AskPerson, CaseChanged, ClaimCase, NoteInCase
from bbs.features.cases.own_messages import CaseAboutYou, ListOwnCases
from bbs.features.cases.reporting_messages import ListOwnReports, ReportChanged
from bbs.features.cases.views import CaseEnding, CaseLevel, CaseState, EntryKind
from bbs.features.moderation.messages import GetLog
from bbs.features.reading.messages import Noticed
from bbs.features.threads.messages import ListPosts
from bbs.features.threads.views import ContentState
from bbs.streams import case_stream, member_stream
from tests.features.cases.desk import Desk, listed, open_desk
from tests.support.moot import Moot


@pytest.fixture
async def desk(moot: Moot) -> Desk:
    """A board with two moderators."""
    return await open_desk(moot)


async def test_silence_is_heard_after_a_day(desk: Desk) -> None:
    """The desk can decide from then on, and the person reads that their time is over."""
    case = await desk.report()
    await desk.vera.ask(AskPerson(case=case, text="It is said."))
    await desk.jump(limits.ANSWER_HOURS - 1)
    assert (await desk.seen(desk.vera, case)).head.state is CaseState.ASKED
    await desk.jump(1)
    seen = await desk.seen(desk.vera, case)
    assert (seen.head.state, seen.entries[-1].kind) == (CaseState.HEARD, EntryKind.SILENT)
    [own] = (await desk.tom.ask(ListOwnCases())).cases
    assert own.state is CaseState.HEARD


async def test_a_missed_case_goes_on_once_and_is_closed(desk: Desk) -> None:
    """From the board to the commons, then closed undecided; the reporter is told, and nothing was done."""
    case = await desk.report()
    await desk.vera.ask(ClaimCase(case=case))
    await desk.rita.listen(member_stream(desk.rita.id))
    await desk.jump(limits.DECIDE_HOURS)
    assert await listed(desk.vera) == []
    seen = await desk.seen(desk.warden, case)
    assert (seen.head.level, seen.head.claimed_by) == (CaseLevel.COMMONS, None)
    assert seen.entries[-1].kind is EntryKind.PASSED_ON
    assert (seen.entries[-1].by, seen.head.state) == (None, CaseState.OPEN)
    await desk.jump(limits.DECIDE_HOURS)
    head = (await desk.seen(desk.warden, case)).head
    assert (head.state, head.ending) == (CaseState.CLOSED, CaseEnding.NOT_DECIDED)
    [told] = await desk.rita.told(ReportChanged)
    assert (told.report.state, told.report.ending) == (CaseState.CLOSED, CaseEnding.NOT_DECIDED)
    [notice] = [event.notice for event in await desk.rita.told(Noticed)]
    assert (notice.case.case, notice.case.report) == (None, told.report.id)
    [report] = (await desk.rita.ask(ListOwnReports())).reports
    assert report == told.report
    # The person was never told of it, so they are not told of its end.
    assert (await desk.tom.ask(ListOwnCases())).cases == ()
    posts = (await desk.ann.ask(ListPosts(thread=desk.thread.thread))).posts
    assert {post.state for post in posts} == {ContentState.PUBLISHED}
    acts = (await desk.ann.ask(GetLog(board=desk.board))).acts
    assert not [act for act in acts if act.method.startswith("cases.")]


async def test_the_person_is_told_that_it_is_over(desk: Desk) -> None:
    """Who was asked reads the end, and until when the copies stay."""
    case = await desk.report()
    await desk.vera.ask(AskPerson(case=case, text="It is said."))
    await desk.tom.listen(member_stream(desk.tom.id))
    await desk.jump(limits.DECIDE_HOURS)
    await desk.jump(limits.DECIDE_HOURS)
    own = (await desk.tom.told(CaseAboutYou))[-1].case
    assert own.ending is CaseEnding.NOT_DECIDED
    assert own.copy_until == instant(desk.moot.clock() + limits.EVIDENCE_DAYS * DAY_MS)
    notice = (await desk.tom.told(Noticed))[-1].notice
    assert notice.case.ending is CaseEnding.NOT_DECIDED


async def test_a_day_puts_the_decision_off(desk: Desk) -> None:
    """Noted by a day, a case is missed then and not before."""
    case = await desk.report()
    day = instant(desk.moot.clock() + 6 * DAY_MS)
    await desk.vera.ask(NoteInCase(case=case, text="After the holidays.", until=day))
    await desk.jump(limits.DECIDE_HOURS)
    assert await listed(desk.vera) == [case]
    await desk.jump(3 * 24)
    assert await listed(desk.warden) == [case]


async def test_a_clock_in_doubt_ends_nothing(desk: Desk) -> None:
    """A wall clock that jumps ahead neither hears nor misses: proven time decides (P10)."""
    case = await desk.report()
    await desk.vera.ask(AskPerson(case=case, text="It is said."))
    desk.moot.clock.step(seconds=limits.DECIDE_HOURS * 3_600)
    await desk.moot.do_jobs()
    assert (await desk.seen(desk.vera, case)).head.state is CaseState.ASKED


async def test_what_waits_for_a_desk_is_said_of_its_board(desk: Desk) -> None:
    """After three days without anybody taking it on, readers learn that something waits."""
    case = await desk.report()
    desk.moot.clock.jump(seconds=limits.AWAITED_HOURS * 3_600)
    assert (await desk.ann.ask(GetBoard(board=desk.board))).awaited
    await desk.vera.ask(ClaimCase(case=case))
    assert not (await desk.ann.ask(GetBoard(board=desk.board))).awaited


async def test_who_handles_it_hears_of_the_time(desk: Desk) -> None:
    """The next level hears the stream; the one before is told that it is theirs no more."""
    case = await desk.report()
    stream = case_stream(case)
    await desk.vera.listen(stream)
    await desk.jump(limits.DECIDE_HOURS)
    await desk.vera.tape.until(
        lambda: [e for e in desk.vera.ephemerals if e.kind == "stream.ended"]
    )
    assert (await desk.warden.listen(stream, cursor=0))[stream].state != "gone"
    told = await desk.warden.told(CaseChanged, 2)
    assert told[-1].head.level is CaseLevel.COMMONS
