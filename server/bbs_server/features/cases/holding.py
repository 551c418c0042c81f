"""Urgent holds: of words, and of a person's writing on a board, until a case is decided (protocol 24).

The case keeps what is held and until when; `hidings` and `restrictions` make it true. A hold that
nobody confirms ends by the proven time, and leaves nothing but its act.
"""

from collections.abc import Iterable
from typing import Any

from msgspec.structs import replace

from bbs import limits
from bbs.clock import HOUR_MS, Ms, instant
from bbs.errors import ClockInDoubt
from bbs.features.cases import hold_rules, rules
from bbs.features.cases.hold_messages import HoldCase, ReleaseHold
from bbs.features.cases.messages import CaseResult
from bbs.features.cases.views import Case, CaseState, EntryKind, HoldOf
from bbs.features.cases.wording import check_words
from bbs.features.moderation.messages import Change, RestrictionChanged, Thing, ThingKind
from bbs.features.moderation.views import RestrictionKind
from bbs.ids import CaseId, MemberId
from bbs.messages import Command, Done
from bbs.powers import Need, NeedTarget, Power
from bbs.refusals import Conflict, Gone, NotFound
from bbs.text import normalize_line
from bbs_server.features.cases import audience, case_views, changing, handling, records
from bbs_server.features.cases.changing import NewEntry
from bbs_server.features.cases.records import CaseRow
from bbs_server.handler_api import Context
from bbs_server.jobs import Job, JobKind
from bbs_server.outcome import AppendEvent, Did, Effect, Outcome
from bbs_server.store.api import Tx

_CONFIRMED = frozenset({CaseState.DECIDED, CaseState.APPEALED, CaseState.CLOSED})
"""The states in which a decision stands in the place of a hold, or nothing was done."""

_DATED = frozenset({"hold_until"})
_CARRIED_OUT_MS = HOUR_MS
"""How long a hold stands beyond its end for a decision that waits to be carried out."""
_MATTER_HELD = (
    "SELECT max(held_at) FROM cases WHERE matter = ? AND held <> '' AND held_by_script = 0"
)
_HELD_BY = (
    "SELECT count(*) FROM case_entries e JOIN cases c ON c.id = e.of_case WHERE e.by_member = ?"
    " AND e.kind = 'held' AND e.via = 'device' AND e.at > ? AND c.held IN ('words', 'words writing')"
)
_WRITING_HELD = (
    "SELECT max(held_at) FROM cases WHERE board = ? AND about = ?"
    " AND held IN ('writing', 'words writing')"
)


class SettleHold(Command[Done], frozen=True, kw_only=True):
    """End a hold that is over, or let it end at another time since the person answered; the server's own."""

    method = "cases.settle_hold"
    needs = Need(Power.DUE, on=NeedTarget.CASE)
    case: CaseId


def hold_case(tx: Tx, ctx: Context, command: HoldCase) -> Outcome[CaseResult]:
    """Hold the words of a case, or the person's writing, and ask the person."""
    row = _found(tx, command.case)
    check_words(command.text, field="text")
    of = hold_rules.check_what(
        command.of, is_letter=bool(row.is_letter), has_author=row.about is not None
    )
    rules.check_undecided(CaseState(row.state))
    is_by_script = row.hold_until is not None and bool(row.held_by_script)
    if row.hold_until is not None and not is_by_script:
        raise Conflict(what="this case has a hold; release it first", revision=row.revision)
    if HoldOf.WORDS in of:
        since = ctx.proven_now - limits.HIDDEN_BY_ONE_HOURS * HOUR_MS
        hold_rules.check_many(tx.fetch_value(_HELD_BY, ctx.member, since))
    _check_again(tx, ctx, row, of)
    effects: list[Effect] = []
    if is_by_script and HoldOf.WORDS not in of:  # a person takes the hold over, or ends it
        effects += ctx.readers.show_held_words(tx, ctx, row.id)
    if row.state == CaseState.OPEN and row.about is not None:
        # With the hold the person learns of the case, and so does a party in office.
        row, asked = handling.ask_person(tx, ctx, row, command.text, claimed_by=row.claimed_by)
        effects += asked
    until = hold_rules.ends_at(ctx.proven_now, row.answer_by, row.answered_at)
    act = ctx.new_id()
    if HoldOf.WORDS in of:
        effects += _hold_words(tx, ctx, row, until, act)
    columns: dict[str, Any] = {
        "held": " ".join(of),
        "held_at": ctx.proven_now,
        "held_by_script": 0,
    }
    if HoldOf.WRITING in of:
        restricted, told = _hold_writing(tx, ctx, row, until, act, _line(command.text))
        columns["hold_restriction"] = restricted
        effects += told
    entry = handling.entry(tx, ctx, row, EntryKind.HELD)._replace(until=until)
    row, told = changing.change(
        *(tx, ctx, row, entry),
        **columns,
        hold_until=until,
        hold_act=act,
    )
    changes = (
        Change(field="held", after=" ".join(of)),
        Change(field="hold_until", after=f"{instant(until):%Y-%m-%d %H:%M}"),
    )
    did = Did(id=act, board=row.board, thing=_thing(row), changes=changes, dated=_DATED)
    return Outcome(_result(tx, ctx, row), (*effects, *told), act=did)


