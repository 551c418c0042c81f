"""Updates for a program that listens, and the bounded queue in which they wait."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bbs import limits
from bbs.errors import FolkmootError
from bbs.features.members.views import Author
from bbs.messages import Ephemeral, Event


@dataclass(frozen=True, slots=True)
class EventHappened:
    """An event of a stream, in the order of its seq, each exactly once.

    Attributes:
        kind: The event's kind.
        event: Its struct; None for a kind that this version does not know.
        tag: Identifies the history of `seq` (protocol 6.7); keep both together.
    """

    stream: str
    seq: int
    at: datetime
    kind: str
    author: Author
    subject: str
    event: Event | None
    tag: str = ""


@dataclass(frozen=True, slots=True)
class EphemeralHappened:
    """Something true at the moment; it may be lost (protocol 7.5)."""

    ephemeral: Ephemeral


@dataclass(frozen=True, slots=True)
class StreamReset:
    """Drop all that a stream fed and fetch it again; events go on after `seq` (protocol 6.5).

    Attributes:
        tag: The tag of `seq`.
        lost: Whether the server lost the history that the program has. Then also results fetched
            since, of other streams too, may contain things that the server no longer knows.
    """

    stream: str
    seq: int
    tag: str = ""
    lost: bool = False


@dataclass(frozen=True, slots=True)
class StreamGone:
    """The member may no longer read a stream: drop everything it fed (protocol 6.6)."""

    stream: str


@dataclass(frozen=True, slots=True)
class StreamLive:
    """All that was missed of a stream has been yielded: later events come as they happen.

    Only for programs that connect with `tell_live`, each time a sync of the stream ends.

    Attributes:
        seq: The last seq up to here; where the program began from now, that of this moment.
        tag: The tag of `seq`.
    """

    stream: str
    seq: int
    tag: str = ""


@dataclass(frozen=True, slots=True)
class ConnectionChanged:
    """The connection was made or lost.

    Attributes:
        online: Whether there is a connection now.
        reason: A sentence for people; may hold foreign text.
        retry_s: Seconds until the next attempt; None if there is a connection.
    """

    online: bool
    reason: str
    retry_s: float | None = None


Update = (
    EventHappened | EphemeralHappened | StreamReset | StreamGone | StreamLive | ConnectionChanged
)


class UpdateQueue:
    """A queue for a single reader that never makes its writer wait (P14)."""

    def __init__(self, drained: Callable[[], None], *, size_max: int = limits.SDK_QUEUE_MAX):
        """Make an empty queue.

        Args:
            drained: Called when half of the queue is free again after it had to refuse an update.
            size_max: How many updates may wait.
        """
        self._items: deque[Update] = deque()
        self._size_max = size_max
        self._drained = drained
        self._turned_away = False
        self._end: FolkmootError | None = None
        self._ended = False
        self._news = asyncio.Event()

    def put_nowait(self, happened: Update) -> bool:
        """Append an update; return False, and drop it, if the queue is full."""
        if len(self._items) >= self._size_max:
            self._turned_away = True
            return False
        self._items.append(happened)
        self._news.set()
        return True

    def put_connection_change(self, changed: ConnectionChanged) -> None:
        """Append a change of the connection, even to a full queue; it replaces an unread one."""
        if self._items and isinstance(self._items[-1], ConnectionChanged):
            self._items.pop()
        self._items.append(changed)
        self._news.set()

    def end(self, error: FolkmootError | None) -> None:
        """End the queue: `get` returns the updates that wait, then raises the error, if any."""
        if not self._ended:
            self._ended, self._end = True, error
            self._news.set()

    async def get(self) -> Update | None:
        """Wait for the next update and return it; None at the end. Cancelling loses nothing.

        Raises:
            FolkmootError: The error that the queue ended with.
        """
        while not self._items:
            if self._ended:
                if self._end is not None:
                    raise self._end
                return None
            self._news.clear()
            await self._news.wait()
        happened = self._items.popleft()
        if self._turned_away and len(self._items) <= self._size_max // 2:
            self._turned_away = False
            self._drained()
        return happened
