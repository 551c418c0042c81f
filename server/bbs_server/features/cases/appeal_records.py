"""The SQL of appeals, and their views (protocol 23.4)."""

from collections.abc import Collection
from typing import Any, NamedTuple

from bbs.clock import Ms, instant, optional_instant
from bbs.features.cases.views import Appeal, AppealState, CaseLevel
from bbs.ids import COMMONS, AppealId, BoardId, CaseId, MemberId
from bbs.rows import columns, marks, view_of
from bbs_server.standing import ObjectLocation
from bbs_server.store import texts
from bbs_server.store.api import RemovalReason, Tx


class AppealRow(NamedTuple):
    """An appeal as it is stored; times in ms.

    Attributes:
        kind, thing: The words that an act without a case hid.
        level: Whose office decides about it.
        ended_at: When it was decided, taken back or lapsed.
    """

    id: AppealId
    board: BoardId
    act: str
    of_case: CaseId | None
    kind: str | None
    thing: str | None
    member: MemberId
    asked_at: Ms
    decide_by: Ms
    state: str
    level: str
    words_text: str | None
    ended_at: Ms | None = None
    decided_by: MemberId | None = None
    reason_text: str | None = None
    until: Ms | None = None
    revision: int = 1


_UPDATE = (
    f"UPDATE appeals SET {', '.join(f'{name} = ?' for name in AppealRow._fields)} WHERE id = ?"  # noqa: S608 - names of ours
)


def locate_appeal(tx: Tx, key: AppealId) -> ObjectLocation | None:
    """Return where an appeal is decided: on its board, or at the commons."""
    found = tx.fetch_one("SELECT board, level FROM appeals WHERE id = ?", key)
    if found is None:
        return None
    board, level = found
    return ObjectLocation(board if level == CaseLevel.BOARD.value else COMMONS)


def find_appeal(tx: Tx, appeal: AppealId) -> AppealRow | None:
    """Return an appeal; None if there is none."""
    return tx.select_one(AppealRow, "FROM appeals WHERE id = ?", appeal)


def find_by_act(tx: Tx, act: str) -> AppealRow | None:
    """Return the appeal against an act that was not taken back; None for none."""
    return tx.select_one(AppealRow, "FROM appeals WHERE act = ? AND state <> 'taken_back'", act)


def find_of_case(tx: Tx, case: CaseId) -> AppealRow | None:
    """Return the last appeal of a case; None for none."""
    sql = "FROM appeals WHERE of_case = ? ORDER BY asked_at DESC LIMIT 1"
    return tx.select_one(AppealRow, sql, case)


def list_open(tx: Tx) -> list[AppealRow]:
    """Return the appeals that wait, those that are due first before the others."""
    sql = """FROM appeals WHERE state = 'open' ORDER BY decide_by, id COLLATE "binary\""""
    return tx.select(AppealRow, sql)


def has_open(tx: Tx, member: MemberId) -> bool:
    """Return whether an appeal of a member waits, whatever it is against."""
    sql = "SELECT 1 FROM appeals WHERE member = ? AND state = 'open' LIMIT 1"
    return tx.fetch_one(sql, member) is not None


def list_due(tx: Tx, now: Ms, limit: int) -> list[AppealRow]:
    """Return appeals about which nobody decided in time at a moment, in ms."""
    sql = "FROM appeals WHERE state = 'open' AND decide_by <= ? ORDER BY decide_by LIMIT ?"
    return tx.select(AppealRow, sql, now, limit)


def list_of_member(tx: Tx, member: MemberId) -> list[AppealRow]:
    """Return the appeals of a member against acts without a case, the latest first."""
    sql = "FROM appeals WHERE member = ? AND of_case IS NULL ORDER BY asked_at DESC"
    return tx.select(AppealRow, sql, member)


def insert_appeal(tx: Tx, row: AppealRow) -> None:
    """Store an appeal."""
    sql = f"INSERT INTO appeals ({columns(AppealRow)}) VALUES ({marks(AppealRow)})"  # noqa: S608 - names of ours
    tx.execute(sql, *row)


def update_appeal(tx: Tx, row: AppealRow, **changes: Any) -> AppealRow:
    """Write changes of an appeal, with its next revision, and return it."""
    row = row._replace(**changes, revision=row.revision + 1)
    tx.execute(_UPDATE, *row, row.id)
    return row


def delete_old(tx: Tx, before: Ms, limit: int) -> int:
    """Forget appeals without a case that ended at a moment, in ms, or before; return how many."""
    rows = tx.select(
        AppealRow,
        "FROM appeals WHERE ended_at <= ? AND of_case IS NULL ORDER BY ended_at LIMIT ?",
        *(before, limit),
    )
    _delete(tx, rows)
    return len(rows)


def forget_case(tx: Tx, case: CaseId) -> None:
    """Forget the appeals of a case that is forgotten."""
    _delete(tx, tx.select(AppealRow, "FROM appeals WHERE of_case = ?", case))


def _delete(tx: Tx, rows: Collection[AppealRow]) -> None:
    keys = [key for row in rows for key in (row.words_text, row.reason_text)]
    texts.delete_texts(tx, keys, RemovalReason.FADED)
    tx.execute_many("DELETE FROM appeals WHERE id = ?", [(row.id,) for row in rows])


def appeal_view(tx: Tx, row: AppealRow, *, is_own: bool = False) -> Appeal:
    """Return an appeal with its words.

    Args:
        is_own: Whether it is for who appeals: the log names who decided, as its board says it.
    """
    words = texts.load_bodies(tx, [row.words_text, row.reason_text])
    return view_of(
        Appeal,
        row,
        case=row.of_case,
        asked_at=instant(row.asked_at),
        decide_by=instant(row.decide_by),
        state=AppealState(row.state),
        words=words.get(row.words_text or ""),
        decided_by=None if is_own else row.decided_by,
        reason=words.get(row.reason_text or ""),
        until=optional_instant(row.until),
    )


def appeal_of_case(tx: Tx, case: CaseId, *, is_own: bool = False) -> Appeal | None:
    """Return the last appeal of a case; None for none."""
    row = find_of_case(tx, case)
    return None if row is None else appeal_view(tx, row, is_own=is_own)


def text_keys(row: AppealRow, prefix: str = "appeal") -> dict[str, str]:
    """Return the ids of an appeal's texts by their paths in an event."""
    keys = {f"{prefix}.words": row.words_text, f"{prefix}.reason": row.reason_text}
    return {path: key for path, key in keys.items() if key is not None}