def _found(tx: Tx, case: CaseId) -> CaseRow:
    row = records.find_case(tx, case)
    if row is None:
        raise NotFound(what="case")
    return row


def _thing(row: CaseRow) -> Thing:
    return Thing(kind=ThingKind.CASE, number=row.number)


def _line(text: str) -> str:
    """Return the first line of what the person is told, as the reason why they cannot write."""
    first = next((line for line in text.split("\n") if line.strip()), "")
    return normalize_line(first, chars_max=limits.REASON_CHARS_MAX)[0]


def _check_again(tx: Tx, ctx: Context, row: CaseRow, of: tuple[HoldOf, ...]) -> None:
    """Refuse to hold again what was held lately.

    A matter counts once, whatever was held for it: else words and writing could be held in turns.

    Raises:
        Conflict: If the same matter, or the same member's writing on the board, was held lately.
    """
    matter: Ms | None = tx.fetch_value(_MATTER_HELD, row.matter)
    hold_rules.check_again(matter, ctx.proven_now, "these words were")
    if HoldOf.WRITING in of:
        writing: Ms | None = tx.fetch_value(_WRITING_HELD, row.board, row.about)
        hold_rules.check_again(writing, ctx.proven_now, "this member's writing here was")


def _hold_words(tx: Tx, ctx: Context, row: CaseRow, until: Ms, act: str) -> list[Effect]:
    """Hold each of the reported words that is shown.

    Raises:
        ClockInDoubt, Conflict, Gone: If none of them is.
    """
    told: list[Effect] = []
    why: Exception | None = None
    for kind, key in _words_of(tx, row):
        try:
            told += ctx.readers.hold_words(tx, ctx, row.id, kind, key, until, act)
        except (ClockInDoubt, Conflict, Gone) as error:
            why = why or error
    if why is not None and not told:
        raise why
    return told


def _words_of(tx: Tx, row: CaseRow) -> Iterable[tuple[ThingKind, str]]:
    found: dict[tuple[ThingKind, str], None] = {}
    for each in records.list_evidence(tx, row.id):
        if each.is_context:
            continue
        if each.post is not None:
            found[ThingKind.POST, each.post] = None
        elif each.line is not None:
            found[ThingKind.LINE, each.line] = None
    return found


def _hold_writing(
    tx: Tx, ctx: Context, row: CaseRow, until: Ms, act: str | None, reason: str | None
) -> tuple[str, list[Effect]]:
    """Stop the person's writing on the board of a case; return the restriction, and what tells it."""
    assert row.about is not None
    effects = ctx.readers.restrict(
        *(tx, ctx, row.board, RestrictionKind.SILENCED),
        member=row.about,
        until=until,
        act=act,
        reason=reason,
    )
    events = [effect.event for effect in effects if isinstance(effect, AppendEvent)]
    [told] = [event for event in events if isinstance(event, RestrictionChanged)]
    return told.restriction.id, list(effects)


def release_hold(tx: Tx, ctx: Context, command: ReleaseHold) -> Outcome[CaseResult]:
    """End a hold now; whoever is party to the case does not."""
    row = _found(tx, command.case)
    rules.check_party(row.id, audience.case_barred(tx, row.id, ctx.member, ctx.now))
    if row.hold_until is None:
        raise Conflict(what="nothing is held in this case", revision=row.revision)
    undone = row.hold_act
    row, effects = _end(tx, ctx, row, ctx.member)
    did = Did(
        board=row.board,
        thing=_thing(row),
        changes=(Change(field="held", before=row.held, after=""),),
        undoes=undone,
    )
    return Outcome(_result(tx, ctx, row), tuple(effects), act=did)


def _result(tx: Tx, ctx: Context, row: CaseRow) -> CaseResult:
    """Return the case to the actor; to who does not handle it without what only handlers know."""
    sight = audience.sight_of(tx, row, ctx.member, ctx.now)
    if sight.handles:
        return CaseResult(case=case_views.case_view(tx, ctx, row))
    # Nor whom it is about: a dry run would tell a moderator of a case about themselves.
    head = replace(records.head_view(tx, row), reports=0, claimed_by=None, about=None)
    return CaseResult(case=Case(head=head, held=records.held_now(row)))


