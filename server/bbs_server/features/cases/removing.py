"""Removing a newcomer who "never was a member", bringing them back, and erasing them (P7, P10).

That their words are hidden follows from `removed_members` in every view, from the commit on. The rest
is done in slices by a job: telling readers, showing all again once it is lifted, and erasing. What is
erased, and how, is declared by each feature (`bbs_server.forgetting`).
"""

from collections.abc import Iterable
from typing import Any

from bbs import limits
from bbs.clock import DAY_MS, Ms, instant, is_in_force, to_ms
from bbs.features.cases import removal_rules
from bbs.features.cases.messages import CaseResult
from bbs.features.cases.removal_messages import RemoveNewcomer
from bbs.features.cases.removal_rules import RemovalState
from bbs.features.cases.views import CaseState, EntryKind, SanctionKind, SanctionState
from bbs.features.moderation.messages import Acted, Change
from bbs.features.moderation.rules import check_reason
from bbs.gravity import PRIVATE_WORDS, REMOVES_UNHELD
from bbs.ids import COMMONS, MemberId
from bbs.messages import Command, Done
from bbs.powers import Need, NeedTarget, Power
from bbs.refusals import Conflict
from bbs_server.features.cases import (
    appeal_records,
    audience,
    case_views,
    changing,
    deciding,
    handling,
    holding,
    removal_records,
    sanction_records,
    sanctions,
)
from bbs_server.features.cases.records import CaseRow
from bbs_server.features.cases.removal_records import RemovalRow
from bbs_server.features.cases.sanction_records import DecisionRow, SanctionRow
from bbs_server.forgetting import Progress, forget_slice
from bbs_server.handler_api import Context, Told
from bbs_server.jobs import Job, JobKind
from bbs_server.manifest import list_personal_data
from bbs_server.outcome import AppendEvent, Did, Effect, EraseNow, Outcome
from bbs_server.personal import Leaver
from bbs_server.store.api import Tx

_TOLD = "told"
"""The step of a removal whose words readers were told of."""
_DATED = frozenset({"erased_on"})


class GoOnRemoving(Command[Done], frozen=True, kw_only=True):
    """Do the next slice of a removal; the server's own."""

    method = "cases.go_on_removing"
    needs = Need(Power.DUE, on=NeedTarget.COMMONS)
    member: MemberId


def remove_newcomer(tx: Tx, ctx: Context, command: RemoveNewcomer) -> Outcome[CaseResult]:
    """Remove the newcomer whom a case is about."""
    check_reason(command.reason)
    row, is_conflict = audience.case_for(tx, ctx, command.case)
    sight = audience.sight_of(tx, row, ctx.member, ctx.now)
    removal_rules.check_level(row.board, sight.level)
    member = _newcomer(tx, ctx, row)
    effects: list[Effect] = []
    row = deciding.see_heard(tx, ctx, row, effects)
    cited = deciding.cite(tx, ctx, row, command.norm, of_commons=command.of_commons)
    is_held = row.hold_until is not None
    act, until = ctx.new_id(), ctx.proven_now + limits.REMOVED_DAYS * DAY_MS
    sanction = SanctionRow(
        of_case=row.id,
        board=COMMONS,
        member=member,
        kind=SanctionKind.REMOVE.value,
        state=SanctionState.ON.value,
        seconds=None,
        norm=command.norm,
        norms_version=cited.norms_version,
        of_commons=int(command.of_commons or row.is_letter),
        decided_at=ctx.now,
        since=ctx.proven_now,
        until=until,
        act=act,
        restriction=None,
        reason_text=None,
    )
    effects += sanctions.begin(tx, ctx, sanction, command.reason)
    removal = RemovalRow(member, row.id, act, RemovalState.REMOVED.value, ctx.proven_now, until)
    removal_records.insert(tx, removal)
    effects += ctx.readers.shut_out(tx, ctx, member)
    decision = DecisionRow(row.id, act=act, decided_by=ctx.member, seconded_by=ctx.seconded_by)
    sanction_records.upsert_decision(tx, decision)
    entry = handling.entry(tx, ctx, row, EntryKind.DECIDED, command.reason)
    entry = entry._replace(norm=command.norm, of_commons=command.of_commons, until=until)
    row, told = changing.change(
        *(tx, ctx, row, entry), state=CaseState.DECIDED, decided_at=ctx.now, decide_by=None
    )
    told += holding.end_for_decision(tx, ctx, row)
    did = Did(
        id=act,
        board=row.board,
        thing=sanctions.case_thing(row),
        about=member,
        changes=(
            Change(field="sanction", after=SanctionKind.REMOVE.value),
            Change(field="erased_on", after=f"{instant(until):%Y-%m-%d}"),
            *sanctions.conflict_change(is_conflict),
        ),
        norm=command.norm,
        **cited._asdict(),
        reason=command.reason,
        whose=member,
        dated=_DATED,
        there={REMOVES_UNHELD.field: int(not is_held), PRIVATE_WORDS.field: row.is_letter},
    )
    result = CaseResult(case=case_views.case_view(tx, ctx, row))
    return Outcome(result, (*effects, *told), act=did)


