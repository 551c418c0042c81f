"""Plan files: what a plan is, and how it is written, as JSON lines. `bbs.wire.plan_reader` reads them.

    {"plan":1,"epoch":"…","board":"…","slug":"garden","made_at":"…","reason":"…","nonce":"…","count":2}
    {"method":"threads.hide","params":{…},"if_revision":3,"found":{…}}
    {"method":"threads.hide","params":{…},"if_revision":1,"found":{…}}
    {"digest":"…","lines":"…"}

`docs/reference/plan.schema.json` describes each line.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from bbs import limits
from bbs.clock import Instant
from bbs.features.batches.rules import digest_of
from bbs.features.batches.views import Digest, PlanItem
from bbs.features.moderation.views import Reason
from bbs.ids import BatchId, BoardId, OpId
from bbs.refusals import Refused

VERSION: Literal[1] = 1
"""Of the form of plan files; a form that an older program would misread gets another number."""

_ROOM_BYTES = 2_048  # in the frame of a slice, for everything but its items
_encoder = msgspec.json.Encoder()


class PlanFileError(
    Refused,
    code="plan.unreadable",
    sentence="line {line} of the plan, {field}: {rule}",
    hint="nothing was changed; make the plan anew with bbs admin plan",
):
    """A file is no plan that can be applied, or the plan of another community.

    Attributes:
        line: The line's number, from 1.
        field: The path of the field; `line` for the line as a whole.
        rule: What is wrong with it.
    """

    line: int
    field: str
    rule: str


class PlanHead(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The first line of a plan file.

    Attributes:
        plan: The version of the form.
        epoch: The community's, as `hello` names it: a plan is for one community, not for a restored
            copy of it.
        board: The board that its items are about.
        slug: What that board is called, for whoever reads the file.
        made_at: When it was rehearsed.
        reason: Why it is applied; the log has it.
        nonce: Drawn at random for this plan (`bbs.ids.new_id`); see `rules.batch_id_of`.
        count: How many items follow.
        undoes: The batch that it undoes.
    """

    plan: Literal[1]
    epoch: Annotated[str, Meta(min_length=1, max_length=64, pattern="^[0-9A-Za-z-]{1,64}$")]
    board: BoardId
    slug: Annotated[str, Meta(max_length=limits.SLUG_CHARS_MAX, pattern="^[a-z0-9_-]*$")]
    made_at: Instant
    reason: Reason
    nonce: OpId
    count: Annotated[int, Meta(ge=1, le=limits.BATCH_ITEMS_MAX)]
    undoes: BatchId | None = None


class PlanFoot(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The last line of a plan file.

    Attributes:
        digest: SHA-256 of board, epoch, reason, the batch that it undoes, and each item, in hexadecimal:
            whoever applies the plan, or gives it a second key, agrees to this.
        lines: SHA-256 of all bytes of the file above, in hexadecimal.
    """

    digest: Digest
    lines: Digest


class Plan(Struct, frozen=True, kw_only=True):
    """Items that are applied together, as they were rehearsed; `make_plan` makes one.

    Attributes:
        epoch, board, slug, made_at, reason, nonce, undoes: As of `PlanHead`.
        items: In their order, each with what it was found to do.
        digest: As of `PlanFoot`.
    """

    epoch: str
    board: BoardId
    slug: str
    made_at: Instant
    reason: str
    nonce: str
    items: tuple[PlanItem, ...]
    undoes: BatchId | None = None
    digest: str


def make_plan(
    *,
    epoch: str,
    board: BoardId,
    slug: str,
    reason: str,
    items: tuple[PlanItem, ...],
    made_at: Instant,
    nonce: str,
    undoes: BatchId | None = None,
) -> Plan:
    """Return a plan of these items, with its digest; the fields are as of `PlanHead`."""
    return Plan(
        epoch=epoch,
        board=board,
        slug=slug,
        made_at=made_at,
        reason=reason,
        nonce=nonce,
        items=items,
        undoes=undoes,
        digest=digest_of(board, epoch, reason, undoes, items),
    )


def with_revision(item: PlanItem) -> PlanItem:
    """Return an item that is done only as long as its thing has the revision at which it was rehearsed."""
    revision = None if item.found is None else item.found.revision
    return item if revision is None else replace(item, if_revision=revision)


def write_plan(plan: Plan) -> Iterator[bytes]:
    """Yield the lines of a plan file, each with its newline."""
    head = PlanHead(
        plan=VERSION,
        epoch=plan.epoch,
        board=plan.board,
        slug=plan.slug,
        made_at=plan.made_at,
        reason=plan.reason,
        nonce=plan.nonce,
        count=len(plan.items),
        undoes=plan.undoes,
    )
    digest = hashlib.sha256()
    for each in (head, *plan.items):
        line = encode_line(each) + b"\n"
        digest.update(line)
        yield line
    yield encode_line(PlanFoot(digest=plan.digest, lines=digest.hexdigest())) + b"\n"


def encode_line(value: Any) -> bytes:
    """Return a value as a JSON line, without its newline: in ASCII, so that it acts on no terminal (P13)."""
    plain = msgspec.to_builtins(value)
    return json.dumps(plain, ensure_ascii=True, separators=(",", ":")).encode("ascii")


def check_epoch(plan: Plan, epoch: str) -> None:
    """Refuse a plan that was made for another community, or for this one before it was restored.

    Args:
        epoch: Of the community that it is to be applied to.

    Raises:
        PlanFileError: If it is not the plan's.
    """
    if plan.epoch != epoch:
        rule = "it is of another community, or of this one before it was restored from a backup"
        raise PlanFileError(1, "epoch", rule)


def slices_of(items: Iterable[PlanItem]) -> Iterator[tuple[PlanItem, ...]]:
    """Yield items in the pieces in which they are sent: so many, and never more than fit a frame."""
    piece: list[PlanItem] = []
    size = 0
    for item in items:
        takes = len(_encoder.encode(item)) + 1
        room = limits.FRAME_TO_SERVER_BYTES_MAX - _ROOM_BYTES
        if piece and (len(piece) >= limits.BATCH_SLICE_ITEMS or size + takes > room):
            yield tuple(piece)
            piece, size = [], 0
        piece.append(item)
        size += takes
    if piece:
        yield tuple(piece)
