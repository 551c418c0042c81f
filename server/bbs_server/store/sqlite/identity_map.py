"""The rows that the writer knows without asking the database, and those it has yet to write."""

import sqlite3
from collections.abc import Hashable, Iterable
from typing import Any

from bbs_server.store.api import AnyTable, RowKey
from bbs_server.store.sqlite.bulk import get_many, insert_many
from bbs_server.store.sqlite.faults import is_storage_fault


class DeferredWriteError(Exception):
    """The database refuses a row whose writing was deferred: a mistake of ours."""


class IdentityMap:
    """The rows that the writer knows, and those it has yet to write.

    Attributes:
        pending: Rows put by finished commands of the group.
        rows: Rows as they stand in the database.
        prefetched: The same of this group alone, and None where there is no such row.
        memoized: The results of `memoize`, by function and arguments.
        asked: Every word of the statements from which these results come, the names of their
            tables among them.
        numbers: The last number given to a row.
        broken: A waiting row was refused; the group has to be begun anew.
    """

    def __init__(self) -> None:
        self.pending: dict[AnyTable, dict[RowKey, Any]] = {}
        self.rows: dict[AnyTable, dict[RowKey, Any]] = {}
        self.prefetched: dict[AnyTable, dict[RowKey, Any]] = {}
        self.memoized: dict[Hashable, tuple[Any, frozenset[str]]] = {}
        self.asked: set[str] = set()
        self.numbers: dict[AnyTable, int] = {}
        self.broken = False
        self._version: int | None = None

    def begin(self, connection: sqlite3.Connection) -> None:
        """Begin a group, in its transaction; forget all if another connection has written."""
        (version,) = connection.execute("PRAGMA data_version").fetchone()
        if version != self._version:
            self.invalidate()
            self._version = version

    def prefetch(
        self, connection: sqlite3.Connection, foreseen: Iterable[tuple[AnyTable, RowKey]]
    ) -> None:
        """Look up together what a group will look up."""
        wanted: dict[AnyTable, list[RowKey]] = {}
        for rows, key in foreseen:
            wanted.setdefault(rows, []).append(key)
        self.prefetched = {rows: get_many(connection, rows, keys) for rows, keys in wanted.items()}

    def invalidate(self) -> None:
        """Forget the rows of the database: they may have changed. Pending rows still wait."""
        self.rows.clear()
        self.prefetched.clear()
        self.memoized.clear()
        self.asked.clear()
        self.numbers.clear()

    def clear(self) -> None:
        """Forget everything: the transaction was undone."""
        self.invalidate()
        self.pending.clear()
        self.broken = False

    def add_pending(self, put: dict[AnyTable, dict[RowKey, Any]]) -> None:
        """Let the rows of a command that is done wait for the end of its group."""
        for rows, by_key in put.items():
            if (waiting := self.pending.get(rows)) is None:
                self.pending[rows] = by_key
            else:
                waiting |= by_key

    def changed(self, table: str) -> None:
        """Forget the answers that come from a table."""
        if table in self.asked:
            self.memoized.clear()
            self.asked.clear()

    def remember(self, rows: AnyTable, key: RowKey, row: Any) -> None:
        """Remember a row as it stands in the database."""
        known = self.rows.setdefault(rows, {})
        if len(known) >= rows.cached_rows_max:
            known.clear()
        known[key] = row

    def flush(self, connection: sqlite3.Connection) -> None:
        """Write the pending rows.

        Raises:
            DeferredWriteError: If a row is refused; some others may be written then.
            sqlite3.Error: If the disk fails.
        """
        try:
            flush_rows(connection, self.pending)
        except Exception as error:
            if is_storage_fault(error):
                raise
            self.broken = True  # the command under way must not take this error for its own
            raise DeferredWriteError from error
        for rows, by_key in self.pending.items():
            if rows in self.prefetched:
                self.prefetched[rows] |= by_key
            if rows.cached_rows_max:
                for key, row in by_key.items():
                    self.remember(rows, key, row)
        self.pending.clear()


def flush_rows(connection: sqlite3.Connection, put: dict[AnyTable, dict[RowKey, Any]]) -> None:
    """Write rows; a row comes after those to which it refers."""
    for rows in sorted(put, key=lambda rows: rows.write_order):
        insert_many(connection, rows.put, list(put[rows].values()))
