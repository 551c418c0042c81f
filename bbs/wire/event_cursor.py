"""A cursor over several streams as one text that a script keeps: `bbs admin events --since` (decision 0066).

No I/O. The text is opaque to whoever keeps it; only this module reads and writes it.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Annotated, NamedTuple
from uuid import UUID
from zlib import crc32

import msgspec
from msgspec import Meta, Struct

from bbs import limits
from bbs.errors import BadParams
from bbs.messages import Seq, Tag
from bbs.streams import StreamKind, stream_name, stream_parts

VERSION = 1

_FIELD = "since"
_NONE = "this is no cursor: give the whole `cursor` of a line that bbs admin events printed"
_CUT = "this cursor was cut off or changed: give the whole `cursor` of a line"
_NEWER = "this cursor was made by a newer version of bbs"
_SUM_BYTES = 4

_is_written = re.compile("[A-Za-z0-9_-]{8,}").fullmatch


class StreamPlace(NamedTuple):
    """How far a program has come in a stream.

    Attributes:
        seq: The last seq that it has.
        tag: Identifies the history of `seq` (protocol 6.7); empty for none.
    """

    seq: int
    tag: str = ""


class EventCursor(NamedTuple):
    """How far a program has come in each of its streams.

    Attributes:
        epoch: The epoch of the server's history to which the places belong.
        places: By stream; at most `CURSOR_STREAMS_MAX`.
    """

    epoch: str
    places: Mapping[str, StreamPlace]


class _Kept(Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    kind: StreamKind
    owner: Annotated[bytes, Meta(min_length=16, max_length=16)]
    seq: Seq
    tag: Tag


class _Content(Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    epoch: Annotated[str, Meta(max_length=64)]
    places: Annotated[tuple[_Kept, ...], Meta(max_length=limits.CURSOR_STREAMS_MAX)]


def write_cursor(cursor: EventCursor) -> str:
    """Return a cursor as a text of letters, digits, `-` and `_`; `read_cursor` reads it."""
    kept = []
    for stream, place in cursor.places.items():
        parts = stream_parts(stream)
        owner = UUID(parts.owner).bytes
        kept.append(_Kept(StreamKind(parts.kind), owner, place.seq, place.tag))
    content = msgspec.msgpack.encode(_Content(cursor.epoch, tuple(kept)))
    whole = bytes((VERSION,)) + content
    return urlsafe_b64encode(whole + _sum_of(whole)).rstrip(b"=").decode()


def read_cursor(text: str) -> EventCursor:
    """Return the cursor that a text holds. The text may come from anywhere.

    Raises:
        BadParams: If it holds none, was cut off or changed, or a newer version wrote it.
    """
    if len(text) > limits.CURSOR_CHARS_MAX:
        raise BadParams(_FIELD, f"a cursor has at most {limits.CURSOR_CHARS_MAX} characters")
    if not _is_written(text):
        raise BadParams(_FIELD, _NONE)
    try:
        whole = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        raise BadParams(_FIELD, _CUT) from None
    is_whole = urlsafe_b64encode(whole).rstrip(b"=").decode() == text
    whole, summed = whole[:-_SUM_BYTES], whole[-_SUM_BYTES:]
    if not whole or not is_whole or _sum_of(whole) != summed:
        raise BadParams(_FIELD, _CUT)
    if whole[0] != VERSION:
        raise BadParams(_FIELD, _NEWER if whole[0] > VERSION else _CUT)
    return _content_of(whole[1:])


def _content_of(content: bytes) -> EventCursor:
    try:
        found = msgspec.msgpack.decode(content, type=_Content)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise BadParams(_FIELD, _NONE) from None
    places = {
        stream_name(kept.kind, str(UUID(bytes=kept.owner))): StreamPlace(kept.seq, kept.tag)
        for kept in found.places
    }
    if len(places) != len(found.places):
        raise BadParams(_FIELD, _NONE)
    return EventCursor(found.epoch, places)


def _sum_of(whole: bytes) -> bytes:
    return crc32(whole).to_bytes(_SUM_BYTES, "big")
