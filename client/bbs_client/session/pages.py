"""Fetches pages, and folds each into the mirror as it comes."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, TypeVar

from msgspec.structs import replace

from bbs import limits
from bbs.clock import DAY_MS, MINUTE_MS, Clock, Ms, to_ms
from bbs.errors import Disconnected
from bbs.features.boards.application_messages import ListApplications
from bbs.features.boards.messages import GetBoard
from bbs.features.members.messages import ListMembers
from bbs.features.reading.messages import GetMarks
from bbs.features.reading.unread import is_above
from bbs.features.threads.messages import GetSkeleton, ListPosts, ListRecent, ListThreads
from bbs.messages import Request, Result
from bbs_client.mirror.changes import Change
from bbs_client.mirror.file import Mirror, TouchedRows
from bbs_client.mirror.fold import fold
from bbs_client.mirror.places import Cursor
from bbs_client.mirror.server_api import Caller

R = TypeVar("R", bound=Result)
T = TypeVar("T")
Low = dict[str, Cursor]
"""For each stream that feeds the fetched pages, the lowest seq from which to listen."""

_LOOK_MS = 15 * MINUTE_MS  # what has waited for days is no news of minutes


class Pages:
    """Fetches pages of one community.

    Its coroutines may run side by side, and beside the folding of events.

    They ask again if an answer is older than the events folded. All raise as `Caller.call` does,
    and `Disconnected` if the mirror was emptied meanwhile; cancelling is safe.

    Attributes:
        wanting: Threads that are missing although posts of theirs are here.
    """

    def __init__(
        self,
        community: Caller,
        cache: Mirror,
        *,
        write: Callable[[Iterable[Change]], TouchedRows],
        clock: Clock,
    ) -> None:
        """Fetch nothing yet; see `MirrorSync`."""
        self.wanting: set[str] = set()
        self._community = community
        self._cache = cache
        self._write = write
        self._clock = clock
        self._generation = 0
        self._looked: dict[str, Ms] = {}  # when each board was asked for again

    async def look_again(self, board: str) -> None:
        """Ask for what no event tells of a board: that something has waited. Not often."""
        now = self._clock()
        if now >= self._looked.get(board, 0) + _LOOK_MS:
            self._looked[board] = now
            await self.ask(GetBoard(board=board))

    def begin_anew(self) -> None:
        """Give up all earlier requests, at every start: the mirror may be emptied."""
        self._generation += 1
        self._looked.clear()

    async def unless_emptied(self, answer: Awaitable[T]) -> T:
        """Return an answer, unless the mirror was emptied since the request."""
        generation = self._generation
        result = await answer
        if generation != self._generation:
            raise Disconnected("the copy on this device was emptied meanwhile")
        return result

    async def ask(self, request: Request[R], low: Low | None = None) -> R:
        """Send a request, fold the answer, and note from which seq to listen to its streams."""
        result = await self.unless_emptied(self._fresh(request))
        if low is not None:
            for stream, seq in result.as_of.items():
                known = low.get(stream)
                if known is None or seq < known.seq:
                    low[stream] = Cursor(seq, result.tags.get(stream, ""))
        self.wanting |= self._write(fold(result)).wanting
        return result

    async def _fresh(self, request: Request[R]) -> R:
        result = await self._community.call(request)
        for _ in range(limits.MIRROR_STALE_TRIES):
            if not self.is_stale(result):
                break
            result = await self._community.call(request)
        return result

    def is_stale(self, result: Result) -> bool:
        """Return whether an answer is older than the events folded of a stream that feeds it."""
        return any(seq < (self._cache.cursor(stream) or 0) for stream, seq in result.as_of.items())

    async def ask_all(
        self,
        request: GetMarks | GetSkeleton | ListApplications | ListMembers,
        low: Low | None = None,
    ) -> None:
        """Fetch a page and all that follow; stop if the server leads in circles."""
        page: Any = await self.ask(request, low)
        after: Any = request.after
        while page.next_after is not None and (after is None or page.next_after > after):
            after = page.next_after
            page = await self.ask(replace(request, after=after), low)

    async def posts(self, thread: str, first: int, last: int) -> None:
        """Fetch the posts of a thread from one number to another."""
        after = first - 1
        while after < last:
            limit = min(limits.PAGE_ITEMS_MAX, last - after)
            page = await self.ask(ListPosts(thread=thread, after=after, limit=limit))
            numbers = [post.number for post in page.posts if post.number is not None]
            highest = max(numbers, default=after)
            if highest <= after:
                return
            after = highest

    async def threads(self, board: str, low: Low) -> None:
        """Fetch the newest threads of a board, as far back as a mirror begins."""
        before: int | None = None
        for _ in range(limits.MIRROR_THREAD_PAGES):
            page = await self.ask(ListThreads(board=board, before=before), low)
            if page.next_before is None:
                return
            before = page.next_before

    async def recent(self, board: str, low: Low) -> None:
        """Fetch posts back to the reader's floor, and at least those of the last 90 days."""
        horizon_ms = self._clock() - limits.MIRROR_DAYS * DAY_MS
        floor = self._cache.floor(board)
        before: int | None = None
        while True:
            request = ListRecent(board=board, before=before, limit=limits.PAGE_ITEMS_MAX)
            page = await self.ask(request, low)
            following = page.next_before
            # Stop if the server leads in circles.
            if following is None or not page.posts or (before is not None and following >= before):
                return
            last = page.posts[-1]
            if to_ms(last.visible_at) < horizon_ms and not is_above(floor, last.seq):
                return
            before = following
