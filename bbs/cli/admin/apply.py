"""`bbs admin apply`: let the server do exactly what a plan says, and follow it to its end."""

import asyncio
from functools import partial

import click

from bbs import terminal
from bbs.batch_refusals import Moved
from bbs.cli.admin.batch_waits import wait_lines
from bbs.cli.admin.plan_files import (
    board_of,
    names_of,
    opened,
)
from bbs.cli.admin.plan_making import Made, describe, find_moved_items, rehearse
from bbs.cli.context import CliContext, with_connection_options
from bbs.features.batches.applying import apply_plan
from bbs.features.batches.following import fetch_items, follow_batch, is_over, tried
from bbs.features.batches.messages import GetBatch
from bbs.features.batches.plan_file import Plan
from bbs.features.batches.rules import batch_id_of
from bbs.features.batches.views import Batch, BatchState, ItemState
from bbs.features.boards.messages import Board
from bbs.refusals import Conflict, NotFound
from bbs.terminal.batch_text import describe_item, describe_outcome, describe_result
from bbs.terminal.error_report import CONFLICT, PARTLY, REFUSED, WAITS
from bbs.terminal.output import local_time
from bbs.terminal.plan_text import ITEMS_TOLD_MAX
from bbs.terminal.progress import Progress
from bbs.terminal.prompts import is_interactive
from bbs.text import sanitize
from bbs.wire.plan_reader import read_plan

LOOK_SECONDS = 0.3  # between two looks at a batch that runs: a plan of 500 items takes some seconds


class NotThisDigest(
    Conflict,
    code="plan.other_digest",
    hint="bbs admin plan told the digest, and the last line of a plan has it",
):
    """The digest that was named in place of a yes is not the plan's."""

    def __str__(self) -> str:
        return f"this is not the digest of {self.what}; nothing was done"


digest_option = click.option(
    "--digest", metavar="D", help="The plan's digest, in place of a yes: exactly that plan."
)


@click.command()
@click.argument("plan", type=click.Path(dir_okay=False, allow_dash=True))
@digest_option
@click.option("--dry-run", is_flag=True, help="Rehearse it again, and change nothing.")
@with_connection_options
def apply(caller: CliContext, plan: str, digest: str | None, dry_run: bool) -> int | None:
    """Apply PLAN, a file of bbs admin plan, or - for stdin: exactly what it says, or nothing.

    Asks for a yes on a terminal; a script names the digest. The server carries the items out one by one,
    as you, each with its own act, and goes on by itself: Ctrl-C ends the watching alone. Applied again,
    the same plan goes on where it stands; nothing is done twice.

    Exit code 3 if some items were refused, 6 if the world moved or the digest is another one, 7 if it
    waits for a second key.
    """

    async def work() -> int | None:
        with opened(plan) as file:
            found = read_plan(file)
        board = await board_of(caller, found)
        return await apply_it(
            caller, board, found, digest, name=f"the plan in {plan}", dry_run=dry_run
        )

    return caller.run(work)


async def apply_it(
    caller: CliContext, board: Board, plan: Plan, digest: str | None, *, name: str, dry_run: bool
) -> int | None:
    """Show a plan, ask for it, apply it and follow it to its end; return the exit code.

    Args:
        digest: What was named as its digest, in place of a yes.
        name: What the plan is called in a sentence.
        dry_run: Whether to rehearse it alone.
    """
    me = caller.community.me
    assert me is not None
    key = batch_id_of(plan.digest, plan.nonce, me.member.id)
    if digest is not None and digest.lower() != plan.digest:
        raise NotThisDigest(name)
    begun = await _begun(caller, key)
    if dry_run:
        return await _try(caller, board, plan)
    if begun is not None and begun.state is not BatchState.DRAFT:
        goes_on = "nothing is done twice" if is_over(begun) else "it goes on"
        caller.out.say(f"This plan was applied on {local_time(begun.begun_at)}: {goes_on}.")
    else:
        await _ask(caller, board, plan, digest)
    batch = begun
    progress = Progress(caller.out)
    try:
        batch = await apply_plan(
            caller.community.call,
            plan,
            me.member.id,
            lambda at, of: progress.show(f"sent {at} of {of}"),
        )
        batch = await follow_batch(
            caller.community.call,
            key,
            partial(asyncio.sleep, LOOK_SECONDS),
            lambda now: progress.show(f"done {tried(now)} of {now.count}"),
        )
    except asyncio.CancelledError:
        progress.show("")
        _tell_interrupted(caller, batch)
        raise
    finally:
        progress.show("")
    return await tell_result(caller, board, batch)


