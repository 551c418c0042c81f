"""Follow many streams with one cursor over all of them, for programs that go on where they were."""

from collections import deque
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bbs import limits
from bbs.sdk.updates import (
    ConnectionChanged,
    EventHappened,
    StreamGone,
    StreamLive,
    StreamReset,
)
from bbs.wire.cursors import FROM_NOW
from bbs.wire.event_cursor import EventCursor, StreamPlace, write_cursor

if TYPE_CHECKING:
    from bbs.sdk.community import Community

FROM_ITS_BEGIN = 0
"""Where a stream begins that is to be read as a whole."""


class Why(StrEnum):
    """Why events of a stream may be missing, so that its pages have to be read instead."""

    RIGHTS = "rights"  # the member may not read it, or may not any longer
    LOG = "log"  # the log does not reach back to the cursor
    EPOCH = "epoch"  # the server was restored from a backup since
    HISTORY = "history"  # the server went back to an earlier state
    FULL = "full"  # more streams than one cursor holds: it is not followed


@dataclass(frozen=True, slots=True)
class StreamBegan:
    """A stream was not in the cursor: its events come from here on.

    Attributes:
        seq: The last seq before them.
    """

    stream: str
    seq: int


@dataclass(frozen=True, slots=True)
class StreamLost:
    """Events of a stream may be missing here.

    Attributes:
        seq: Its events go on after this one; None if no more come.
    """

    stream: str
    why: Why
    seq: int | None = None


@dataclass(frozen=True, slots=True)
class CaughtUp:
    """Everything that had happened has been yielded; what follows happened later."""


Followed = EventHappened | StreamBegan | StreamLost | CaughtUp | ConnectionChanged


class EventFollower:
    """Follows streams of a community that was connected with `listen=False` and `tell_live=True`.

    Its order is that of each stream; between streams there is none (protocol 7.2).
    """

    def __init__(self, community: "Community", since: EventCursor | None = None) -> None:
        """Follow nothing yet.

        Args:
            community: Connected. Nobody else reads its `events`.
            since: Where to go on; None to begin.
        """
        self._community = community
        self._since = since
        self._asked: set[str] = set()
        self._behind: set[str] = set()
        self._places: dict[str, StreamPlace] = {}
        self._epochs: dict[str, str] = {}
        self._left_out: set[str] = set()
        self._first: deque[Followed] = deque()

    @property
    def streams(self) -> frozenset[str]:
        """The streams that it follows, or has asked for."""
        return frozenset(self._asked)

    def cursor(self) -> str:
        """Return the cursor after what was yielded last: whoever goes on from it misses nothing."""
        places = {s: p for s, p in self._places.items() if s not in self._left_out}
        return write_cursor(EventCursor(self._epoch, places))

    def leave_out(self, stream: str, *, is_over: bool = True) -> None:
        """Keep a stream out of the cursor because it is over; or take it in again."""
        (self._left_out.add if is_over else self._left_out.discard)(stream)

    async def follow(self, streams: Iterable[str], *, begin: int = FROM_NOW) -> None:
        """Follow more streams; waits for the server. Those that are followed already go on.

        A stream that the cursor has goes on from there. Streams that the member may not read are
        left out without a word, unless the cursor has them.

        Args:
            streams: Their names.
            begin: Where the others begin: from now, or `FROM_ITS_BEGIN`.

        Raises:
            FolkmootError: As `Community.listen`.
        """
        cursors: dict[str, int] = {}
        tags: dict[str, str] = {}
        for stream in streams:
            if stream in self._asked:
                continue
            if len(self._asked) >= limits.CURSOR_STREAMS_MAX:
                self._first.append(StreamLost(stream, Why.FULL))
                continue
            self._asked.add(stream)
            self._behind.add(stream)
            place = self._place_at_first(stream, begin)
            cursors[stream], tags[stream] = place.seq, place.tag
        if not cursors:
            return
        states = await self._community.listen(cursors, {s: tag for s, tag in tags.items() if tag})
        for stream, state in states.items():
            if state.state == "gone" and not self._was_kept(stream):
                self._asked.discard(stream)
                self._behind.discard(stream)
            elif begin == FROM_ITS_BEGIN and not self._was_kept(stream):
                self._know(stream, StreamPlace(FROM_ITS_BEGIN))
                self._first.append(StreamBegan(stream, FROM_ITS_BEGIN))

    def _was_kept(self, stream: str) -> bool:
        return self._since is not None and stream in self._since.places

    def _place_at_first(self, stream: str, begin: int) -> StreamPlace:
        kept = None if self._since is None else self._since.places.get(stream)
        if self._since is not None and kept is not None:
            # Not compared here with the server's: a cursor of another epoch is never good (6.5).
            if self._since.epoch == self._epoch:
                self._know(stream, kept)
                return kept
            self._epochs[stream] = self._since.epoch
            return StreamPlace(FROM_NOW)
        return StreamPlace(begin)

    async def updates(self) -> AsyncIterator[Followed]:
        """Yield what happens, until the connection is over. Cancelling the wait loses nothing.

        `follow` may be called between two updates.

        Raises:
            FolkmootError: As `Community.events`.
        """
        told = False
        async for update in self._community.events():
            for followed in self._taken(update):
                while self._first:
                    yield self._first.popleft()
                yield followed
            while self._first:
                yield self._first.popleft()
            if self._behind:
                told = False
            elif not told:
                told = True
                yield CaughtUp()

    def _taken(self, update: object) -> list[Followed]:
        match update:
            case EventHappened(stream=stream, seq=seq, tag=tag) if stream in self._asked:
                begun = self._begun(stream, seq - 1, "")
                self._know(stream, StreamPlace(seq, tag))
                return [*begun, update]
            case StreamReset(stream=stream, seq=seq, tag=tag) if stream in self._asked:
                why = self._why(stream, update)
                self._know(stream, StreamPlace(seq, tag))
                return [StreamLost(stream, why, seq)]
            case StreamGone(stream=stream) if stream in self._asked:
                return self._gone(stream)
            case StreamLive(stream=stream, seq=seq, tag=tag) if stream in self._asked:
                self._behind.discard(stream)
                begun = self._begun(stream, seq, tag)
                self._know(stream, StreamPlace(seq, tag))
                return [*begun]
            case ConnectionChanged():
                return [update]
        return []

    def _begun(self, stream: str, seq: int, tag: str) -> list[Followed]:
        """Return what is to be said where the first is heard of a stream."""
        if stream in self._places:
            return []
        was_kept = stream in self._epochs
        self._know(stream, StreamPlace(max(seq, 0), tag))
        if was_kept:
            return [StreamLost(stream, Why.EPOCH, seq)]
        return [StreamBegan(stream, seq)]

    def _gone(self, stream: str) -> list[Followed]:
        was_kept = stream in self._places or stream in self._epochs
        self._asked.discard(stream)
        self._behind.discard(stream)
        self._places.pop(stream, None)
        self._epochs.pop(stream, None)
        return [StreamLost(stream, Why.RIGHTS)] if was_kept else []

    def _why(self, stream: str, reset: StreamReset) -> Why:
        if self._epochs.get(stream, self._epoch) != self._epoch:
            return Why.EPOCH
        return Why.HISTORY if reset.lost else Why.LOG

    def _know(self, stream: str, place: StreamPlace) -> None:
        self._places[stream] = place
        self._epochs[stream] = self._epoch

    @property
    def _epoch(self) -> str:
        welcome = self._community.welcome
        return "" if welcome is None else welcome.epoch
