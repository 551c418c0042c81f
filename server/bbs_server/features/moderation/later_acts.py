"""Whether something was done to a thing since an act, so that undoing the act would undo that, too."""

from collections.abc import Iterator
from typing import NamedTuple

from bbs import limits
from bbs.features.moderation.messages import Act, ThingKind
from bbs_server.features.moderation.records import acts_of
from bbs_server.store.api import Tx

_SHARED = frozenset({ThingKind.COMMUNITY, ThingKind.BOARD, ThingKind.MEMBER})
"""Things of which acts change values that have nothing to do with each other: of these a later act
counts that changed one of the same."""


class _Number(NamedTuple):
    number: int


def later_act(tx: Tx, act: Act) -> Act | None:
    """Return the first act on the same thing and board after an act, but none of the same batch."""
    for numbers in _pages(tx, act):
        found = acts_of(tx, act.board, numbers)
        for number in numbers:
            if number in found and _is_later(act, found[number]):
                return found[number]
    return None


def _is_later(act: Act, other: Act) -> bool:
    if act.batch is not None and other.batch == act.batch:
        return False
    here, there = act.thing, other.thing
    if (here.kind, here.id) != (there.kind, there.id):
        return False
    if here.id is None and (here.thread, here.number) != (there.thread, there.number):
        return False
    if here.kind not in _SHARED or other.undoes == act.id:
        return True
    changed = {each.field for each in act.changes}
    return other.method == act.method or any(each.field in changed for each in other.changes)


def _pages(tx: Tx, act: Act) -> Iterator[list[int]]:
    """Return the numbers of acts that may be on the same thing, in their order, some at a time."""
    numbers = _next_page(tx, act, act.number)
    while numbers:
        yield numbers
        numbers = _next_page(tx, act, numbers[-1])


def _next_page(tx: Tx, act: Act, above: int) -> list[int]:
    most = limits.PAGE_ITEMS_DEFAULT
    if act.thing.id is not None:
        # Of a board alone: what an act changed there is changed again by the same power.
        power = act.power if act.thing.kind is ThingKind.BOARD else None
        rows = tx.select(
            _Number,
            "FROM acts WHERE thing = ? AND board = ? AND number > ?"
            " AND coalesce(power, '') = coalesce(?, power, '') ORDER BY number LIMIT ?",
            *(act.thing.id, act.board, above, power, most),
        )
    elif act.thing.kind is ThingKind.MEMBER:
        rows = tx.select(
            _Number,
            "FROM acts WHERE board = ? AND number > ? AND about ="
            " (SELECT b.about FROM acts b WHERE b.board = ? AND b.number = ?)"
            " ORDER BY number LIMIT ?",
            *(act.board, above, act.board, act.number, most),
        )
    else:
        rows = tx.select(
            _Number,
            "FROM acts WHERE board = ? AND number > ? AND thing IS NULL"
            " AND coalesce(power, '') = coalesce(?, power, '') ORDER BY number LIMIT ?",
            *(act.board, above, act.power, most),
        )
    return [row.number for row in rows]
