"""From what arrives to what changes: the folds of all features behind one name each."""

from datetime import datetime

from bbs.features.members.views import Author
from bbs.messages import Ephemeral, Event, Result
from bbs.streams import StreamKind, stream_parts
from bbs.wire.messages import StreamEnded
from bbs_client.mirror.changes import Change, DropStream, ForgetBoard
from bbs_client.mirror.manifest import find_features

_EVENTS = [feature.fold for feature in find_features() if feature.fold]
_RESULTS = [feature.fold_result for feature in find_features() if feature.fold_result]
_EPHEMERALS = [feature.fold_ephemeral for feature in find_features() if feature.fold_ephemeral]


def fold(event: Event, stream: str, seq: int, at: datetime, author: Author) -> tuple[Change, ...]:
    """Return what an event changes in the mirror (protocol 6.4).

    Args:
        event: What happened; one that no feature knows changes nothing.
        stream: The stream that told it.
        seq: Its place in that stream.
        at: When it happened.
        author: Who did it.
    """
    return tuple(
        change for fold_one in _EVENTS for change in fold_one(event, stream, seq, at, author)
    )


def fold_result(result: Result) -> tuple[Change, ...]:
    """Return what an answer tells of the mirror, in the same changes as the events."""
    return tuple(change for fold_one in _RESULTS for change in fold_one(result))


def fold_ephemeral(ephemeral: Ephemeral) -> tuple[Change, ...]:
    """Return what an ephemeral changes: marks, floors, who is here, the end of a stream."""
    if isinstance(ephemeral, StreamEnded):
        return gone(ephemeral.stream)
    return tuple(change for fold_one in _EPHEMERALS for change in fold_one(ephemeral))


def gone(stream: str) -> tuple[Change, ...]:
    """Return what the end of a stream for this reader takes along (protocol 6.6)."""
    kind, owner = stream_parts(stream)
    if kind == StreamKind.BOARD:
        return (DropStream(stream), ForgetBoard(owner))
    return (DropStream(stream),)
