"""Keeps up to date what a lifeboat needs: consent, claim lists, and boards that are kept whole (29)."""

import logging
from collections.abc import Callable, Iterable

from msgspec.structs import replace

from bbs import limits
from bbs.clock import DAY_MS, Clock
from bbs.features.boards.kinds import BoardKind
from bbs.features.norms.messages import GetNorms
from bbs.features.packs.claim_lists import is_signed
from bbs.features.packs.consent_messages import ClaimList, GetClaimList, ListConsents
from bbs.features.packs.move_messages import GetMove
from bbs.features.threads.messages import ListThreads
from bbs.ids import COMMONS
from bbs.refusals import NotAllowed, NotFound
from bbs.restricted import Restricted
from bbs_client.features.packs.mirror import AllThreadsKnown, NewClaimList, NoMove
from bbs_client.mirror.changes import Change
from bbs_client.mirror.file import Mirror
from bbs_client.mirror.server_api import ServerApi
from bbs_client.session.pages import Low, Pages

_CLAIM_LIST_PAGES_MAX = 1_000  # a server that leads in circles ends there
_log = logging.getLogger("bbs_client.session.packs")


class PackSync:
    """Asks what a mirror has to have before a lifeboat is made from it. Raises as `Pages` does."""

    def __init__(
        self,
        community: ServerApi,
        pages: Pages,
        cache: Mirror,
        write: Callable[[Iterable[Change]], object],
        *,
        clock: Clock,
    ) -> None:
        """Fetch nothing yet.

        Args:
            community: The community to fetch from.
            pages: Fetches the pages.
            cache: The mirror, for reading.
            write: Writes into it.
            clock: The clock for the age of claim lists.
        """
        self._community = community
        self._pages = pages
        self._cache = cache
        self._write = write
        self._clock = clock

    async def fetch_consents(self, board: str, low: Low) -> None:
        """Fetch what members chose for a board; its stream tells what they choose from then on."""
        if self._is_known:
            await self._pages.ask(ListConsents(board=board), low)
            await self.fetch_move(board)

    async def fetch_move(self, board: str) -> None:
        """Fetch how far a board's move has come; its events do not say where it goes."""
        if self._is_known and (await self._pages.ask(GetMove(board=board))).move is None:
            self._write((NoMove(board),))

    @property
    def _is_known(self) -> bool:
        """Whether the server knows of packs."""
        welcome = self._community.welcome
        return welcome is not None and "packs" in welcome.features

    async def fetch_claim_lists(self) -> None:
        """Fetch the claim lists that are missing or a week old, of boards where the reader sits."""
        welcome = self._community.welcome
        if welcome is None or welcome.key is None or "packs" not in welcome.features:
            return
        before = self._clock() - limits.CLAIM_LIST_DAYS * DAY_MS
        for row in self._cache.boards():
            board = row.board.id
            if not row.is_seated or board == COMMONS or row.board.kind is BoardKind.LETTER:
                continue
            if (self._cache.claim_list_at(board) or 0) > before:
                continue
            try:
                pages = await self._claim_list(board)
            except (NotFound, NotAllowed, Restricted):
                continue
            # `hello` has told the pinned key, or the connection would not be there (32.2).
            if all(is_signed(page, welcome.key) for page in pages):
                self._write((NewClaimList(board, pages),))
            else:
                _log.warning("the claim list of a board is not signed by the server's key")

    async def _claim_list(self, board: str) -> tuple[ClaimList, ...]:
        """Fetch all pages of a claim list.

        Raises:
            NotFound: If the reader has no seat any more, or the pages do not follow each other.
        """
        request = GetClaimList(board=board)
        pages: list[ClaimList] = []
        for _ in range(_CLAIM_LIST_PAGES_MAX):
            page = await self._pages.ask(request)
            if (page.board, page.after) != (board, request.after):
                break
            pages.append(page)
            if page.next_after is None:
                return tuple(pages)
            request = replace(request, after=page.next_after)
        raise NotFound(what="board")

    def lacks(self, board: str) -> bool:
        """Return whether anything of a board that is kept whole is missing here."""
        return not self._cache.board_here(board).is_whole or bool(self._norms(board))

    def _norms(self, board: str) -> list[int]:
        row = self._cache.board(board)
        last = 0 if row is None else row.board.norms_version
        return self._cache.missing_norms(board, last)

    async def fetch_heads(self, board: str) -> None:
        """Fetch all threads of a board, without their posts, and its norms in all versions."""
        for version in self._norms(board):
            await self._pages.ask(GetNorms(board=board, version=version))
        if self._cache.board_here(board).knows_all:
            return
        before: int | None = None
        while True:
            page = await self._pages.ask(ListThreads(board=board, before=before))
            following = page.next_before
            if following is None or (before is not None and following >= before):
                break
            before = following
        self._write((AllThreadsKnown(board),))
