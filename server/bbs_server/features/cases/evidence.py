"""How copies of words end: by time, by a law, and with their case (P10, protocol 22.2)."""

from collections.abc import Iterable

from bbs import limits
from bbs.clock import DAY_MS
from bbs.features.threads.erasing_messages import TextPurged
from bbs.messages import Done
from bbs.streams import case_stream
from bbs_server.features.cases import appeal_records, records, reports, sanction_records
from bbs_server.features.cases.records import CaseRow, EvidenceRow
from bbs_server.handler_api import Context
from bbs_server.jobs import Job, JobKind
from bbs_server.outcome import AppendEvent, Effect, EraseNow, Outcome, RecheckListeners
from bbs_server.store import event_log, texts
from bbs_server.store.api import RemovalReason, Tx
from bbs_server.store.hops import in_time


def erase_old(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Erase a slice of the copies whose case ended `EVIDENCE_DAYS` ago, by proven time."""
    ended = ctx.proven_now - limits.EVIDENCE_DAYS * DAY_MS
    rows = tx.select(
        EvidenceRow,
        f"SELECT {records.EVIDENCE} FROM cases c JOIN evidence e ON e.of_case = c.id"  # noqa: S608 - names of ours
        " WHERE c.ended_at <= ? AND e.body_text IS NOT NULL LIMIT ?",
        *(ended, limits.SLICE_ROWS),
    )
    for row in in_time(tx, rows):
        _erase(tx, row, RemovalReason.FADED)
    return Outcome(Done(), (EraseNow(),) if rows else (), more=bool(rows))


def _erase(tx: Tx, row: EvidenceRow, why: RemovalReason) -> None:
    """Erase the words of a copy; its row stays with the case, because it says who is party."""
    texts.delete_texts(tx, [row.body_text], why)
    sql = "UPDATE evidence SET body_text = NULL WHERE of_case = ? AND place = ?"
    tx.execute(sql, row.of_case, row.place)


def erase_purged(tx: Tx, ctx: Context, emit: AppendEvent) -> Iterable[Effect]:
    """Erase the copies of words that were purged: a law reaches every copy (P10)."""
    assert isinstance(emit.event, TextPurged)
    for post in emit.event.posts:
        for row in tx.select(EvidenceRow, "FROM evidence WHERE post = ?", post.id):
            _erase(tx, row, RemovalReason.PURGED)
    for line in emit.event.lines:
        for row in tx.select(EvidenceRow, "FROM evidence WHERE line = ?", line.id):
            _erase(tx, row, RemovalReason.PURGED)
    return ()


def forget_ended(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Forget a case that ended `CASE_DAYS` ago, with its reports, entries and events."""
    ended, now = ctx.proven_now - limits.CASE_DAYS * DAY_MS, ctx.proven_now
    row = tx.select_one(CaseRow, "FROM cases WHERE ended_at <= ? ORDER BY ended_at LIMIT 1", ended)
    if row is None:
        return Outcome(Done())
    stream = case_stream(row.id)
    if event_log.forget_before(tx, stream, now + 1, limits.SLICE_ROWS, now=now):
        return Outcome(Done(), more=True)
    _forget(tx, row)
    return Outcome(Done(), (RecheckListeners((stream,)), EraseNow()), more=True)


def _forget(tx: Tx, row: CaseRow) -> None:
    gone = [row.told_text]
    gone += [each.said_text for each in records.list_entries(tx, row.id)]
    gone += [each.words_text for each in reports.list_of_case(tx, row.id)]
    gone += [each.body_text for each in records.list_evidence(tx, row.id)]
    texts.delete_texts(tx, gone, RemovalReason.FADED)
    sanction_records.forget_case(tx, row.id)
    appeal_records.forget_case(tx, row.id)
    tx.execute("DELETE FROM case_entries WHERE of_case = ?", row.id)
    tx.execute("DELETE FROM case_reports WHERE of_case = ?", row.id)
    tx.execute("DELETE FROM case_names WHERE of_case = ?", row.id)
    tx.execute("DELETE FROM evidence WHERE of_case = ?", row.id)
    tx.execute("DELETE FROM cases WHERE id = ?", row.id)


JOBS: tuple[Job, ...] = (
    Job("erase evidence", 600.0, erase_old, JobKind.TIDIES),
    Job("forget cases", 3_600.0, forget_ended, JobKind.TIDIES),
)
