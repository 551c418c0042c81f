"""Forgetting a member: one walk through the declared personal data, in slices (P9, P10, P11).

What is to be done with a column follows from its declaration (`PersonalData.leaving`): rows that go
are deleted with their words, a former member's lose the id, what stays is left alone. A feature
declares a function for a column of which that is not enough (`PersonalData.forget`). Removing a
newcomer who "never was a member" and leaving the community are the same walk.
"""

from collections.abc import Sequence
from typing import NamedTuple

from msgspec import Struct

from bbs.features.ownership.views import LeaveWords
from bbs.ids import MemberId
from bbs_server.handler_api import Context
from bbs_server.outcome import Effect
from bbs_server.personal import ForgetSlice, Leaver, Leaving, PersonalData
from bbs_server.slices import DONE, Slice
from bbs_server.store import texts
from bbs_server.store.api import RemovalReason, Tx

_TEXT = "_text"
_FIRST = ("threads.", "lines.", "posts.")
_LAST = ("members.", "names.")
"""Words go first. The account goes last: the walk before may ask for it."""


class Progress(NamedTuple):
    """How far the walk has come: the column whose data is next, and where in it the slice begins.

    Both are empty at the beginning.
    """

    column: str = ""
    place: str = ""


def steps(
    declared: Sequence[PersonalData], leaver: Leaver | None = None
) -> tuple[PersonalData, ...]:
    """Return the declarations of which something is to be done, in the order of the walk.

    Args:
        leaver: Who leaves; None for somebody of whom all is forgotten.
    """

    def rank(data: PersonalData) -> int:
        if data.column.startswith(_FIRST):
            return 0
        return 2 if data.column.startswith(_LAST) else 1

    going = [each for each in declared if each.forget or each.leaving is not Leaving.STAYS]
    if leaver is not None and leaver.words is not None:
        if leaver.board is not None:
            going = [each for each in going if each.chosen]
        if leaver.words is LeaveWords.LEFT:
            going = [each for each in going if not each.with_words]
    return tuple(sorted(going, key=rank))


def forget_slice(
    tx: Tx,
    ctx: Context,
    leaver: Leaver,
    at: Progress,
    declared: Sequence[PersonalData],
) -> tuple[Progress | None, tuple[Effect, ...]]:
    """Forget a slice of a member's data; return where the next one begins, or None once all is gone.

    A slice that is done again changes nothing: a server that was killed goes on where it was.

    Args:
        leaver: Whose data, and what they chose.
        at: Where to begin.
        declared: All declarations, as `bbs_server.manifest.list_personal_data` returns them.
    """
    walk = steps(declared, leaver)
    if not walk:
        return None, ()
    here = next((n for n, each in enumerate(walk) if each.column == at.column), 0)
    data = walk[here]
    if leaver.words is not None and data.chosen is not None:
        done = data.chosen(tx, ctx, leaver, at.place)
    else:
        done = way_of(data)(tx, ctx, leaver.member, at.place)
    if done.place is not None:
        return Progress(data.column, done.place), done.effects
    if here + 1 < len(walk):
        return Progress(walk[here + 1].column), done.effects
    return None, done.effects


class RowsDeleted(Struct, frozen=True, kw_only=True):
    """Deletes the rows of a table that name a member, with the texts in them; a `ForgetSlice`.

    Attributes:
        table: Its name.
        owner: The column that names the member.
        worded: The columns with ids of texts that go too.
    """

    table: str
    owner: str
    worded: tuple[str, ...] = ()

    @property
    def words_sql(self) -> str:
        """The statement that gives the ids of the texts; only for rows that have some."""
        return f"SELECT {', '.join(self.worded)} FROM {self.table} WHERE {self.owner} = ?"  # noqa: S608 - names of ours

    @property
    def sql(self) -> str:
        """The statement that deletes the rows."""
        return f"DELETE FROM {self.table} WHERE {self.owner} = ?"  # noqa: S608 - names of ours

    def __call__(self, tx: Tx, ctx: Context, member: MemberId, place: str) -> Slice:
        """Delete all of a member's, in one slice."""
        if self.worded:
            going = [key for row in tx.fetch_all(self.words_sql, member) for key in row]
            texts.delete_texts(tx, going, RemovalReason.WITHDRAWN)
        tx.execute(self.sql, member)
        return DONE


class NameTaken(Struct, frozen=True, kw_only=True):
    """Takes a member's id out of a column, and leaves the rows; a `ForgetSlice`.

    Attributes:
        table: The table's name.
        owner: The column that names the member.
        by: SQL for what stands there instead.
    """

    table: str
    owner: str
    by: str = "NULL"

    @property
    def sql(self) -> str:
        """The statement."""
        return f"UPDATE {self.table} SET {self.owner} = {self.by} WHERE {self.owner} = ?"  # noqa: S608 - names of ours

    def __call__(self, tx: Tx, ctx: Context, member: MemberId, place: str) -> Slice:
        """Take it out of all rows, in one slice."""
        tx.execute(self.sql, member)
        return DONE


def way_of(data: PersonalData) -> ForgetSlice:
    """Return what forgets the data of a column: what it declares, or what follows from its fate."""
    if data.forget is not None:
        return data.forget
    if data.leaving is Leaving.FORMER:
        return blank(data.column)
    return rows_of(data.column, *(name for name in data.words if name.endswith(_TEXT)))


def nothing(tx: Tx, ctx: Context, member: MemberId, place: str) -> Slice:
    """Do nothing: another column's function, or the day on which it ends, does it."""
    return DONE


def rows_of(column: str, *worded: str) -> RowsDeleted:
    """Return what deletes the rows of a column with the texts in some others.

    Args:
        column: Table and column, as in its declaration.
        worded: The columns with the ids of the texts.
    """
    table, _, owner = column.partition(".")
    return RowsDeleted(table=table, owner=owner, worded=worded)


def blank(column: str, *, by: str = "NULL") -> NameTaken:
    """Return what takes a member's id out of a column, and leaves the row.

    Args:
        column: Table and column, as in its declaration.
        by: SQL for what stands there instead.
    """
    table, _, owner = column.partition(".")
    return NameTaken(table=table, owner=owner, by=by)
