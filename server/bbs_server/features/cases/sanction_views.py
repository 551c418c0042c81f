"""Reading sanctions: whom decisions restrict, and what the ladder allows (protocol 23.2)."""

from collections.abc import Sequence

from bbs.features.cases import ladder
from bbs.features.cases.judging_messages import ListSanctions, SanctionList
from bbs.features.cases.views import Sanction
from bbs_server.features.cases import audience, records, sanction_records
from bbs_server.features.cases.records import CaseRow, EvidenceRow
from bbs_server.features.cases.sanction_records import SanctionRow
from bbs_server.handler_api import Context
from bbs_server.paging import fit_page
from bbs_server.store.api import Tx


def reported(tx: Tx, row: CaseRow) -> list[EvidenceRow]:
    """Return the copies of the words that a case is about, the latest first."""
    copies = [copy for copy in records.list_evidence(tx, row.id) if not copy.is_context]
    return sorted(copies, key=lambda copy: (copy.written_at, copy.place), reverse=True)


def days_max(tx: Tx, ctx: Context, row: CaseRow) -> int:
    """Return for how many days a sanction may be decided in a case now; 0 where the words allow none."""
    if row.about is None:
        return 0
    steps = sanction_records.list_steps(tx, row.about, row.board)
    copies = reported(tx, row)
    return ladder.days_max(steps, copies[0].written_at, ctx.now) if copies else 0


def list_sanctions(tx: Tx, ctx: Context, query: ListSanctions) -> SanctionList:
    """Return whom decisions restrict on a board, and who was spoken to within a year."""
    rows = sanction_records.list_of_board(
        *(tx, query.board, query.member, sanction_records.memory_begins(ctx.now), ctx.now)
    )
    views = sanction_records.sanction_views(tx, _not_party(tx, ctx, rows), ctx.now)
    fits = fit_page(views)
    return SanctionList(sanctions=tuple(views[:fits]), more=fits < len(views))


def _not_party(tx: Tx, ctx: Context, rows: Sequence[SanctionRow]) -> list[SanctionRow]:
    """Return the sanctions of cases to which the actor is not party."""
    found = audience.list_ids_of_party(tx, ctx.member) if rows else frozenset()
    return [
        row
        for row in rows
        if row.of_case not in found
        or audience.case_barred(tx, row.of_case, ctx.member, ctx.now) is None
    ]


def spoken_to(tx: Tx, ctx: Context, row: CaseRow) -> tuple[Sanction, ...]:
    """Return the other sanctions within a year of the person whom a case is about, on its board."""
    if row.about is None:
        return ()
    rows = sanction_records.list_of_board(
        *(tx, row.board, row.about, sanction_records.memory_begins(ctx.now), ctx.now)
    )
    others = _not_party(tx, ctx, [each for each in rows if each.of_case != row.id])
    return sanction_records.sanction_views(tx, others, ctx.now)
