"""Handling a case: claiming it, asking the person, noting, passing on (protocol 22.3 and 22.4).

None of it is a use of power: it restricts nobody and hides nothing, so no act tells it.
"""

from typing import Any

from bbs import limits
from bbs.clock import Ms, to_ms
from bbs.features.cases import rules
from bbs.features.cases.messages import (
    AskPerson,
    CaseResult,
    ClaimCase,
    NoteInCase,
    PassCaseOn,
)
from bbs.features.cases.rules import Holders, Parties
from bbs.features.cases.views import CaseLevel, CaseState, EntryKind
from bbs.features.cases.wording import check_words
from bbs.ids import COMMONS, CaseId, MemberId
from bbs.powers import Office
from bbs.refusals import Conflict, LimitReached
from bbs_server.features.cases import audience, case_views, changing, records
from bbs_server.features.cases.changing import NewEntry
from bbs_server.features.cases.records import CaseRow
from bbs_server.handler_api import Context
from bbs_server.outcome import Effect, Outcome
from bbs_server.store.api import Tx


def office_in(tx: Tx, row: CaseRow, member: MemberId, now: Ms) -> Office:
    """Return the office in which a member handles a case at `now`, in ms: the first that fits."""
    held = audience.holders(tx, row.board, now)
    if member in held[CaseLevel.BOARD]:
        return Office.COMMONS_MODERATOR if row.board == COMMONS else Office.MODERATOR
    return Office.COMMONS_MODERATOR if member in held[CaseLevel.COMMONS] else Office.SYSOP


def undecided(tx: Tx, ctx: Context, case: CaseId) -> CaseRow:
    """Return a case that the actor handles, and about which a decision can still be moved.

    Raises:
        NotFound, Barred: If it is not theirs to handle.
        Conflict: If it is decided.
    """
    row, _ = audience.case_for(tx, ctx, case)
    rules.check_undecided(CaseState(row.state))
    return row


def entry(tx: Tx, ctx: Context, row: CaseRow, kind: EntryKind, text: str | None = None) -> NewEntry:
    """Return an entry of the actor's, in their office, to be added to a case."""
    office = office_in(tx, row, ctx.member, ctx.now)
    return NewEntry(kind, ctx.member, office, text, via=ctx.acting.way)


def _done(tx: Tx, ctx: Context, row: CaseRow, effects: list[Effect]) -> Outcome[CaseResult]:
    return Outcome(CaseResult(case=case_views.case_view(tx, ctx, row)), tuple(effects))


def claim(tx: Tx, ctx: Context, command: ClaimCase) -> Outcome[CaseResult]:
    """Take a case on; whoever has it already keeps it."""
    row = undecided(tx, ctx, command.case)
    if row.claimed_by == ctx.member:
        return _done(tx, ctx, row, [])
    added = entry(tx, ctx, row, EntryKind.CLAIMED)
    return _done(tx, ctx, *changing.change(tx, ctx, row, added, claimed_by=ctx.member))


def ask(tx: Tx, ctx: Context, command: AskPerson) -> Outcome[CaseResult]:
    """Tell the person what is said, and ask for an answer; whoever asks takes the case on."""
    check_words(command.text, field="text")
    row = undecided(tx, ctx, command.case)
    return _done(tx, ctx, *ask_person(tx, ctx, row, command.text))


def ask_person(
    tx: Tx, ctx: Context, row: CaseRow, text: str, **columns: Any
) -> tuple[CaseRow, list[Effect]]:
    """Ask the person whom a case is about, by the actor; return the case, and what tells of it.

    Args:
        columns: Other columns that change with it.

    Raises:
        Conflict: If they were asked, or there is nobody to ask.
    """
    if row.about is None:
        raise Conflict(what="no member wrote these words, so nobody can be asked")
    if row.asked_at is not None:
        raise Conflict(what="the person was asked already", revision=row.revision)
    columns |= changing.asked(ctx.now)
    added = entry(tx, ctx, row, EntryKind.ASKED, text)
    added = added._replace(
        norm=row.norm, of_commons=bool(row.of_commons), until=columns["answer_by"]
    )
    columns.setdefault("claimed_by", row.claimed_by or ctx.member)
    return changing.change(tx, ctx, row, added, **columns)


def note(tx: Tx, ctx: Context, command: NoteInCase) -> Outcome[CaseResult]:
    """Write a note; with a day, the decision may wait until then."""
    check_words(command.text, field="text")
    row, _ = audience.case_for(tx, ctx, command.case)
    if row.ended_at is not None:
        rules.check_undecided(CaseState(row.state))
    entries = records.list_entries(tx, row.id)
    # However many report it: they keep nobody from noting anything.
    if sum(each.kind != EntryKind.REPORTED for each in entries) >= limits.CASE_ENTRIES_MAX:
        raise LimitReached("entries of one case", limits.CASE_ENTRIES_MAX)
    added = entry(tx, ctx, row, EntryKind.NOTED, command.text)
    added = added._replace(names_reporter=command.names_reporter)
    columns: dict[str, Any] = {}
    if command.until is not None:
        rules.check_undecided(CaseState(row.state))
        was_noted = row.noted_until is not None
        due = row.decide_by or ctx.now
        until = rules.noted_end(row.opened_at, due, was_noted, to_ms(command.until))
        added = added._replace(until=until)
        columns = {"noted_until": until, "decide_by": until}
    return _done(tx, ctx, *changing.change(tx, ctx, row, added, **columns))


def pass_on(tx: Tx, ctx: Context, command: PassCaseOn) -> Outcome[CaseResult]:
    """Pass a case on to the next level."""
    check_words(command.text, field="text")
    row = undecided(tx, ctx, command.case)
    if row.state == CaseState.MOVED:
        raise Conflict(what="a decision of this case waits for its second key")
    above = next_level(tx, row, ctx.now)
    if above is None:
        raise Conflict(what="nobody is there to whom this case could be passed on")
    added = entry(tx, ctx, row, EntryKind.PASSED_ON, command.text)
    return _done(tx, ctx, *changing.change(tx, ctx, row, added, **passed(above, ctx.now)))


def standing_of(tx: Tx, row: CaseRow, now: Ms) -> tuple[CaseLevel, Holders, Parties]:
    """Return at which level a case is handled at `now`, in ms, with what that rests on."""
    held, parties = audience.holders(tx, row.board, now), audience.parties_of(tx, row)
    return audience.level_of(row, held, parties.everybody), held, parties


def next_level(tx: Tx, row: CaseRow, now: Ms) -> CaseLevel | None:
    """Return to which level a case is passed on; None if nobody is there to take it."""
    level, held, parties = standing_of(tx, row, now)
    return rules.level_above(level, held, parties.everybody)


def passed(level: CaseLevel, now: Ms) -> dict[str, Any]:
    """Return the columns of a case that comes to a level at `now`, in ms: its time begins anew."""
    return {"level": level.value, "claimed_by": None, "decide_by": rules.decision_end(now)}
