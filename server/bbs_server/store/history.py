"""Compares cursors with this server's history, and records evidence that events were lost.

A data folder that was rolled back (a snapshot, a lost write-ahead log) looks like a sound one. Only
clients that got the lost events have evidence, in the tags of their cursors.
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
    """The verdict on a cursor in this history."""

    GOOD = auto()  # its tag does not contradict this history
    WORTHLESS = auto()  # it belongs to another history, or its events are deleted
    LOST = auto()  # this community made its tag, but does not have that event


class Lost(Struct, frozen=True):
    """An event that a client got from this community and that the community has lost.

    Attributes:
        seq: Its seq in the stream.
        head: The newest seq of the stream when the server noticed the loss.
        at: When the server noticed the loss, ms.
    """

    stream: str
    seq: int
    head: int
    at: Ms


def tag_at(tx: Tx, stream: str, seq: int) -> str:
    """Return the tag of a seq in a stream; empty if its event is deleted."""
    digest = event_log.digest_at(tx, stream, seq)
    return "" if digest is None else tags.maker_for(tx, stream)(seq, digest)


def tags_of(tx: Tx, places: Mapping[str, int]) -> dict[str, str]:
    """Return the tags of these seqs, for a result's `tags`; deleted events have none."""
    found = {stream: tag_at(tx, stream, seq) for stream, seq in places.items()}
    return {stream: tag for stream, tag in found.items() if tag}


def judge(tx: Tx, stream: str, seq: int, tag: str, head: event_log.StreamRow) -> CursorVerdict:
    """Judge a cursor. A cursor without a tag is judged by its seq alone (protocol 6.5, 6.7).

    Only a client that got an event which is missing now can cause `LOST`.
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
    """Store the first evidence that history was lost, for later starts and for the doctor."""
    if noted(tx) is None:
        upsert_meta(tx, _NOTE, msgspec.json.encode(lost).decode())


def noted(tx: Tx) -> Lost | None:
    """Return the stored evidence; None if no loss of history is known."""
    note = find_meta(tx, _NOTE)
    return None if note is None else msgspec.json.decode(note, type=Lost)


def forget_note(tx: Tx) -> None:
    """Delete the evidence: after a new epoch every client fetches all streams again."""
    delete_meta(tx, _NOTE)
