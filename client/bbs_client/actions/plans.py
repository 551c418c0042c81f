"""A plan of this device: opening its file, looking at it, rehearsing it, and applying exactly that."""

import asyncio
import contextlib
from collections.abc import Iterable
from functools import partial
from itertools import islice
from pathlib import Path

from bbs import limits
from bbs.errors import FolkmootError
from bbs.features.batches.applying import Tell, apply_plan, rehearse_items
from bbs.features.batches.following import follow_batch, is_over
from bbs.features.batches.messages import GetBatch
from bbs.features.batches.plan_file import Plan, check_epoch
from bbs.features.batches.undo_messages import NotUndone
from bbs.features.batches.views import Batch, Found, PlanItem
from bbs.plural import counted
from bbs.terminal.batch_text import describe_doings
from bbs.wire.plan_reader import read_plan
from bbs_client.actions.forms import FormError, FormField, WholeForm, send_form
from bbs_client.actions.sheets import RollQuestion
from bbs_client.actions.surface import Confirm, Surface
from bbs_client.safe_text import describe_error, safe_line
from bbs_client.session.batch_sheets import BatchWord
from bbs_client.session.plan_sheets import plan_roll
from bbs_client.session.session import Session

PATH = "file"
PLANS = ("*.jsonl", "*.plan")
"""How files of plans are named, to be offered where a path is typed."""
PLANS_OFFERED_MAX = 100
FIRST_LOOK_S = 1.0  # a small batch is over by then, and its page need not change
_TOLD_ITEMS = 200  # after so many items, say how far it is


def plans_here() -> list[str]:
    """Return the names of what may be plans in the folder where the program runs."""
    found = (path.name for pattern in PLANS for path in Path().glob(pattern))
    return sorted(islice(found, PLANS_OFFERED_MAX))


async def open_plan(surface: Surface, path: str) -> str | None:
    """Read a plan, show it, and apply it if the reader wants to.

    Args:
        surface: The reader's surface.
        path: Of its file; empty to ask for it.

    Returns:
        The id of the batch that was begun; None for none.

    Raises:
        FolkmootError: What is wrong with the plan.
    """
    read = partial(_read, surface.session)
    try:
        plan = await read({PATH: path}) if path else await send_form(surface, _path_form(), read)
    except FormError as error:
        surface.notify(f"{error}")
        return None
    return None if plan is None else await offer_plan(surface, plan)


async def _read(session: Session, values: dict[str, str]) -> Plan:
    """Return the plan of a file.

    Raises:
        FormError: If it cannot be read, or is about a board that is not known here.
        FolkmootError: What is wrong with the plan.
    """
    name = values[PATH]
    try:
        plan = _read_file(name)
    except (OSError, RuntimeError) as error:  # the latter of a home that nobody has
        why = getattr(error, "strerror", None) or error
        raise FormError(PATH, f"{safe_line(name)} cannot be read: {safe_line(f'{why}')}.") from None
    check_epoch(plan, session.cache.epoch() or "")
    if session.cache.board(plan.board) is None:
        raise FormError(PATH, "The plan is about a board that you cannot read.")
    return plan


def _read_file(name: str) -> Plan:
    with Path(name).expanduser().open("rb") as lines:
        return read_plan(lines)


def _path_form() -> WholeForm:
    here = plans_here()
    field = FormField(
        name=PATH,
        label="file",
        help="The file that bbs admin plan wrote.",
        now=safe_line(here[0]) if len(here) == 1 else "",
        chars_max=limits.QUERY_CHARS_MAX,
        is_required=True,
    )
    about = ("It is looked at first: nothing is done before you say yes.",)
    return WholeForm("Open a plan", (field,), True, yes="open", typed={}, about=about)


async def offer_plan(
    surface: Surface, plan: Plan, stays: Iterable[NotUndone] = (), left: tuple[PlanItem, ...] = ()
) -> str | None:
    """Show a plan until its reader leaves or applies it; return the id of the batch that was begun.

    Args:
        surface: The reader's surface.
        plan: The plan.
        stays: Of a plan that undoes a batch: what stays as it is, and why.
        left: What a plan that undoes a batch leaves out, because it would be refused.

    """
    session, now, trouble = surface.session, None, ""
    stays = tuple(stays)
    while True:
        roll = plan_roll(session, plan, now=now, stays=stays, left=left, trouble=trouble)
        match await surface.ask(RollQuestion(roll)):
            case BatchWord.REHEARSE:
                try:
                    now, trouble = await surface.wait(_rehearse(surface, plan)), ""
                except FolkmootError as error:
                    trouble = describe_error(error)
            case BatchWord.APPLY:
                if not await surface.ask(_sure(surface, plan)):
                    continue
                try:
                    return await surface.wait(_apply(surface, plan))
                except FolkmootError as error:
                    trouble = f"Nothing was done. {describe_error(error)}"
            case _:
                return None


async def _rehearse(surface: Surface, plan: Plan) -> dict[int, Found]:
    call = surface.session.connection.call
    items = await rehearse_items(call, plan.board, plan.items, _teller(surface, "rehearsed"))
    return {number: item.found for number, item in enumerate(items, 1) if item.found is not None}


def _sure(surface: Surface, plan: Plan) -> Confirm:
    count = counted(len(plan.items), "item")
    two = any(item.found is not None and item.found.grave for item in plan.items)
    row = surface.session.cache.board(plan.board)
    where = safe_line(row.board.label) if row is not None else "its board"
    doings = describe_doings(plan.items)
    keys = " All of it waits for a second key first." if two else ""
    says = (
        f"On {where}: {doings}. Each is an act of yours, in the log for {limits.ACT_DAYS} days.{keys}"
        " You can undo it later, as far as it can come back."
    )
    return Confirm(f"Apply {count}?", says, yes="apply", destructive=True)


async def _apply(surface: Surface, plan: Plan) -> str:
    session = surface.session
    assert session.me is not None
    call = session.connection.call
    batch = await apply_plan(call, plan, session.me.id, _teller(surface, "checked"))
    session.batches.keep(await _first_look(session, batch))
    return batch.id


def _teller(surface: Surface, verb: str) -> Tell:
    """Return what tells the reader now and then how far it is."""
    told = 0

    def tell(at: int, of: int) -> None:
        nonlocal told
        if at - told >= _TOLD_ITEMS and at < of:
            told = at
            surface.notify(f"{at} of {of} {verb} …")

    return tell


async def _first_look(session: Session, batch: Batch) -> Batch:
    """Wait a moment for a batch to be over, and return it as it is then. Raises `FolkmootError`."""
    if is_over(batch):
        return batch
    call, known = session.connection.call, session.batches
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(FIRST_LOOK_S):
            return await follow_batch(call, batch.id, known.change)
    return (await call(GetBatch(batch=batch.id, limit=1))).batch
