"""A client's cursors: its place in each stream it listens to, and which streams to sync again.

No I/O: the client passes events and answers in, and learns which to keep and what to sync
(protocol 6).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto
from typing import NamedTuple

from bbs import limits
from bbs.wire.messages import StreamState

FROM_NOW = -1
"""A cursor for a stream from now on, without a replay."""


class CursorState(Enum):
    """The state of a stream. `CURSOR_TRANSITIONS` says which state may follow which."""

    WANTED = auto()  # to be synced; events that arrive meanwhile are stale and dropped
    SYNCING = auto()  # synced but not answered yet; only the next seq is taken
    LIVE = auto()  # every event arrives in order; a missing event is a gap
    HELD = auto()  # the reader is behind; no event is taken until `resume`


CURSOR_TRANSITIONS: dict[CursorState, frozenset[CursorState]] = {
    CursorState.WANTED: frozenset({CursorState.SYNCING, CursorState.HELD}),
    CursorState.SYNCING: frozenset({CursorState.LIVE, CursorState.WANTED, CursorState.HELD}),
    CursorState.LIVE: frozenset({CursorState.WANTED, CursorState.HELD}),
    CursorState.HELD: frozenset({CursorState.WANTED}),
}


class SeqGap(NamedTuple):
    """Events of a stream are missing after `position`; the client has to sync it again."""

    stream: str
    position: int


class SyncBatch(NamedTuple):
    """Streams with their cursors, all of one epoch, for one sync.

    Attributes:
        cursors: For each stream, the last seq that the client has; -1 to start from now.
        epoch: The epoch of the cursors; None for a client without cursors.
        tags: The tags of the cursors that have a tag.
    """

    cursors: dict[str, int]
    epoch: str | None
    tags: dict[str, str] = {}


@dataclass(slots=True)
class _Cursor:
    """The cursor of a stream.

    Attributes:
        tag: The tag of `position`; empty for none.
        before: The tag of the event before it, because a reader that is held is behind by an event.
    """

    position: int
    epoch: str | None
    tag: str = ""
    before: str = ""
    state: CursorState = CursorState.WANTED

    def move(self, to: CursorState) -> None:
        assert to is self.state or to in CURSOR_TRANSITIONS[self.state], (self.state, to)
        self.state = to


class Cursors:
    """A client's place in every stream it listens to; kept from connection to connection."""

    def __init__(self) -> None:
        self._places: dict[str, _Cursor] = {}

    def __contains__(self, stream: object) -> bool:
        return stream in self._places

    def position(self, stream: str) -> int:
        """Return the last seq taken of a stream; -1 if none yet.

        Raises:
            KeyError: If the client does not listen to the stream.
        """
        return self._places[stream].position

    def tag(self, stream: str) -> str:
        """Return the tag of the last seq taken; empty if there is none."""
        place = self._places.get(stream)
        return place.tag if place else ""

    def state(self, stream: str) -> CursorState | None:
        """Return the state of a stream; None if the client does not listen to it."""
        place = self._places.get(stream)
        return place.state if place else None

    def add(self, stream: str, have: int, epoch: str | None, tag: str = "") -> None:
        """Listen to a stream, also again from another place.

        Args:
            stream: The stream's name.
            have: The last seq that the client has; -1 to start from now.
            epoch: The epoch of `have`; None for none.
            tag: The tag of `have`; empty for none.
        """
        self._places[stream] = _Cursor(have, epoch, tag)

    def remove(self, stream: str) -> None:
        """Stop listening to a stream; harmless if the client did not listen to it."""
        self._places.pop(stream, None)

    def next_batch(self) -> SyncBatch | None:
        """Return the next batch to sync and mark it as syncing; None if no stream is wanted."""
        wanted = [(s, p) for s, p in self._places.items() if p.state is CursorState.WANTED]
        if not wanted:
            return None
        epoch = wanted[0][1].epoch
        batch = [(s, p) for s, p in wanted if p.epoch == epoch][: limits.SYNC_STREAMS_MAX]
        for _, place in batch:
            place.move(CursorState.SYNCING)
        tags = {stream: place.tag for stream, place in batch if place.tag}
        return SyncBatch({stream: place.position for stream, place in batch}, epoch, tags)

    def take(self, stream: str, seq: int, tag: str = "") -> bool | SeqGap:
        """Decide whether an event that arrived is the next of its stream.

        Args:
            stream: The stream's name.
            seq: The event's place there.
            tag: The tag of `seq`; empty from a server that gives none.

        Returns:
            True: it is the next event, and the cursor moved to it. False: drop it. A gap: drop it;
            the stream is wanted again.
        """
        place = self._places.get(stream)
        if place is None:
            return False
        first = place.position == FROM_NOW and place.state is CursorState.SYNCING
        if place.state in (CursorState.LIVE, CursorState.SYNCING) and (
            first or seq == place.position + 1
        ):
            place.before, place.position, place.tag = place.tag, seq, tag
            return True
        if place.state is CursorState.LIVE and seq > place.position:
            place.move(CursorState.WANTED)
            return SeqGap(stream, place.position)
        return False

    def pause(self, stream: str, have: int) -> None:
        """Hold a stream: its reader is behind and has events up to `have` only."""
        place = self._places[stream]
        if have != place.position:
            place.tag = place.before if have == place.position - 1 else ""
            place.position = have
        place.move(CursorState.HELD)

    def resume(self) -> bool:
        """Mark every held stream as wanted; return whether there were any."""
        held = [place for place in self._places.values() if place.state is CursorState.HELD]
        for place in held:
            place.move(CursorState.WANTED)
        return bool(held)

    def synced(self, stream: str, state: StreamState, epoch: str) -> bool:
        """Take the answer of a sync for a stream of its batch.

        Args:
            stream: The stream's name.
            state: The stream's state, as the server answered.
            epoch: The server's epoch.

        Returns:
            True if the stream is settled: live, gone or held. False if it is wanted again.
        """
        place = self._places.get(stream)
        if place is None:
            return True
        if state.state == "gone":
            self.remove(stream)
            return True
        if place.state is not CursorState.SYNCING:
            return place.state is CursorState.HELD
        if state.state == "reset" or place.position == FROM_NOW:
            place.position, place.tag = state.seq, state.tag
        elif place.position == state.seq and state.tag:
            place.tag = state.tag
        place.epoch = epoch
        complete = state.state == "live" and place.position >= state.seq
        place.move(CursorState.LIVE if complete else CursorState.WANTED)
        return complete

    def unanswered(self, streams: Iterable[str]) -> None:
        """Mark streams of a sync without an answer as wanted."""
        for stream in streams:
            place = self._places.get(stream)
            if place is not None and place.state is CursorState.SYNCING:
                place.move(CursorState.WANTED)

    def disconnected(self) -> None:
        """Mark every stream that is not held as wanted, because the connection was lost."""
        for place in self._places.values():
            if place.state is not CursorState.HELD:
                place.move(CursorState.WANTED)
