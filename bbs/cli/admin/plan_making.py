"""Make plans: choose what they are about, rehearse it, and leave out what cannot be done."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, BinaryIO, NamedTuple

from msgspec.structs import asdict

from bbs import limits
from bbs.batch_refusals import NoItem
from bbs.cli.admin.filters import Filters, find_threads, find_words
from bbs.cli.admin.find_batch import Touched, things_touched
from bbs.cli.admin.plan_files import names_of, write_plan_to
from bbs.cli.admin.plan_items import ItemError, Written, make_items, read_written
from bbs.cli.admin.posts_list import address_of
from bbs.cli.context import CliContext
from bbs.features.batches.applying import does_nothing, rehearse_items
from bbs.features.batches.plan_file import Plan, make_plan, with_revision
from bbs.features.batches.views import Found, PlanItem
from bbs.features.boards.messages import Board
from bbs.features.moderation.messages import ThingKind
from bbs.features.moderation.standing_messages import Explain
from bbs.features.threads.finding_messages import FoundState
from bbs.features.threads.views import Line
from bbs.ids import new_id
from bbs.plural import counted
from bbs.refusals import NotFound, Refused
from bbs.sdk import lookup
from bbs.terminal.batch_text import Slug, describe_moved
from bbs.terminal.plan_text import LeftOut, left_out_lines, plan_lines, why_it_may
from bbs.terminal.progress import Progress
from bbs.terminal.render import address_in
from bbs.wire.plan_reader import decode_object, read_lines
from bbs.wire.registry import REQUESTS


class Action(NamedTuple):
    """What is done to each thing that was found: the command for each kind; None where there is none."""

    post: str | None = None
    line: str | None = None
    thread: str | None = None


ACTIONS = {
    "hide": Action("threads.hide", "threads.hide_line"),
    "restore": Action("threads.restore", "threads.restore_line"),
    "lock": Action(thread="moderation.lock"),
    "unlock": Action(thread="moderation.unlock"),
    "pin-threads": Action(thread="threads.pin"),
    "unpin-threads": Action(thread="threads.unpin"),
}
"""What the options of `bbs admin plan` do, by their names; `--pin` is the pin of a certificate."""


class NothingToPlan(
    NotFound,
    code="plan.nothing",
    hint="each item above says why it is left out",
):
    """Nothing fits, or all of it is done or refused.

    Attributes:
        left_out: The items that it would leave out, each with its number, its address and the item.
    """

    left_out: tuple[dict[str, Any], ...] = ()

    def __str__(self) -> str:
        return f"no plan was made: {self.what}"


class TooMany(
    Refused,
    code="plan.too_many",
    sentence="{count} items are more than a plan can have ({most})",
    hint="narrow it with --since and --until, and make several plans",
):
    """A plan would have more items than anybody reads, and the server takes."""

    count: int
    most: int


class LeftOutRefused(
    Refused,
    code="plan.left_out",
    sentence="no plan was made: {count} of its items would be refused or change nothing",
    hint="leave --strict out, and the plan is made without them",
):
    """With `--strict`, a plan is made of all items or not at all."""

    count: int


class Made(NamedTuple):
    """A plan, and the items that it leaves out."""

    plan: Plan
    left: list[LeftOut]


async def written_for(
    caller: CliContext,
    board: Board,
    action: Action | None,
    filters: Filters,
    act: str | None,
    file: BinaryIO | None,
) -> list[Written]:
    """Return the items that were asked for, as a script would write them.

    Args:
        action: What is done to what is found, or listed in `file`; None for a file of items.
        act: The id of an act or batch; what it touched is what was asked for.
        file: Lines with items or, with an action, rows or addresses; None for none.
    """
    if file is not None:
        return list(read_written(file) if action is None else _rows(file, action))
    assert action is not None
    if action.thread is not None and act is None:
        threads = await find_threads(caller, board, filters)
        return _numbered(
            (action.thread, {"thread": thread.id}, address_in(board.label, thread))
            for thread in threads
        )
    found: list[Touched] = []
    if act is None or filters.are_given:
        # What is hidden already would be refused, and what is not hidden cannot be restored.
        state = FoundState.PUBLISHED if action == ACTIONS["hide"] else FoundState.HIDDEN
        items, threads_of = await find_words(caller, board, filters, state=state)
        found = [
            Touched(
                ThingKind.LINE if isinstance(item, Line) else ThingKind.POST,
                item.id,
                address_of(item, board.label, threads_of),
            )
            for item in items
        ]
    if act is not None:
        touched = await things_touched(caller, board, act)
        fitting = {each.id for each in found}
        found = [each for each in touched if not filters.are_given or each.id in fitting]
    methods = {
        ThingKind.POST: (action.post, "post"),
        ThingKind.LINE: (action.line, "line"),
        ThingKind.THREAD: (action.thread, "thread"),
    }
    return _numbered(
        (method, {field: key}, address)
        for kind, key, address in found
        for method, field in [methods.get(kind, (None, ""))]
        if method is not None
    )


async def make(
    caller: CliContext,
    board: Board,
    written: list[Written],
    defaults: dict[str, Any],
    reason: str,
    *,
    strict: bool,
) -> Made:
    """Rehearse items and make a plan of those that would do something.

    Raises:
        NothingToPlan: If there is none.
        TooMany: If there are too many.
        LeftOutRefused: If `strict` and not all of them would.
        ItemError: If the server takes one of them into no plan.
    """
    if not written:
        error = NothingToPlan("nothing fits")
        error.add_note("bbs admin posts list shows what the same filters find")
        raise error
    if len(written) > limits.BATCH_ITEMS_MAX:
        raise TooMany(len(written), limits.BATCH_ITEMS_MAX)
    items = await make_items(caller, written, defaults)
    rehearsed = await rehearse(caller, board, items, [line.number for line in written])
    kept, left = _parted(rehearsed, [line.address for line in written])
    if not kept:
        members, slug = await names_of(caller)
        for line in left_out_lines(left, board.id, members, slug):
            caller.out.say(line)
        raise NothingToPlan(_why_nothing(left), tuple(each._asdict() for each in left))
    if strict and left:
        raise LeftOutRefused(len(left))
    welcome = caller.community.welcome
    assert welcome is not None
    plan = make_plan(
        epoch=welcome.epoch,
        board=board.id,
        slug=board.slug or "",
        reason=reason,
        items=tuple(kept),
        made_at=datetime.now(UTC),
        nonce=new_id(),
    )
    return Made(plan, left)


async def rehearse(
    caller: CliContext, board: Board, items: tuple[PlanItem, ...], numbers: list[int]
) -> tuple[PlanItem, ...]:
    """Return items with what each would do now, and show how far it is.

    Args:
        numbers: Of each item the line that it came from, for errors.

    Raises:
        ItemError: If one of them can be in no plan of this board.
    """
    progress, done = Progress(caller.out), 0

    def tell(at: int, of: int) -> None:
        nonlocal done
        done = at
        progress.show(f"rehearsed {at} of {of}")

    try:
        return await rehearse_items(caller.community.call, board.id, items, tell)
    except NoItem as error:
        rule = f"it can be in no plan of {board.label}: {error.why}"
        number = numbers[min(done + error.number, len(numbers)) - 1]
        raise ItemError(number, error.method, rule) from None
    finally:
        progress.show("")


async def describe(
    caller: CliContext, board: Board, made: Made, members: lookup.Members, slug: Slug
) -> list[str]:
    """Return all that somebody who applies a plan has to know, as lines of clean text."""
    mine = await caller.community.call(Explain(board=board.id))
    powers = [REQUESTS[item.method].needs.power for item in made.plan.items]
    offices = frozenset(held.office for held in mine.offices)
    return [
        *plan_lines(made.plan, members, slug),
        *why_it_may(powers, offices, frozenset(mine.powers), board.label),
        *left_out_lines(made.left, board.id, members, slug),
    ]


async def show_plan(caller: CliContext, board: Board, made: Made, output: str | None) -> None:
    """Say what a plan does, and write it."""
    members, slug = await names_of(caller)
    lines = await describe(caller, board, made, members, slug)
    digest = made.plan.digest
    if output is not None:
        write_plan_to(made.plan, output)
        lines += ["", f"{counted(len(made.plan.items), 'item')}, digest {digest}"]
        lines += [] if output == "-" else [f"Apply it: bbs admin apply {output} --digest {digest}"]
    else:
        lines += ["", "Nothing was done. Keep this as a plan: -o PLAN"]
    if output == "-":
        caller.out.say("\n".join(lines))
        return
    value = {**asdict(made.plan), "left_out": [each._asdict() for each in made.left]}
    caller.out.result(value, lines)


async def find_moved_items(
    caller: CliContext, board: Board, plan: Plan
) -> list[tuple[int, PlanItem, str]]:
    """Return the items of a plan that would do something else by now: number, item, and what moved."""
    now = await rehearse(caller, board, plan.items, list(range(2, len(plan.items) + 2)))
    return [
        (number, item, what)
        for number, (item, again) in enumerate(zip(plan.items, now, strict=True), 1)
        if (what := describe_moved(item, again.found or Found()))
    ]


def _parted(
    rehearsed: Iterable[PlanItem], addresses: list[str]
) -> tuple[list[PlanItem], list[LeftOut]]:
    kept: list[PlanItem] = []
    left: list[LeftOut] = []
    for number, (item, address) in enumerate(zip(rehearsed, addresses, strict=True), 1):
        if does_nothing(item):
            left.append(LeftOut(number, item, address))
        else:
            kept.append(with_revision(item))
    return kept, left


def _why_nothing(left: list[LeftOut]) -> str:
    """Return why no item is left."""
    refused = sum(
        each.item.found is not None and each.item.found.refused is not None for each in left
    )
    many = counted(len(left), "item")
    if not refused:
        return f"of {many}, nothing is left to change"
    if refused == len(left):
        return f"{many} would be refused"
    return f"of {many}, {refused} would be refused and nothing is left to change in the others"


def _numbered(items: Iterable[tuple[str, dict[str, Any], str]]) -> list[Written]:
    return [
        Written(number, {"method": method, "params": params}, address)
        for number, (method, params, address) in enumerate(items, 1)
    ]


def _rows(file: BinaryIO, action: Action) -> Iterator[Written]:
    """Yield an item for each row of a list, or each line with nothing but an address.

    Raises:
        ItemError: If a line is neither.
        PlanFileError: If it is out of the bounds of a plan file.
    """
    seen: set[str] = set()
    for number, data in read_lines(file):
        if data.lstrip()[:1] == b"{":
            row = decode_object(number, data)
        else:
            row = {"address": data.decode("utf-8", "replace").strip()}
        method, field, value = _of_row(number, row, action)
        if value not in seen:
            seen.add(value)
            address = row.get("address")
            told = address if isinstance(address, str) else ""
            yield Written(number, {"method": method, "params": {field: value}}, told)


def _of_row(number: int, row: dict[str, Any], action: Action) -> tuple[str, str, str]:
    """Return the command for a row, its field, and the id or address of the thing."""
    address = row.get("address")
    address = address if isinstance(address, str) else ""
    key = row.get("id") if isinstance(row.get("id"), str) else None
    if action.thread is not None:
        thread = row.get("thread") if isinstance(row.get("thread"), str) else None
        place = "/".join(address.split("/")[:2])
        if value := thread or place or key:
            return action.thread, "thread", value
    elif "/lounge/" in address and action.line is not None:
        return action.line, "line", key or address
    elif action.post is not None and (value := key or address):
        return action.post, "post", value
    raise ItemError(number, "address", "a row has an id or an address, as of bbs admin posts list")
