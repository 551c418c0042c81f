"""Learns which letters of the reader's have news, without asking about each (protocol 20)."""

from collections.abc import Callable, Iterable

from bbs import limits
from bbs.features.letters.messages import ListBlocks, ListLetters
from bbs.streams import board_stream
from bbs_client.features.letters.mirror import KeepLetters
from bbs_client.mirror.changes import Change
from bbs_client.mirror.file import Mirror
from bbs_client.session.pages import Low, Pages

AT_ONCE = 20  # letters with news that are fetched before the boards; the rest follows
LIVE_MAX = 100  # letters that are listened to; of the others the server tells that there is news


class LettersSync:
    """What a sync knows of letters: whether they were listed, and which are listened to.

    Attributes:
        is_listed: Whether they were listed since the sync began, or since a connection was made.
    """

    def __init__(
        self, pages: Pages, cache: Mirror, write: Callable[[Iterable[Change]], object]
    ) -> None:
        """Know nothing yet.

        Args:
            pages: Fetches the pages.
            cache: The mirror.
            write: Writes into it.
        """
        self.is_listed = False
        self._pages = pages
        self._cache = cache
        self._write = write
        self._live: dict[str, None] = {}

    def begin_anew(self) -> None:
        """Forget what was listed and listened to."""
        self.is_listed = False
        self._live.clear()

    async def list(self, *, whole: bool, low: Low | None = None) -> None:
        """List the reader's letters, up to those of which nothing is new.

        Args:
            whole: Whether to read to the end, and forget what is not listed; the blocks too.
            low: As `Pages.ask` takes it.
        """
        known: set[str] = set()
        before: str | None = None
        self.is_listed = True
        while True:
            request = ListLetters(before=before, limit=limits.PAGE_ITEMS_MAX)
            page = await self._pages.ask(request, low)
            known.update(each.id for each in page.requests)
            known.update(head.letter.id for head in page.heads)
            is_known = [self._has(head.letter.id, head.seq, head.tag) for head in page.heads]
            if any(is_known) and not whole:
                self._write((KeepLetters(frozenset(known), are_all=False),))
                return
            # Stop if the server leads in circles.
            if page.next_before is None or page.next_before == before or not page.heads:
                break
            before = page.next_before
        self._write((KeepLetters(frozenset(known)),))
        if whole:
            await self._pages.ask(ListBlocks(), low)

    def _has(self, letter: str, seq: int, tag: str) -> bool:
        """Return whether a letter is here up to this seq; of another history, forget how far it is."""
        stream = board_stream(letter)
        cursor = self._cache.cursors().get(stream)
        if cursor is None or cursor.seq != seq:
            return False
        if cursor.tag and tag and cursor.tag != tag:
            self._cache.forget_cursor(stream)
            return False
        return True

    def note_live(self, letter: str) -> Iterable[str]:
        """Note that a letter is listened to.

        Yields:
            The streams that need not be listened to any more: of too many, those of the letters that were
            asked for first.
        """
        self._live.pop(letter, None)
        self._live[letter] = None
        while len(self._live) > LIVE_MAX:
            other = next(iter(self._live))
            del self._live[other]
            yield board_stream(other)
