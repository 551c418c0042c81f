"""Tells whether a cursor belongs to this history, and notes the evidence that events were lost.

A data folder that was rolled back (a snapshot, a lost write-ahead log) answers as if nothing had
happened. Only clients that got the lost events can know, by the tags of their cursors.
"""

from collections.abc import Mapping
from enum import Enum, auto

import msgspec
from msgspec import Struct

from bbs.clock import Ms
from bbs_server.store import event_log, tags
from bbs_server.store.api import Tx
from bbs_server.store.meta import delete_meta, find_meta, upsert_meta

_NOTE = "history_lost"


class CursorVerdict(Enum):
    """The worth of a cursor in this history."""

    GOOD = auto()  # it belongs to this history, as far as can be told
    WORTHLESS = auto()  # it does not, or its events are not kept any more
    LOST = auto()  # this community made its tag, and does not have that event


class Lost(Struct, frozen=True):
    """An event that a client got from this community, and that the community has lost.

    Attributes:
        seq: Its seq in the stream.
        head: The newest seq of the stream when the loss was found.
        at: When the loss was found, ms.
    """

    stream: str
    seq: int
    head: int
    at: Ms


def tag_at(tx: Tx, stream: str, seq: int) -> str:
    """Return the tag of a seq in a stream; empty if its event is not kept."""
    digest = event_log.digest_at(tx, stream, seq)
    return "" if digest is None else tags.maker_for(tx, stream)(seq, digest)


def tags_of(tx: Tx, places: Mapping[str, int]) -> dict[str, str]:
    """Return the tags of these seqs, for a result's `tags`; events not kept have none."""
    found = {stream: tag_at(tx, stream, seq) for stream, seq in places.items()}
    return {stream: tag for stream, tag in found.items() if tag}


def judge(tx: Tx, stream: str, seq: int, tag: str, head: event_log.StreamRow) -> CursorVerdict:
    """Judge a cursor. A cursor without a tag is judged by its seq alone (protocol 6.5, 6.7).

    Only a client that got an event which is gone now can cause `LOST`.
    """
    if seq < head.base_seq:
        return CursorVerdict.WORTHLESS
    key = tags.key_of(tx)
    if not tag or key is None:
        return CursorVerdict.GOOD if seq <= head.seq else CursorVerdict.WORTHLESS
    claimed = tags.claimed(key, stream, seq, tag)
    if claimed is None:
        return CursorVerdict.WORTHLESS
    digest = event_log.digest_at(tx, stream, seq) if seq <= head.seq else None
    return (
        CursorVerdict.GOOD
        if digest is not None and tags.shown(digest) == claimed
        else CursorVerdict.LOST
    )


def note(tx: Tx, lost: Lost) -> None:
    """Keep the first evidence that history was lost, for later starts and for the doctor."""
    if noted(tx) is None:
        upsert_meta(tx, _NOTE, msgspec.json.encode(lost).decode())


def noted(tx: Tx) -> Lost | None:
    """Return the evidence that is kept; None where no history is known to be lost."""
    note = find_meta(tx, _NOTE)
    return None if note is None else msgspec.json.decode(note, type=Lost)


def forget_note(tx: Tx) -> None:
    """Forget the evidence: with a new epoch every client fetches all streams anew."""
    delete_meta(tx, _NOTE)
