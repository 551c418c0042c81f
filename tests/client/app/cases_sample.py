"""Cases of the sample community: at the desk of ana, who moderates the cellar, and about her."""

from datetime import timedelta

from msgspec.structs import replace

from bbs.features.arriving.messages import HeldList, ListHeldPosts
from bbs.features.batches.messages import BatchList, ListBatches
from bbs.features.boards.application_messages import ApplicationList, ListApplications
from bbs.features.cases.appeal_messages import AppealResult, AskAppeal
from bbs.features.cases.judging_messages import DecideCase, LetBe
from bbs.features.cases.messages import CaseList, CaseResult, GetCase, ListCases
from bbs.features.cases.own_messages import (
    AnswerCase,
    ListOwnCases,
    OwnCaseList,
    OwnCaseResult,
)
from bbs.features.cases.views import (
    Appeal,
    Case,
    CaseEntry,
    CaseHead,
    CaseState,
    EntryKind,
    Evidence,
    HoldOf,
    OwnCase,
    Sanction,
    SanctionKind,
)
from bbs.features.norms.messages import Clause, GetNorms, Norms
from bbs.ids import COMMONS
from bbs.powers import Office
from bbs_client.tui.app import FolkmootApp
from tests.client.app.driving import connection_of
from tests.client.app.sample import ANA, BEN, CELLAR, CLEO, GARDEN, NOW, uid

CASE = uid(901)
HOURS = timedelta(hours=1)
WORDS = "Anybody who prunes in June deserves what they get."

EVIDENCE = Evidence(
    post=uid(411),
    thread=3,
    number=7,
    author=BEN,
    at=NOW - 3 * HOURS,
    norms_version=1,
    body=WORDS,
)
HEAD = CaseHead(
    id=CASE,
    board=CELLAR,
    number=12,
    state=CaseState.HEARD,
    opened_at=NOW - 2 * HOURS,
    about=BEN,
    reports=1,
    norm=1,
    decide_by=NOW + 70 * HOURS,
    hold_until=NOW + 14 * HOURS,
)
CASE_HEARD = Case(
    head=HEAD,
    evidence=(replace(EVIDENCE, number=6, author=CLEO, body="May I?", is_context=True), EVIDENCE),
    entries=(
        CaseEntry(number=1, kind=EntryKind.REPORTED, at=NOW - 2 * HOURS, text="Aimed at cleo."),
        CaseEntry(
            number=2,
            kind=EntryKind.HELD,
            at=NOW - HOURS,
            by=ANA,
            office=Office.MODERATOR,
            until=NOW + 14 * HOURS,
        ),
        CaseEntry(
            number=3,
            kind=EntryKind.ANSWERED,
            at=NOW - HOURS / 2,
            by=BEN,
            text="At June, the month.",
        ),
    ),
    held=(HoldOf.WORDS,),
    days_max=7,
    spoken_to=(
        Sanction(
            case=uid(902),
            board=CELLAR,
            member=BEN,
            kind=SanctionKind.WORD,
            norm=1,
            norms_version=1,
            decided_at=NOW - 200 * HOURS,
            since=NOW - 200 * HOURS,
            until=NOW - 200 * HOURS,
            reason="Be kind.",
        ),
    ),
)
OWN = OwnCase(
    id=uid(903),
    board=GARDEN,
    number=4,
    state=CaseState.ASKED,
    norm=1,
    evidence=(replace(EVIDENCE, author=ANA),),
    said="Somebody took it for themselves.",
    asked_at=NOW - HOURS,
    answer_by=NOW + 23 * HOURS,
)
SILENCE = Sanction(
    case=OWN.id,
    board=GARDEN,
    member=ANA,
    kind=SanctionKind.SILENCE,
    norm=1,
    norms_version=1,
    decided_at=NOW - HOURS,
    since=NOW - HOURS,
    until=NOW + 71 * HOURS,
    act=uid(904),
    reason="It was aimed at a person.",
)
DECIDED = replace(OWN, state=CaseState.DECIDED, sanction=SILENCE, answer="Sorry.", revision=2)
SUSPENDED = replace(
    DECIDED, sanction=replace(SILENCE, board=COMMONS, kind=SanctionKind.SUSPEND), revision=3
)
APPEAL = Appeal(
    id=uid(905),
    board=GARDEN,
    act=uid(904),
    case=OWN.id,
    member=ANA,
    asked_at=NOW,
    decide_by=NOW + 14 * 24 * HOURS,
    words="It was the month.",
)
NORMS = Norms(
    board=CELLAR,
    version=1,
    clauses=(
        Clause(text="Speak to people as if they sat in the room with you.", why="They do."),
        Clause(text="Say where a thing comes from.", why="It may be wrong."),
    ),
)


def at_desk(app: FolkmootApp, case: Case = CASE_HEARD) -> None:
    """Let a case wait at the desk of ana."""
    connection_of(app).answers |= {
        ListApplications: ApplicationList(board=CELLAR, applications=()),
        ListHeldPosts: HeldList(held=()),
        ListCases: CaseList(cases=(case.head,)),
        ListBatches: BatchList(batches=()),
        GetCase: CaseResult(case=case),
        GetNorms: NORMS,
        DecideCase: CaseResult(
            case=replace(case, head=replace(case.head, state=CaseState.DECIDED))
        ),
        LetBe: CaseResult(case=replace(case, head=replace(case.head, state=CaseState.CLOSED))),
    }


def about_ana(app: FolkmootApp, *cases: OwnCase) -> None:
    """Let cases be about ana."""
    connection_of(app).answers |= {
        ListOwnCases: OwnCaseList(cases=cases),
        AnswerCase: OwnCaseResult(case=replace(OWN, answer="At June.", revision=2)),
        AskAppeal: AppealResult(appeal=APPEAL),
        GetNorms: NORMS,
    }
