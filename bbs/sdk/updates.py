"""What a program is told while it is connected, and the bounded queue in which that waits."""

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
        event: Its struct; None for a kind this version does not know, which still counts.
        tag: What names the history it belongs to (protocol 6.7); keep it with `seq`.
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
    """Something true right now; may be lost (protocol 7.5)."""

    ephemeral: Ephemeral


@dataclass(frozen=True, slots=True)
class StreamReset:
    """Drop what you have of a stream and fetch it afresh; events go on after `seq` (protocol 6.5).

    Attributes:
        tag: The tag of `seq`.
        lost: Whether the server no longer has the history you had: what you fetched since, of other
            streams too, may tell of things that never were.
    """

    stream: str
    seq: int
    tag: str = ""
    lost: bool = False


@dataclass(frozen=True, slots=True)
class StreamGone:
    """You may not read a stream any longer: drop everything it fed (protocol 6.6)."""

    stream: str


@dataclass(frozen=True, slots=True)
class ConnectionChanged:
    """The connection was made or lost.

    Attributes:
        online: Whether calls are answered now.
        reason: A sentence for people; may hold foreign text.
    """

    online: bool
    reason: str


Update = EventHappened | EphemeralHappened | StreamReset | StreamGone | ConnectionChanged


class UpdateQueue:
    """A queue with one reader that never makes its writer wait (P14)."""

    def __init__(self, drained: Callable[[], None], *, size_max: int = limits.SDK_QUEUE_MAX):
        """Make an empty queue.

        Args:
            drained: Called when, after something was turned away, half of the room is free again.
            size_max: How many happenings may wait.
        """
        self._items: deque[Update] = deque()
        self._size_max = size_max
        self._drained = drained
        self._turned_away = False
        self._end: FolkmootError | None = None
        self._ended = False
        self._news = asyncio.Event()

    def put_nowait(self, happened: Update) -> bool:
        """Put something at the end; return False, and keep nothing, if there is no room."""
        if len(self._items) >= self._size_max:
            self._turned_away = True
            return False
        self._items.append(happened)
        self._news.set()
        return True

    def put_connection_change(self, changed: ConnectionChanged) -> None:
        """Put a change of state at the end, room or not; it replaces one that nobody has read."""
        if self._items and isinstance(self._items[-1], ConnectionChanged):
            self._items.pop()
        self._items.append(changed)
        self._news.set()

    def end(self, error: FolkmootError | None) -> None:
        """Let nothing more in. What waits is still read, then the error is raised, if any."""
        if not self._ended:
            self._ended, self._end = True, error
            self._news.set()

    async def get(self) -> Update | None:
        """Return the next happening, waiting for it; None at the end. Cancelling loses nothing.

        Raises:
            FolkmootError: What the queue ended with.
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
