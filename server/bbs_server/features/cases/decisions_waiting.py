"""A decision that waits for its second key: what the case says meanwhile, and who is party (22.7)."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from bbs.case_refusals import Why
from bbs.clock import Ms
from bbs.features.cases import rules
from bbs.features.cases.views import CaseState, EntryKind
from bbs.features.moderation.messages import Thing
from bbs.features.proposals.messages import WaitsFor
from bbs.ids import MemberId, ProposalId
from bbs_server.features.cases import (
    audience,
    changing,
    deciding,
    handling,
    holding,
    records,
    sanction_records,
)
from bbs_server.features.cases.records import CaseRow
from bbs_server.features.cases.sanction_records import DecisionRow
from bbs_server.handler_api import Context, WhileWaiting
from bbs_server.outcome import Effect
from bbs_server.store.api import Tx

_PARTY = "you are party to this case"
_SENTENCES = {
    Why.REPORTER: "you reported this",
    Why.AUTHOR: "these are your words",
    Why.ANSWERED: "these words answer yours",
    Why.NAMED: "a report names you",
}


_BY_TIME = frozenset({WaitsFor.DELAY.value})


class _Wait(NamedTuple):
    way: str
    until: Ms


def _find_wait(tx: Tx, proposal: ProposalId) -> _Wait:
    row = tx.select_one(_Wait, "FROM proposals WHERE id = ?", proposal)
    assert row is not None
    return row


def _case_of(tx: Tx, ctx: Context, proposal: ProposalId | None) -> CaseRow | None:
    """Return the case of a decision that waits, or is only about to."""
    key = None if proposal is None else sanction_records.find_case_of_proposal(tx, proposal)
    if key is None:
        key = getattr(ctx.request, "case", None)
    return None if key is None else records.find_case(tx, key)


def begin(tx: Tx, ctx: Context, proposal: ProposalId, thing: Thing) -> list[Effect]:
    """Note in its case that a decision waits: it was moved in time."""
    row = _case_of(tx, ctx, proposal)
    assert row is not None
    wait = _find_wait(tx, proposal)
    effects: list[Effect] = []
    # The handler found that the time to answer is over; all it did was undone.
    row = deciding.see_heard(tx, ctx, row, effects)
    decision = DecisionRow(row.id, proposal=proposal, decided_by=ctx.member)
    sanction_records.upsert_decision(tx, decision)
    entry = handling.entry(tx, ctx, row, EntryKind.MOVED)._replace(until=wait.until)
    row, told = changing.change(tx, ctx, row, entry, state=CaseState.MOVED, decide_by=None)
    # Where no second key can confirm it, the hold stands until the decision takes its place.
    if wait.way in _BY_TIME:
        told += holding.stand_until(tx, ctx, row, wait.until)
    return [*effects, *told]


def end(tx: Tx, ctx: Context, proposal: ProposalId, thing: Thing) -> list[Effect]:
    """Note in its case that a decision came to nothing: another can be moved, once more in time."""
    row = _case_of(tx, ctx, proposal)
    if row is None or row.state != CaseState.MOVED:
        return []
    sanction_records.delete_decision(tx, row.id)
    moved = sum(each.kind == EntryKind.MOVED for each in records.list_entries(tx, row.id))
    # Once: a case that is moved again and again would never end.
    decide_by = rules.decision_end(ctx.now) if moved == 1 else ctx.now
    entry = changing.NewEntry(EntryKind.NOT_SECONDED)
    _, told = changing.change(tx, ctx, row, entry, state=CaseState.HEARD, decide_by=decide_by)
    return told


def parties(
    tx: Tx,
    ctx: Context,
    thing: Thing,
    proposal: ProposalId | None,
    members: Collection[MemberId],
) -> Mapping[MemberId, str]:
    """Return those of some members who are party to the case, and why, as a sentence."""
    row = _case_of(tx, ctx, proposal)
    if row is None:
        return {}
    found = audience.parties_of(tx, row)
    why = {member: rules.why_barred(found, member) for member in members}
    return {member: _SENTENCES.get(each, _PARTY) for member, each in why.items() if each}


WAITING = WhileWaiting(begin=begin, end=end, parties=parties)
