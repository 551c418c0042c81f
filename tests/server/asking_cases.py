"""One request for every method of cases, as an actor of the cast would send it."""

from collections.abc import Callable
from typing import Any

from bbs.features.cases.hold_messages import HoldCase, ReleaseHold
from bbs.features.cases.messages import (
    AskPerson,
    ClaimCase,
    GetCase,
    ListCases,
    NoteInCase,
    PassCaseOn,
)
from bbs.features.cases.own_messages import AnswerCase, ListOwnCases
from bbs.features.cases.reporting_messages import ListOwnReports, ReportLine, ReportPost
from bbs.features.cases.views import HoldOf
from bbs.ids import new_id
from bbs.messages import Request
from tests.server.asking_row import Row

ASKING_CASES: dict[str, Callable[[Row], Request[Any]]] = {
    "cases.report": lambda row: ReportPost(
        post=row.things.post, report=new_id(), norm=1, dry_run=True
    ),
    "cases.report_line": lambda row: ReportLine(
        line=row.things.line, report=new_id(), norm=1, dry_run=True
    ),
    "cases.reports": lambda row: ListOwnReports(),
    "cases.list": lambda row: ListCases(),
    "cases.get": lambda row: GetCase(case=row.case),
    "cases.claim": lambda row: ClaimCase(case=row.case, dry_run=True),
    "cases.ask": lambda row: AskPerson(case=row.case, text="It is said.", dry_run=True),
    "cases.note": lambda row: NoteInCase(case=row.case, text="Hm.", dry_run=True),
    "cases.pass_on": lambda row: PassCaseOn(case=row.case, text="Yours.", dry_run=True),
    "cases.hold": lambda row: HoldCase(
        case=row.case, of=(HoldOf.WORDS,), text="It is said.", dry_run=True
    ),
    "cases.release": lambda row: ReleaseHold(case=row.case, dry_run=True),
    "cases.mine": lambda row: ListOwnCases(),
    "cases.answer": lambda row: AnswerCase(case=row.case, text="I did.", dry_run=True),
}
