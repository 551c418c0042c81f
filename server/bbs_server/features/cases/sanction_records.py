"""The SQL of decisions and sanctions, and their views (protocol 23)."""

from collections.abc import Collection
from typing import Any, NamedTuple

from bbs import limits
from bbs.clock import DAY_MS, Ms, instant
from bbs.features.cases.ladder import Step
from bbs.features.cases.views import Sanction, SanctionKind, SanctionState
from bbs.features.moderation.messages import ThingKind
from bbs.ids import COMMONS, BoardId, CaseId, MemberId, ProposalId
from bbs.rows import columns, marks, view_of
from bbs_server.store import texts
from bbs_server.store.api import Tx

_OF_COMMUNITY = (SanctionKind.SUSPEND.value, SanctionKind.REMOVE.value)


class DecisionRow(NamedTuple):
    """A decision as it is stored.

    Attributes:
        proposal: The command that waits for its second key; None once it is carried out.
        act: The act in the log; None while it waits.
    """

    of_case: CaseId
    proposal: ProposalId | None = None
    act: str | None = None
    decided_by: MemberId | None = None
    seconded_by: MemberId | None = None


class HiddenRow(NamedTuple):
    """Words that a decision hid, with the act that hid them."""

    of_case: CaseId
    kind: ThingKind
    thing: str
    act: str


class SanctionRow(NamedTuple):
    """A sanction as it is stored; times in ms.

    Attributes:
        restriction: The restriction by which it holds; None of a word.
    """

    of_case: CaseId
    board: BoardId
    member: MemberId
    kind: str
    state: str
    seconds: int | None
    norm: int
    norms_version: int
    of_commons: int
    decided_at: Ms
    since: Ms
    until: Ms
    act: str | None
    restriction: str | None
    reason_text: str | None


_UPDATE = (
    f"UPDATE sanctions SET {', '.join(f'{name} = ?' for name in SanctionRow._fields)}"  # noqa: S608 - names of ours
    " WHERE of_case = ?"
)


class _StepRow(NamedTuple):
    decided_at: Ms
    until: Ms
    state: str


def find_decision(tx: Tx, case: CaseId) -> DecisionRow | None:
    """Return what was decided in a case, or waits; None for nothing."""
    return tx.select_one(DecisionRow, "FROM case_decisions WHERE of_case = ?", case)


def find_decision_by_act(tx: Tx, act: str) -> DecisionRow | None:
    """Return the decision with this act, or whose words this act hid; None for none."""
    sql = "FROM case_decisions WHERE act = ?"
    if (row := tx.select_one(DecisionRow, sql, act)) is not None:
        return row
    case = tx.fetch_value("SELECT of_case FROM case_hidden WHERE act = ?", act)
    return None if case is None else find_decision(tx, case)


def find_case_of_proposal(tx: Tx, proposal: ProposalId) -> CaseId | None:
    """Return the case whose decision waits as this proposal; None for none."""
    case: CaseId | None = tx.fetch_value(
        "SELECT of_case FROM case_decisions WHERE proposal = ?", proposal
    )
    return case


def upsert_decision(tx: Tx, row: DecisionRow) -> None:
    """Store what is decided in a case, in place of what waited."""
    tx.execute("DELETE FROM case_decisions WHERE of_case = ?", row.of_case)
    sql = f"INSERT INTO case_decisions ({columns(DecisionRow)}) VALUES ({marks(DecisionRow)})"  # noqa: S608 - names of ours
    tx.execute(sql, *row)


def delete_decision(tx: Tx, case: CaseId) -> None:
    """Forget a decision that was not seconded."""
    tx.execute("DELETE FROM case_decisions WHERE of_case = ?", case)


def insert_hidden(tx: Tx, row: HiddenRow) -> None:
    """Store that a decision hid words."""
    sql = f"INSERT INTO case_hidden ({columns(HiddenRow)}) VALUES ({marks(HiddenRow)})"  # noqa: S608 - names of ours
    tx.execute(sql, *row)


def list_hidden(tx: Tx, case: CaseId) -> list[HiddenRow]:
    """Return the words that the decision of a case hid."""
    sql = 'FROM case_hidden WHERE of_case = ? ORDER BY thing COLLATE "binary"'
    rows = tx.select(HiddenRow, sql, case)
    return [row._replace(kind=ThingKind(row.kind)) for row in rows]


