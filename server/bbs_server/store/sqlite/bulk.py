"""Many rows into SQLite, and out of it, with few statements.

The interpreter's lock is given away around every step of a statement, and a busy event loop takes
it: with a statement for each row the writer would queue for the lock for each row.
"""

import re
import sqlite3
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from bbs_server.store.api import AnyTable, RowKey

_ROW_OF_MARKS = re.compile(r"(\((?:\?, )*\?\))")
_ROWS_AT_ONCE = (64, 16, 4, 1)  # 64 posts are 1,344 parameters; SQLite takes 32,766


def insert_many(connection: sqlite3.Connection, sql: str, rows: Sequence[Sequence[object]]) -> None:
    """Insert rows, many with one statement.

    Args:
        sql: An INSERT of one row of parameters.
    """
    start = 0
    for size in _ROWS_AT_ONCE:
        statement = _of_rows(sql, size)
        while len(rows) - start >= size:
            values = [value for row in rows[start : start + size] for value in row]
            connection.execute(statement, values)
            start += size


def get_many(
    connection: sqlite3.Connection, rows: AnyTable, keys: Iterable[RowKey]
) -> dict[RowKey, Any]:
    """Look rows up by their keys; return each row, or None, by its key."""
    found: dict[RowKey, Any] = dict.fromkeys(keys)
    wanted = list(found)
    start = 0
    for size in _ROWS_AT_ONCE:
        while len(wanted) - start >= size:
            values = [value for key in wanted[start : start + size] for value in key]
            for row in map(rows.row._make, connection.execute(_looking_for(rows, size), values)):
                found[rows.key_of(row)] = row
            start += size
    return found


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
