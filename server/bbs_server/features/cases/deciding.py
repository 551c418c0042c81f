"""Handlers of decisions: let be, or hide and sanction by a clause (protocol 23.1)."""

from typing import NamedTuple

from bbs.case_refusals import NotHeard
from bbs.clock import optional_instant
from bbs.errors import BadParams
from bbs.features.cases import ladder, rules
from bbs.features.cases.judging_messages import DecideCase, LetBe
from bbs.features.cases.ladder import Term
from bbs.features.cases.messages import CaseResult
from bbs.features.cases.views import (
    CaseEnding,
    CaseLevel,
    CaseState,
    EntryKind,
    SanctionKind,
    SanctionState,
)
from bbs.features.cases.wording import check_words
from bbs.features.members.views import MemberAuthor
from bbs.features.moderation.messages import Change, ThingKind
from bbs.features.moderation.rules import check_reason
from bbs.features.threads.hiding_messages import HIDING_METHODS, HideLine, HidePost
from bbs.gravity import HIDES_MANY, PRIVATE_WORDS
from bbs.ids import COMMONS, BoardId
from bbs.powers import NeedTarget
from bbs.refusals import Conflict, Gone, NotFound
from bbs_server.features.cases import (
    audience,
    case_views,
    changing,
    handling,
    holding,
    records,
    sanction_records,
    sanction_views,
    sanctions,
)
from bbs_server.features.cases.changing import NewEntry
from bbs_server.features.cases.records import CaseRow, EvidenceRow
from bbs_server.features.cases.sanction_records import DecisionRow, HiddenRow, SanctionRow
from bbs_server.features.cases.sanctions import case_thing, conflict_change
from bbs_server.handler_api import Context
from bbs_server.outcome import Did, Effect, Outcome
from bbs_server.store.api import Tx


class Cited(NamedTuple):
    """In which version of which norms a clause is cited, as an act says it."""

    norms_version: int
    norms_board: BoardId | None


def let_be(tx: Tx, ctx: Context, command: LetBe) -> Outcome[CaseResult]:
    """Close a case without doing anything."""
    check_words(command.word, field="word")
    row, is_conflict = audience.case_for(tx, ctx, command.case)
    rules.check_undecided(CaseState(row.state))
    if row.state == CaseState.MOVED:
        raise Conflict(what="a decision of this case waits for its second key")
    effects: list[Effect] = []
    row = _end_hold(tx, ctx, row, effects)
    entry = handling.entry(tx, ctx, row, EntryKind.LET_BE)
    row, noted = changing.change(tx, ctx, row, entry)
    row, told = changing.close(tx, ctx, row, CaseEnding.LET_BE, told=command.word)
    act = Did(board=row.board, thing=case_thing(row), changes=conflict_change(is_conflict))
    result = CaseResult(case=case_views.case_view(tx, ctx, row))
    return Outcome(result, (*effects, *noted, *told), act=act)


def decide(tx: Tx, ctx: Context, command: DecideCase) -> Outcome[CaseResult]:
    """Hide the words of a case, sanction the person whom it is about, or both."""
    row, is_conflict = audience.case_for(tx, ctx, command.case)
    _check_fields(tx, ctx, row, command)
    effects: list[Effect] = []
    row = see_heard(tx, ctx, row, effects)
    cited = cite(tx, ctx, row, command.norm, of_commons=command.of_commons)
    board = COMMONS if command.of_community else row.board
    kind = command.sanction
    term = None if kind is None else sanctions.plan(tx, ctx, row, kind, command.days, board)
    act = ctx.new_id()
    hidden = _hide(tx, ctx, row, command, effects) if command.hides else 0
    if kind is not None and term is not None:
        sanction = _sanction(ctx, row, command, cited, board, term, act)
        effects += sanctions.begin(tx, ctx, sanction, command.reason)
    row = _end_hold(tx, ctx, row, effects)
    decision = DecisionRow(row.id, act=act, decided_by=ctx.member, seconded_by=ctx.seconded_by)
    sanction_records.upsert_decision(tx, decision)
    entry = handling.entry(tx, ctx, row, EntryKind.DECIDED, command.reason)
    entry = entry._replace(
        norm=command.norm,
        of_commons=command.of_commons,
        until=None if term is None or kind is SanctionKind.WORD else term.until,
    )
    row, told = changing.change(
        *(tx, ctx, row, entry),
        told=command.word,
        state=CaseState.DECIDED,
        decided_at=ctx.now,
        decide_by=None,
    )
    changes = (*_changes(command, hidden), *conflict_change(is_conflict))
    did = Did(
        id=act,
        board=row.board,
        thing=case_thing(row),
        about=None if kind is None else row.about,
        whose=row.about,
        changes=changes,
        norm=command.norm,
        **cited._asdict(),
        reason=command.reason,
        dated=frozenset({"hidden"}),
        there=_there(tx, ctx, row, hidden),
    )
    result = CaseResult(case=case_views.case_view(tx, ctx, row))
    return Outcome(result, (*effects, *told), act=did)


