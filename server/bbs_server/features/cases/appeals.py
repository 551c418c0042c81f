"""Handlers of appeals: asking for one, taking it back, deciding about it (protocol 23.4)."""

from typing import NamedTuple

from bbs.case_refusals import Barred, Why
from bbs.clock import Ms, to_ms
from bbs.features.cases import appeal_rules, rules
from bbs.features.cases.appeal_messages import (
    AppealResult,
    AskAppeal,
    DecideAppeal,
    GetAppeal,
    TakeBackAppeal,
    Verdict,
)
from bbs.features.cases.views import (
    Appeal,
    AppealState,
    CaseEnding,
    CaseLevel,
    CaseState,
    EntryKind,
    SanctionKind,
    SanctionState,
)
from bbs.features.cases.wording import check_words
from bbs.features.members.views import MemberAuthor
from bbs.features.moderation.messages import Act, Change, Thing, ThingKind
from bbs.features.moderation.rules import check_reason
from bbs.ids import BoardId, MemberId
from bbs.refusals import Conflict, NotFound
from bbs_server.features.cases import (
    appeal_hearers,
    appeal_records,
    changing,
    records,
    sanction_records,
    sanctions,
    undoing,
)
from bbs_server.features.cases.appeal_records import AppealRow
from bbs_server.features.cases.changing import NewEntry
from bbs_server.features.cases.records import CaseRow
from bbs_server.handler_api import Context
from bbs_server.outcome import Did, Effect, Outcome
from bbs_server.store import texts
from bbs_server.store.api import Tx


class _Appealed(NamedTuple):
    """What is appealed.

    Attributes:
        act: The act in the log.
        decided_at: When it was done, in ms.
        case: The case that it decided; None for an act without one.
        kind, thing: The words that an act without a case hid.
    """

    act: str
    board: BoardId
    decided_at: Ms
    case: CaseRow | None = None
    kind: ThingKind | None = None
    thing: str | None = None


def ask_appeal(tx: Tx, ctx: Context, command: AskAppeal) -> Outcome[AppealResult]:
    """Appeal against an act on the actor or their words; it holds meanwhile."""
    check_words(command.words, field="words")
    target = _find_appealed(tx, ctx, command.act)
    if appeal_records.find_appeal(tx, command.appeal) is not None:
        raise Conflict(what="this id is taken: an appeal has it")
    appeal_rules.check_in_time(target.decided_at, ctx.proven_now)
    if appeal_records.find_by_act(tx, target.act) is not None:
        raise Conflict(what="this was appealed already")
    state = appeal_rules.check_appeal_move(None, AppealState.OPEN)
    row = AppealRow(
        id=command.appeal,
        board=target.board,
        act=target.act,
        of_case=target.case and target.case.id,
        kind=target.kind and target.kind.value,
        thing=target.thing,
        member=ctx.member,
        asked_at=ctx.now,
        decide_by=appeal_rules.decide_by(ctx.now),
        state=state.value,
        level=CaseLevel.BOARD.value,
        words_text=texts.insert_text(tx, ctx, command.words),
    )
    row = row._replace(level=appeal_hearers.level_of(tx, ctx, row).value)
    effects: list[Effect] = []
    appeal_records.insert_appeal(tx, row)
    if target.case is not None:
        entry = NewEntry(EntryKind.APPEALED, by=ctx.member, until=row.decide_by)
        state_now = CaseState.APPEALED
        _, effects = changing.change(tx, ctx, target.case, entry, state=state_now)
    return _told(tx, ctx, row, effects)


def _find_appealed(tx: Tx, ctx: Context, act: str) -> _Appealed:
    """Return what an act did to the actor or their words.

    Raises:
        NotFound: If it did nothing to them.
        Conflict: If nothing of it is left to be undone.
    """
    decision = sanction_records.find_decision_by_act(tx, act)
    if decision is None:
        return _find_hiding(tx, ctx, act)
    row = records.find_case(tx, decision.of_case)
    if row is None or row.about != ctx.member or decision.act is None or row.decided_at is None:
        raise NotFound(what="act")
    if row.state != CaseState.APPEALED:
        rules.check_case_move(CaseState(row.state), CaseState.APPEALED)
    sanction = sanction_records.find_sanction(tx, row.id)
    is_lifted = sanction is None or sanction.state == SanctionState.LIFTED
    if is_lifted and not sanction_records.list_hidden(tx, row.id):
        raise Conflict(what="this decision was lifted already", revision=row.revision)
    return _Appealed(decision.act, row.board, row.decided_at, row)


