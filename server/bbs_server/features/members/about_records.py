"""The SQL of what members say of themselves; an old wording is erased with each change (P10)."""

from typing import NamedTuple

from bbs import limits
from bbs.clock import Ms
from bbs.ids import MemberId
from bbs_server.store import texts
from bbs_server.store.api import RemovalReason, Tx
from bbs_server.store.hops import in_time


def find_profile(tx: Tx, member: MemberId) -> str | None:
    """Return what a member says of themselves; None if they say nothing, or there is no member."""
    key = tx.fetch_value("SELECT profile_text FROM members WHERE id = ?", member)
    return texts.load_bodies(tx, [key]).get(key) if key is not None else None


def set_profile(tx: Tx, at: texts.RandomSource, member: MemberId, text: str | None) -> None:
    """Store another profile of an existing member; None for none."""
    old = tx.fetch_value("SELECT profile_text FROM members WHERE id = ?", member)
    key = None if text is None else texts.insert_text(tx, at, text)
    tx.execute("UPDATE members SET profile_text = ? WHERE id = ?", key, member)
    texts.delete_texts(tx, [old])


def set_away(
    tx: Tx, at: texts.RandomSource, member: MemberId, text: str | None, until: Ms | None
) -> None:
    """Store another away line of an existing member, with its end in ms; None for none."""
    old = tx.fetch_value("SELECT away_text FROM members WHERE id = ?", member)
    key = None if text is None else texts.insert_text(tx, at, text)
    sql = "UPDATE members SET away_text = ?, away_until = ?, revision = revision + 1 WHERE id = ?"
    tx.execute(sql, key, until, member)
    texts.delete_texts(tx, [old])


def erase_away(tx: Tx, member: MemberId) -> None:
    """Erase an away line that nobody shows any more; it stays the same member to everybody."""
    key = tx.fetch_value("SELECT away_text FROM members WHERE id = ?", member)
    tx.execute("UPDATE members SET away_text = NULL, away_until = NULL WHERE id = ?", member)
    texts.delete_texts(tx, [key])


class AboutRow(NamedTuple):
    """The texts of what a member says of themselves; the away line's also once it is over."""

    profile_text: str | None
    away_text: str | None


def purge(tx: Tx, member: MemberId, *, was_away: bool) -> AboutRow:
    """Erase what an existing member says of themselves, because a law forbids it.

    Args:
        was_away: Whether the away line is still shown, so that everybody is told.

    Returns:
        What there was.
    """
    row = tx.select_one(AboutRow, "FROM members WHERE id = ?", member)
    assert row is not None
    tx.execute(
        "UPDATE members SET profile_text = NULL, away_text = NULL, away_until = NULL,"
        " revision = revision + ? WHERE id = ?",
        *(int(was_away), member),
    )
    texts.delete_texts(tx, row, RemovalReason.PURGED)
    return row


def delete_away_before(tx: Tx, before: Ms) -> bool:
    """Erase a slice of the away lines that ended before a time, in ms; nobody shows them any more.

    Returns:
        Whether there may be more.
    """
    rows = tx.fetch_all(
        "SELECT id FROM members WHERE away_until IS NOT NULL AND away_until <= ?"
        " ORDER BY away_until LIMIT ?",
        *(before, limits.SLICE_ROWS),
    )
    for (member,) in in_time(tx, rows):
        erase_away(tx, member)
    return bool(rows)
