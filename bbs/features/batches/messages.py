"""Batches: a plan's commands, rehearsed, applied in slices, and undone (protocol 26)."""

from typing import Annotated, ClassVar

from msgspec import Meta

from bbs import limits
from bbs.features.batches.views import Batch, BatchItem, Digest, Found, PlanItem
from bbs.features.moderation.views import Reason
from bbs.gravity import Grave, is_there
from bbs.ids import BatchId, BoardId
from bbs.messages import Command, Event, Number, PageSize, Query, Result
from bbs.powers import Need, NeedTarget, Power, Touches

Items = Annotated[tuple[PlanItem, ...], Meta(min_length=1, max_length=limits.BATCH_SLICE_ITEMS)]

_ON_BOARD = Need(Power.READ, on=NeedTarget.BOARD, touches=Touches.RIGHTS_OF_OTHERS)
"""What each item needs is asked for each item; a token applies no plan."""

TAKES_TWO = Grave(
    "two_keys", "some of what it does takes two keys", is_there, to_few=True, counted=True
)
"""The mark of a batch with such items: whoever agrees, agrees to the digest of its plan, once."""


class Rehearsal(Result, frozen=True, kw_only=True):
    """What items would do, in their order.

    Attributes:
        hidden: How many words of others they hide, as `HIDES_MANY` counts them.
    """

    text_paths: ClassVar[tuple[str, ...]] = (
        "found.why",
        "found.changes.said_before",
        "found.changes.said_after",
    )
    found: tuple[Found, ...]
    hidden: int = 0


class RehearseItems(Command[Rehearsal], frozen=True, kw_only=True):
    """Carry out items one after another, say what they did, and undo it all. Changes nothing.

    Errors: `not_found` for the board, `not_allowed`, `batches.no_item` for a command that cannot be an
    item or that is about another board. An item that is refused is no error: its `Found` says so.

    Attributes:
        hidden: How many words of others the items before these hide, of the same plan: with them it is
            asked whether these take a second key.
    """

    method: ClassVar[str] = "batches.rehearse"
    needs: ClassVar[Need] = Need(
        Power.READ, on=NeedTarget.BOARD, private=True, touches=Touches.RIGHTS_OF_OTHERS
    )
    board: BoardId
    items: Items
    hidden: Annotated[int, Meta(ge=0, le=limits.HIDDEN_BEFORE_MAX)] = 0


class BatchResult(Result, frozen=True, kw_only=True):
    """A batch as it stands now."""

    text_paths: ClassVar[tuple[str, ...]] = ("batch.reason",)
    batch: Batch


class BeginBatch(Command[BatchResult], frozen=True, kw_only=True):
    """Begin a draft, to which items are added; the same batch again is answered as it stands.

    A member has one draft at a time: a new one takes its place. Errors: `not_found`,
    `not_allowed`, `text_refused`, `conflict` for another's batch, or if `undoes` names a batch that is
    not over, or that another one is undoing.

    Attributes:
        batch: An id that the client derives from the plan, so that applying it again goes on with it.
        count: How many items it will have.
        undoes: The batch that this one undoes.
    """

    method: ClassVar[str] = "batches.begin"
    needs: ClassVar[Need] = _ON_BOARD
    text_paths: ClassVar[tuple[str, ...]] = ("reason",)
    board: BoardId
    batch: BatchId
    reason: Reason
    count: Annotated[int, Meta(ge=1, le=limits.BATCH_ITEMS_MAX)]
    undoes: BatchId | None = None


class AddItems(Command[BatchResult], frozen=True, kw_only=True):
    """Add the next items to a draft; each is rehearsed and compared with what the plan says.

    Items that the draft has already are passed over. Errors: `not_found`, `batches.no_item`,
    `batches.moved` if an item would do something else than the plan says: it names the item and what
    moved, and nothing of the plan is done; `conflict` past its count or once it was started.

    Attributes:
        first: The number of the first of these items, from 1.
    """

    method: ClassVar[str] = "batches.add"
    needs: ClassVar[Need] = _ON_BOARD
    board: BoardId
    batch: BatchId
    first: Number
    items: Items


class StartBatch(Command[BatchResult], frozen=True, kw_only=True):
    """Apply a draft: exactly the items whose digest this is. Logged, in one line.

    The server carries them out in slices, each item by its own act, as the member and with the same
    gate as ever; it goes on after a restart, without the client. Where an item takes two keys, the
    batch waits for one (15): whoever agrees, agrees to this digest. Errors: `not_found`,
    `batches.other_digest`, `conflict` for a batch with items missing, one that was started before with
    another digest, or if another batch runs on the board; `proposals.waits`.
    """

    method: ClassVar[str] = "batches.start"
    needs: ClassVar[Need] = _ON_BOARD
    grave: ClassVar[tuple[Grave, ...]] = (TAKES_TWO,)
    board: BoardId
    batch: BatchId
    digest: Digest


class StopBatch(Command[BatchResult], frozen=True, kw_only=True):
    """Stop a batch that runs, after the item that is being done: what was done stays. Logged.

    By whoever applied it, or anybody in office on the board. Errors: `not_found`, `conflict` if it
    does not run.
    """

    method: ClassVar[str] = "batches.stop"
    needs: ClassVar[Need] = _ON_BOARD
    board: BoardId
    batch: BatchId


class BatchPage(Result, frozen=True, kw_only=True):
    """A batch and a page of its items, in their order.

    Attributes:
        next_after: Pass it as `after` for the next page; None at the end.
    """

    batch: Batch
    items: tuple[BatchItem, ...]
    next_after: Number | None = None


class GetBatch(Query[BatchPage], frozen=True, kw_only=True):
    """Read a batch. By whoever is in office on its board, and whoever may give the second key.

    Errors: `not_found`.

    Attributes:
        after: Only items after this number.
    """

    method: ClassVar[str] = "batches.get"
    needs: ClassVar[Need] = Need(Power.READ, touches=Touches.ACCOUNT)
    batch: BatchId
    after: Annotated[int, Meta(ge=0, le=limits.BATCH_ITEMS_MAX)] = 0
    limit: PageSize = limits.PAGE_ITEMS_DEFAULT


class BatchList(Result, frozen=True, kw_only=True):
    """Batches, those begun last first.

    Attributes:
        next_before: Pass it as `before` for the next page; None at the end.
    """

    batches: tuple[Batch, ...]
    next_before: BatchId | None = None


class ListBatches(Query[BatchList], frozen=True, kw_only=True):
    """List the batches of a board, for those in office there; drafts are their author's alone."""

    method: ClassVar[str] = "batches.list"
    needs: ClassVar[Need] = Need(Power.READ, on=NeedTarget.BOARD, touches=Touches.ACCOUNT)
    board: BoardId
    before: BatchId | None = None
    limit: PageSize = limits.PAGE_ITEMS_DEFAULT


class BatchChanged(Event, frozen=True, kw_only=True):
    """A batch began to wait or to run, went on, or ended. To the desk of its board."""

    kind: ClassVar[str] = "batches.changed"
    text_paths: ClassVar[tuple[str, ...]] = ("batch.reason",)
    batch: Batch
