"""Many rows into SQLite with few statements."""

import re
import sqlite3
from collections.abc import Sequence
from functools import cache

_ROW_OF_MARKS = re.compile(r"(\((?:\?, )*\?\))")
_ROWS_AT_ONCE = (64, 16, 4, 1)  # 64 posts are 1,344 parameters; SQLite takes 32,766


def insert_many(connection: sqlite3.Connection, sql: str, rows: Sequence[Sequence[object]]) -> None:
    """Insert rows, many with one statement.

    The interpreter's lock is given away around every step of a statement, and a busy event loop
    takes it: with one step for each row the writer would queue for the lock for each row.

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


@cache
def _of_rows(sql: str, count: int) -> str:
    """Return an INSERT of one row of parameters as one of so many rows."""
    head, row, tail = _ROW_OF_MARKS.split(sql, maxsplit=1)
    return head + ", ".join([row] * count) + tail