def _find_hiding(tx: Tx, ctx: Context, act: str) -> _Appealed:
    hidden = ctx.readers.hidden_by_act(tx, act)
    done = ctx.readers.act(tx, act)
    if hidden is None or done is None or hidden.author != ctx.member:
        raise NotFound(what="act")
    return _Appealed(act, done.board, to_ms(done.at), None, hidden.kind, hidden.thing)


def _told(
    tx: Tx, ctx: Context, row: AppealRow, effects: list[Effect], act: Did | None = None
) -> Outcome[AppealResult]:
    """Return the outcome of a change of an appeal, with what tells of it."""
    result = AppealResult(
        appeal=appeal_records.appeal_view(tx, row, is_own=row.member == ctx.member),
        act=ctx.readers.act(tx, row.act),
    )
    return Outcome(result, (*effects, *appeal_hearers.tell(tx, row)), act=act)


def take_back_appeal(tx: Tx, ctx: Context, command: TakeBackAppeal) -> Outcome[AppealResult]:
    """Take an appeal back; what was decided holds on."""
    row = appeal_records.find_appeal(tx, command.appeal)
    if row is None or row.member != ctx.member:
        raise NotFound(what="appeal")
    row = end_appeal(tx, ctx, row, AppealState.TAKEN_BACK)
    effects: list[Effect] = []
    if (case := _case_of(tx, row)) is not None:
        entry = NewEntry(EntryKind.APPEAL_DECIDED, by=ctx.member)
        _, effects = changing.change(tx, ctx, case, entry, state=CaseState.DECIDED)
    return _told(tx, ctx, row, effects)


def end_appeal(
    tx: Tx,
    ctx: Context,
    row: AppealRow,
    state: AppealState,
    reason: str | None = None,
    **more: object,
) -> AppealRow:
    """Let an appeal end in a state; `more` are its other columns.

    Raises:
        Conflict: If it has ended.
    """
    state = appeal_rules.check_appeal_move(AppealState(row.state), state)
    text = None if reason is None else texts.insert_text(tx, ctx, reason)
    return appeal_records.update_appeal(
        tx, row, state=state.value, ended_at=ctx.now, reason_text=text, **more
    )


def _case_of(tx: Tx, row: AppealRow) -> CaseRow | None:
    return None if row.of_case is None else records.find_case(tx, row.of_case)


def get_appeal(tx: Tx, ctx: Context, query: GetAppeal) -> AppealResult:
    """Return an appeal that the actor asked for, or may decide about."""
    row = appeal_records.find_appeal(tx, query.appeal)
    if row is None:
        raise NotFound(what="appeal")
    is_own = row.member == ctx.member
    if not is_own:
        _check_hearer(tx, ctx, row)
    # Their authors read hidden words where they stand; who decides may have no seat there.
    is_alone = row.of_case is None and not is_own
    return AppealResult(
        appeal=appeal_records.appeal_view(tx, row, is_own=is_own),
        act=ctx.readers.act(tx, row.act),
        said=ctx.readers.words_hidden_by(tx, row.act, ctx.now) if is_alone else None,
    )


def list_to_decide(tx: Tx, ctx: Context, board: BoardId | None) -> list[Appeal]:
    """Return the appeals about which the actor may decide, those due first before the others.

    Args:
        board: Those of one board; None for all.
    """
    return [
        appeal_records.appeal_view(tx, row)
        for row in appeal_records.list_open(tx)
        if board in (None, row.board) and ctx.member in appeal_hearers.hearers(tx, ctx, row)
    ]


