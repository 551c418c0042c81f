"""One request for every method of cases, as an actor of the cast would send it."""

from collections.abc import Callable
from typing import Any

from bbs.features.cases.appeal_messages import (
    AskAppeal,
    DecideAppeal,
    GetAppeal,
    TakeBackAppeal,
    Verdict,
)
from bbs.features.cases.flagging_messages import FlagLine, FlagPost, HoldBackLine, HoldBackPost
from bbs.features.cases.hold_messages import HoldCase, ReleaseHold
from bbs.features.cases.judging_messages import DecideCase, LetBe, LiftSanction, ListSanctions
from bbs.features.cases.messages import (
    AskPerson,
    ClaimCase,
    GetCase,
    ListCases,
    NoteInCase,
    PassCaseOn,
)
from bbs.features.cases.own_messages import AnswerCase, ListOwnCases
from bbs.features.cases.removal_messages import RemoveNewcomer
from bbs.features.cases.reporting_messages import ListOwnReports, ReportLine, ReportPost
from bbs.features.cases.views import HoldOf, SanctionKind
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
    "cases.flag": lambda row: FlagPost(post=row.things.post, norm=1, dry_run=True),
    "cases.flag_line": lambda row: FlagLine(line=row.things.line, norm=1, dry_run=True),
    "cases.hold_back": lambda row: HoldBackPost(post=row.things.post, norm=1, dry_run=True),
    "cases.hold_back_line": lambda row: HoldBackLine(line=row.things.line, norm=1, dry_run=True),
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
    "cases.remove_newcomer": lambda row: RemoveNewcomer(
        case=row.case, norm=1, reason="It is an advertisement.", dry_run=True
    ),
    "cases.release": lambda row: ReleaseHold(case=row.case, dry_run=True),
    "cases.mine": lambda row: ListOwnCases(),
    "cases.answer": lambda row: AnswerCase(case=row.case, text="I did.", dry_run=True),
    "cases.let_be": lambda row: LetBe(case=row.case, dry_run=True),
    "cases.decide": lambda row: DecideCase(
        case=row.case, norm=1, sanction=SanctionKind.WORD, reason="It was unkind", dry_run=True
    ),
    "cases.lift": lambda row: LiftSanction(case=row.case, reason="It is enough", dry_run=True),
    "cases.sanctions": lambda row: ListSanctions(board=row.board),
    "cases.appeal": lambda row: AskAppeal(
        appeal=new_id(), act=new_id(), words="I was quoting", dry_run=True
    ),
    "cases.take_back_appeal": lambda row: TakeBackAppeal(appeal=row.appeal, dry_run=True),
    "cases.get_appeal": lambda row: GetAppeal(appeal=row.appeal),
    "cases.decide_appeal": lambda row: DecideAppeal(
        appeal=row.appeal, verdict=Verdict.UPHOLD, reason="I looked at it", dry_run=True
    ),
}
