"""The identity map: rows that the writer has read, and rows that it has yet to write.

It serves many rows with few statements. Python releases the interpreter's lock around every step of
a statement, and a busy event loop takes it. With a statement for each row the writer would wait for
the lock for each row.
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
_ROWS_AT_ONCE = (64, 32, 16, 8, 4, 2, 1)  # 64 posts are 1,664 parameters; SQLite takes 32,766


class DeferredWriteError(Exception):
    """The database refused a row whose writing was deferred, which is a bug."""


class IdentityMap:
    """The rows that the writer has read, and those it has yet to write.

    Attributes:
        pending: Rows that finished commands of the group have upserted.
        rows: Rows as they stand in the database.
        prefetched: Rows read for this group alone; None for a row that does not exist.
        memoized: The results of `memoize`, by function and arguments.
        asked: Every word of the statements behind these results, table names included.
        numbers: The last number given to a row.
        broken: Whether the database refused a pending row; then the group has to start again.
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
        """Begin a group in its transaction; forget all rows if another connection has written."""
        (version,) = connection.execute("PRAGMA data_version").fetchone()
        if version != self._version:
            self.invalidate()
            self._version = version

    def prefetch(
        self, connection: sqlite3.Connection, foreseen: Iterable[tuple[AnyTable, RowKey]]
    ) -> None:
        """Read the rows that a group will look up, with few statements."""
        wanted: dict[AnyTable, list[RowKey]] = {}
        for rows, key in foreseen:
            wanted.setdefault(rows, []).append(key)
        self.prefetched = {rows: _get_many(connection, rows, keys) for rows, keys in wanted.items()}

    def invalidate(self) -> None:
        """Forget the stored rows, because they may have changed. Pending rows stay."""
        self.rows.clear()
        self.prefetched.clear()
        self.memoized.clear()
        self.asked.clear()
        self.numbers.clear()

    def clear(self) -> None:
        """Forget everything, because the transaction was rolled back."""
        self.invalidate()
        self.pending.clear()
        self.broken = False

    def add_pending(self, put: dict[AnyTable, dict[RowKey, Any]]) -> None:
        """Keep the rows of a finished command until the end of its group."""
        for rows, by_key in put.items():
            if (waiting := self.pending.get(rows)) is None:
                self.pending[rows] = by_key
            else:
                waiting |= by_key

    def changed(self, table: str) -> None:
        """Forget the memoized results that come from a table."""
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
            DeferredWriteError: If the database refuses a row; other rows may be written then.
            sqlite3.Error: If the disk fails.
        """
        try:
            flush_rows(connection, self.pending)
        except Exception as error:
            if is_storage_fault(error):
                raise
            self.broken = True  # the command that runs now must not take this error for its own
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
    """Cut rows into pieces of a few sizes, so that there are few different statements."""
    start = 0
    for size in _ROWS_AT_ONCE:
        while len(rows) - start >= size:
            yield rows[start : start + size]
            start += size


@cache
def _looking_for(rows: AnyTable, count: int) -> str:
    """Return a query for that many rows by their keys, in any order."""
    keys = ", ".join([f"({', '.join('?' * len(rows.key))})"] * count)
    same = " AND ".join(f"{name} = k.column{n}" for n, name in enumerate(rows.key, start=1))
    # Joined in this order; in the other order SQLite would scan the whole table.
    return f"SELECT {rows.columns} FROM (VALUES {keys}) AS k CROSS JOIN {rows.table} ON {same}"  # noqa: S608 - names of ours


@cache
def _of_rows(sql: str, count: int) -> str:
    """Return an INSERT of one row of parameters as an INSERT of several rows."""
    head, row, tail = _ROW_OF_MARKS.split(sql, maxsplit=1)
    return head + ", ".join([row] * count) + tail
