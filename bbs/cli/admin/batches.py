"""`bbs admin batches`: which plans were applied, what became of their items, and stopping one."""

import click

from bbs.cli.admin.apply import tell_result
from bbs.cli.admin.batch_waits import refuse_waiting
from bbs.cli.admin.find_batch import batch_argument, find_batch, list_batches
from bbs.cli.admin.plan_files import board_by_id, names_of
from bbs.cli.completion_values import complete_board
from bbs.cli.context import CliContext, dry_run_option, with_community
from bbs.features.batches.following import fetch_items
from bbs.features.batches.messages import StopBatch
from bbs.features.batches.views import Batch
from bbs.features.members.author_text import author_name
from bbs.sdk import lookup
from bbs.terminal.batch_text import (
    describe_item,
    describe_outcome,
    describe_progress,
    describe_result,
)
from bbs.terminal.output import local_time, table
from bbs.text import sanitize


@click.group()
def batches() -> None:
    """List the plans that were applied, what became of their items; stop one that runs.

    BATCH is its id, or the first characters of it.
    """


@batches.command("list")
@click.argument("board", required=False, shell_complete=complete_board)
@with_community
async def list_(caller: CliContext, board: str | None) -> None:
    """List the batches of BOARD, or of all boards that you look after, those begun last first."""
    place = None if board is None else await lookup.find_board(caller.community, board)
    found = await list_batches(caller, place)
    members, slug = await names_of(caller)
    rows = [
        [
            each.id[:8],
            slug(each.board),
            author_name(each.author, members),
            local_time(each.begun_at),
            _state(each),
            sanitize(each.reason or ""),
        ]
        for each in found
    ]
    heads = ("BATCH", "BOARD", "BY", "BEGUN", "STATE", "REASON")
    caller.out.stream("batches", found, {}, table(rows, heads), nothing="No plan was applied.")


def _state(batch: Batch) -> str:
    """Return where a batch is, and which batch undid it, or which it undoes."""
    parts = [
        describe_progress(batch),
        f"undone by {batch.undone_by[:8]}" if batch.undone_by else "",
        f"undoes {batch.undoes[:8]}" if batch.undoes else "",
    ]
    return ", ".join(filter(None, parts))


@batches.command()
@batch_argument
@with_community
async def show(caller: CliContext, batch: str) -> None:
    """Show BATCH: who applied it, why, how far it is, and what became of each item."""
    key = (await find_batch(caller, batch)).id
    found, items = await fetch_items(caller.community.call, key)
    members, slug = await names_of(caller)
    lines = [
        f"{slug(found.board)}, {author_name(found.author, members)}, {local_time(found.begun_at)}",
        sanitize(f"Reason: {found.reason or ''}"),
        f"{describe_progress(found)}: {describe_result(found)}",
    ]
    if found.undoes is not None:
        lines.append(f"It undoes {found.undoes[:8]}.")
    if found.undone_by is not None:
        lines.append(f"{found.undone_by[:8]} undid it.")
    lines.append("")
    lines += [
        sanitize(
            f"{item.number:>4}  {describe_item(item.item, found.board, members, slug)}:"
            f" {describe_outcome(item)}"
        )
        for item in items
    ]
    caller.out.stream("items", items, {"batch": found}, lines)


@batches.command()
@batch_argument
@dry_run_option
@with_community
async def stop(caller: CliContext, batch: str, dry_run: bool) -> int | None:
    """Stop BATCH after the item that is being done; what was done stays. Everybody in office there may."""
    found = await find_batch(caller, batch)
    board = await board_by_id(caller, found.board)
    await refuse_waiting(caller, board, found)
    command = StopBatch(board=found.board, batch=found.id, dry_run=dry_run)
    stopped = (await caller.community.call(command)).batch
    if dry_run:
        caller.out.done({"batch": stopped})
        return None
    await tell_result(caller, board, stopped)
    return None
