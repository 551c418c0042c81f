"""Batches that run: their items are carried out in slices, one after another (protocol 26)."""

import logging
from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec import MsgspecError
from msgspec.structs import replace

from bbs import limits
from bbs.batch_refusals import Moved, NoItem, TurnedGrave
from bbs.errors import ClockInDoubt, FolkmootError, InternalError, RetryableError
from bbs.features.batches.rules import find_moved, find_new_marks, op_of
from bbs.features.batches.views import BatchState, Found, ItemState, PlanItem
from bbs.features.members.views import MemberAuthor
from bbs.gravity import Grave
from bbs.messages import Command, Done
from bbs.powers import Office, Way
from bbs.refusals import Gone, NotFound
from bbs_server.features.batches import forgetting, records, rehearsing
from bbs_server.features.batches.handlers import changed
from bbs_server.features.batches.rows import BatchRow, ItemRow
from bbs_server.handler_api import Context
from bbs_server.outcome import Did, Effect, Outcome, Unchanged
from bbs_server.store import texts
from bbs_server.store.api import Tx
from bbs_server.store.hops import in_time

log = logging.getLogger("bbs.batches")

_OF_ONE = (
    *(MsgspecError, ValueError, LookupError, TypeError, AssertionError),
    *(AttributeError, ArithmeticError, RuntimeError),
)
"""What can be wrong with one item alone. An error of the disk is not: it concerns them all."""

_STATES = {
    ItemState.DONE: "done",
    ItemState.UNCHANGED: "unchanged",
    ItemState.REFUSED: "refused",
}


