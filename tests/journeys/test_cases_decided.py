"""Decided cases: the person, the reporters and the log are told, each what they may know (22, 23)."""

import pytest

from bbs import limits
from bbs.case_refusals import Barred, NotHeard, Why
from bbs.clock import DAY_MS, instant
from bbs.features.cases.judging_messages import DecideCase, LetBe
from bbs.features.cases.messages import AskPerson, GetCase, ListCases
from bbs.features.cases.own_messages import AnswerCase, CaseAboutYou
from bbs.features.cases.reporting_messages import ListOwnReports, ReportChanged, ReportPost
from bbs.features.cases.views import CaseEnding, CaseState, SanctionKind
from bbs.features.moderation.messages import GetLog, ThingKind
from bbs.features.reading.messages import Noticed
from bbs.features.reading.views import NoticeKind
from bbs.features.threads.hiding_messages import RestorePost
from bbs.features.threads.messages import StartThread
from bbs.ids import new_id
from bbs.restricted import Restricted
from tests.journeys.matter import SAID, Place, again, open_matter, pass_hours
from tests.support.voices import Hall, Voice

WORD = "Thank you. We spoke with them."


@pytest.fixture
async def place(hall: Hall) -> Place:
    """A board with two moderators who do not moderate the commons."""
    return await open_matter(hall)


def _noticed(voice: Voice, kind: NoticeKind) -> list[object]:
    """Return the notices of a kind that somebody got."""
    told = [one.event.notice for one in voice.events(kind=Noticed)]
    return [notice for notice in told if notice.kind is kind]


async def test_let_be(hall: Hall, place: Place) -> None:
    """Heard and let be: the reporter gets a word, the person the end, the log a number."""
    case = await place.report()
    await place.vera.ask(AskPerson(case=case, text=SAID))
    await place.tom.ask(AnswerCase(case=case, text="I meant the tomatoes."))
    done = (await place.vera.ask(LetBe(case=case, word=WORD))).case
    assert (done.head.state, done.head.ending) == (CaseState.CLOSED, CaseEnding.LET_BE)
    report = (await place.rita.told(ReportChanged, 2))[-1].report
    assert (report.ending, report.told) == (CaseEnding.LET_BE, WORD)
    assert len(_noticed(place.rita, NoticeKind.REPORT)) == 1
    own = (await place.tom.told(CaseAboutYou, 3))[-1].case
    assert own.ending is CaseEnding.LET_BE
    assert own.copy_until == instant(hall.clock() + limits.EVIDENCE_DAYS * DAY_MS)
    assert WORD not in str(own)
    [act] = [
        act
        for act in (await place.rita.ask(GetLog(board=place.board))).acts
        if act.method == LetBe.method
    ]
    assert (act.thing.kind, act.thing.number, act.thing.id) == (ThingKind.CASE, 1, None)
    assert (act.about, act.reason) == (None, None)
    assert place.tom.id not in str(act)


async def test_nobody_decides_unheard(place: Place) -> None:
    """Before the person was asked, and while they can answer, there is no decision (P5)."""
    case = await place.report()
    decide = DecideCase(case=case, norm=1, sanction=SanctionKind.WORD, reason="Unkind.")
    assert isinstance(await place.vera.refused(decide), NotHeard)
    await place.vera.ask(AskPerson(case=case, text=SAID))
    assert isinstance(await place.vera.refused(decide), NotHeard)


async def test_silenced_by_a_clause_and_closed(hall: Hall, place: Place) -> None:
    """Silence for three days: told, held, over by itself; the case closes after the time to appeal."""
    case = await place.report()
    await place.vera.ask(AskPerson(case=case, text=SAID))
    await pass_hours(hall, limits.ANSWER_HOURS)
    decide = DecideCase(
        case=case,
        norm=1,
        hides=True,
        sanction=SanctionKind.SILENCE,
        days=3,
        reason="Unkind to others.",
        word=WORD,
    )
    assert (await place.vera.ask(decide)).case.head.state is CaseState.DECIDED
    [report] = (await place.rita.ask(ListOwnReports())).reports
    assert (report.state, report.told) == (CaseState.DECIDED, WORD)
    say = StartThread(board=place.board, thread=new_id(), post=new_id(), title="X", body="Y")
    assert isinstance(await place.tom.refused(say), Restricted)
    own = (await place.tom.told(CaseAboutYou, 3))[-1].case
    assert own.sanction is not None
    assert own.sanction.reason == "Unkind to others."
    await place.tom.until(lambda: _noticed(place.tom, NoticeKind.ABOUT))
    await place.rita.until(lambda: _noticed(place.rita, NoticeKind.REPORT))
    await pass_hours(hall, 3 * 24)
    await place.tom.ask(say)
    for _ in range(limits.APPEAL_DAYS):
        await pass_hours(hall, 24)
    vera = await again(hall, place.vera)
    assert (await vera.ask(ListCases())).cases == ()
    head = (await vera.ask(GetCase(case=case))).case.head
    assert (head.state, head.ending) == (CaseState.CLOSED, CaseEnding.DECIDED)
    # They were told the outcome once, when it was decided.
    assert len(_noticed(place.rita, NoticeKind.REPORT)) == 1


async def test_a_party_undoes_nothing(hall: Hall, place: Place) -> None:
    """A moderator who reported it cannot show the words again that another one hid (P5)."""
    await place.vera.ask(ReportPost(post=place.post, report=new_id(), norm=1))
    [head] = (await place.mo.ask(ListCases())).cases
    await place.mo.ask(AskPerson(case=head.id, text=SAID))
    await place.tom.ask(AnswerCase(case=head.id, text="Hm."))
    refused = await place.vera.refused(
        DecideCase(case=head.id, norm=1, hides=True, reason="Unkind.")
    )
    assert isinstance(refused, Barred)
    await place.mo.ask(DecideCase(case=head.id, norm=1, hides=True, reason="Unkind."))
    undone = await place.vera.refused(RestorePost(post=place.post, reason="It was fine."))
    assert isinstance(undone, Barred)
    assert undone.why == Why.REPORTER
