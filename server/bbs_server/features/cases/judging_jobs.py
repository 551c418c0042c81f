"""Timed work of sanctions and appeals: what is over is told, what nobody decided lapses, and both are forgotten."""

from bbs import limits
from bbs.clock import DAY_MS
from bbs.features.cases.ladder import check_sanction_move
from bbs.features.cases.views import AppealState, SanctionState
from bbs.features.members.views import SystemAuthor
from bbs.features.moderation.messages import Change
from bbs.ids import AppealId
from bbs.messages import Command, Done
from bbs.powers import Need, NeedTarget, Office, Power
from bbs_server.features.cases import (
    appeal_hearers,
    appeal_records,
    appeals,
    changing,
    records,
    sanction_records,
    undoing,
)
from bbs_server.handler_api import Context
from bbs_server.jobs import Job, JobKind
from bbs_server.outcome import Did, Effect, Outcome
from bbs_server.store.api import Tx
from bbs_server.store.hops import in_time

_LAPSED = f"Nobody decided about the appeal within {limits.APPEAL_DECIDE_DAYS} days"


class LapseAppeal(Command[Done], frozen=True, kw_only=True):
    """Undo what was appealed, because nobody decided about it in time; only the server sends it."""

    method = "cases.lapse_appeal"
    needs = Need(Power.DUE, on=NeedTarget.APPEAL)
    appeal: AppealId


def lapse_appeal(tx: Tx, ctx: Context, command: LapseAppeal) -> Outcome[Done]:
    """Lift the sanction and show the words again: nobody stays punished because nobody came (P7)."""
    row = appeal_records.find_appeal(tx, command.appeal)
    assert row is not None
    row = appeals.end_appeal(tx, ctx, row, AppealState.LAPSED, _LAPSED)
    effects = undoing.undo_decision(tx, ctx, row, SystemAuthor(), Office.SYSTEM, _LAPSED)
    case = None if row.of_case is None else records.find_case(tx, row.of_case)
    if case is not None:
        effects += appeals.close_case(tx, ctx, case, row, by=None, reason=_LAPSED)
    act = Did(
        board=row.board,
        thing=appeals.appealed_thing(case, ctx.readers.act(tx, row.act), row),
        about=row.member,
        changes=(Change(field="appeal", after=row.state),),
        undoes=row.act,
    )
    return Outcome(Done(), (*effects, *appeal_hearers.tell(tx, row)), act=act)


def lapse_appeals(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Undo the next act about whose appeal nobody decided in time."""
    for row in appeal_records.list_due(tx, ctx.proven_now, 1):
        return Outcome(Done(), (ctx.carry_out_due(tx, LapseAppeal(appeal=row.id)),), more=True)
    return Outcome(Done())


def pass_appeals(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Tell the commons of appeals for which nobody on their board is free any more, or back."""
    effects: list[Effect] = []
    for row in in_time(tx, appeal_records.list_open(tx)):
        level = appeal_hearers.level_of(tx, ctx, row)
        if level != row.level:
            effects += appeal_hearers.tell_desk(row)
            row = appeal_records.update_appeal(tx, row, level=level.value)
            effects += appeal_hearers.tell_desk(row)
    return Outcome(Done(), tuple(effects))


def end_sanctions(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Tell of a slice of sanctions that are over; their ends held without it.

    By proven time: one that is over cannot be lifted any more.
    """
    effects: list[Effect] = []
    rows = sanction_records.list_over(tx, ctx.proven_now, limits.SLICE_ROWS)
    for row in in_time(tx, rows):
        state = check_sanction_move(SanctionState(row.state), SanctionState.OVER)
        sanction_records.update_sanction(tx, row, state=state.value)
        case = records.find_case(tx, row.of_case)
        if case is not None:
            _, told = changing.change(tx, ctx, case, None)
            effects += told
    return Outcome(Done(), tuple(effects), more=bool(rows))


def forget_sanctions(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Delete a slice of the sanctions that count no more, with all they say about members (P7)."""
    before = sanction_records.memory_begins(ctx.proven_now)
    gone = sanction_records.delete_old(tx, before, limits.SLICE_ROWS)
    return Outcome(Done(), more=bool(gone))


def forget_appeals(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Delete a slice of the appeals without a case that ended a year ago."""
    before = ctx.proven_now - limits.CASE_DAYS * DAY_MS
    gone = appeal_records.delete_old(tx, before, limits.SLICE_ROWS)
    return Outcome(Done(), more=bool(gone))


JOBS: tuple[Job, ...] = (
    Job("lapse appeals", 30.0, lapse_appeals, JobKind.ACTS),
    Job("pass appeals", 30.0, pass_appeals, JobKind.TELLS),
    Job("end sanctions", 30.0, end_sanctions, JobKind.TELLS),
    Job("forget sanctions", 3_600.0, forget_sanctions, JobKind.TIDIES),
    Job("forget appeals", 3_600.0, forget_appeals, JobKind.TIDIES),
)
