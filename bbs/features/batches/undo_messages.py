"""What undoes a batch: a plan of ordinary commands, from its last item to its first (protocol 26)."""

from typing import Annotated, ClassVar

from msgspec import Meta

from bbs import limits
from bbs.features.batches.views import PlanItem
from bbs.features.moderation.messages import Thing
from bbs.ids import BatchId, BoardId
from bbs.messages import Number, PageSize, Query, Result, View
from bbs.powers import Need, NeedTarget, Power, Touches


class NotUndone(View, frozen=True, kw_only=True):
    """An item that stays as it is when its batch is undone.

    Attributes:
        number: Its place in the batch.
        why: Why it stays, as a sentence: something was done to the same thing later, or what it did
            cannot come back.
        thing: What it was done to.
        later: The act that was done to the same thing later; None if that is not why.
    """

    number: Number
    why: str
    thing: Thing | None = None
    later: str | None = None


class UndoPage(Result, frozen=True, kw_only=True):
    """A page of what undoes a batch: from its last item to its first.

    Attributes:
        items: The items that undo it, to make a plan of; not rehearsed yet.
        stays: The items that stay as they are, and why.
        next_before: Pass it as `before` for the next page; None at the end.
    """

    items: tuple[PlanItem, ...]
    stays: tuple[NotUndone, ...] = ()
    next_before: Number | None = None


class PlanUndo(Query[UndoPage], frozen=True, kw_only=True):
    """Return what undoes a batch, as items of a plan, for those who may read the batch.

    Only what was done is undone. An item stays if something was done later to the same thing, outside
    the batch, and if what it did cannot come back. It may take several commands to undo one. Errors:
    `not_found`, `conflict` for a batch that is not over.

    Attributes:
        reason: The reason that each command gives.
        before: Only items before this number.
        limit: How many items of the batch are looked at, at the most.
    """

    method: ClassVar[str] = "batches.plan_undo"
    needs: ClassVar[Need] = Need(Power.READ, on=NeedTarget.BOARD, touches=Touches.ACCOUNT)
    board: BoardId
    batch: BatchId
    reason: Annotated[str, Meta(min_length=1, max_length=limits.REASON_CHARS_MAX * 4)]
    before: Annotated[int, Meta(ge=1, le=limits.BATCH_ITEMS_MAX + 1)] | None = None
    limit: PageSize = limits.PAGE_ITEMS_DEFAULT
