"""The rows that the writer knows without asking the database, and those it has yet to write.

Many rows go in and out with few statements. The interpreter's lock is given away around every step
of a statement, and a busy event loop takes it: with a statement for each row the writer would queue
for the lock for each row.
"""

import re
import sqlite3
from collections.abc import Hashable, Iterable, Iterator, Sequence
from functools import cache
from typing import Any, TypeVar

from bbs_server.store.api import AnyTable, RowKey
from bbs_server.store.sqlite.faults import is_storage_fault

T = TypeVar("T")

_ROW_OF_MARKS = re.compile(r"(\((?:\?, )*\?\))")
_ROWS_AT_ONCE = (64, 16, 4, 1)  # 64 posts are 1,344 parameters; SQLite takes 32,766


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
        self.prefetched = {rows: _get_many(connection, rows, keys) for rows, keys in wanted.items()}

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
        _insert_many(connection, rows.put, list(put[rows].values()))


def _insert_many(
    connection: sqlite3.Connection, sql: str, rows: Sequence[Sequence[object]]
) -> None:
    """Insert rows, many with one statement.

    Args:
        sql: An INSERT of one row of parameters.
    """
    for some in _pieces(rows):
        values = [value for row in some for value in row]
        connection.execute(_of_rows(sql, len(some)), values)


def _get_many(
    connection: sqlite3.Connection, rows: AnyTable, keys: Iterable[RowKey]
) -> dict[RowKey, Any]:
    """Look rows up by their keys; return each row, or None, by its key."""
    found: dict[RowKey, Any] = dict.fromkeys(keys)
    for some in _pieces(list(found)):
        values = [value for key in some for value in key]
        for row in map(rows.row._make, connection.execute(_looking_for(rows, len(some)), values)):
            found[rows.key_of(row)] = row
    return found


def _pieces(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    """Cut rows into pieces of a few sizes, so that there are few statements to prepare."""
    start = 0
    for size in _ROWS_AT_ONCE:
        while len(rows) - start >= size:
            yield rows[start : start + size]
            start += size


@cache
def _looking_for(rows: AnyTable, count: int) -> str:
    """Return a query for rows by so many keys, in any order."""
    keys = ", ".join([f"({', '.join('?' * len(rows.key))})"] * count)
    same = " AND ".join(f"{name} = k.column{n}" for n, name in enumerate(rows.key, start=1))
    # Joined in this order, or SQLite goes through the whole table.
    return f"SELECT {rows.columns} FROM (VALUES {keys}) AS k CROSS JOIN {rows.table} ON {same}"  # noqa: S608 - names of ours


@cache
def _of_rows(sql: str, count: int) -> str:
    """Return an INSERT of one row of parameters as one of so many rows."""
    head, row, tail = _ROW_OF_MARKS.split(sql, maxsplit=1)
    return head + ", ".join([row] * count) + tail
