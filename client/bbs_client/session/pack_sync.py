"""Keeps up to date how members' words may go with a board (protocol 29)."""

from collections.abc import Callable

from bbs.features.packs.consent_messages import ListConsents
from bbs_client.session.pages import Low, Pages


class PackSync:
    """Asks what a mirror has to know before anything is packed from it. Raises as `Pages` does."""

    def __init__(self, pages: Pages, is_known: Callable[[], bool]) -> None:
        """Fetch nothing yet.

        Args:
            pages: Fetches the pages.
            is_known: Returns whether the server knows of packs.
        """
        self._pages = pages
        self._is_known = is_known

    async def fetch_consents(self, board: str, low: Low) -> None:
        """Fetch what members chose for a board; its stream tells what they choose from then on."""
        if self._is_known():
            await self._pages.ask(ListConsents(board=board), low)