def _check_hearer(tx: Tx, ctx: Context, row: AppealRow) -> None:
    """Refuse whoever may not decide about an appeal.

    Raises:
        Barred: If they hold the office, but decided, or are party or host.
        NotFound: If it is not theirs.
    """
    if ctx.member in appeal_hearers.hearers(tx, ctx, row):
        return
    why = appeal_hearers.why_barred(tx, ctx, row, ctx.member)
    if why is None or why is Why.AUTHOR:
        raise NotFound(what="appeal")
    raise Barred(case=row.of_case or row.id, why=why.value)


def decide_appeal(tx: Tx, ctx: Context, command: DecideAppeal) -> Outcome[AppealResult]:
    """Uphold, shorten or lift what was decided."""
    check_reason(command.reason)
    row = appeal_records.find_appeal(tx, command.appeal)
    if row is None:
        raise NotFound(what="appeal")
    _check_hearer(tx, ctx, row)
    state = appeal_rules.AFTER[command.verdict]
    case = _case_of(tx, row)
    until = _shorter(tx, ctx, row, command)
    row = end_appeal(*(tx, ctx, row, state, command.reason), decided_by=ctx.member, until=until)
    effects: list[Effect] = []
    if command.verdict is Verdict.LIFT:
        office = appeal_hearers.office_of(tx, ctx, row)
        author = MemberAuthor(id=ctx.member)
        effects += undoing.undo_decision(tx, ctx, row, author, office, command.reason)
    if case is not None:
        effects += close_case(tx, ctx, case, row, by=ctx.member, reason=command.reason)
    changes = [Change(field="appeal", after=state.value)]
    if until is not None:
        changes.append(Change(field="until", after=f"{command.until:%Y-%m-%d}"))
    act = Did(
        board=row.board,
        thing=appealed_thing(case, ctx.readers.act(tx, row.act), row),
        about=row.member,
        changes=tuple(changes),
        reason=command.reason,
        undoes=row.act if state in appeal_rules.UNDOES else None,
    )
    return _told(tx, ctx, row, effects, act)


def _shorter(tx: Tx, ctx: Context, row: AppealRow, command: DecideAppeal) -> Ms | None:
    """Shorten the sanction of an appeal, and return when it ends; None for another verdict.

    Raises:
        BadParams, Conflict: If it cannot be shortened so.
    """
    if command.verdict is not Verdict.SHORTEN:
        return None
    sanction = None if row.of_case is None else sanction_records.find_sanction(tx, row.of_case)
    if sanction is not None and sanction.kind == SanctionKind.REMOVE:
        raise Conflict(what="account and words go at its end: uphold the removal, or lift it")
    is_on = sanction is not None and sanction.state == SanctionState.ON
    ends_at = sanction.until if sanction is not None and is_on else None
    requested = None if command.until is None else to_ms(command.until)
    return appeal_rules.check_shorter(requested, now=ctx.now, ends_at=ends_at)


def close_case(
    tx: Tx,
    ctx: Context,
    case: CaseRow,
    row: AppealRow,
    *,
    by: MemberId | None,
    reason: str | None,
) -> list[Effect]:
    """Close the case of an appeal that is decided, or that nobody decided in time."""
    effects: list[Effect] = []
    if row.until is not None:
        sanction = sanction_records.find_sanction(tx, case.id)
        assert sanction is not None
        effects += sanctions.shorten(tx, ctx, sanction, row.until)
    is_undone = AppealState(row.state) in appeal_rules.UNDOES
    office = None if by is None else appeal_hearers.office_of(tx, ctx, row)
    entry = NewEntry(EntryKind.APPEAL_DECIDED, by=by, office=office, text=reason)
    entry = entry._replace(until=row.until)
    case, told = changing.change(tx, ctx, case, entry)
    ending = CaseEnding.OVERTURNED if is_undone else CaseEnding.DECIDED
    _, closed = changing.close(tx, ctx, case, ending)
    return [*effects, *told, *closed]


def appealed_thing(case: CaseRow | None, act: Act | None, row: AppealRow) -> Thing:
    """Return what an appeal was about, as acts name it."""
    if case is not None:
        return sanctions.case_thing(case)
    if act is not None:
        return act.thing
    return Thing(kind=ThingKind(row.kind or ThingKind.POST), id=row.thing)
