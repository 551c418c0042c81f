"""Rehearsing and applying a plan, for client and command line (protocol 26)."""

from collections.abc import Callable

from msgspec.structs import replace

from bbs import limits
from bbs.errors import BadJson
from bbs.features.batches.following import Ask
from bbs.features.batches.messages import AddItems, BeginBatch, GetBatch, RehearseItems, StartBatch
from bbs.features.batches.plan_file import Plan, slices_of
from bbs.features.batches.rules import batch_id_of
from bbs.features.batches.views import Batch, BatchState, Found, PlanItem
from bbs.ids import BoardId, MemberId, new_id
from bbs.refusals import CommandWaits

Tell = Callable[[int, int], object]
"""Told how far it is: how many items, of how many."""


async def rehearse_items(
    ask: Ask, board: BoardId, items: tuple[PlanItem, ...], tell: Tell = lambda at, of: None
) -> tuple[PlanItem, ...]:
    """Return items with what each would do now; changes nothing. Cancelling is safe.

    Raises:
        FolkmootError: What the server answered.
    """
    found: list[Found] = []
    hidden = 0
    for slice_ in slices_of(items):
        asked = RehearseItems(board=board, items=slice_, hidden=hidden, op=new_id())
        answer = await ask(asked)
        now = answer.found
        if len(now) != len(slice_):
            raise BadJson(f"{len(slice_)} items were asked about, and {len(now)} answered")
        found += now
        # A bound keeps what a server says within what the next request takes.
        hidden = min(hidden + max(answer.hidden, 0), limits.HIDDEN_BEFORE_MAX)
        tell(len(found), len(items))
    return tuple(replace(item, found=now) for item, now in zip(items, found, strict=True))


def does_nothing(item: PlanItem) -> bool:
    """Return whether a new plan leaves an item out: it was found refused, or without effect."""
    found = item.found
    return found is not None and (found.refused is not None or found.unchanged)


async def apply_plan(
    ask: Ask, plan: Plan, author: MemberId, tell: Tell = lambda at, of: None
) -> Batch:
    """Let the server apply a plan, or go on with the batch that was begun of it; return that batch.

    The same plan of the same member is the same batch: nothing of it is done twice (P12).
    Cancelling is safe: applying it again goes on.

    Args:
        ask: Asks the server.
        plan: The plan.
        author: Who applies it.
        tell: Told how many of its items the server has.

    Returns:
        The batch: it runs, waits for a second key, or is over, if it was applied before.

    Raises:
        FolkmootError: What the server answered; nothing of the plan is done then.
    """
    batch = batch_id_of(plan.digest, plan.nonce, author)
    begun = await ask(
        BeginBatch(
            board=plan.board,
            batch=batch,
            reason=plan.reason,
            count=len(plan.items),
            undoes=plan.undoes,
            op=new_id(),
        )
    )
    if begun.batch.state is not BatchState.DRAFT:
        return begun.batch
    sent = 0
    for slice_ in slices_of(plan.items):
        adding = AddItems(board=plan.board, batch=batch, first=sent + 1, items=slice_, op=new_id())
        await ask(adding)
        sent += len(slice_)
        tell(sent, len(plan.items))
    try:
        starting = StartBatch(board=plan.board, batch=batch, digest=plan.digest, op=new_id())
        return (await ask(starting)).batch
    except CommandWaits:
        return (await ask(GetBatch(batch=batch, limit=1))).batch
