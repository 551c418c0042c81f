"""The SQL of reports: who reported stands in its rows alone, and nobody else's view is made of them."""

from typing import NamedTuple

from bbs import limits
from bbs.clock import DAY_MS, Ms, instant
from bbs.features.cases import rules
from bbs.features.cases.views import CaseEnding, CaseState, OwnReport
from bbs.ids import CaseId, LineId, MemberId, PostId, ReportId
from bbs.powers import Way
from bbs.rows import columns, marks, view_of
from bbs_server.features.cases import records
from bbs_server.store import texts
from bbs_server.store.api import Tx


class ReportRow(NamedTuple):
    """A report as it is stored."""

    id: ReportId
    of_case: CaseId
    reporter: MemberId
    at: Ms
    post: PostId | None
    line: LineId | None
    norm: int
    norms_version: int
    of_commons: int
    words_text: str | None
    revision: int = 1
    via: str = Way.DEVICE.value


def insert(tx: Tx, row: ReportRow) -> None:
    """Insert a report."""
    tx.execute(
        f"INSERT INTO case_reports ({columns(ReportRow)}) VALUES ({marks(ReportRow)})",  # noqa: S608 - names of ours
        *row,
    )


def exists(tx: Tx, report: ReportId) -> bool:
    """Return whether there is a report with an id."""
    return tx.fetch_one("SELECT 1 FROM case_reports WHERE id = ?", report) is not None


def find_of_case(tx: Tx, case: CaseId, reporter: MemberId) -> ReportRow | None:
    """Return a member's report of a case; None if they did not report it."""
    sql = "FROM case_reports WHERE of_case = ? AND reporter = ?"
    return tx.select_one(ReportRow, sql, case, reporter)


def list_of_case(tx: Tx, case: CaseId) -> list[ReportRow]:
    """Return all reports of a case."""
    sql = 'FROM case_reports WHERE of_case = ? ORDER BY at, id COLLATE "binary"'
    return tx.select(ReportRow, sql, case)


def list_of_member(tx: Tx, reporter: MemberId) -> list[ReportRow]:
    """Return the reports of a member, the latest first."""
    sql = 'FROM case_reports WHERE reporter = ? ORDER BY at DESC, id COLLATE "binary" DESC LIMIT ?'
    return tx.select(ReportRow, sql, reporter, limits.PAGE_ITEMS_MAX)


def count_since(tx: Tx, reporter: MemberId, since: Ms, via: Way) -> int:
    """Return how many reports a member sent after a moment, in ms, by hand or by their scripts."""
    sql = "SELECT count(*) FROM case_reports WHERE reporter = ? AND at > ? AND via = ?"
    count: int = tx.fetch_value(sql, reporter, since, via.value)
    return count


def next_revision(tx: Tx, row: ReportRow) -> ReportRow:
    """Write that something became of a report, and return it."""
    tx.execute("UPDATE case_reports SET revision = revision + 1 WHERE id = ?", row.id)
    return row._replace(revision=row.revision + 1)


def text_keys(tx: Tx, row: ReportRow) -> dict[str, str]:
    """Return the ids of a report's words and of what its reporter was told, by the fields of its view."""
    case = records.find_case(tx, row.of_case)
    assert case is not None
    keys = {"words": row.words_text, "told": case.told_text}
    return {name: key for name, key in keys.items() if key is not None}


def views(tx: Tx, rows: list[ReportRow]) -> tuple[OwnReport, ...]:
    """Return reports as their reporter sees them."""
    return tuple(_view(tx, row) for row in rows)


def _view(tx: Tx, row: ReportRow) -> OwnReport:
    case = records.find_case(tx, row.of_case)
    assert case is not None
    words = texts.load_bodies(tx, [row.words_text, case.told_text])
    thread, number = _place(tx, row)
    ended = case.ended_at
    return view_of(
        OwnReport,
        row,
        board=case.board,
        thread=thread,
        number=number,
        at=instant(row.at),
        of_commons=bool(row.of_commons),
        words=words.get(row.words_text or ""),
        state=rules.seen_by_reporters(CaseState(case.state)),
        ending=None if case.ending is None else CaseEnding(case.ending),
        told=words.get(case.told_text or ""),
        until=None if ended is None else instant(ended + limits.CASE_DAYS * DAY_MS),
    )


def _place(tx: Tx, row: ReportRow) -> tuple[int | None, int | None]:
    """Return where the words of a report stood on their board."""
    found = tx.fetch_one(
        "SELECT thread, number FROM evidence WHERE of_case = ? AND (post = ? OR line = ?) LIMIT 1",
        *(row.of_case, row.post, row.line),
    )
    return (None, None) if found is None else found
