"""Cases from the report to the end: everybody concerned is told what they may know, and no more (22)."""

import pytest

from bbs import limits
from bbs.case_refusals import Barred
from bbs.features.cases.messages import (
    AskPerson,
    CaseChanged,
    CaseWaits,
    ClaimCase,
    GetCase,
    ListCases,
    NoteInCase,
    PassCaseOn,
)
from bbs.features.cases.own_messages import AnswerCase, CaseAboutYou, ListOwnCases
from bbs.features.cases.reporting_messages import ListOwnReports, ReportChanged, ReportPost
from bbs.features.cases.views import CaseEnding, CaseLevel, CaseState, EntryKind
from bbs.features.moderation.views import RestrictionKind
from bbs.features.reading.messages import Noticed
from bbs.features.reading.views import NoticeKind
from bbs.features.threads.messages import StartThread, WithdrawPost
from bbs.ids import COMMONS, new_id
from bbs.refusals import NotFound
from bbs.streams import case_stream, desk_stream
from tests.journeys.matter import SAID, WORDS, Place, again, open_matter, pass_hours
from tests.support.restricting import restricted
from tests.support.voices import Hall


@pytest.fixture
async def place(hall: Hall) -> Place:
    """A board with two moderators who do not moderate the commons."""
    return await open_matter(hall)


async def test_reported_claimed_and_heard(hall: Hall, place: Place) -> None:
    """The desk claims, asks and notes; the person answers, also while silenced, and reads no name."""
    case = await place.report()
    await place.mo.community.listen({case_stream(case): -1})
    await place.vera.ask(ClaimCase(case=case))
    [claimed] = await place.mo.told(CaseChanged)
    assert claimed.head.claimed_by == place.vera.id
    await place.vera.ask(AskPerson(case=case, text=SAID))
    [told] = await place.tom.told(CaseAboutYou)
    assert (told.case.said, told.case.evidence[0].body) == (SAID, f"Hm\n\n{WORDS}")
    [noticed] = await place.tom.told(Noticed)
    assert noticed.notice.kind is NoticeKind.CASE
    await restricted(hall, RestrictionKind.SILENCED, place.board, place.tom.id)
    await place.tom.ask(AnswerCase(case=case, text="I was tired."))
    changed = await place.mo.told(CaseChanged, 3)
    assert (changed[-1].head.state, changed[-1].entry.text) == (CaseState.HEARD, "I was tired.")
    note = NoteInCase(case=case, text="A hard week.", names_reporter=False)
    noted = (await place.mo.ask(note)).case
    assert [entry.kind for entry in noted.entries] == [
        EntryKind.REPORTED,
        EntryKind.CLAIMED,
        EntryKind.ASKED,
        EntryKind.ANSWERED,
        EntryKind.NOTED,
    ]
    # The words go; what was reported stays to be decided about.
    await place.tom.ask(WithdrawPost(post=place.post))
    seen = (await place.vera.ask(GetCase(case=case))).case
    assert WORDS in (seen.evidence[0].body or "")
    names = [place.vera.id, place.mo.id, place.rita.id]
    own = str([one.event for one in place.tom.events(kind=CaseAboutYou)])
    assert not [name for name in names if name in own]


async def test_missed_passed_on_and_closed(hall: Hall, place: Place) -> None:
    """Three days at the board, three at the commons, over a restart; then the reporter is told."""
    case = await place.report()
    await pass_hours(hall, limits.DECIDE_HOURS)
    assert (await place.vera.ask(ListCases())).cases == ()
    [head] = (await place.warden.ask(ListCases())).cases
    assert (head.id, head.level) == (case, CaseLevel.COMMONS)
    await hall.stop()
    hall.clock.jump(seconds=limits.DECIDE_HOURS * 3_600)
    await hall.start()
    # The machine was off: what is proven comes later than what its wall clock says.
    for _ in range(2 * limits.DECIDE_HOURS):
        await pass_hours(hall, 1)
    rita, warden = await again(hall, place.rita), await again(hall, place.warden)
    [report] = (await rita.ask(ListOwnReports())).reports
    assert (report.state, report.ending) == (CaseState.CLOSED, CaseEnding.NOT_DECIDED)
    assert (await warden.ask(ListCases())).cases == ()
    [closed] = (await warden.ask(ListCases(closed=True))).cases
    assert (closed.id, closed.ending) == (case, CaseEnding.NOT_DECIDED)
    tom = await again(hall, place.tom)
    assert (await tom.ask(ListOwnCases())).cases == ()


async def test_passed_on_by_hand(hall: Hall, place: Place) -> None:
    """The desk gives the case away, and reads it no more; the next level has its time anew."""
    case = await place.report()
    await place.warden.community.listen({desk_stream(COMMONS): -1})
    await pass_hours(hall, limits.DECIDE_HOURS - 1)
    await place.vera.ask(PassCaseOn(case=case, text="We know them too well."))
    await place.warden.told(CaseWaits)
    assert isinstance(await place.vera.refused(GetCase(case=case)), NotFound)
    await pass_hours(hall, limits.DECIDE_HOURS - 1)
    seen = (await place.warden.ask(GetCase(case=case))).case
    assert (seen.head.state, seen.entries[-1].text) == (CaseState.OPEN, "We know them too well.")


async def test_each_sees_exactly_what_they_may(hall: Hall, place: Place) -> None:
    """Accused moderator, reporter, host of nobody, sysop, silenced and suspended member (22.6)."""
    post = new_id()
    words = StartThread(board=place.board, thread=new_id(), post=post, title="No", body="Fools!")
    await place.vera.ask(words)
    await place.rita.ask(ReportPost(post=post, report=new_id(), norm=1, words="canaryreport"))
    [head] = (await place.mo.ask(ListCases(board=place.board))).cases
    case = head.id
    others = (place.vera, place.rita, place.tom, place.warden, hall.sysop)
    for voice in others:
        assert (await voice.ask(ListCases(closed=True))).cases == ()
        assert isinstance(await voice.refused(GetCase(case=case)), NotFound)
    await place.mo.ask(NoteInCase(case=case, text="canarynote"))
    await place.mo.ask(AskPerson(case=case, text=SAID))
    # The accused moderator reads why they do not handle it, their own words, and what is said.
    refused = await place.vera.refused(ClaimCase(case=case))
    assert isinstance(refused, Barred)
    assert "your words" in str(refused)
    [own] = (await place.vera.ask(ListOwnCases())).cases
    assert (own.said, own.evidence[0].body) == (SAID, "No\n\nFools!")
    assert "canary" not in str(own)
    # Suspended from the community, they answer still.
    await restricted(hall, RestrictionKind.SUSPENDED, COMMONS, place.vera.id)
    await place.vera.ask(AnswerCase(case=case, text="canaryanswer"))
    # The reporter reads their own report; neither the hearing nor who handles it.
    [report] = (await place.rita.ask(ListOwnReports())).reports
    assert report.state is CaseState.OPEN
    assert place.rita.events(kind=CaseAboutYou) == []
    assert place.rita.events(kind=CaseChanged) == []
    assert [one for one in place.rita.events(kind=ReportChanged) if place.mo.id in str(one)] == []
    for voice in others:
        heard = str([one.event for one in voice.happened if hasattr(one, "event")])
        assert "canarynote" not in heard
        if voice is not place.rita:
            assert "canaryreport" not in heard
        if voice is not place.vera:
            assert "canaryanswer" not in heard
    assert (await place.mo.ask(GetCase(case=case))).case.entries[-1].text == "canaryanswer"