def carry_out(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Carry out a slice of the items of one batch that runs, and say how far it came.

    What became of an item is written with the item's own act, in one transaction: a server that is
    killed goes on with the next one, and does none twice (P12).
    """
    row = records.next_running(tx, ctx.epoch)
    if row is None:
        return Outcome(Done())
    effects: list[Effect] = []
    done = {ItemState.DONE: row.done, ItemState.UNCHANGED: row.unchanged}
    done[ItemState.REFUSED] = row.refused
    for item in in_time(tx, records.next_open(tx, row.id, limits.SLICE_ROWS)):
        state = _carry_out_item(tx, ctx, row, item, effects)
        if _tells_somebody(item):
            forgetting.forget_word(tx, ctx, item)
        done[state] += 1
    now = {_STATES[state]: count for state, count in done.items()}
    row = records.update_batch(tx, row, **now)
    if row.done + row.unchanged + row.refused >= row.items:
        row = records.end_batch(tx, row, BatchState.DONE, ctx.now)
    return Outcome(Done(), (*effects, changed(tx, row)), more=True)


def _tells_somebody(item: ItemRow) -> bool:
    """Return whether an item tells somebody a word, as a decision does."""
    from bbs.wire.registry import REQUESTS  # late: a server says hello without it

    return hasattr(REQUESTS.get(item.method), "word")


def _carry_out_item(
    tx: Tx, ctx: Context, row: BatchRow, item: ItemRow, effects: list[Effect]
) -> ItemState:
    """Carry out an item, or write why it was refused; the others go on.

    Raises:
        RetryableError: If the server cannot work at all now; then the batch goes on later.
    """
    try:
        act, board, done = _execute(tx, ctx, row, item)
    except ClockInDoubt as error:
        return _refuse(tx, ctx, item, error)  # a doubt about its words alone; it may last a day
    except RetryableError:
        raise
    except FolkmootError as error:
        return _refuse(tx, ctx, item, error)
    except _OF_ONE:
        log.exception("item %s of the batch %s failed", item.number, row.id)
        return _refuse(tx, ctx, item, InternalError(ref=f"{row.id[:8]}-{item.number}"))
    effects.append(done)
    if isinstance(act, Unchanged):
        records.update_item(tx, item, ItemState.UNCHANGED)
        return ItemState.UNCHANGED
    key = None if act is None else ctx.readers.last_act_of_batch(tx, board, row.id)
    records.update_item(tx, item, ItemState.DONE, act=key)
    return ItemState.DONE


def _refuse(tx: Tx, ctx: Context, item: ItemRow, error: FolkmootError) -> ItemState:
    why = texts.insert_text(tx, ctx, str(error))
    records.update_item(tx, item, ItemState.REFUSED, refused=error.code, why_text=why)
    return ItemState.REFUSED


def _execute(
    tx: Tx, ctx: Context, row: BatchRow, item: ItemRow
) -> tuple[Did | Unchanged | None, str, Effect]:
    """Carry out an item as it was found to do when it was added, or refuse it.

    Returns:
        What it did, the board in whose acts that stands, and its effect.
    """
    loaded = records.load_item(tx, item)
    if loaded is None:
        raise Gone(state="purged")
    plan, found = loaded
    facts = ctx.readers.board_facts(tx, row.board)
    if facts is None:
        raise NotFound(what="board")
    command = decode(plan, item.number)
    rehearsing.refuse_elsewhere(tx, ctx, row.board, item.number, command)
    revision = rehearsing.revision_before(tx, ctx, command, row.board)
    acts: list[Did | Unchanged | None] = []

    def check(act: Did | Unchanged | None) -> None:
        acts.append(act)
        marks: tuple[Grave, ...] = ()
        if isinstance(act, Did):
            marks = rehearsing.graves_of(tx, ctx, command, act, row.author, row.board)
            rehearsing.refuse_what_waits(ctx, item.number, command, marks)
        _check_same(tx, row, item, plan, found, act, revision)
        _check_agreed(row, item, marks)

    inner = replace(ctx, batch=row.id, seconded_by=row.seconded_by, way=Way(row.way))
    assert ctx.execute_as is not None
    command = replace(command, op=op_of(row.id, item.number))
    author, office = MemberAuthor(id=row.author), Office(row.office)
    done = ctx.execute_as(tx, inner, author, office, command, check, is_now=True)
    if done.refuse is not None:
        raise done.refuse
    act = acts[-1] if acts else Unchanged.UNCHANGED  # it was done under its op before
    board = act.board or row.board if isinstance(act, Did) else row.board
    return act, board, done


def decode(plan: PlanItem, number: int) -> Command[Any]:
    """Return the command that a stored item is.

    Raises:
        NoItem: If this version of the program has none.
    """
    from bbs.wire.registry import REQUESTS  # late: a server says hello without it

    cls = REQUESTS.get(plan.method)
    if cls is None or not issubclass(cls, Command):
        raise NoItem(number, plan.method, "there is no such command any more")
    command: Command[Any] = msgspec.json.decode(msgspec.json.encode(plan.params), type=cls)
    return command


def _check_same(
    tx: Tx,
    row: BatchRow,
    item: ItemRow,
    plan: PlanItem,
    found: Found,
    act: Did | Unchanged | None,
    revision: int | None,
) -> None:
    """Refuse an item that would not do what was found when it was added.

    That nothing is left to change is no reason: then it changes nothing. The revision counts if the
    plan asked for it, or somebody who gave the second key saw it, and no earlier item touched the same.

    Raises:
        Moved: If it would do something else.
    """
    if isinstance(act, Unchanged):
        return
    is_shown = plan.found is not None or row.seconded_by is not None
    asks = is_shown or plan.if_revision is not None
    if not asks or records.was_place_changed(tx, item):
        found = replace(found, revision=None)
    now = rehearsing.finding_of(act, revision)
    dated = act.dated if isinstance(act, Did) else frozenset()
    if (what := find_moved(found, now, dated)) is not None:
        raise Moved(item.number, item.method, "", what)


def _check_agreed(row: BatchRow, item: ItemRow, marks: Iterable[Grave]) -> None:
    """Refuse an item that takes a second key for something that no key was asked for.

    Raises:
        TurnedGrave: If it does.
    """
    new = find_new_marks(marks, item.grave.split(), row.grave.split())
    if new:
        raise TurnedGrave(new)
