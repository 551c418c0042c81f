"""The SQL of newcomers who are removed; the words of theirs that it hides are the threads' (`hidden`)."""

from typing import Any, NamedTuple

from bbs.clock import Ms
from bbs.features.cases.removal_rules import RemovalState, check_removal_move
from bbs.ids import CaseId, MemberId
from bbs.rows import columns, marks
from bbs_server.store.api import Tx


class RemovalRow(NamedTuple):
    """A removal as it is stored; times in ms.

    Attributes:
        act: The act that removed them.
        erase_at: When account and words are erased.
        step, place: How far the work of the present state has come; empty at its beginning.
    """

    member: MemberId
    of_case: CaseId
    act: str
    state: str
    since: Ms
    erase_at: Ms
    step: str = ""
    place: str = ""


def insert(tx: Tx, row: RemovalRow) -> None:
    """Insert a removal; nobody is removed twice."""
    check_removal_move(None, RemovalState(row.state))
    tx.execute(
        f"INSERT INTO removed_members ({columns(RemovalRow)}) VALUES ({marks(RemovalRow)})",  # noqa: S608 - names of ours
        *row,
    )


def find(tx: Tx, member: MemberId) -> RemovalRow | None:
    """Return the removal of a member; None if they are not removed."""
    return tx.select_one(RemovalRow, "FROM removed_members WHERE member = ?", member)


def find_by_act(tx: Tx, act: str) -> RemovalRow | None:
    """Return the removal by an act; None if that removed nobody, or was lifted."""
    return tx.select_one(RemovalRow, "FROM removed_members WHERE act = ?", act)


def list_unfinished(tx: Tx) -> list[RemovalRow]:
    """Return the removals in which something is to be done, or will be; there are few."""
    return tx.select(
        RemovalRow,
        "FROM removed_members WHERE state <> 'erased' ORDER BY erase_at, member COLLATE \"binary\"",
    )


def update(tx: Tx, row: RemovalRow, **changes: Any) -> RemovalRow:
    """Write how far a removal has come, or its next state, and return it."""
    if (state := changes.get("state")) is not None:
        changes["state"] = check_removal_move(RemovalState(row.state), state).value
    row = row._replace(**changes)
    tx.execute(
        "UPDATE removed_members SET state = ?, step = ?, place = ? WHERE member = ?",
        *(row.state, row.step, row.place, row.member),
    )
    return row


def delete(tx: Tx, row: RemovalRow) -> None:
    """Forget a removal that was lifted."""
    tx.execute("DELETE FROM removed_members WHERE member = ?", row.member)


def bring_back(tx: Tx, case: CaseId) -> None:
    """Show all words of a removed member again: their mirrors are told in slices.

    Raises:
        Conflict: If account and words are being erased.
    """
    row = tx.select_one(RemovalRow, "FROM removed_members WHERE of_case = ?", case)
    if row is not None:
        update(tx, row, state=RemovalState.LIFTED, step="", place="")