def _end(tx: Tx, ctx: Context, row: CaseRow, by: MemberId | None) -> tuple[CaseRow, list[Effect]]:
    """End a hold: words are shown again unless something else hides them, and the person can write."""
    effects = ctx.readers.show_held_words(tx, ctx, row.id)
    if row.hold_restriction is not None:
        effects += ctx.readers.lift_restriction(tx, ctx, row.hold_restriction)
    kind = EntryKind.HOLD_ENDED
    entry = NewEntry(kind) if by is None else handling.entry(tx, ctx, row, kind)
    row, told = changing.change(
        *(tx, ctx, row, entry), hold_until=None, hold_act=None, hold_restriction=None
    )
    return row, [*effects, *told]


def end_for_decision(tx: Tx, ctx: Context, case: CaseRow) -> list[Effect]:
    """End the hold of a case because it is decided, or let be.

    Call it after the words are hidden by the decision: `threads.hide` takes a hold over, so that no
    reader is shown the words in between.
    """
    row = _found(tx, case.id)
    return [] if row.hold_until is None else _end(tx, ctx, row, None)[1]


def stand_until(tx: Tx, ctx: Context, case: CaseRow, until: Ms) -> list[Effect]:
    """Let the hold of a case stand while only a wait can confirm it; not shorter than it would."""
    row = _found(tx, case.id)
    if row.hold_until is None or row.hold_until >= until:
        return []
    return _move(tx, ctx, row, until)


def _move(tx: Tx, ctx: Context, row: CaseRow, until: Ms) -> list[Effect]:
    """Let a hold end at another time; all are told who were told of it."""
    effects = ctx.readers.move_held_words(tx, ctx, row.id, until)
    columns: dict[str, Any] = {}
    if row.hold_restriction is not None:
        reason = ctx.readers.restriction_reason(tx, row.hold_restriction)
        effects += ctx.readers.lift_restriction(tx, ctx, row.hold_restriction)
        restricted, told = _hold_writing(tx, ctx, row, until, row.hold_act, reason)
        columns["hold_restriction"] = restricted
        effects += told
    _, told = changing.change(tx, ctx, row, None, hold_until=until, **columns)
    return [*effects, *told]


def _ends_at(row: CaseRow) -> Ms:
    """Return when a hold ends: now, if the case is decided; while a decision waits, as it stands."""
    assert row.hold_until is not None
    state = CaseState(row.state)
    if state in _CONFIRMED:
        return 0
    if state is CaseState.MOVED:
        return row.hold_until
    return _own_end(row)


def _own_end(row: CaseRow) -> Ms:
    """Return when a hold ends for which no decision waits."""
    assert row.held_at is not None
    if row.held_by_script:
        return row.held_at + limits.HELD_BACK_HOURS * HOUR_MS
    return hold_rules.ends_at(row.held_at, row.answer_by, row.answered_at)


def _is_over(row: CaseRow, now: Ms) -> bool:
    """Return whether a hold is over at a proven time, in ms.

    A decision that waits until the same moment is carried out first: otherwise readers would be shown
    the words between the hold and the decision.
    """
    ends = _ends_at(row)
    is_waited_for = row.state == CaseState.MOVED and ends > _own_end(row)
    return ends + (_CARRIED_OUT_MS if is_waited_for else 0) <= now


def settle_hold(tx: Tx, ctx: Context, command: SettleHold) -> Outcome[Done]:
    """End a hold, or let it end sooner."""
    row = _found(tx, command.case)
    if row.hold_until is None:
        return Outcome(Done())
    if _is_over(row, ctx.proven_now):
        return Outcome(Done(), tuple(_end(tx, ctx, row, None)[1]))
    return Outcome(Done(), tuple(_move(tx, ctx, row, _ends_at(row))))


def settle_due(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Settle the first hold that is over or ends at another time; there are few at a time."""
    rows = tx.select(
        CaseRow, 'FROM cases WHERE hold_until IS NOT NULL ORDER BY hold_until, id COLLATE "binary"'
    )
    for row in rows:
        if _is_over(row, ctx.proven_now) or _ends_at(row) != row.hold_until:
            return Outcome(Done(), (ctx.carry_out_due(tx, SettleHold(case=row.id)),), more=True)
    return Outcome(Done())


JOBS = (Job("end urgent holds", 1.0, settle_due, JobKind.ACTS),)
