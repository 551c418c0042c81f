"""Forgetting a member: one walk through the declared personal data, in slices (P9, P10, P11).

What is to be done with a column follows from its declaration (`PersonalData.leaving`): rows that go
are deleted with their words, a former member's lose the id, what stays is left alone. A feature
declares a function for a column of which that is not enough (`PersonalData.forget`). Removing a
newcomer who "never was a member" and leaving the community are the same walk.
"""

from collections.abc import Sequence
from typing import NamedTuple

from bbs.ids import MemberId
from bbs_server.handler_api import Context
from bbs_server.outcome import Effect
from bbs_server.personal import ForgetSlice, Leaving, PersonalData
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


def steps(declared: Sequence[PersonalData]) -> tuple[PersonalData, ...]:
    """Return the declarations of which something is to be done, in the order of the walk."""

    def rank(data: PersonalData) -> int:
        if data.column.startswith(_FIRST):
            return 0
        return 2 if data.column.startswith(_LAST) else 1

    going = [each for each in declared if each.forget or each.leaving is not Leaving.STAYS]
    return tuple(sorted(going, key=rank))


def forget_slice(
    tx: Tx,
    ctx: Context,
    member: MemberId,
    at: Progress,
    declared: Sequence[PersonalData],
) -> tuple[Progress | None, tuple[Effect, ...]]:
    """Forget a slice of a member's data; return where the next one begins, or None once all is gone.

    A slice that is done again changes nothing: a server that was killed goes on where it was.

    Args:
        at: Where to begin.
        declared: All declarations, as `bbs_server.manifest.list_personal_data` returns them.
    """
    walk = steps(declared)
    here = next((n for n, each in enumerate(walk) if each.column == at.column), 0)
    data = walk[here]
    forget = data.forget
    done = (
        _forget_plainly(tx, member, data) if forget is None else forget(tx, ctx, member, at.place)
    )
    if done.place is not None:
        return Progress(data.column, done.place), done.effects
    if here + 1 < len(walk):
        return Progress(walk[here + 1].column), done.effects
    return None, done.effects


def _forget_plainly(tx: Tx, member: MemberId, data: PersonalData) -> Slice:
    """Delete a member's rows with their words; of a former member's take the id away."""
    table, _, column = data.column.partition(".")
    worded = [name for name in data.words if name.endswith(_TEXT)]
    if data.leaving is Leaving.FORMER:
        tx.execute(f"UPDATE {table} SET {column} = NULL WHERE {column} = ?", member)  # noqa: S608 - names of ours
        return DONE
    if worded:
        sql = f"SELECT {', '.join(worded)} FROM {table} WHERE {column} = ?"  # noqa: S608 - names of ours
        going = [key for row in tx.fetch_all(sql, member) for key in row]
        texts.delete_texts(tx, going, RemovalReason.WITHDRAWN)
    tx.execute(f"DELETE FROM {table} WHERE {column} = ?", member)  # noqa: S608 - names of ours
    return DONE


def nothing(tx: Tx, ctx: Context, member: MemberId, place: str) -> Slice:
    """Do nothing: another column's function, or the day on which it ends, does it."""
    return DONE


def rows_of(data_column: str, *worded: str) -> ForgetSlice:
    """Return a function that deletes the rows of a column with the texts in some others."""
    data = PersonalData(column=data_column, what="", leaving=Leaving.GOES, why="", words=worded)

    def forget(tx: Tx, ctx: Context, member: MemberId, place: str) -> Slice:
        return _forget_plainly(tx, member, data)

    return forget


def blank(data_column: str, *, by: str = "NULL") -> ForgetSlice:
    """Return a function that takes a member's id out of a column, and leaves the row.

    Args:
        data_column: Table and column.
        by: SQL for what stands there instead.
    """
    table, _, column = data_column.partition(".")

    def forget(tx: Tx, ctx: Context, member: MemberId, place: str) -> Slice:
        tx.execute(f"UPDATE {table} SET {column} = {by} WHERE {column} = ?", member)  # noqa: S608 - names of ours
        return DONE

    return forget