def _check_fields(tx: Tx, ctx: Context, row: CaseRow, command: DecideCase) -> None:
    """Refuse a decision that does nothing, or that nobody can decide so there.

    Raises:
        BadParams: Names the field.
        TextRefused: If reason or word are no text.
    """
    check_reason(command.reason)
    check_words(command.word, field="word")
    kind, of_community = command.sanction, command.of_community
    ladder.check_fields(kind, days=command.days, seconds=command.seconds, of_community=of_community)
    if kind is None and not command.hides:
        rule = "hide the words, sanction the person, or both; else let it be"
        raise BadParams(field="sanction", rule=rule)
    if kind is not None and row.about is None:
        raise BadParams(
            field="sanction", rule="no member wrote these words: hide them, or let it be"
        )
    if command.hides and row.is_letter:
        rule = "the words of a letter are read by its correspondents alone: none are hidden"
        raise BadParams(field="hides", rule=rule)
    if of_community and row.board != COMMONS and row.level == CaseLevel.BOARD:
        _check_above(tx, ctx, row)
    if kind is SanctionKind.SUSPEND and row.board == COMMONS and not of_community:
        rule = "a suspension on the commons is one from the whole community: say so"
        raise BadParams(field="of_community", rule=rule)


def _check_above(tx: Tx, ctx: Context, row: CaseRow) -> None:
    """Refuse to suspend from the community at the level of the board, as long as others are above it.

    Raises:
        BadParams: Unless whoever decides is above, too, and nobody is left to pass the case to.
    """
    rule = "only moderators of the commons and the sysop suspend from the community"
    if handling.next_level(tx, row, ctx.now) is not None:
        raise BadParams(field="of_community", rule=f"{rule}: pass it on")
    held = audience.holders(tx, row.board, ctx.now)
    if not any(ctx.member in held[level] for level in (CaseLevel.COMMONS, CaseLevel.SYSOP)):
        rule = f"{rule}, and none of them may handle this case; suspend from the board"
        raise BadParams(field="of_community", rule=rule)


def see_heard(tx: Tx, ctx: Context, row: CaseRow, effects: list[Effect]) -> CaseRow:
    """Return a case whose person was heard, or had the time for it; see to its state.

    Raises:
        Conflict: If it is decided, or a decision waits.
        NotHeard: If the person was not asked, or can still answer.
    """
    state = CaseState(row.state)
    if state is CaseState.MOVED and ctx.office is None:
        raise Conflict(what="a decision of this case waits for its second key")
    if state is CaseState.OPEN and row.about is not None:
        raise NotHeard()
    if state is CaseState.ASKED and ctx.proven_now < (row.answer_by or 0):
        raise NotHeard(answer_by=optional_instant(row.answer_by))
    if state in (CaseState.OPEN, CaseState.ASKED):
        silent = NewEntry(EntryKind.SILENT) if state is CaseState.ASKED else None
        row, told = changing.change(tx, ctx, row, silent, state=CaseState.HEARD)
        effects += told
    rules.check_case_move(CaseState(row.state), CaseState.DECIDED)
    return row


def _end_hold(tx: Tx, ctx: Context, row: CaseRow, effects: list[Effect]) -> CaseRow:
    """Return a case without its urgent hold: what is decided takes the hold's place."""
    effects += holding.end_for_decision(tx, ctx, row)
    after = records.find_case(tx, row.id)
    assert after is not None
    return after


