"""Personal data: a feature's stored data about a member, declared column by column.

The declarations make the export (P9), the page that lists members' data (P11), and the effects of
leaving and of packing a board. `tests/shape/test_personal.py` reads the schema: a column that
refers to members without a declaration fails.
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
from bbs.features.ownership.views import ExportPlace, LeaveWords
from bbs.ids import BoardId, MemberId
from bbs_server.handler_api import Context
from bbs_server.slices import Slice
from bbs_server.store import texts
from bbs_server.store.api import Tx

ExportKey = tuple[Any, ...]
"""The place of a row in its section: the texts and numbers of a key that never changes."""

_TEXT = "_text"
_BEYOND = 2**53  # no number of a row is as high as this


class Leaving(StrEnum):
    """The fate of data when its member leaves the community."""

    GOES = "goes"
    FORMER = "becomes a former member's"
    STAYS = "stays"


class GivenRow(NamedTuple):
    """A row of an export, a struct or plain data, with its place in its section."""

    key: ExportKey
    row: Any


ForgetSlice = Callable[[Tx, Context, MemberId, str], Slice]
"""Forgets a slice of a member's data from a place on, empty at the beginning; done again, it changes
nothing. It runs in a command of the server's own (`bbs_server.forgetting`)."""


class Leaver(NamedTuple):
    """Whose data is forgotten, and how.

    Attributes:
        board: The only board or letter that they left; None for the community.
        words: What becomes of their words; None for who "never was a member".
    """

    member: MemberId
    board: BoardId | None = None
    words: LeaveWords | None = None


ForgetChosen = Callable[[Tx, Context, Leaver, str], Slice]
"""As `ForgetSlice`, by what a member chose about their words, and where they left."""

GiveRows = Callable[[Tx, Context, ExportKey | None], Iterator[GivenRow | None]]
"""Yields the actor's rows after a key, in the order of keys; yields None wherever the read may
pause.
"""


class OwnedRows(Struct, frozen=True, kw_only=True):
    """Yields a member's rows of a table, as they are stored; a `GiveRows`.

    Attributes:
        table: Its name.
        owner: The column that names the member.
        key: The columns that identify a row of its owner; they are among `columns`.
        columns: The columns to yield. For one that ends in `_text`, the text with that id.
        numbers: The columns of `key` that are numbers.
        times: The columns of `columns` that are times in ms.
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
        """Replace ids by their texts, and ms by moments."""
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
        name: Its name on the wire; small letters and underscores.
        about: Its content, in a sentence to the member.
        rows: Yields its rows.
        key: The type of its keys, if `rows` does not declare it.
        shows: The struct of a row, or the names of its fields, if `rows` does not declare them.
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
        """Return the token for the page after a key of this section."""
        return f"{self.name}:{json.dumps(key, separators=(',', ':'))}"

    def parse_key(self, text: str) -> ExportKey | None:
        """Return the key in a token of this section, without the section's name; None if invalid."""
        kind = self.rows.key_type if isinstance(self.rows, OwnedRows) else self.key
        try:
            key: ExportKey = msgspec.json.decode(text, type=kind)
        except msgspec.MsgspecError:
            return None
        return None if any(isinstance(part, int) and abs(part) > _BEYOND for part in key) else key


class PersonalData(Struct, frozen=True, kw_only=True):
    """One column's data about a member.

    Attributes:
        column: Table and column, as `seats.member`.
        what: The meaning of a row for the member whom the column names.
        sections: The sections of the export that contain it; empty for none.
        why_not: The reason why no export contains it, in a sentence; empty if one does.
        leaving: Its fate when the member leaves.
        why: The reason for that, in a sentence.
        words: The columns of the table with text of the member.
        secrets: The columns of the table that no export contains, because a thief could act with
            them.
        packed: Whether a packed board takes it along.
        forget: Forgets it, where deleting the rows, or taking the id out of them, is not enough.
        chosen: Forgets it of who leaves by themselves; who leaves a board has such data alone forgotten.
        with_words: Whether it stays with words that stay under the member's name.
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
    forget: ForgetSlice | None = None
    chosen: ForgetChosen | None = None
    with_words: bool = False

    @property
    def table(self) -> str:
        """The table it is in."""
        return self.column.partition(".")[0]
