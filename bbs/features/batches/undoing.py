"""Plan the undoing of a batch (protocol 26)."""

from datetime import datetime
from typing import NamedTuple

from bbs import limits
from bbs.features.batches.applying import does_nothing, rehearse_items
from bbs.features.batches.following import Ask
from bbs.features.batches.plan_file import Plan, make_plan
from bbs.features.batches.undo_messages import NotUndone, PlanUndo
from bbs.features.batches.views import Batch, PlanItem
from bbs.ids import new_id


class Undoing(NamedTuple):
    """What undoes a batch.

    Attributes:
        plan: The plan; None if nothing of it can come back.
        stays: The items that stay as they are, and why, the last of the batch first.
        left: What would be refused, or change nothing, and so is not in the plan.
    """

    plan: Plan | None
    stays: tuple[NotUndone, ...]
    left: tuple[PlanItem, ...] = ()


async def plan_undo(
    ask: Ask, batch: Batch, *, epoch: str, slug: str, reason: str, made_at: datetime
) -> Undoing:
    """Return what undoes a batch as a plan, rehearsed, and what stays; changes nothing.

    Args:
        ask: Asks the server.
        batch: A batch that is over.
        epoch: The server's, as a plan names it.
        slug: What its board is called in addresses.
        reason: The reason that each item gives.
        made_at: When the plan is made.

    Raises:
        FolkmootError: What the server answered.
    """
    items: list[PlanItem] = []
    stays: list[NotUndone] = []
    before: int | None = None
    while True:
        page = await ask(
            PlanUndo(
                board=batch.board,
                batch=batch.id,
                reason=reason,
                before=before,
                limit=limits.PAGE_ITEMS_MAX,
            )
        )
        items += page.items
        stays += page.stays
        if page.next_before is None or page.next_before >= (before or limits.BATCH_ITEMS_MAX + 1):
            break  # it goes down, whatever a server says
        before = page.next_before
    rehearsed = await rehearse_items(ask, batch.board, tuple(items))
    left = tuple(item for item in rehearsed if does_nothing(item))
    kept = tuple(item for item in rehearsed if not does_nothing(item))
    if not kept:
        return Undoing(None, tuple(stays), left)
    plan = make_plan(
        epoch=epoch,
        board=batch.board,
        slug=slug,
        reason=reason,
        items=kept,
        made_at=made_at,
        nonce=new_id(),
        undoes=batch.id,
    )
    return Undoing(plan, tuple(stays), left)
