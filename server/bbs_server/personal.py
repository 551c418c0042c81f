"""Personal data: what a feature keeps of a member, declared column by column.

From the declarations come the export (P9), the page that tells members what is kept of them (P11),
and what leaving and packing a board do. `tests/shape/test_personal.py` reads the schema: a column
that refers to members and is declared by nobody fails.
"""

import json
from collections.abc import Callable, Iterator
from enum import StrEnum
from types import GenericAlias
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct

from bbs import limits
from bbs.clock import optional_instant
from bbs.features.ownership.views import ExportPlace
from bbs_server.handler_api import Context
from bbs_server.store import texts
from bbs_server.store.api import Tx

ExportKey = tuple[Any, ...]
"""Where a row stands in its section: the texts and numbers of a key that never changes."""

_TEXT = "_text"
_BEYOND = 2**53  # no number of a row is as high


class Leaving(StrEnum):
    """What becomes of something when its member leaves the community."""

    GOES = "goes"
    FORMER = "becomes a former member's"
    STAYS = "stays"


class GivenRow(NamedTuple):
    """A row of an export, a struct or plain data, and where it stands in its section."""

    key: ExportKey
    row: Any


GiveRows = Callable[[Tx, Context, ExportKey | None], Iterator[GivenRow | None]]
"""Yields the actor's rows after a key, in the order of keys; None wherever the read may be cut."""


class OwnedRows(Struct, frozen=True, kw_only=True):
    """Gives the rows of a table that are a member's, as they are stored; a `GiveRows`.

    Attributes:
        table: Its name.
        owner: The column that names the member.
        key: The columns that name a row beside its owner; they are among `columns`.
        columns: What is given. One that ends in `_text` is given as the text whose id it holds.
        numbers: Those of `key` that are numbers.
        times: Those of `columns` that are times in ms.
    """

    table: str
    owner: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    numbers: tuple[str, ...] = ()
    times: tuple[str, ...] = ()

    @property
    def key_type(self) -> Any:
        """The type of a key."""
        return GenericAlias(tuple, tuple(int if key in self.numbers else str for key in self.key))

    @property
    def sql(self) -> str:
        """The statement: a piece of the member's rows above a key."""
        order = [key if key in self.numbers else f'{key} COLLATE "binary"' for key in self.key]
        return (
            f"SELECT {', '.join(self.columns)} FROM {self.table} WHERE {self.owner} = ?"  # noqa: S608 - names of ours
            f" AND ({', '.join(order)}) > ({', '.join('?' * len(order))})"
            f" ORDER BY {', '.join(order)} LIMIT ?"
        )

    def __call__(self, tx: Tx, ctx: Context, after: ExportKey | None) -> Iterator[GivenRow | None]:
        """Yield the actor's rows after a key."""
        key: ExportKey = after or tuple(-1 if each in self.numbers else "" for each in self.key)
        while found := self._piece(tx, ctx, key):
            yield from found
            key = found[-1].key
            yield None

    def _piece(self, tx: Tx, ctx: Context, after: ExportKey) -> list[GivenRow]:
        found = tx.fetch_all(self.sql, ctx.member, *after, limits.READ_PIECE_ROWS)
        given = [dict(zip(self.columns, values, strict=True)) for values in found]
        keys = [tuple(map(fields.get, self.key)) for fields in given]
        self._fill(tx, given)
        return [GivenRow(key, fields) for key, fields in zip(keys, given, strict=True)]

    def _fill(self, tx: Tx, given: list[dict[str, Any]]) -> None:
        """Put texts in the place of their ids, and moments in the place of ms."""
        worded = [column for column in self.columns if column.endswith(_TEXT)]
        words = texts.load_bodies(tx, [fields[column] for fields in given for column in worded])
        for fields in given:
            for column in worded:
                fields[column.removesuffix(_TEXT)] = words.get(fields.pop(column) or "")
            for column in self.times:
                fields[column] = optional_instant(fields[column])


class Section(Struct, frozen=True, kw_only=True):
    """A section of an export.

    Attributes:
        name: As it is called on the wire; small letters and underscores.
        about: What it holds, in a sentence to the member.
        rows: What gives it.
        key: The type of its keys, where `rows` does not tell it.
        shows: The struct of a row, or the names of its fields, where `rows` does not tell them.
    """

    name: str
    about: str
    rows: GiveRows
    key: Any = tuple[int]
    shows: type[Struct] | tuple[str, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of a row's fields."""
        if isinstance(self.rows, OwnedRows):
            return tuple(column.removesuffix(_TEXT) for column in self.rows.columns)
        return self.shows if isinstance(self.shows, tuple) else self.shows.__struct_fields__

    def place(self, key: ExportKey) -> ExportPlace:
        """Return where a page goes on after a key of this section."""
        return f"{self.name}:{json.dumps(key, separators=(',', ':'))}"

    def parse_key(self, text: str) -> ExportKey | None:
        """Return the key of a place in this section, given without its name; None if it is none."""
        kind = self.rows.key_type if isinstance(self.rows, OwnedRows) else self.key
        try:
            key: ExportKey = msgspec.json.decode(text, type=kind)
        except msgspec.MsgspecError:
            return None
        return None if any(isinstance(part, int) and abs(part) > _BEYOND for part in key) else key


class PersonalData(Struct, frozen=True, kw_only=True):
    """What one column tells of a member.

    Attributes:
        column: Table and column, as `seats.member`.
        what: What a row of it is, to the member whom the column names.
        sections: The sections of the export that give it; none: no export gives it.
        why_not: Why no export gives it, in a sentence; empty where a section does.
        leaving: What becomes of it when the member leaves.
        why: Why that, in a sentence.
        words: The columns of the table that hold words of the member.
        secrets: The columns of the table that no export gives, because somebody could act with them.
        packed: Whether a packed board takes it along.
    """

    column: str
    what: str
    sections: tuple[str, ...] = ()
    why_not: str = ""
    leaving: Leaving
    why: str
    words: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    packed: bool = False

    @property
    def table(self) -> str:
        """The table it is in."""
        return self.column.partition(".")[0]