def _newcomer(tx: Tx, ctx: Context, row: CaseRow) -> MemberId:
    """Return the newcomer whom a case is about.

    Raises:
        Conflict: If no member wrote the words, or they are no newcomer any more, removed, or in office.
    """
    found = None if row.about is None else ctx.readers.member(tx, ctx, row.about)
    if found is None:
        raise Conflict(what="no member wrote these words, so nobody can be removed")
    if removal_records.find(tx, found.id) is not None:
        raise Conflict(what="this newcomer is removed already")
    guards = "SELECT min(since) FROM guards WHERE member = ? AND state = 'on' AND until > ?"
    guarded_since: Ms | None = tx.fetch_value(guards, found.id, ctx.proven_now)
    joined_at = 0 if found.joined_at is None else to_ms(found.joined_at)
    removal_rules.check_newcomer(joined_at, ctx.proven_now, guarded_since=guarded_since)
    terms = ctx.readers.offices_of(tx, found.id)
    in_force = [term for term in terms if is_in_force(ctx.now, term.since, term.until)]
    removal_rules.check_no_office([term.office for term in in_force])
    return found.id


def tell_host(tx: Tx, ctx: Context, emit: AppendEvent) -> Iterable[Told]:
    """Tell the host of a newcomer that they were removed, by which clause and why."""
    assert isinstance(emit.event, Acted)
    act = emit.event.act
    if act.method != RemoveNewcomer.method:
        return
    row = removal_records.find_by_act(tx, act.id)
    removed = None if row is None else ctx.readers.member(tx, ctx, row.member)
    if removed is not None and removed.invited_by is not None:
        yield Told(member=removed.invited_by, board=act.board, act=act, texts=emit.texts)


def go_on_removing(tx: Tx, ctx: Context, command: GoOnRemoving) -> Outcome[Done]:
    """Tell readers of a slice of words, or erase a slice of what is kept of a newcomer."""
    row = removal_records.find(tx, command.member)
    if row is None:
        return Outcome(Done())
    work = {
        RemovalState.REMOVED: _go_on_hiding,
        RemovalState.LIFTED: _go_on_showing,
        RemovalState.ERASING: _go_on_erasing,
    }[RemovalState(row.state)]
    return Outcome(Done(), tuple(work(tx, ctx, row)))


def _go_on_hiding(tx: Tx, ctx: Context, row: RemovalRow) -> Iterable[Effect]:
    if row.step == _TOLD:
        removal_records.update(tx, row, state=RemovalState.ERASING, step="", place="")
        tx.forget_member(row.member)
        return ()
    done = ctx.readers.tell_removed_words(tx, ctx, row.member, row.place, shown=False)
    step = _TOLD if done.place is None else row.step
    removal_records.update(tx, row, step=step, place=done.place or "")
    return done.effects


def _go_on_showing(tx: Tx, ctx: Context, row: RemovalRow) -> Iterable[Effect]:
    done = ctx.readers.tell_removed_words(tx, ctx, row.member, row.place, shown=True)
    if done.place is not None:
        removal_records.update(tx, row, place=done.place)
        return done.effects
    removal_records.delete(tx, row)
    return (*done.effects, ctx.readers.member_changed(tx, ctx, row.member))


def _go_on_erasing(tx: Tx, ctx: Context, row: RemovalRow) -> Iterable[Effect]:
    at = Progress(row.step, row.place)
    after, effects = forget_slice(tx, ctx, Leaver(row.member), at, list_personal_data())
    if after is None:
        removal_records.update(tx, row, state=RemovalState.ERASED, step="", place="")
        return (*effects, EraseNow())
    removal_records.update(tx, row, step=after.column, place=after.place)
    return effects


def go_on(tx: Tx, ctx: Context) -> Outcome[Any]:
    """Do a slice of the first removal in which something is to be done."""
    for row in removal_records.list_unfinished(tx):
        if row.state != RemovalState.REMOVED or row.step != _TOLD or _is_due(tx, ctx, row):
            command = GoOnRemoving(member=row.member)
            return Outcome(Done(), (ctx.carry_out_due(tx, command),), more=True)
    return Outcome(Done())


def _is_due(tx: Tx, ctx: Context, row: RemovalRow) -> bool:
    appealed = appeal_records.has_open(tx, row.member)
    doubted = ctx.moment.doubt is not None
    return removal_rules.is_due(row.erase_at, ctx.proven_now, appealed=appealed, doubted=doubted)


JOBS = (Job("go on with removals", 1.0, go_on, JobKind.ACTS),)
