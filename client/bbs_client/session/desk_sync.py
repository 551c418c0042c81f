"""Keeps up to date what waits at the desks of the boards that the reader moderates (protocol 19.9, 21.3)."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping

from bbs import limits
from bbs.features.arriving.messages import ListHeldPosts
from bbs.features.boards.application_messages import ListApplications
from bbs.refusals import NotAllowed, NotFound
from bbs.restricted import Restricted
from bbs.streams import desk_stream
from bbs_client.mirror.changes import Change, DropStream
from bbs_client.mirror.file import Mirror
from bbs_client.mirror.places import Cursor
from bbs_client.session.pages import Low, Pages

_FROM_NOW = Cursor(-1)


class DeskSync:
    """Asks what waits at the reader's desks, and listens to them from then on."""

    def __init__(
        self,
        pages: Pages,
        cache: Mirror,
        write: Callable[[Iterable[Change]], object],
        listen: Callable[[Mapping[str, Cursor]], Awaitable[None]],
        live: Collection[str],
        *,
        is_known: Callable[[], bool],
    ) -> None:
        """Fetch nothing yet.

        Args:
            pages: Fetches the pages.
            cache: The mirror, for reading.
            write: Writes into it.
            listen: Begins to listen to streams.
            live: The streams that are listened to.
            is_known: Returns whether the server knows of desks at which something waits.
        """
        self._pages = pages
        self._cache = cache
        self._write = write
        self._listen = listen
        self._live = live
        self._is_known = is_known
        self._lock = asyncio.Lock()

    async def follow(self, _: str = "") -> None:
        """Ask at the desks that are not listened to, and listen to them. Raises as `MirrorSync`."""
        if not self._is_known():
            return
        async with self._lock:
            boards = [
                row.board.id
                for row in self._cache.boards()
                if row.moderates and desk_stream(row.board.id) not in self._live
            ]
            low: Low = {}
            heard = await self.fetch(boards, low)
            if heard:
                streams = map(desk_stream, heard)
                await self._listen({stream: low.get(stream, _FROM_NOW) for stream in streams})

    async def fetch(self, boards: Iterable[str], low: Low) -> list[str]:
        """Ask what waits at some desks; return those that the reader may still hear."""
        heard = []
        for board in boards:
            # The rows of an interrupted fetch were not kept up to date since.
            self._write((DropStream(desk_stream(board)),))
            # An office can end, or its holder be suspended, before the client is told.
            with contextlib.suppress(NotFound, NotAllowed, Restricted):
                await self._pages.ask_all(ListApplications(board=board), low)
                heard.append(board)
        if heard:
            # All desks at once: who has one on the commons is asked about other boards there.
            await self._pages.ask(ListHeldPosts(limit=limits.PAGE_ITEMS_MAX), low)
        return heard
