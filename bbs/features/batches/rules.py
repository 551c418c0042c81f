"""Rules of batches: a plan's digest, what may follow what, and when the world has moved. Pure."""

import hashlib
import uuid
from collections.abc import Collection, Iterable, Mapping

import msgspec

from bbs.features.batches.views import BatchState, Found, PlanItem
from bbs.features.moderation.messages import Change
from bbs.gravity import HIDES_MANY, Grave
from bbs.ids import BatchId, BoardId, MemberId, OpId

BATCH_TRANSITIONS: Mapping[BatchState | None, frozenset[BatchState]] = {
    None: frozenset({BatchState.DRAFT}),
    BatchState.DRAFT: frozenset({BatchState.WAITING, BatchState.RUNNING, BatchState.DROPPED}),
    BatchState.WAITING: frozenset({BatchState.RUNNING, BatchState.DROPPED}),
    BatchState.RUNNING: frozenset({BatchState.DONE, BatchState.STOPPED}),
    BatchState.DONE: frozenset(),
    BatchState.STOPPED: frozenset(),
    BatchState.DROPPED: frozenset({BatchState.DRAFT}),
}
"""The states that may follow each state of a batch. Of a dropped one nothing was done: its plan can be
applied again."""

IS_OVER = frozenset({BatchState.DONE, BatchState.STOPPED, BatchState.DROPPED})
"""The states in which nothing more is done."""

_NAMES = uuid.UUID("3f0c59ad-7a3c-4f0e-9f7c-5ee0cbd5b9d1")
"""The name space of batches' ids."""

_encoder = msgspec.json.Encoder(order="sorted")


def check_transition(before: BatchState | None, after: BatchState) -> None:
    """Refuse a change of a batch that `BATCH_TRANSITIONS` does not have."""
    assert after in BATCH_TRANSITIONS[before], f"a batch does not go from {before} to {after}"


def canonical(item: PlanItem) -> bytes:
    """Return an item as JSON with sorted keys, without whatever is at its default."""
    return _encoder.encode(msgspec.to_builtins(item))


def digest_of_item(item: PlanItem) -> str:
    """Return the SHA-256 of an item, in hexadecimal."""
    return hashlib.sha256(canonical(item)).hexdigest()


def digest_of(
    board: BoardId, epoch: str, reason: str, undoes: BatchId | None, items: Iterable[PlanItem]
) -> str:
    """Return the digest of a plan, in hexadecimal: of its head and of each item, in their order."""
    return digest_of_all(board, epoch, reason, undoes, map(digest_of_item, items))


def digest_of_all(
    board: BoardId, epoch: str, reason: str, undoes: BatchId | None, digests: Iterable[str]
) -> str:
    """Return a plan's digest from its items' digests; see `digest_of`."""
    head = {
        "board": board,
        "epoch": epoch,
        "items": list(digests),
        "reason": reason,
        "undoes": undoes,
    }
    return hashlib.sha256(_encoder.encode(head)).hexdigest()


def batch_id_of(digest: str, nonce: str, member: MemberId) -> BatchId:
    """Return the id of a batch: the same plan, applied by the same member, is the same batch.

    What a plan says can be guessed, and its members are known. The nonce cannot: so the id tells nobody
    who applied it where the log names offices alone, and nobody can take it before.
    """
    return str(uuid.uuid5(_NAMES, f"{digest}:{nonce}:{member}"))


def op_of(batch: BatchId, number: int) -> OpId:
    """Return the op of an item: whatever happens meanwhile, it is done once (P12)."""
    return str(uuid.uuid5(uuid.UUID(batch), str(number)))


def waits_by_itself(marks: Iterable[Grave]) -> bool:
    """Return whether a command with these marks waits in a way that one second key does not end.

    Only what one other person in office agrees to, told to few, can be agreed to with a whole plan.
    """
    return any(
        not mark.to_few
        or mark.by_delay
        or mark.days_min
        or mark.all_moderators
        or mark.key_of_commons
        or mark.conceals
        for mark in marks
    )


def find_new_marks(
    marks: Iterable[Grave], of_item: Collection[str], of_batch: Collection[str]
) -> list[str]:
    """Return why an item takes a second key that was not given for it, as parts of sentences.

    How many words its author hid is counted over the whole batch, so a key for that is for each item.

    Args:
        marks: Its marks now.
        of_item: The names of its marks as it was added.
        of_batch: The names of the marks of all items then.
    """
    given = {*of_item, *({HIDES_MANY.field} & {*of_batch})}
    return [mark.why for mark in marks if mark.field not in given]


def find_moved(kept: Found, found: Found, dated: Collection[str] = ()) -> str | None:
    """Return what an item would do otherwise than its plan says, as a part of a sentence.

    What the moment alone decides counts as little as the sentence of an error. Whether an item takes
    two keys is asked when the batch starts.

    Args:
        kept: What the plan says.
        found: What the server finds now.
        dated: The changes whose values the moment decides.

    Returns:
        None if it would do the same.
    """
    if kept.refused != found.refused:
        return _refusal_moved(kept, found)
    if kept.unchanged != found.unchanged:
        return "nothing is left to change" if found.unchanged else "there is something to change"
    if (kept.thing, kept.about) != (found.thing, found.about):
        return "it would be done to something else"
    if _cited(kept) != _cited(found):
        return "it would cite another clause"
    if kept.revision is not None and kept.revision != found.revision:
        return f"its revision is {found.revision}, and the plan says {kept.revision}"
    before, after = _values(kept.changes, dated), _values(found.changes, dated)
    for field in sorted({*before, *after}):
        if before.get(field) != after.get(field):
            return f"what it changes ({field.replace('_', ' ')}) is not as it was"
    return None


def _refusal_moved(kept: Found, found: Found) -> str:
    if found.why is not None:
        return f"it would be refused: {found.why}"
    return "it would not be refused any more"


def _cited(found: Found) -> tuple[int | None, int | None, BoardId | None]:
    return found.norm, found.norms_version, found.norms_board


def _values(changes: Iterable[Change], dated: Collection[str]) -> dict[str, list[Change]]:
    """Return changes by their field: a plan that names one twice shows people what is not compared."""
    values: dict[str, list[Change]] = {}
    for change in changes:
        if change.field not in dated:
            values.setdefault(change.field, []).append(change)
    return values
