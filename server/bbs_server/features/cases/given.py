"""What gives members the cases about them: with what was noted, and without who noted it (P9)."""

from collections.abc import Iterator

from msgspec.structs import replace

from bbs import limits
from bbs.clock import instant, optional_instant
from bbs.features.cases.export_views import ExportedCase
from bbs.features.cases.views import CaseEnding, CaseState, EntryKind
from bbs.ids import MemberId
from bbs.rows import view_of
from bbs_server.features.cases import records
from bbs_server.features.cases.records import CaseRow, EntryRow
from bbs_server.handler_api import Context
from bbs_server.personal import ExportKey, GivenRow, OwnedRows
from bbs_server.store.api import Tx

_ENTRIES = OwnedRows(
    table="case_entries",
    owner="by_member",
    key=("of_case", "number"),
    columns=(
        *("of_case", "number", "kind", "at", "office", "said_text", "norm", "of_commons"),
        *("until", "names_reporter", "via"),
    ),
    numbers=("number",),
    times=("at", "until"),
)
ENTRY_FIELDS = tuple(column.removesuffix("_text") for column in _ENTRIES.columns)


def give_entries(tx: Tx, ctx: Context, after: ExportKey | None) -> Iterator[GivenRow | None]:
    """Yield what the actor did in cases in an office.

    What they said in a case about themselves stands in that case, numbered without the reports.
    """
    for given in _ENTRIES(tx, ctx, after):
        if given is None or given.row["office"] is not None:
            yield given


def give_cases(tx: Tx, ctx: Context, after: ExportKey | None) -> Iterator[GivenRow | None]:
    """Yield the cases about the actor of which they were told, and those that are over."""
    (key,) = after or ("",)
    while True:
        rows = tx.select(
            CaseRow,
            "FROM cases WHERE about = ? AND (asked_at IS NOT NULL OR held_at IS NOT NULL OR ended_at IS NOT NULL)"
            ' AND id COLLATE "binary" > ? ORDER BY id COLLATE "binary" LIMIT ?',
            *(ctx.member, key, limits.PAGE_ITEMS_DEFAULT),
        )
        if not rows:
            return
        yield from (GivenRow((row.id,), _case(tx, row, ctx.member)) for row in rows)
        key = rows[-1].id
        yield None


def _case(tx: Tx, row: CaseRow, member: MemberId) -> ExportedCase:
    evidence = [each for each in records.list_evidence(tx, row.id) if not each.is_context]
    entries = [each for each in records.list_entries(tx, row.id) if _is_theirs(each)]
    return view_of(
        ExportedCase,
        row,
        state=CaseState(row.state),
        ending=None if row.ending is None else CaseEnding(row.ending),
        of_commons=bool(row.of_commons),
        opened_at=instant(row.opened_at),
        asked_at=optional_instant(row.asked_at),
        ended_at=optional_instant(row.ended_at),
        evidence=records.evidence_views(tx, [each for each in evidence if each.author == member]),
        entries=tuple(
            replace(entry, by=None, number=number)
            for number, entry in enumerate(records.entry_views(tx, entries), start=1)
        ),
    )


def _is_theirs(row: EntryRow) -> bool:
    """Return whether an entry can be read by the person: nothing of a reporter, and nothing of who is one."""
    return row.kind != EntryKind.REPORTED.value and not row.names_reporter
