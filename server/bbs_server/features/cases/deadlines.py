"""What time alone does to cases (protocol 22.7): it restricts nobody, and hides nothing."""

from bbs import limits
from bbs.clock import DAY_MS, Ms
from bbs.features.cases import rules
from bbs.features.cases.views import CaseEnding, CaseLevel, CaseState, EntryKind
from bbs.ids import COMMONS, BoardId, CaseId
from bbs.messages import Command, Done
from bbs.powers import Need, NeedTarget, Office, Power
from bbs_server.features.cases import audience, changing, handling, records
from bbs_server.features.cases.changing import NewEntry
from bbs_server.features.cases.records import CaseRow
from bbs_server.handler_api import Context
from bbs_server.jobs import Job, JobKind
from bbs_server.outcome import Effect, Outcome
from bbs_server.store.api import Tx

_APPEAL_MS = limits.APPEAL_DAYS * DAY_MS
_DUE = (
    "SELECT id FROM cases WHERE state = 'asked' AND answer_by <= ?"
    " UNION ALL SELECT id FROM cases WHERE state IN ('open', 'asked', 'heard') AND decide_by <= ?"
    " UNION ALL SELECT id FROM cases WHERE state = 'decided' AND decided_at <= ? LIMIT 1"
)
_LEVELS = "SELECT DISTINCT board, level FROM cases WHERE ended_at IS NULL"
_PASSED_BY_TIME = (
    "SELECT 1 FROM case_entries WHERE of_case = ? AND kind = 'passed_on' AND office = 'system'"
)
_WAITING = (
    "SELECT DISTINCT CASE level WHEN 'board' THEN board ELSE ? END FROM cases"
    " WHERE state = 'open' AND claimed_by IS NULL AND opened_at <= ?"
)


class TendCase(Command[Done], frozen=True, kw_only=True):
    """Do what is due to a case; only the server sends it."""

    method = "cases.tend"
    needs = Need(Power.DUE, on=NeedTarget.CASE)
    case: CaseId


def tend(tx: Tx, ctx: Context, command: TendCase) -> Outcome[Done]:
    """Do the first thing that is due to a case."""
    row = records.find_case(tx, command.case)
    effects = [] if row is None else _tend(tx, ctx, row)
    return Outcome(Done(), tuple(effects))


def _tend(tx: Tx, ctx: Context, row: CaseRow) -> list[Effect]:
    state, now = CaseState(row.state), ctx.proven_now
    if state is CaseState.ASKED and now >= (row.answer_by or 0):
        entry = NewEntry(EntryKind.SILENT)
        return changing.change(tx, ctx, row, entry, state=CaseState.HEARD)[1]
    if state is CaseState.DECIDED and now >= (row.decided_at or 0) + _APPEAL_MS:
        ending = CaseEnding.DECIDED if row.ending is None else CaseEnding(row.ending)
        return changing.close(tx, ctx, row, ending)[1]
    if row.decide_by is not None and now >= row.decide_by and state in rules.UNDECIDED:
        return _missed(tx, ctx, row)
    return _to_level(tx, ctx, row)


def _missed(tx: Tx, ctx: Context, row: CaseRow) -> list[Effect]:
    """Pass a case on about which nobody decided in time; the second time it is closed."""
    was_missed = tx.fetch_one(_PASSED_BY_TIME, row.id) is not None
    above = None if was_missed else handling.next_level(tx, row, ctx.now)
    if above is None:
        return changing.close(tx, ctx, row, CaseEnding.NOT_DECIDED)[1]
    entry = NewEntry(EntryKind.PASSED_ON, office=Office.SYSTEM)
    return changing.change(tx, ctx, row, entry, **handling.passed(above, ctx.now))[1]


def _to_level(tx: Tx, ctx: Context, row: CaseRow) -> list[Effect]:
    """Bring a case to the level where anybody handles it, if nobody does at its own any more."""
    level = handling.standing_of(tx, row, ctx.now)[0]
    if level == row.level:
        return []
    columns = handling.passed(level, ctx.now)
    if row.decide_by is None:
        columns = {"level": level.value}
    return changing.change(tx, ctx, row, NewEntry(EntryKind.PASSED_ON), **columns)[1]


def tend_due(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Do what is due to one case; the runner calls again while there is another."""
    proven = ctx.proven_now
    due = tx.fetch_value(_DUE, proven, proven, proven - _APPEAL_MS) or _find_at_wrong_level(tx, ctx)
    if due is None:
        return Outcome(Done())
    return Outcome(Done(), (ctx.carry_out_due(tx, TendCase(case=due)),))


def _find_at_wrong_level(tx: Tx, ctx: Context) -> CaseId | None:
    """Return a case that nobody handles at its level: they left, or all of them are party to it."""
    for board, level in tx.fetch_all(_LEVELS):
        found = _find_unhandled(tx, ctx.now, board, CaseLevel(level))
        if found is not None:
            return found
    return None


def _find_unhandled(tx: Tx, now: Ms, board: BoardId, level: CaseLevel) -> CaseId | None:
    """Return a case of a board and a level at which nobody handles it now."""
    held = audience.holders(tx, board, now)
    here = sorted(held.get(level, frozenset()))
    for row in audience.list_of_party(tx, board, level, here[0] if here else None):
        barred = audience.parties_of(tx, row).everybody
        if audience.level_of(row, held, barred) is not level:
            return row.id
    return None


def find_awaited(tx: Tx, upto: Ms) -> list[BoardId]:
    """Return where a report has waited since a moment, in ms, or longer, for anybody to take it on."""
    return [board for (board,) in tx.fetch_all(_WAITING, COMMONS, upto)]


JOBS: tuple[Job, ...] = (Job("cases in time", 30.0, tend_due, JobKind.ACTS),)
