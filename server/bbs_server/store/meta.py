"""The table `meta`: facts about the database itself, each a value under a key."""

from typing import NamedTuple

from bbs_server.store.api import TableSpec, Tx

EPOCH = "epoch"
"""The key of the epoch; it has no value before the community is founded."""

FIRST_BOARD = "first_board"
"""The key of the template for the first sysop's board, deleted once that board is open."""

ACTS_BROUGHT = "acts_brought"
"""The key that says that the acts of older versions are written."""

NOTICES_BROUGHT = "notices_brought"
"""The key that says that the notices of older versions are written."""


class MetaRow(NamedTuple):
    """A value under its key."""

    key: str
    value: str


META = TableSpec("meta", MetaRow, ("key",), write_order=0, updated_columns=("value",))


def find_meta(tx: Tx, key: str) -> str | None:
    """Return the value under a key; None where there is none."""
    row = tx.get(META, key)
    return None if row is None else row.value


def upsert_meta(tx: Tx, key: str, value: str) -> None:
    """Store a value under a key; replace the value before."""
    tx.upsert(META, (key,), MetaRow(key, value))


def delete_meta(tx: Tx, key: str) -> None:
    """Delete the value under a key, if there is one."""
    tx.execute("DELETE FROM meta WHERE key = ?", key)
