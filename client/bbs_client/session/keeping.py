"""Fetches boards that their reader keeps whole, a part at a time, so that nothing else waits for it."""

from collections.abc import Callable, Collection
from contextlib import suppress

from bbs.refusals import NotAllowed, NotFound
from bbs_client.mirror.file import Mirror
from bbs_client.session.sync import MirrorSync

_LOOKED_MAX = 1_000  # threads of which posts are missing, looked at for one that was not tried yet


class BoardKeeper:
    """Fetches what is missing of the boards to keep; a lost connection costs one thread at most.

    What is fetched lies in the mirror, so that a later visit goes on where this one ended, and the
    ordinary sync keeps it up to date (33.1).
    """

    def __init__(self, cache: Mirror, kept: Callable[[], Collection[str]]) -> None:
        """Fetch nothing yet.

        Args:
            cache: The mirror, for reading.
            kept: Returns the boards to keep whole.
        """
        self._cache = cache
        self._kept = kept
        self._tried: set[str] = set()

    def begin(self, sync: MirrorSync) -> list[str]:
        """Return the boards of which something is missing; try each of their threads once more."""
        self._tried.clear()
        known = {row.board.id for row in self._cache.boards()}
        return sorted(
            board for board in known.intersection(self._kept()) if sync.packs.lacks(board)
        )

    async def fetch_part(self, sync: MirrorSync, board: str) -> bool:
        """Fetch a part of what is missing of a board; return whether to go on.

        Raises as `MirrorSync` does; cancelling is safe.
        """
        if board not in self._kept():
            return False
        await sync.board(board)
        await sync.packs.fetch_heads(board)
        missing = self._cache.unfinished_threads(board, _LOOKED_MAX)
        left = [thread for thread in missing if thread not in self._tried]
        for thread in left[:1]:
            self._tried.add(thread)
            with suppress(NotFound, NotAllowed):  # moved away, or out of sight, since it was listed
                await sync.thread(thread)
        return len(left) > 1
