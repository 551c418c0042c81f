"""Whether a cursor belongs to this history, and what is noted when it shows that some was lost.

A data folder that was rolled back (a snapshot, a lost write-ahead log) and went on answers as if
nothing had happened. Only those who were told of the lost events can know, by their tags.
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
    """What a cursor is worth here."""

    GOOD = auto()  # it belongs to this history, as far as can be told
    WORTHLESS = auto()  # it does not, or its events are not kept any more
    LOST = auto()  # this community gave it out, and does not have that event


class Lost(Struct, frozen=True):
    """An event this community told somebody of, and does not have.

    Attributes:
        seq: Its place in the stream.
        head: Where the stream stood when that was found out.
        at: When it was found out.
    """

    stream: str
    seq: int
    head: int
    at: Ms


def tag_at(tx: Tx, stream: str, seq: int) -> str:
    """Return the tag of a place in a stream; empty where it is not known."""
    digest = event_log.digest_at(tx, stream, seq)
    return "" if digest is None else tags.maker_for(tx, stream)(seq, digest)


def tags_of(tx: Tx, places: Mapping[str, int]) -> dict[str, str]:
    """Return the tags of places, of those that are known, for a result's `tags`."""
    found = {stream: tag_at(tx, stream, seq) for stream, seq in places.items()}
    return {stream: tag for stream, tag in found.items() if tag}


def judge(tx: Tx, stream: str, seq: int, tag: str, head: event_log.StreamRow) -> CursorVerdict:
    """Say what a cursor is worth. One without a tag is judged by its number (protocol 6.5, 6.7).

    Nobody can make it find `LOST` who was not told of an event that is gone.
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
    """Keep the first evidence that history was lost, for those who look later."""
    if noted(tx) is None:
        upsert_meta(tx, _NOTE, msgspec.json.encode(lost).decode())


def noted(tx: Tx) -> Lost | None:
    """Return the evidence that is kept; None where no history is known to be lost."""
    note = find_meta(tx, _NOTE)
    return None if note is None else msgspec.json.decode(note, type=Lost)


def forget_note(tx: Tx) -> None:
    """Forget it: with a new epoch everybody fetches afresh what there is."""
    delete_meta(tx, _NOTE)
