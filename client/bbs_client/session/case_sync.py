"""Asks for the cases that concern the reader; of cases nothing is kept on the device (protocol 22)."""

import contextlib
from collections.abc import Callable

from bbs import limits
from bbs.features.cases.listing import list_cases
from bbs.features.cases.messages import ListCases
from bbs.features.cases.own_messages import ListOwnCases
from bbs.refusals import NotAllowed, NotFound
from bbs.restricted import Restricted
from bbs.streams import case_stream
from bbs_client.mirror.file import Mirror
from bbs_client.mirror.server_api import ServerApi
from bbs_client.session.events import CasesFetched, SessionEvent

_FROM_NOW = -1


class CaseSync:
    """Asks what is new about cases, and hears one of them while its page is open."""

    def __init__(
        self,
        community: ServerApi,
        cache: Mirror,
        tell: Callable[[SessionEvent], None],
        is_known: Callable[[], bool],
    ) -> None:
        """Ask nothing yet.

        Args:
            community: The community to ask.
            cache: The mirror, for the reader's offices.
            tell: Told what the server answers.
            is_known: Returns whether the server knows of cases.
        """
        self._community = community
        self._cache = cache
        self._tell = tell
        self._is_known = is_known
        self._watched = ""

    async def fetch(self, _: str = "") -> None:
        """Ask for the cases about the reader, also while suspended; then for those at their desks.

        Raises as `MirrorSync`.
        """
        if not self._is_known():
            return
        self._tell(CasesFetched(own=await self._community.call(ListOwnCases())))
        if has_desk(self._cache):
            # An office can end, or its holder be suspended, before the client is told.
            with contextlib.suppress(NotFound, NotAllowed, Restricted):
                query = ListCases(limit=limits.PAGE_ITEMS_MAX)
                self._tell(CasesFetched(desk=await list_cases(self._community.call, query)))

    async def watch(self, case: str) -> None:
        """Hear what happens in a case, and no longer in the one before; empty for none.

        Raises as `MirrorSync`.
        """
        if self._watched and self._watched != case:
            self._community.unlisten(case_stream(self._watched))
        self._watched = case
        if case:
            with contextlib.suppress(NotFound, NotAllowed, Restricted):
                await self._community.listen({case_stream(case): _FROM_NOW}, {})


def has_desk(cache: Mirror) -> bool:
    """Return whether cases can wait for the reader: at a desk, or because they are the sysop."""
    me = cache.me()
    return (me is not None and me.sysop) or any(row.moderates for row in cache.boards())
