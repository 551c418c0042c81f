"""Keeps the notes of newcomers up to date (protocol 21)."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Collection, Mapping

from bbs.features.arriving.messages import GetNote, ListNotes
from bbs.refusals import NotFound
from bbs.streams import note_stream
from bbs_client.mirror.file import Mirror
from bbs_client.mirror.places import Cursor
from bbs_client.session.pages import Low, Pages

_FROM_NOW = Cursor(-1)


class NoteSync:
    """Fetches the notes that the reader reads, and listens to them from then on."""

    def __init__(
        self,
        pages: Pages,
        cache: Mirror,
        listen: Callable[[Mapping[str, Cursor]], Awaitable[None]],
        live: Collection[str],
    ) -> None:
        """Fetch nothing yet.

        Args:
            pages: Fetches the pages.
            cache: The mirror, for reading.
            listen: Begins to listen to streams.
            live: The streams that are listened to.
        """
        self._pages = pages
        self._cache = cache
        self._listen = listen
        self._live = live
        self._lock = asyncio.Lock()

    async def fetch_all(self) -> None:
        """Fetch the notes that the reader reads. Raises as `MirrorSync`."""
        await self._pages.ask(ListNotes())
        await self.follow()

    async def follow(self, _: str = "") -> None:
        """Fetch the lines of the notes that are here and not listened to. Raises as `MirrorSync`."""
        async with self._lock:
            for note in self._cache.notes():
                stream = note_stream(note.newcomer)
                if stream in self._live:
                    continue
                low: Low = {}
                # A note that has ended, or whose reader the member is no more, is dropped by the list.
                with contextlib.suppress(NotFound):
                    await self._pages.ask(GetNote(note=note.newcomer), low)
                    await self._listen({stream: low.get(stream, _FROM_NOW)})
