"""Sanctions: how they begin, and how they end by time, by a moderator or by an appeal (protocol 23.3)."""

from bbs.clock import Ms
from bbs.features.cases import ladder
from bbs.features.cases.judging_messages import LiftSanction
from bbs.features.cases.ladder import Term
from bbs.features.cases.messages import CaseResult
from bbs.features.cases.views import EntryKind, SanctionKind, SanctionState
from bbs.features.moderation.messages import Change, Thing, ThingKind
from bbs.features.moderation.rules import check_reason
from bbs.ids import BoardId
from bbs.refusals import Conflict
from bbs_server.features.cases import (
    audience,
    case_views,
    changing,
    handling,
    removal_records,
    sanction_records,
    sanction_views,
)
from bbs_server.features.cases.records import CaseRow
from bbs_server.features.cases.sanction_records import SanctionRow
from bbs_server.handler_api import Context
from bbs_server.outcome import AppendEvent, Did, Effect, Outcome
from bbs_server.store import texts
from bbs_server.store.api import Tx


def case_thing(row: CaseRow) -> Thing:
    """Return a case as acts name it: by its number alone, for it names a person."""
    return Thing(kind=ThingKind.CASE, number=row.number)


def conflict_change(is_conflict: bool) -> tuple[Change, ...]:
    """Return what says in an act that somebody handled a case to which they are party (22.6)."""
    return (Change(field="conflict", after=True),) if is_conflict else ()


def plan(
    tx: Tx, ctx: Context, row: CaseRow, kind: SanctionKind, days: int | None, board: BoardId
) -> Term:
    """Return when a sanction of a case would begin and end on a board.

    Raises:
        BadParams: If the ladder does not allow it.
    """
    assert row.about is not None
    copies = sanction_views.reported(tx, row)
    written_at = copies[0].written_at if copies else row.opened_at
    here = sanction_records.list_steps(tx, row.about, row.board)
    ladder.check_written_since(here, written_at)
    steps = sanction_records.list_steps(tx, row.about, board)
    return ladder.plan_term(
        steps,
        kind=kind,
        days=days,
        written_at=written_at,
        now=ctx.now,
        proven_now=ctx.proven_now,
    )


def begin(
    tx: Tx,
    ctx: Context,
    row: SanctionRow,
    reason: str,
) -> list[Effect]:
    """Store a sanction with the restriction by which it holds; return what tells the person.

    Args:
        row: The sanction, without restriction and reason.
        reason: Why, as person and log read it.
    """
    kind = SanctionKind(row.kind)
    state = ladder.check_sanction_move(None, SanctionState(row.state))
    effects: list[Effect] = []
    restriction = None
    if (narrows := ladder.RESTRICTS.get(kind)) is not None:
        effects += ctx.readers.restrict(
            *(tx, ctx, row.board, narrows),
            member=row.member,
            value=row.seconds,
            # At once means by the proven time: a clock that is ahead would let it begin later.
            since=None if row.since <= ctx.now else row.since,
            until=row.until,
            act=row.act,
            norm=row.norm,
            reason=reason,
        )
        restriction = next(effect.subject for effect in effects if isinstance(effect, AppendEvent))
    text = texts.insert_text(tx, ctx, reason)
    stored = row._replace(state=state.value, restriction=restriction, reason_text=text)
    sanction_records.insert_sanction(tx, stored)
    return effects


def undo(tx: Tx, ctx: Context, row: SanctionRow) -> list[Effect]:
    """Lift a sanction: it ends now if it is on, and counts nowhere; the time served stays served."""
    before = sanction_records.state_at(row, ctx.now)
    ladder.check_sanction_move(before, SanctionState.LIFTED)
    sanction_records.update_sanction(
        tx,
        row,
        state=SanctionState.LIFTED.value,
        until=max(row.decided_at, min(row.until, ctx.now)),
    )
    if row.kind == SanctionKind.REMOVE.value:
        removal_records.bring_back(tx, row.of_case)
    return _end_restriction(tx, ctx, row)


def _end_restriction(tx: Tx, ctx: Context, row: SanctionRow) -> list[Effect]:
    if row.restriction is None:
        return []
    return list(ctx.readers.lift_restriction(tx, ctx, row.restriction))


def shorten(tx: Tx, ctx: Context, row: SanctionRow, until: Ms) -> list[Effect]:
    """Let a sanction end sooner, at a moment in ms."""
    sanction_records.update_sanction(tx, row, until=until, since=min(row.since, until))
    if row.restriction is None:
        return []
    return list(ctx.readers.shorten_restriction(tx, ctx, row.restriction, until))


def lift(tx: Tx, ctx: Context, command: LiftSanction) -> Outcome[CaseResult]:
    """Lift the sanction of a case, before it ends."""
    check_reason(command.reason)
    row, is_conflict = audience.case_for(tx, ctx, command.case)
    sanction = sanction_records.find_sanction(tx, row.id)
    if sanction is None or sanction_records.state_at(sanction, ctx.now) is not SanctionState.ON:
        raise Conflict(what="no sanction of this case is on", revision=row.revision)
    effects = undo(tx, ctx, sanction)
    entry = handling.entry(tx, ctx, row, EntryKind.LIFTED, command.reason)
    row, told = changing.change(tx, ctx, row, entry)
    act = Did(
        board=row.board,
        thing=case_thing(row),
        about=sanction.member,
        changes=(Change(field="sanction", before=sanction.kind), *conflict_change(is_conflict)),
        reason=command.reason,
        undoes=sanction.act,
    )
    result = CaseResult(case=case_views.case_view(tx, ctx, row))
    return Outcome(result, (*effects, *told), act=act)