def cite(tx: Tx, ctx: Context, row: CaseRow, norm: int, *, of_commons: bool) -> Cited:
    """Return which norms are cited: those in force when the last of the words was written (P5).

    Raises:
        BadParams: If that version has no such clause.
    """
    copies = sanction_views.reported(tx, row)
    written_at = copies[0].written_at if copies else row.opened_at
    elsewhere = copies[0].norms_board if copies else None
    if not row.is_letter and (not of_commons or (elsewhere or row.board) == COMMONS):
        version = copies[0].norms_version if copies else row.norms_version
        cited = Cited(version, elsewhere)
    else:
        version = ctx.readers.norms_version_at(tx, COMMONS, written_at)
        cited = Cited(version, None if row.board == COMMONS else COMMONS)
    board = cited.norms_board or row.board
    if not ctx.readers.clause_existed(tx, board, version, norm):
        rule = f"version {version} of the norms, under which this was written, has no such clause"
        raise BadParams(field="norm", rule=f"{rule}: cite another")
    return cited


def _sanction(
    ctx: Context,
    row: CaseRow,
    command: DecideCase,
    cited: Cited,
    board: BoardId,
    term: Term,
    act: str,
) -> SanctionRow:
    assert row.about is not None
    assert command.sanction is not None
    return SanctionRow(
        of_case=row.id,
        board=board,
        member=row.about,
        kind=command.sanction.value,
        state=SanctionState.ON.value,
        seconds=command.seconds,
        norm=command.norm,
        norms_version=cited.norms_version,
        of_commons=int(command.of_commons),
        decided_at=ctx.now,
        since=term.since,
        until=term.until,
        act=act,
        restriction=None,
        reason_text=None,
    )


def _hide(tx: Tx, ctx: Context, row: CaseRow, command: DecideCase, effects: list[Effect]) -> int:
    """Hide the reported words that are still there; return how many.

    Raises:
        Gone: If nothing is left to be hidden, and nothing else is decided.
    """
    seen: set[str] = set()
    for copy in sanction_views.reported(tx, row):
        thing = copy.post or copy.line or ""
        if thing in seen or not _is_there(tx, ctx, row, copy):
            continue
        seen.add(thing)
        try:
            effects.append(_hide_one(tx, ctx, row, command, copy))
        except (Conflict, Gone, NotFound):
            continue  # withdrawn, faded, purged, or hidden by somebody else
        kind = ThingKind.POST if copy.post else ThingKind.LINE
        by = ctx.readers.hiding_act(tx, kind, thing)
        assert by is not None
        sanction_records.insert_hidden(tx, HiddenRow(row.id, kind, thing, by))
    hidden = len(sanction_records.list_hidden(tx, row.id))
    if not hidden and command.sanction is None:
        raise Gone(state="gone")
    return hidden


def _is_there(tx: Tx, ctx: Context, row: CaseRow, copy: EvidenceRow) -> bool:
    """Return whether words still stand on the board of the case: what moved away is another's."""
    target, thing = (NeedTarget.POST, copy.post) if copy.post else (NeedTarget.LINE, copy.line)
    located = ctx.readers.targets[target](tx, thing or "")
    return located is not None and located.board == row.board


def _hide_one(tx: Tx, ctx: Context, row: CaseRow, command: DecideCase, copy: EvidenceRow) -> Effect:
    norm, of_commons, reason = command.norm, command.of_commons, command.reason
    hide: HidePost | HideLine
    if copy.post:
        hide = HidePost(post=copy.post, norm=norm, of_commons=of_commons, reason=reason)
    else:
        hide = HideLine(line=copy.line or "", norm=norm, of_commons=of_commons, reason=reason)
    assert ctx.execute_as is not None
    office = handling.office_in(tx, row, ctx.member, ctx.now)
    author = MemberAuthor(id=ctx.member)
    return ctx.execute_as(tx, ctx, author, office, hide, is_lent=True)


def _changes(command: DecideCase, hidden: int) -> tuple[Change, ...]:
    """Return what a decision did, as the log says it."""
    values = {
        "sanction": None if command.sanction is None else command.sanction.value,
        "days": command.days,
        "seconds": command.seconds,
        "of_community": command.of_community or None,
        "hidden": hidden or None,
    }
    return tuple(
        Change(field=name, after=value) for name, value in values.items() if value is not None
    )


def _there(tx: Tx, ctx: Context, row: CaseRow, hidden: int) -> dict[str, int]:
    """Return what makes a decision grave beside its changes (`bbs.gravity`)."""
    there = {PRIVATE_WORDS.field: row.is_letter}
    if hidden:
        count = ctx.readers.count_hidden_by(tx, ctx.proven_now, ctx.member, HIDING_METHODS)
        there[HIDES_MANY.field] = count
    return there
