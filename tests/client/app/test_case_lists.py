"""Beyond the open case on the screen: appeals that are answered, closed cases, long lists, own reports."""

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from bbs.features.cases.appeal_messages import AppealResult, DecideAppeal, GetAppeal, Verdict
from bbs.features.cases.messages import CaseList, CaseResult, GetCase, ListCases, PassCaseOn
from bbs.features.cases.reporting_messages import ReportChanged
from bbs.features.cases.views import (
    AppealState,
    CaseEnding,
    CaseEntry,
    CaseState,
    EntryKind,
)
from bbs.refusals import NotFound
from bbs_client.session.events import CaseHappened
from bbs_client.session.session import Session
from bbs_client.tui.app import FolkmootApp
from tests.client.app.cases_sample import APPEAL, CASE, CASE_HEARD, HEAD, HOURS, at_desk
from tests.client.app.driving import connection_of, into, notes, screen_text
from tests.client.app.reports_sample import REPORT, reporting
from tests.client.app.sample import BEN, CELLAR, NOW, an_app, uid

AN_APPEAL = replace(APPEAL, case=CASE, board=CELLAR, member=BEN)
APPEALED = replace(
    CASE_HEARD,
    head=replace(HEAD, state=CaseState.APPEALED, hold_until=None, decide_by=None),
    held=(),
    appeal=AN_APPEAL,
)
CLOSED = replace(
    CASE_HEARD,
    head=replace(
        HEAD,
        id=uid(921),
        number=3,
        state=CaseState.CLOSED,
        ending=CaseEnding.LET_BE,
        hold_until=None,
        decide_by=None,
    ),
    held=(),
)


def answering(app: FolkmootApp, appeals: tuple[Any, ...]) -> None:
    """Let appeals wait at the desk of ana, who decided neither."""
    at_desk(app, APPEALED)
    answered = replace(AN_APPEAL, state=AppealState.UPHELD)
    connection_of(app).answers |= {
        ListCases: CaseList(cases=(APPEALED.head,), appeals=appeals),
        GetAppeal: AppealResult(appeal=appeals[0]),
        DecideAppeal: AppealResult(appeal=answered),
    }


def sent(app: FolkmootApp) -> list[DecideAppeal]:
    """Return the answers that the server was sent."""
    return [each for each in connection_of(app).asked if isinstance(each, DecideAppeal)]


@pytest.mark.parametrize(
    ("key", "verdict", "says"),
    [
        ("1", Verdict.UPHOLD, "The decision stands, and the case is closed."),
        ("2", Verdict.SHORTEN, "nothing becomes heavier"),
        ("3", Verdict.LIFT, "The sanction ends now and counts nowhere"),
    ],
)
async def test_an_appeal_is_answered_from_the_desk(
    session: Session, key: str, verdict: Verdict, says: str
) -> None:
    """The case is told as its appeal; the form says what each answer does, and nothing goes without a reason."""
    app = an_app(session)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        answering(app, (AN_APPEAL,))
        await into(pilot, "d")
        shown = screen_text(app)
        assert "appeal of ben on cellar" in shown
        assert "case 12" not in shown
        await into(pilot, "enter")
        assert "1 uphold  2 shorten  3 lift" in screen_text(app)
        await into(pilot, key, "ctrl+s")
        assert says in " ".join(screen_text(app).split())
        assert not sent(app)
        await into(
            pilot, *(("shift+tab", "ctrl+u", "2", "tab") if key == "2" else ()), *"It was June."
        )
        await into(pilot, "ctrl+s")
        (command,) = sent(app)
        assert (command.appeal, command.verdict) == (APPEAL.id, verdict)
        assert command.reason == "It was June."
        assert command.until == (NOW.replace(day=NOW.day + 2) if key == "2" else None)
        assert "Answered; the member who appealed is told." in notes(app)