async def _begun(caller: CliContext, key: str) -> Batch | None:
    try:
        return (await caller.community.call(GetBatch(batch=key, limit=1))).batch
    except NotFound:
        return None


async def _ask(caller: CliContext, board: Board, plan: Plan, digest: str | None) -> None:
    """Show a plan and ask for a yes, unless its digest was named.

    Raises:
        Moved: If the world moved, so that nobody reads a plan that the server refuses.
        UsageError: If there is no person to ask.
        Abort: If the answer is no.
    """
    if digest is not None:
        return
    for number, item, what in await find_moved_items(caller, board, plan):
        members, slug = await names_of(caller)
        raise Moved(number, item.method, describe_item(item, board.id, members, slug), what)
    members, slug = await names_of(caller)
    for line in await describe(caller, board, Made(plan, []), members, slug):
        caller.out.say(line)
    if not is_interactive():
        says = f"there is no terminal to ask on: read the plan, and give --digest {plan.digest}"
        raise click.UsageError(says)
    try:
        terminal.confirm("Apply exactly this?")
    except click.Abort:
        caller.out.say("Nothing was done.")
        raise


async def _try(caller: CliContext, board: Board, plan: Plan) -> int | None:
    """Rehearse a plan again and say what it would do; return the exit code."""
    numbers = list(range(2, len(plan.items) + 2))
    again = await rehearse(caller, board, plan.items, numbers)
    refused = sum(item.found is not None and item.found.refused is not None for item in again)
    value = {"digest": plan.digest, "count": len(again), "refused": refused}
    caller.out.done(value)
    if refused:
        caller.out.say(
            f"{refused} of {len(again)} would be refused: bbs admin plan --check says which"
        )
    return CONFLICT if refused else None


async def tell_result(caller: CliContext, board: Board, batch: Batch) -> int | None:
    """Say what became of a batch, and which items were refused; return the exit code."""
    members, slug = await names_of(caller)
    if batch.state is BatchState.WAITING:
        caller.out.result({"batch": batch}, await wait_lines(caller, board, batch))
        return WAITS
    lines = [f"{describe_result(batch)} Batch {batch.id}"]
    value = {"batch": batch, "refused": ()}
    if batch.refused or not is_over(batch):
        _, items = await fetch_items(caller.community.call, batch.id)
        refused = [item for item in items if item.state is ItemState.REFUSED]
        value = {"batch": batch, "refused": refused}
        for item in refused[:ITEMS_TOLD_MAX]:
            does = describe_item(item.item, board.id, members, slug)
            lines.append(sanitize(f"{item.number:>4}  {does}: {describe_outcome(item)}"))
    caller.out.result(value, lines)
    if batch.done:
        caller.out.say(f"Undo it: bbs admin undo {batch.id[:8]}")
    if batch.state is BatchState.DROPPED:
        return REFUSED
    return PARTLY if batch.refused or batch.state is BatchState.STOPPED else None


def _tell_interrupted(caller: CliContext, batch: Batch | None) -> None:
    """Say what Ctrl-C ended, and what it did not."""
    if batch is None or batch.state is BatchState.DRAFT:
        caller.out.say(
            "Nothing of the plan was done yet. Apply it again, and it goes on from here."
        )
        return
    key = batch.id[:8]
    caller.out.say(
        "The server goes on without this."
        f" Watch it: bbs admin batches show {key}; stop it: bbs admin batches stop {key}"
    )
