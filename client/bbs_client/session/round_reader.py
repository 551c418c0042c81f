"""The reader's rounds: how they begin, go on and end, on every surface (P4)."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple, Protocol

from msgspec.structs import replace

from bbs import limits
from bbs.clock import Ms
from bbs.errors import FolkmootError
from bbs.features.reading import rounds
from bbs.features.reading.messages import GetRound
from bbs.features.reading.rounds import CatchUpMode, Vector
from bbs.features.reading.views import Round, RoundSize, Stop
from bbs.ids import BoardId, ThreadId

if TYPE_CHECKING:
    from bbs_client.mirror.file import Mirror
    from bbs_client.session.connection import Connection

Unread = Callable[[ThreadId], Collection[int]]
"""Returns the unread numbers of a thread now, so that marks of other devices count here."""


Moved = Callable[[ThreadId], Mapping[int, tuple[ThreadId, int]]]
"""Returns for a thread the numbers of moved posts, and the present place of each."""


def _followed(stop: Stop, moved: Mapping[int, tuple[ThreadId, int]]) -> list[Stop]:
    """Return a stop whose posts were moved, as it is now; empty if none were moved."""
    if not any(number in moved for number in stop.numbers):
        return []
    parts: dict[ThreadId, list[int]] = {}
    for number in stop.numbers:
        thread, at = moved.get(number, (stop.thread, number))
        parts.setdefault(thread, []).append(at)
    return [
        replace(stop, thread=thread, numbers=tuple(numbers)) for thread, numbers in parts.items()
    ]


class RoundPassed(NamedTuple):
    """What a reader went through in a round.

    Attributes:
        posts: How many posts they read.
        threads: In how many threads.
        boards: On which boards, in order.
        left: How many posts they left for the next round.
    """

    posts: int
    threads: int
    boards: tuple[BoardId, ...]
    left: int


class RoundProgress:
    """Goes through a round stop by stop. It only ever gets shorter, so it ends.

    Attributes:
        whole: The round as it was fixed.
        posts: How many posts it held then.
        shown: The rest of it, as far as this device knows.
    """

    def __init__(self, shown: Round) -> None:
        """Begin before the first stop.

        Args:
            shown: The fixed round.
        """
        self.shown = self.whole = shown
        self.posts = sum(len(stop.numbers) for stop in shown.stops)
        self._left = 0  # posts that the reader left for the next round
        self._skipped: set[ThreadId] = set()  # threads of which they left all posts

    def here(self, unread: Unread, moved: Moved = lambda thread: {}) -> Stop | None:
        """Return the current stop with its remaining posts; None once the round is over.

        A stop without remaining posts leaves the round for good; posts marked unread again come in
        the next round. Posts that were moved meanwhile are shown once, at their new place.
        """
        stops = list(self.shown.stops)
        while stops:
            stop = stops.pop(0)
            if followed := _followed(stop, moved(stop.thread)):
                stops[:0] = followed
                continue
            still = set(unread(stop.thread))
            numbers = tuple(number for number in stop.numbers if number in still)
            if numbers:
                stop = replace(stop, numbers=numbers)
                self.shown = replace(self.shown, stops=(stop, *stops))
                return stop
        self.shown = replace(self.shown, stops=())
        return None

    def skip(self, thread: ThreadId) -> int:
        """Leave a thread for the next round; return the number of its posts."""
        left = sum(len(stop.numbers) for stop in self.shown.stops if stop.thread == thread)
        self._left += left
        if left == sum(len(stop.numbers) for stop in self.whole.stops if stop.thread == thread):
            self._skipped.add(thread)
        self.shown = rounds.without_place(self.shown, thread=thread)
        return left

    def passed(self) -> RoundPassed:
        """Return what the reader went through; once the round is over, what they read."""
        stops = [stop for stop in self.whole.stops if stop.thread not in self._skipped]
        ahead = sum(len(stop.numbers) for stop in self.shown.stops)
        threads = len({stop.thread for stop in stops})
        boards = tuple(dict.fromkeys(stop.board for stop in stops))
        return RoundPassed(self.posts - self._left - ahead, threads, boards, self._left)


class RoundStatus(NamedTuple):
    """The round at one moment: its rest, its size, and the number of posts for the next round."""

    shown: Round
    size: RoundSize
    newer: int


class Reader(Protocol):
    """The needs of a round reader, as a session has them."""

    cache: "Mirror"
    online: bool

    @property
    def connection(self) -> "Connection":
        """The way to the server."""

    def today_ms(self) -> Ms:
        """Return when this day began in the reader's time zone, in ms since 1970 UTC."""


