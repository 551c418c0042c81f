"""What a thread or post is in a pack, by its state where it stands: for packs and lifeboats alike. Pure."""

from collections.abc import Mapping

from bbs.features.packs.views import PackState
from bbs.features.threads.views import ContentState, Post, Thread

_PACK_STATES: Mapping[ContentState, PackState] = {
    ContentState.PUBLISHED: PackState.PUBLISHED,
    ContentState.HELD: PackState.HIDDEN,
    ContentState.HIDDEN: PackState.HIDDEN,
    ContentState.WITHDRAWN: PackState.WITHDRAWN,
    ContentState.FADED: PackState.FADED,
    ContentState.PURGED: PackState.PURGED,
    ContentState.MOVED: PackState.MOVED,
}
"""What is held is a marker like what is hidden: no pack says which of the two."""


def pack_state(thing: Thread | Post) -> PackState:
    """Return what a thread or post is in a pack, as it stands: a marker that came as one stays it."""
    if thing.ended_there is not None:
        return PackState(thing.ended_there.value)
    return _PACK_STATES[thing.state]
