"""What the parts of the cache ask the mirror's file through: one place knows what to do if it is broken."""

from abc import ABC, abstractmethod
from functools import cache
from typing import Any, NamedTuple

from bbs.clock import Ms
from bbs.rows import R, columns, marks, select


class Rows(ABC):
    """Asks and changes the mirror's file. The cache is the one that does."""

    @abstractmethod
    def _rows(self, sql: str, *args: object, **named: object) -> list[Any]:
        """Return all rows a statement gives; of an empty mirror where the file was broken.

        Args:
            sql: With plain parameters (?) or named ones (:now), never both.
            args: The values of the plain ones.
            named: The values of the named ones.
        """

    @abstractmethod
    def _now(self) -> Ms:
        """Return the time: what is over by it is not shown (P10)."""

    @abstractmethod
    def _execute(self, sql: str, *args: object, **named: object) -> None:
        """Run a statement that changes something."""

    def _select(self, row: type[R], sql: str, *args: object, **named: object) -> list[R]:
        """Return rows with names, as `bbs.rows.select` reads `sql`."""
        return list(map(row._make, self._rows(select(row, sql), *args, **named)))

    def _select_one(self, row: type[R], sql: str, *args: object, **named: object) -> R | None:
        """Return the first of the rows that `_select` gives; None if there is none."""
        return next(iter(self._select(row, sql, *args, **named)), None)

    def _value(self, sql: str, *args: object, **named: object) -> Any:
        """Return the one value that a statement gives; None if it gives no row."""
        return next((value for (value,) in self._rows(sql, *args, **named)), None)


@cache
def upsert(table: str, row: type[NamedTuple], key: str, where: str = "") -> str:
    """Return a statement that writes a row, over the one with the same key if there is one.

    Args:
        row: Its fields are named as the columns.
        key: The columns that tell rows apart, separated by commas.
        where: The condition under which the row that is there may be replaced; empty for always.
    """
    others = (name for name in row._fields if name not in key.split(", "))
    changes = ", ".join(f"{name} = excluded.{name}" for name in others)
    sql = (
        f"INSERT INTO {table}({columns(row)}) VALUES ({marks(row)})"  # noqa: S608 - our own names
        f" ON CONFLICT({key}) DO UPDATE SET {changes}"
    )
    return f"{sql} WHERE {where}" if where else sql
