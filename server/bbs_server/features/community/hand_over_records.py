"""The SQL of a hand-over: the one that waits, and what is left to do by hand after the last one."""

from typing import NamedTuple

from bbs.features.community.hand_over_views import HandOverItem
from bbs.ids import MemberId, ProposalId
from bbs_server.store.api import Tx


class HandOverRow(NamedTuple):
    """The hand-over that waits.

    Attributes:
        proposal: The command that waits.
        heir: Who is to be sysop.
        backup_days: What they are bound to, as it was announced.
        accepted: The digest of the terms that the heir accepted; None before.
        told_upto: Up to which member, by id, everybody was told.
    """

    proposal: ProposalId
    heir: MemberId
    backup_days: int
    accepted: str | None
    told_upto: MemberId


def find_hand_over(tx: Tx) -> HandOverRow | None:
    """Return the hand-over that waits; None if none does."""
    return tx.select_one(HandOverRow, "FROM hand_over")


def insert_hand_over(tx: Tx, row: HandOverRow) -> None:
    """Store that a hand-over waits; there is never more than one."""
    tx.execute(
        "INSERT INTO hand_over (one, proposal, heir, backup_days, accepted, told_upto)"
        " VALUES (1, ?, ?, ?, ?, ?)",
        *row,
    )


def update_hand_over(tx: Tx, row: HandOverRow) -> None:
    """Write what the heir accepted, and who was told."""
    tx.execute("UPDATE hand_over SET accepted = ?, told_upto = ?", row.accepted, row.told_upto)


def delete_hand_over(tx: Tx) -> None:
    """Forget the hand-over that waited."""
    tx.execute("DELETE FROM hand_over")


def list_left(tx: Tx) -> tuple[HandOverItem, ...]:
    """Return what is still to be done by hand, in the order of the checklist."""
    left = {item for (item,) in tx.fetch_all("SELECT item FROM hand_over_left")}
    return tuple(item for item in HandOverItem if item in left)


def begin_left(tx: Tx) -> None:
    """Begin the checklist anew, with every item."""
    tx.execute("DELETE FROM hand_over_left")
    sql = "INSERT INTO hand_over_left (item) VALUES (?)"
    tx.execute_many(sql, [(item.value,) for item in HandOverItem])


def end_left(tx: Tx, item: HandOverItem) -> None:
    """Take an item off the checklist."""
    tx.execute("DELETE FROM hand_over_left WHERE item = ?", item.value)