@pytest.mark.parametrize(
    ("hours", "says"),
    [
        (50, "days: type a number from 1 to 2."),
        (48, "days: type a number from 1 to 1."),
        (24, "It ends within a day, or is over: uphold or lift it."),
    ],
)
async def test_a_sanction_is_shortened_by_the_days_that_are_left(
    session: Session, hours: int, says: str
) -> None:
    """A number that would end it no sooner is refused at its field, with the greatest that can stand."""
    decided = CaseEntry(number=99, kind=EntryKind.DECIDED, at=NOW, until=NOW + hours * HOURS)
    app = an_app(session)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        answering(app, (AN_APPEAL,))
        at_desk(app, replace(APPEALED, entries=(*APPEALED.entries, decided)))
        await into(pilot, "d", "enter", "2")
        if hours > 24:
            await into(pilot, "shift+tab", "ctrl+u", "9", "tab", *"June.", "ctrl+s")
            assert says in screen_text(app)
        else:
            assert says in notes(app)
        assert not sent(app)


async def test_an_appeal_without_a_case_has_a_page_of_its_own(session: Session) -> None:
    """Of an act that was done outside a case."""
    app = an_app(session)
    alone = replace(APPEAL, case=None, board=CELLAR, member=BEN)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        answering(app, (alone,))
        await into(pilot, "d", "enter")
        shown = screen_text(app)
        assert "ben appeals" in shown
        assert "▎ It was the month." in shown
        await into(pilot, "3", *"True.", "ctrl+s")
        assert sent(app)[0].verdict is Verdict.LIFT


def pages(*found: CaseList) -> Callable[[ListCases], CaseList]:
    """Return what answers page after page, by their places."""

    def answer(query: ListCases) -> CaseList:
        return found[int(query.before or 0)]

    return answer


async def test_the_desk_shows_all_pages_and_leads_to_closed_cases(session: Session) -> None:
    """A long list is read to its end; what is over stands below it, one key away."""
    app = an_app(session)
    second = replace(HEAD, id=uid(922), number=14)
    listed = pages(CaseList(cases=(HEAD,), next_before="1"), CaseList(cases=(second, CLOSED.head)))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        at_desk(app)
        connection_of(app).answers |= {ListCases: listed, GetCase: CaseResult(case=CLOSED)}
        await into(pilot, "d")
        shown = screen_text(app)
        assert "case 12 on cellar" in shown
        assert "case 14 on cellar" in shown
        assert "case 3 " not in shown
        assert "○ closed cases" in shown
        assert "2 things to decide" in shown
        await into(pilot, "j", "j", "enter")
        shown = screen_text(app)
        assert "Closed cases" in shown
        assert "case 3 on cellar  what ben wrote, by norm 1" in shown
        assert "Let be: nothing was done." in shown
        await into(pilot, "enter")
        shown = screen_text(app)
        assert "Case 3" in shown
        assert "Each asks first" not in shown, "nothing is left to do"


async def test_own_reports_are_told_anew_while_they_are_read(session: Session) -> None:
    """What was decided stands there without a key."""
    app = an_app(session)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        reporting(app, REPORT)
        await into(pilot, "f8")
        assert "The moderators have it." in screen_text(app)
        over = replace(
            REPORT, state=CaseState.CLOSED, ending=CaseEnding.LET_BE, told="It was meant well."
        )
        reporting(app, over, left=8)
        session.hear(CaseHappened(ReportChanged(report=over)))
        await into(pilot)
        shown = screen_text(app)
        assert "Let be: nothing was done. “It was meant well.”" in shown
        assert "You can send 8 reports today." in shown


async def test_who_passes_a_case_on_comes_back_to_the_desk(session: Session) -> None:
    """They handle it no longer: that is no error (protocol 22.6)."""
    app = an_app(session)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        at_desk(app)
        await into(pilot, "d", "enter", "p")
        passed = {PassCaseOn: CaseResult(case=CASE_HEARD), GetCase: NotFound(what="case")}
        connection_of(app).answers |= passed
        await into(pilot, *"Yours.", "ctrl+s")
        assert any(isinstance(each, PassCaseOn) for each in connection_of(app).asked)
        assert "no such case" not in notes(app)
        assert "Moderators’ desk" in screen_text(app)
