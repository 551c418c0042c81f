"""What is told of cases: to their desks, to who handles them, and to who reported (protocol 22)."""

from bbs.features.cases.messages import CaseChanged, CaseWaits
from bbs.features.cases.reporting_messages import ReportChanged
from bbs.features.cases.views import CaseLevel
from bbs.features.members.views import SystemAuthor
from bbs.ids import COMMONS, CaseId
from bbs.streams import case_stream, desk_stream, member_stream
from bbs_server.features.cases import records, reports
from bbs_server.features.cases.records import CaseRow, EntryRow
from bbs_server.outcome import AppendEvent
from bbs_server.store.api import Tx


def to_desk(row: CaseRow) -> list[AppendEvent]:
    """Return what desks hear of a case: a number. No event of a case has its actor as author."""
    boards = {row.board} if row.level == CaseLevel.BOARD.value else {row.board, COMMONS}
    told = CaseWaits(case=row.id, board=row.board, number=row.number)
    return [
        AppendEvent(desk_stream(board), told, row.id, author=SystemAuthor())
        for board in sorted(boards)
    ]


def to_handlers(tx: Tx, row: CaseRow, entry: EntryRow | None = None) -> AppendEvent:
    """Return what those hear of a case who handle it."""
    view, words = None, {}
    if entry is not None:
        [view] = records.entry_views(tx, [entry])
        if entry.said_text is not None and view.text is not None:
            words = {"entry.text": entry.said_text}
    event = CaseChanged(head=records.head_view(tx, row), entry=view)
    return AppendEvent(case_stream(row.id), event, row.id, words, author=SystemAuthor())


def to_reporters(tx: Tx, case: CaseId) -> list[AppendEvent]:
    """Return what each reporter of a case hears of their own report, with its next revision."""
    effects = []
    for row in reports.list_of_case(tx, case):
        row = reports.next_revision(tx, row)
        effects.append(to_reporter(tx, row))
    return effects


def to_reporter(tx: Tx, row: reports.ReportRow) -> AppendEvent:
    """Return what a reporter hears of their own report, on their own stream alone."""
    [view] = reports.views(tx, [row])
    event, keys = ReportChanged(report=view), reports.text_keys(tx, row)
    words = {f"report.{name}": key for name, key in keys.items() if getattr(view, name)}
    return AppendEvent(member_stream(row.reporter), event, row.id, words, author=SystemAuthor())
