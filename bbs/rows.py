"""Rows with names: a table's columns are declared once, as the fields of a NamedTuple. Pure."""

from functools import cache, lru_cache
from typing import Any, NamedTuple, TypeVar

from msgspec import Struct

R = TypeVar("R", bound=NamedTuple)
V = TypeVar("V", bound=Struct)

_STATEMENTS_MAX = 1_000  # different ones; the program has about three hundred


@cache
def columns(row: type[NamedTuple], table: str = "") -> str:
    """Return the columns of a row, separated by commas.

    Args:
        row: Its fields are named as the columns.
        table: The table's name in the statement, to stand before each; empty for none.
    """
    dot = f"{table}." if table else ""
    return ", ".join(dot + name for name in row._fields)


@cache
def marks(row: type[NamedTuple]) -> str:
    """Return a question mark for each column of a row, separated by commas."""
    return ", ".join("?" * len(row._fields))


@lru_cache(_STATEMENTS_MAX)
def select(row: type[NamedTuple], sql: str) -> str:
    """Return a statement that selects rows of a type.

    Args:
        sql: From FROM on, for the columns as they are declared; or a whole SELECT or WITH whose
            columns come in the order of the fields.
    """
    return f"SELECT {columns(row)} {sql}" if sql.startswith("FROM ") else sql


def view_of(view: type[V], row: NamedTuple, **other: Any) -> V:
    """Return a view of a row: each field has the value of the column of its name.

    Args:
        other: Fields whose values are not a column's as it is stored; they come first.

    Raises:
        TypeError: If a field without a default is neither a column nor among `other`.
    """
    same = {name: getattr(row, name) for name in _shared_names(view, type(row))}
    return view(**same | other)


@cache
def _shared_names(view: type[Struct], row: type[NamedTuple]) -> tuple[str, ...]:
    return tuple(name for name in view.__struct_fields__ if name in row._fields)
