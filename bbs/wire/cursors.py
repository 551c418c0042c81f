"""Which streams a client listens to, how far it got in each, and which must be asked for again.

Nothing here waits or sends: events and answers go in, what to keep and what to ask for comes out
(protocol 6).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto
from typing import NamedTuple

from bbs import limits
from bbs.wire.messages import StreamState

FROM_NOW = -1
"""A cursor that asks for what happens from now on, without a replay."""


class CursorState(Enum):
    """Where a stream is. `CURSOR_TRANSITIONS` says what may follow what."""

    WANTED = auto()  # to be asked for; what arrives meanwhile is stale and dropped
    SYNCING = auto()  # asked for, not answered yet; only the next seq is taken
    LIVE = auto()  # every event arrives in order; a missing one is a gap
    HELD = auto()  # the reader is behind; nothing is taken until it is released


CURSOR_TRANSITIONS: dict[CursorState, frozenset[CursorState]] = {
    CursorState.WANTED: frozenset({CursorState.SYNCING, CursorState.HELD}),
    CursorState.SYNCING: frozenset({CursorState.LIVE, CursorState.WANTED, CursorState.HELD}),
    CursorState.LIVE: frozenset({CursorState.WANTED, CursorState.HELD}),
    CursorState.HELD: frozenset({CursorState.WANTED}),
}


class SeqGap(NamedTuple):
    """Events of a stream are missing after `position`; it has to be synced again."""

    stream: str
    position: int


class SyncBatch(NamedTuple):
    """What to ask for in one sync: streams with their cursors, all of one epoch.

    Attributes:
        tags: The tags of the cursors that have one.
    """

    cursors: dict[str, int]
    epoch: str | None
    tags: dict[str, str] = {}


@dataclass(slots=True)
class _Cursor:
    """One stream's.

    Attributes:
        tag: What names the history that `position` belongs to; empty for none.
        before: The tag of the event before it: a reader that is held is behind by one.
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
    """A client's place in every stream it listens to. Outlives connections."""

    def __init__(self) -> None:
        self._places: dict[str, _Cursor] = {}

    def __contains__(self, stream: object) -> bool:
        return stream in self._places

    def position(self, stream: str) -> int:
        """Return the last seq taken of a stream one listens to; -1 if none yet.

        Raises:
            KeyError: If one does not listen to it.
        """
        return self._places[stream].position

    def tag(self, stream: str) -> str:
        """Return the tag of the last seq taken; empty if there is none, or one does not listen."""
        place = self._places.get(stream)
        return place.tag if place else ""

    def state(self, stream: str) -> CursorState | None:
        """Return where a stream is; None if one does not listen to it."""
        place = self._places.get(stream)
        return place.state if place else None

    def add(self, stream: str, have: int, epoch: str | None, tag: str = "") -> None:
        """Begin to listen, or begin anew from another place.

        Args:
            stream: The stream's name.
            have: The last seq one has; -1 to begin from now.
            epoch: The epoch `position` belongs to; None if it belongs to none.
            tag: The tag of `position`; empty for none.
        """
        self._places[stream] = _Cursor(have, epoch, tag)

    def remove(self, stream: str) -> None:
        """Listen no longer. Harmless if one did not."""
        self._places.pop(stream, None)

    def next_batch(self) -> SyncBatch | None:
        """Return what to ask for now, and count it as asked; None if nothing is wanted."""
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
        """Judge an event that arrived.

        Args:
            stream: The stream's name.
            seq: The event's place there.
            tag: The tag of `seq`; empty from a server that gives none.

        Returns:
            True: it is the next one, and now counts as had. False: drop it. A gap: drop it, and
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
        """Take nothing more of a stream: its reader is behind and has events up to `position` only."""
        place = self._places[stream]
        if have != place.position:
            place.tag = place.before if have == place.position - 1 else ""
            place.position = have
        place.move(CursorState.HELD)

    def resume(self) -> bool:
        """Want every held stream again; return whether there were any."""
        held = [place for place in self._places.values() if place.state is CursorState.HELD]
        for place in held:
            place.move(CursorState.WANTED)
        return bool(held)

    def synced(self, stream: str, state: StreamState, epoch: str) -> bool:
        """Take in what a sync answered about one stream that was asked for.

        Args:
            stream: The stream's name.
            state: What the server says of it.
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
        """Want again what was asked for without an answer."""
        for stream in streams:
            place = self._places.get(stream)
            if place is not None and place.state is CursorState.SYNCING:
                place.move(CursorState.WANTED)

    def disconnected(self) -> None:
        """Want everything again that was not held: the line was lost."""
        for place in self._places.values():
            if place.state is not CursorState.HELD:
                place.move(CursorState.WANTED)