class RoundReader:
    """Takes the reader of a session through rounds, one after the other.

    Attributes:
        progress: The round under way; None between rounds.
        ended: The round that ended last, while its end is shown; None for none.
        peeked: The thread that is read without marking posts; None for none.
    """

    def __init__(self, session: Reader) -> None:
        """Begin between rounds."""
        self._session = session
        self.progress: RoundProgress | None = None
        self.ended: RoundProgress | None = None
        self.peeked: ThreadId | None = None

    async def fix(self) -> Round:
        """Return the round that would begin now (P4).

        The server computes it. If the server does not answer soon, or names posts that are not
        here, the mirror does. Cancelling is safe: no round has begun.
        """
        cache = self._session.cache
        vector = await self._server_vector() or cache.vector()
        return rounds.build_round(cache.waiting(), cache.wishes(), vector)

    async def _server_vector(self) -> Vector | None:
        if not self._session.online:
            return None
        try:
            async with asyncio.timeout(limits.ROUND_ANSWER_SECONDS):
                found = await self._session.connection.call(GetRound())
        except (FolkmootError, TimeoutError):
            return None
        vector = found.round.vector
        return vector if self._session.cache.has_reached(vector) else None

    def should_offer_catch_up(self, shown: Round) -> bool:
        """Return whether to ask how to begin a round, as `rounds.should_offer_catch_up` does."""
        session = self._session
        return rounds.should_offer_catch_up(shown, session.cache.waiting(), session.cache.time())

    def size(self, shown: Round) -> RoundSize:
        """Return the size of a round of which nothing is read yet."""
        return rounds.size(shown, self._session.cache.waiting())

    def begin(self, shown: Round, mode: CatchUpMode = CatchUpMode.FROM_START) -> None:
        """Begin a round.

        Args:
            shown: The result of `fix`.
            mode: The way to begin; posts that it leaves out are marked as read.
        """
        session = self._session
        start = rounds.start_round(shown, session.cache.waiting(), mode, session.today_ms())
        for stop in start.read:
            self._mark(stop.thread, stop.numbers)
        self.ended, self.progress = None, RoundProgress(start.round)

    def here(self) -> Stop | None:
        """Return the current stop; None once the round is over, which ends it."""
        if self.progress is None:
            return None
        stop = self.progress.here(self._session.cache.unread, self._session.cache.moved)
        if stop is None:
            self.ended, self.progress = self.progress, None
        return stop

    def is_at(self, thread: ThreadId | None) -> bool:
        """Return whether the round is at a thread, and the reader is not only peeking into it."""
        if self.progress is None or self.peeked == thread:
            return False
        stop = self.progress.here(self._session.cache.unread, self._session.cache.moved)
        return stop is not None and stop.thread == thread

    def skip(self, thread: ThreadId) -> int:
        """Leave a thread for the next round; return the number of its posts in this round."""
        return self.progress.skip(thread) if self.progress is not None else 0

    def status(self) -> RoundStatus:
        """Return the status of the round under way, or of the round that could begin."""
        cache = self._session.cache
        waiting, wishes = cache.waiting(), cache.wishes()
        if self.progress is not None:
            return self.rest(self.progress.shown)
        shown = rounds.build_round(waiting, wishes, cache.vector())
        return RoundStatus(shown, rounds.size(shown, waiting), 0)

    def rest(self, shown: Round) -> RoundStatus:
        """Return what is left of a round, and how much has come since it was fixed (P4)."""
        waiting, wishes = self._session.cache.waiting(), self._session.cache.wishes()
        rest = rounds.remaining_round(shown, waiting, wishes)
        newer = rounds.count_newer(waiting, wishes, shown.vector)
        return RoundStatus(rest, rounds.size(rest, waiting), newer)

    def mark_passed(self, thread: ThreadId, numbers: Iterable[int]) -> None:
        """Mark posts as read, in as few ranges as possible: posts between them are read anyway.

        Marks nothing in a thread that the reader peeks into (P2).

        Args:
            numbers: The numbers of the posts that the reader went on from.
        """
        if thread != self.peeked:
            self._mark(thread, numbers)

    def _mark(self, thread: ThreadId, numbers: Iterable[int]) -> None:
        passed, unread = set(numbers), self._session.cache.unread(thread)
        for is_passed, run in groupby(unread, lambda number: number in passed):
            if is_passed:
                marked = list(run)
                self._session.connection.mark(thread, marked[0], marked[-1])
