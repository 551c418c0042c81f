"""From what arrives to what changes: the folds of all features behind one name each."""

from datetime import datetime

from bbs.features.members.views import Author
from bbs.messages import Ephemeral, Event, Result
from bbs.streams import StreamKind, stream_parts
from bbs.wire.messages import StreamEnded
from bbs_client.features.boards import state as boards
from bbs_client.features.community import state as community
from bbs_client.features.members import state as members
from bbs_client.features.norms import state as norms
from bbs_client.features.presence import state as presence
from bbs_client.features.reading import state as reading
from bbs_client.features.threads import state as threads
from bbs_client.mirror.changes import Change, DropStream, ForgetBoard

_EVENTS = (members.fold, boards.fold, threads.fold, community.fold)
_RESULTS = (
    members.fold_result,
    boards.fold_result,
    norms.fold_result,
    threads.fold_result,
    reading.fold_result,
    presence.fold_result,
    community.fold_result,
)
_EPHEMERALS = (reading.fold_ephemeral, presence.fold_ephemeral)


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
