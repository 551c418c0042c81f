"""Reading a batch while it goes on, for client and command line (protocol 26)."""

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from bbs import limits
from bbs.features.batches.messages import GetBatch
from bbs.features.batches.rules import IS_OVER
from bbs.features.batches.views import Batch, BatchItem, BatchState
from bbs.ids import BatchId
from bbs.messages import Request, Result

R = TypeVar("R", bound=Result)


class Ask(Protocol):
    """Asks the server: `call` of a community, or of a client's connection to one."""

    async def __call__(self, request: Request[R], /) -> R:
        """Ask. Raises `FolkmootError`."""
        ...


def is_over(batch: Batch) -> bool:
    """Return whether nothing of a batch will happen any more."""
    return batch.state in IS_OVER


def tried(batch: Batch) -> int:
    """Return how many items of a batch were tried."""
    return batch.done + batch.unchanged + batch.refused


async def follow_batch(
    ask: Ask,
    batch: BatchId,
    changed: Callable[[], Awaitable[object]],
    tell: Callable[[Batch], object] = lambda batch: None,
) -> Batch:
    """Return a batch once it is over, or waits for a second key. Cancelling is safe.

    Args:
        ask: Asks the server.
        batch: Its id.
        changed: Waits until it may have changed.
        tell: Told how it stands, each time that it was asked for.

    Raises:
        FolkmootError: What the server answered.
    """
    while True:
        now = (await ask(GetBatch(batch=batch, limit=1))).batch
        tell(now)
        if now.state is not BatchState.RUNNING:
            return now
        await changed()


async def fetch_items(
    ask: Ask, batch: BatchId, after: int = 0
) -> tuple[Batch, tuple[BatchItem, ...]]:
    """Return a batch and all its items after one of them. Raises as `follow_batch`."""
    found: list[BatchItem] = []
    while True:
        page = await ask(GetBatch(batch=batch, after=after, limit=limits.PAGE_ITEMS_MAX))
        found += page.items
        if page.next_after is None or not after < page.next_after < limits.BATCH_ITEMS_MAX:
            return page.batch, tuple(found)  # no batch is longer, whatever a server says
        after = page.next_after
