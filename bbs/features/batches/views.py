"""Plans and batches as they are on the wire: items, what they would do, and what became of them."""

from enum import StrEnum
from typing import Annotated, Any

from msgspec import Meta

from bbs import limits
from bbs.clock import Instant
from bbs.features.members.views import Author
from bbs.features.moderation.messages import Change, Thing
from bbs.ids import BatchId, BoardId, MemberId, ProposalId
from bbs.messages import Number, SeenRevision, View
from bbs.powers import Office, Way

Digest = Annotated[str, Meta(min_length=64, max_length=64, pattern="^[0-9a-f]{64}$")]
"""SHA-256 of a plan, in hexadecimal; `bbs.features.batches.rules.digest_of` makes it."""


class BatchState(StrEnum):
    """Where a batch is in its life; `BATCH_TRANSITIONS` in rules.py has the allowed moves."""

    DRAFT = "draft"  # its items are being added; nothing of it is done, and it ends in a day
    WAITING = "waiting"  # started, and waits for a second key
    RUNNING = "running"  # the server carries out item after item
    DONE = "done"  # each item was done, or refused
    STOPPED = "stopped"  # somebody stopped it before its last item; what was done stays
    DROPPED = "dropped"  # nothing was done: refused a second key, objected to, or never started


class ItemState(StrEnum):
    """What became of an item."""

    OPEN = "open"  # not tried yet
    DONE = "done"
    UNCHANGED = "unchanged"  # nothing was left to change
    REFUSED = "refused"


class Found(View, frozen=True, kw_only=True):
    """What an item does, as the server finds out by carrying it out and undoing that.

    Two findings of the same item are equal as long as nothing moved that it is about: that is how a
    plan is compared with the world.

    Attributes:
        thing: What it is done to; None if it is refused.
        about: The member it is about.
        changes: What it changes.
        norm, norms_version, norms_board: The clause it cites.
        revision: The revision of that thing; None for what has none.
        grave: Why it takes two keys, as parts of sentences; empty where it takes none.
        unchanged: Whether it would change nothing.
        refused: The code of the error by which it is refused; None if it is not.
        why: That error's sentence.
    """

    thing: Thing | None = None
    about: MemberId | None = None
    changes: tuple[Change, ...] = ()
    norm: int | None = None
    norms_version: int | None = None
    norms_board: BoardId | None = None
    revision: int | None = None
    grave: tuple[str, ...] = ()
    unchanged: bool = False
    refused: str | None = None
    why: str | None = None


class PlanItem(View, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An item of a plan: an ordinary command, and what it was found to do.

    Attributes:
        method: The command; only those in `docs/reference/batches.md` can be items.
        params: Its fields as a JSON object, without `op` and `dry_run`.
        if_revision: Only if the thing still has this revision; None to compare the finding alone.
        found: What the plan says that it does; None while nobody has asked the server.
    """

    method: Annotated[str, Meta(max_length=limits.METHOD_CHARS_MAX)]
    params: dict[str, Any]
    if_revision: SeenRevision | None = None
    found: Found | None = None


class BatchItem(View, frozen=True, kw_only=True):
    """An item of a batch, with what became of it.

    Attributes:
        number: Its place in the batch, from 1.
        item: The item; its words of office are there for whoever may read the batch.
        act: The id of the act that it left.
        refused, why: The code and the sentence of the error that refused it.
    """

    number: Number
    item: PlanItem
    state: ItemState
    act: str | None = None
    refused: str | None = None
    why: str | None = None


class Batch(View, frozen=True, kw_only=True):
    """Commands that are applied together, as one plan said them.

    Attributes:
        reason: Why, in the words of whoever applies it; the log has it.
        digest: The plan's digest, in hexadecimal; None while its items are being added.
        count: How many items it has.
        done, unchanged, refused: How many items were done, changed nothing, were refused.
        undoes: The batch that it undoes.
        undone_by: The batch that undoes it, if one was applied.
        proposal: What waits for the second key; None if nothing did.
        until: When a draft ends.
        revision: Grows with every change.
    """

    id: BatchId
    board: BoardId
    state: BatchState
    author: Author
    office: Office
    way: Way
    begun_at: Instant
    count: Number
    done: int = 0
    unchanged: int = 0
    refused: int = 0
    reason: str | None = None
    digest: Digest | None = None
    undoes: BatchId | None = None
    undone_by: BatchId | None = None
    proposal: ProposalId | None = None
    ended_at: Instant | None = None
    until: Instant | None = None
    revision: int = 1
