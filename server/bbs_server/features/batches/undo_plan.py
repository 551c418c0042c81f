"""The plan that undoes a batch: of each item that was done, the commands that bring it back (protocol 26).

It changes nothing. The plan is then looked at and applied like any other, so each of its commands is
judged by the gate and by its conditions at that moment.
"""

from typing import Any

import msgspec

from bbs import limits
from bbs.batch_refusals import NoItem
from bbs.errors import BadParams
from bbs.features.batches.undo_messages import NotUndone, PlanUndo, UndoPage
from bbs.features.batches.views import BatchItem, BatchState, ItemState, PlanItem
from bbs.features.moderation.messages import Act, Thing
from bbs.features.moderation.rules import check_reason
from bbs.messages import Command
from bbs.refusals import Conflict
from bbs_server.features.batches import handlers, records, rehearsing
from bbs_server.handler_api import Context
from bbs_server.store.api import Tx
from bbs_server.store.hops import in_time
from bbs_server.undoing import CannotComeBack, Undoing, Undone

_OVER = frozenset({BatchState.DONE, BatchState.STOPPED})
_FORGOTTEN = CannotComeBack("The log does not have any more what this did.")
_NO_ACT = CannotComeBack("This was no use of power, and left no act.")
_LATER = "Something was done to the same thing later."


def plan_undo(tx: Tx, ctx: Context, query: PlanUndo) -> UndoPage:
    """Return what undoes a slice of a batch's items, from the last to the first."""
    check_reason(query.reason)
    row = handlers.find_for_reader(tx, ctx, query.board, query.batch)
    if row.state not in _OVER:
        what = "only a batch that is over can be undone; stop it first if it runs"
        raise Conflict(what=what, revision=row.revision)
    before = query.before or limits.BATCH_ITEMS_MAX + 1
    looked = records.list_items_before(tx, row.id, before, query.limit)
    items: list[PlanItem] = []
    stays: list[NotUndone] = []
    size = 0
    for each in in_time(tx, looked):
        undone = _undo(tx, ctx, query, each)
        more = [_item_of(command) for command in undone] if isinstance(undone, tuple) else []
        size += sum(len(msgspec.json.encode(item)) for item in more)
        if items and size > limits.PAGE_BYTES_MAX:
            break
        before = each.number
        items += more
        if isinstance(undone, NotUndone):
            stays.append(undone)
    is_last = not looked or before <= 1
    return UndoPage(items=tuple(items), stays=tuple(stays), next_before=None if is_last else before)


def _undo(
    tx: Tx, ctx: Context, query: PlanUndo, each: BatchItem
) -> tuple[Command[Any], ...] | NotUndone:
    """Return the commands that undo an item; none for one that did nothing."""
    if each.state is not ItemState.DONE:
        return ()
    act = None if each.act is None else ctx.readers.act(tx, each.act)
    found = _find(tx, ctx, query, each, act)
    if isinstance(found, CannotComeBack):
        return NotUndone(number=each.number, why=found.why, thing=_thing(each, act))
    if act is not None and (later := ctx.readers.later_act(tx, act)) is not None:
        return NotUndone(number=each.number, why=_LATER, thing=act.thing, later=later.id)
    return found


def _find(tx: Tx, ctx: Context, query: PlanUndo, each: BatchItem, act: Act | None) -> Undone:
    if act is None:
        return _NO_ACT if each.act is None else _FORGOTTEN
    try:
        command = rehearsing.decode_item(ctx, each.number, each.item)
    except (BadParams, NoItem):
        return _FORGOTTEN  # its words are gone, or a later version of the program has it no more
    undoing = Undoing(act, query.reason)
    undone: Undone = ctx.readers.undo[type(command)].find(tx, ctx, command, undoing)
    return undone


def _thing(each: BatchItem, act: Act | None) -> Thing | None:
    if act is not None:
        return act.thing
    return None if each.item.found is None else each.item.found.thing


def _item_of(command: Command[Any]) -> PlanItem:
    """Return a command as an item of a plan that nobody rehearsed yet."""
    params = msgspec.json.decode(msgspec.json.encode(command))
    return PlanItem(method=command.method, params=params)
