"""Plans of hides in a test: rehearsed, applied, and done by the timed work."""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from bbs import limits
from bbs.features.batches.messages import (
    AddItems,
    BatchPage,
    BeginBatch,
    GetBatch,
    RehearseItems,
    StartBatch,
)
from bbs.features.batches.rules import batch_id_of, digest_of
from bbs.features.batches.views import Batch, PlanItem
from bbs.features.threads.hiding_messages import HidePost
from bbs.ids import BatchId, BoardId
from bbs.messages import Command
from tests.support.moot import Line

WHY = "A flood of advertisements"


def item(command: Command[Any], if_revision: int | None = None) -> PlanItem:
    """Return a command as an item of a plan that nobody rehearsed yet."""
    params = msgspec.json.decode(msgspec.json.encode(command))
    return PlanItem(method=command.method, params=params, if_revision=if_revision)


def hides(posts: Sequence[str], norm: int = 1) -> list[PlanItem]:
    """Return items that hide posts by a clause."""
    return [item(HidePost(post=post, norm=norm, reason=WHY)) for post in posts]


def slices(items: Sequence[PlanItem]) -> list[tuple[PlanItem, ...]]:
    """Return items in slices as a request takes them."""
    size = limits.BATCH_SLICE_ITEMS
    return [tuple(items[at : at + size]) for at in range(0, len(items), size)]


async def rehearsed(line: Line, board: BoardId, items: Sequence[PlanItem]) -> list[PlanItem]:
    """Return items with what the server finds that they do."""
    found = [
        each
        for part in slices(items)
        for each in (await line.ask(RehearseItems(board=board, items=part))).found
    ]
    return [replace(item, found=each) for item, each in zip(items, found, strict=True)]


def epoch_of(line: Line) -> str:
    """Return the epoch of the server that a line is connected to."""
    return line.moot.running.dispatcher.epoch


async def added(
    line: Line,
    board: BoardId,
    items: Sequence[PlanItem],
    *,
    undoes: BatchId | None = None,
    reason: str = WHY,
) -> tuple[BatchId, str]:
    """Begin a draft with these items; return its id and digest."""
    digest = digest_of(board, epoch_of(line), reason, undoes, items)
    batch = batch_id_of(digest, "n", line.id)
    await line.ask(
        BeginBatch(board=board, batch=batch, reason=reason, count=len(items), undoes=undoes)
    )
    first = 1
    for part in slices(items):
        await line.ask(AddItems(board=board, batch=batch, first=first, items=part))
        first += len(part)
    return batch, digest


async def applied(
    line: Line, board: BoardId, items: Sequence[PlanItem], undoes: BatchId | None = None
) -> Batch:
    """Apply a plan and let the server do all of it."""
    batch, digest = await added(line, board, items, undoes=undoes)
    await line.ask(StartBatch(board=board, batch=batch, digest=digest))
    await line.moot.do_jobs("batches")
    return (await page(line, batch)).batch


async def page(line: Line, batch: BatchId) -> BatchPage:
    """Return a batch with its first items."""
    return await line.ask(GetBatch(batch=batch, limit=limits.PAGE_ITEMS_MAX))
