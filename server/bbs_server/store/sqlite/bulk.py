"""Many rows into SQLite, and out of it, with few statements.

The interpreter's lock is given away around every step of a statement, and a busy event loop takes
it: with a statement for each row the writer would queue for the lock for each row.
"""

import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any, TypeVar

from bbs_server.store.api import AnyTable, RowKey

T = TypeVar("T")

_ROW_OF_MARKS = re.compile(r"(\((?:\?, )*\?\))")
_ROWS_AT_ONCE = (64, 16, 4, 1)  # 64 posts are 1,344 parameters; SQLite takes 32,766


def insert_many(connection: sqlite3.Connection, sql: str, rows: Sequence[Sequence[object]]) -> None:
    """Insert rows, many with one statement.

    Args:
        sql: An INSERT of one row of parameters.
    """
    for some in _pieces(rows):
        values = [value for row in some for value in row]
        connection.execute(_of_rows(sql, len(some)), values)


def get_many(
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
