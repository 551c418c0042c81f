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


class Standing(Enum):
    """Where a stream is. `MOVES` says what may follow what."""

    WANTED = auto()  # to be asked for; what arrives meanwhile is stale and dropped
    SYNCING = auto()  # asked for, not answered yet; only the next seq is taken
    LIVE = auto()  # every event arrives in order; a missing one is a gap
    HELD = auto()  # the reader is behind; nothing is taken until it is released


MOVES: dict[Standing, frozenset[Standing]] = {
    Standing.WANTED: frozenset({Standing.SYNCING, Standing.HELD}),
    Standing.SYNCING: frozenset({Standing.LIVE, Standing.WANTED, Standing.HELD}),
    Standing.LIVE: frozenset({Standing.WANTED, Standing.HELD}),
    Standing.HELD: frozenset({Standing.WANTED}),
}


class Gap(NamedTuple):
    """Events of a stream are missing after `have`; it has to be synced again."""

    stream: str
    have: int


class Batch(NamedTuple):
    """What to ask for in one sync: streams with their cursors, all of one epoch.

    Attributes:
        tags: The tags of the cursors that have one.
    """

    cursors: dict[str, int]
    epoch: str | None
    tags: dict[str, str] = {}


@dataclass(slots=True)
class _Place:
    """One stream's.

    Attributes:
        tag: What names the history that `have` belongs to; empty for none.
        before: The tag of the event before it: a reader that is held is behind by one.
    """

    have: int
    epoch: str | None
    tag: str = ""
    before: str = ""
    standing: Standing = Standing.WANTED

    def move(self, to: Standing) -> None:
        assert to is self.standing or to in MOVES[self.standing], (self.standing, to)
        self.standing = to


class Cursors:
    """A client's place in every stream it listens to. Outlives connections."""

    def __init__(self) -> None:
        self._places: dict[str, _Place] = {}

    def __contains__(self, stream: object) -> bool:
        return stream in self._places

    def have(self, stream: str) -> int:
        """Return the last seq taken of a stream one listens to; -1 if none yet.

        Raises:
            KeyError: If one does not listen to it.
        """
        return self._places[stream].have

    def tag(self, stream: str) -> str:
        """Return the tag of the last seq taken; empty if there is none, or one does not listen."""
        place = self._places.get(stream)
        return place.tag if place else ""

    def standing(self, stream: str) -> Standing | None:
        """Return where a stream is; None if one does not listen to it."""
        place = self._places.get(stream)
        return place.standing if place else None

    def follow(self, stream: str, have: int, epoch: str | None, tag: str = "") -> None:
        """Begin to listen, or begin anew from another place.

        Args:
            stream: The stream's name.
            have: The last seq one has; -1 to begin from now.
            epoch: The epoch `have` belongs to; None if it belongs to none.
            tag: The tag of `have`; empty for none.
        """
        self._places[stream] = _Place(have, epoch, tag)

    def forget(self, stream: str) -> None:
        """Listen no longer. Harmless if one did not."""
        self._places.pop(stream, None)

    def next_batch(self) -> Batch | None:
        """Return what to ask for now, and count it as asked; None if nothing is wanted."""
        wanted = [(s, p) for s, p in self._places.items() if p.standing is Standing.WANTED]
        if not wanted:
            return None
        epoch = wanted[0][1].epoch
        batch = [(s, p) for s, p in wanted if p.epoch == epoch][: limits.SYNC_STREAMS_MAX]
        for _, place in batch:
            place.move(Standing.SYNCING)
        tags = {stream: place.tag for stream, place in batch if place.tag}
        return Batch({stream: place.have for stream, place in batch}, epoch, tags)

    def take(self, stream: str, seq: int, tag: str = "") -> bool | Gap:
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
        first = place.have == FROM_NOW and place.standing is Standing.SYNCING
        if place.standing in (Standing.LIVE, Standing.SYNCING) and (first or seq == place.have + 1):
            place.before, place.have, place.tag = place.tag, seq, tag
            return True
        if place.standing is Standing.LIVE and seq > place.have:
            place.move(Standing.WANTED)
            return Gap(stream, place.have)
        return False

    def hold(self, stream: str, have: int) -> None:
        """Take nothing more of a stream: its reader is behind and has events up to `have` only."""
        place = self._places[stream]
        if have != place.have:
            place.tag = place.before if have == place.have - 1 else ""
            place.have = have
        place.move(Standing.HELD)

    def release(self) -> bool:
        """Want every held stream again; return whether there were any."""
        held = [place for place in self._places.values() if place.standing is Standing.HELD]
        for place in held:
            place.move(Standing.WANTED)
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
            self.forget(stream)
            return True
        if place.standing is not Standing.SYNCING:
            return place.standing is Standing.HELD
        if state.state == "reset" or place.have == FROM_NOW:
            place.have, place.tag = state.seq, state.tag
        elif place.have == state.seq and state.tag:
            place.tag = state.tag
        place.epoch = epoch
        complete = state.state == "live" and place.have >= state.seq
        place.move(Standing.LIVE if complete else Standing.WANTED)
        return complete

    def unanswered(self, streams: Iterable[str]) -> None:
        """Want again what was asked for without an answer."""
        for stream in streams:
            place = self._places.get(stream)
            if place is not None and place.standing is Standing.SYNCING:
                place.move(Standing.WANTED)

    def disconnected(self) -> None:
        """Want everything again that was not held: the line was lost."""
        for place in self._places.values():
            if place.standing is not Standing.HELD:
                place.move(Standing.WANTED)
