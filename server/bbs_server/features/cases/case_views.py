"""A case as those see it who handle it (protocol 22.3)."""

from msgspec.structs import replace

from bbs.features.cases.views import Case, CaseEntry, EntryKind, Evidence
from bbs_server.features.cases import appeal_records, audience, records, sanction_views
from bbs_server.features.cases.records import CaseRow
from bbs_server.handler_api import Context
from bbs_server.paging import fit_page
from bbs_server.store.api import Tx


def case_view(tx: Tx, ctx: Context, row: CaseRow) -> Case:
    """Return a case with its copies and entries."""
    held, parties = audience.holders(tx, row.board, ctx.now), audience.parties_of(tx, row)
    level = audience.level_of(row, held, parties.everybody)
    evidence, entries = _fitting(
        records.evidence_views(tx, records.list_evidence(tx, row.id)),
        records.entry_views(tx, records.list_entries(tx, row.id)),
    )
    return Case(
        head=replace(records.head_view(tx, row), level=level),
        evidence=evidence,
        entries=entries,
        held=records.held_now(row),
        days_max=sanction_views.days_max(tx, ctx, row),
        spoken_to=sanction_views.spoken_to(tx, ctx, row),
        appeal=appeal_records.appeal_of_case(tx, row.id),
    )


def _fitting(
    evidence: tuple[Evidence, ...], entries: tuple[CaseEntry, ...]
) -> tuple[tuple[Evidence, ...], tuple[CaseEntry, ...]]:
    """Return what of a case fits into an answer: of the copies and of the reports the latest."""
    reported = [each for each in entries if each.kind is EntryKind.REPORTED]
    done = [each for each in entries if each.kind is not EntryKind.REPORTED]
    weightiest = [*done[::-1], *evidence[::-1], *reported[::-1]]
    kept = {id(each) for each in weightiest[: fit_page(weightiest)]}
    return (
        tuple(each for each in evidence if id(each) in kept),
        tuple(each for each in entries if id(each) in kept),
    )
