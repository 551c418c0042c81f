"""From what arrives to what changes, by what each feature's manifest says of its messages."""

from msgspec import Struct

from bbs.discovery import merge
from bbs.streams import StreamKind, stream_parts
from bbs.wire.messages import StreamEnded
from bbs_client.mirror.changes import Change, DropStream, ForgetBoard
from bbs_client.mirror.manifest import find_features
from bbs_client.mirror.places import EventPlace

_TOLD = merge(feature.told for feature in find_features())
_FOLDS = [fold for feature in find_features() for fold in feature.folds]
_WRITTEN = {fact for feature in find_features() for fact in feature.writers}


def fold(message: Struct, place: EventPlace | None = None) -> tuple[Change, ...]:
    """Return what an event, a result or an ephemeral changes in the mirror (protocol 6.4). Pure.

    Args:
        message: What arrived; a message that no feature knows changes nothing.
        place: Where and when the event happened; None for a result or an ephemeral.
    """
    changes: list[Change] = []
    for name in _TOLD.get(type(message), ()):
        told = getattr(message, name)
        if isinstance(told, tuple):
            changes += told
        elif told is not None:
            changes.append(told)
    if type(message) in _WRITTEN:
        changes.append(message)
    if isinstance(message, StreamEnded):
        changes += gone(message.stream)
    for fold_more in _FOLDS:
        changes += fold_more(message, place)
    return tuple(changes)


def gone(stream: str) -> tuple[Change, ...]:
    """Return what the end of a stream for this reader takes along (protocol 6.6)."""
    kind, owner = stream_parts(stream)
    if kind == StreamKind.BOARD:
        return (DropStream(stream), ForgetBoard(owner))
    return (DropStream(stream),)