def find_sanction(tx: Tx, case: CaseId) -> SanctionRow | None:
    """Return the sanction of a case; None if nobody was sanctioned, or it is forgotten."""
    return tx.select_one(SanctionRow, "FROM sanctions WHERE of_case = ?", case)


def insert_sanction(tx: Tx, row: SanctionRow) -> None:
    """Store a sanction."""
    sql = f"INSERT INTO sanctions ({columns(SanctionRow)}) VALUES ({marks(SanctionRow)})"  # noqa: S608 - names of ours
    tx.execute(sql, *row)


def update_sanction(tx: Tx, row: SanctionRow, **changes: Any) -> SanctionRow:
    """Write changes of a sanction, and return it."""
    row = row._replace(**changes)
    tx.execute(_UPDATE, *row, row.of_case)
    return row


def list_steps(tx: Tx, member: MemberId, board: BoardId) -> list[Step]:
    """Return the sanctions of a member that hold or held on a board, for the ladder.

    A suspension from the community held there, too. Removed newcomers stand outside the ladder.
    """
    rows = tx.select(
        _StepRow,
        "SELECT decided_at, until, state FROM sanctions WHERE member = ?"
        " AND kind <> 'remove' AND (board = ? OR board = ? AND kind = 'suspend')",
        *(member, board, COMMONS),
    )
    return [Step(row.decided_at, row.until, row.state == SanctionState.LIFTED) for row in rows]


def list_of_board(
    tx: Tx, board: BoardId, member: MemberId | None, since: Ms, now: Ms
) -> list[SanctionRow]:
    """Return sanctions of a board that are on, or were decided after `since`, the latest first.

    Args:
        member: Those of one member; None for all.
        since, now: In ms.
    """
    return tx.select(
        SanctionRow,
        "FROM sanctions WHERE board = ? AND (decided_at > ? OR until > ?)"
        " AND (member = ? OR ? IS NULL) AND state <> 'lifted'"
        ' ORDER BY decided_at DESC, of_case COLLATE "binary"',
        *(board, since, now, member, member),
    )


def list_over(tx: Tx, now: Ms, limit: int) -> list[SanctionRow]:
    """Return sanctions that are over at a moment, in ms, and of which nobody was told yet."""
    return tx.select(
        SanctionRow,
        "FROM sanctions WHERE state = 'on' AND until <= ? ORDER BY until LIMIT ?",
        now,
        limit,
    )


def delete_old(tx: Tx, before: Ms, limit: int) -> int:
    """Forget sanctions that were decided at a moment, in ms, or before; return how many."""
    rows = tx.select(
        SanctionRow,
        "FROM sanctions WHERE decided_at <= ? ORDER BY decided_at LIMIT ?",
        before,
        limit,
    )
    for row in rows:
        delete_sanction(tx, row)
    return len(rows)


def delete_sanction(tx: Tx, row: SanctionRow) -> None:
    """Forget a sanction with its reason."""
    texts.delete_texts(tx, [row.reason_text])
    tx.execute("DELETE FROM sanctions WHERE of_case = ?", row.of_case)


def forget_case(tx: Tx, case: CaseId) -> None:
    """Forget what was decided in a case that is forgotten."""
    if (row := find_sanction(tx, case)) is not None:
        delete_sanction(tx, row)
    tx.execute("DELETE FROM case_hidden WHERE of_case = ?", case)
    delete_decision(tx, case)


def state_at(row: SanctionRow, now: Ms) -> SanctionState:
    """Return the state of a sanction at a moment, in ms: its end needs nobody to tell of it."""
    state = SanctionState(row.state)
    return SanctionState.OVER if state is SanctionState.ON and row.until <= now else state


def sanction_views(tx: Tx, rows: Collection[SanctionRow], now: Ms) -> tuple[Sanction, ...]:
    """Return sanctions with their reasons, as they stand at `now`, in ms."""
    words = texts.load_bodies(tx, [row.reason_text for row in rows])
    return tuple(
        view_of(
            Sanction,
            row,
            case=row.of_case,
            kind=SanctionKind(row.kind),
            state=state_at(row, now),
            of_commons=bool(row.of_commons),
            decided_at=instant(row.decided_at),
            since=instant(row.since),
            until=instant(row.until),
            reason=words.get(row.reason_text or ""),
        )
        for row in rows
    )


def memory_begins(now: Ms) -> Ms:
    """Return since when sanctions are remembered at a moment, in ms."""
    return now - limits.LADDER_MEMORY_DAYS * DAY_MS
