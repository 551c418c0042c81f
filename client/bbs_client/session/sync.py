"""Filling the mirror with pages and keeping it true from the moment they were made."""

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Mapping

from bbs import limits
from bbs.clock import Clock, system_clock
from bbs.features.boards.messages import GetBoard, ListBoards, ListSeats
from bbs.features.community.first_steps import has_invited
from bbs.features.members.messages import ListInvitations, ListMembers
from bbs.features.norms.messages import GetNorms
from bbs.features.proposals.messages import ListProposals
from bbs.features.reading.messages import GetChoices, GetMarks, ListNotices
from bbs.features.threads.messages import (
    GetSkeleton,
    GetThread,
    ListHeld,
    ListLines,
    ListThanks,
    ListThreads,
)
from bbs.ids import COMMONS
from bbs.refusals import NotAllowed, NotFound, OnWaitingList
from bbs.restricted import Restricted
from bbs.streams import StreamKind, board_streams, member_stream, stream_parts
from bbs.wire.messages import NOTICES, StreamEnded
from bbs_client.features.reading.mirror import ForgetRevisions
from bbs_client.mirror.changes import Change, DropStream, ForgetBoard
from bbs_client.mirror.file import Mirror, TouchedRows
from bbs_client.mirror.places import Cursor
from bbs_client.mirror.server_api import ServerApi
from bbs_client.session.pages import Low, Pages

_FROM_NOW = Cursor(-1)


class MirrorSync:
    """Brings a mirror up to date with one community.

    Its coroutines may run side by side, and beside the folding of events: they ask again for what is older
    than what was folded. All raise what `ServerApi.call` raises; cancelling is safe.

    Attributes:
        pages: What it asks with.
        epoch: The epoch that was brought up; None before.
    """

    def __init__(
        self,
        community: ServerApi,
        cache: Mirror,
        *,
        write: Callable[[Iterable[Change]], TouchedRows],
        progress: Callable[[int, int, str], None] = lambda done, total, what: None,
        clock: Clock = system_clock,
    ) -> None:
        """Make a sync.

        Args:
            community: Who is asked.
            cache: The mirror, for reading.
            write: Writes into it, and tells the front end.
            progress: Told how many of how many boards are here, and the name of the next.
            clock: Tells what is older than 90 days.
        """
        self.epoch: str | None = None
        self._community = community
        self._cache = cache
        self._write = write
        self._progress = progress
        self.pages = Pages(community, cache, write=write, clock=clock)
        self._locks: dict[str, asyncio.Lock] = {}
        self._live: set[str] = set()
        self._ready = asyncio.Event()

    async def sync_all(self) -> None:
        """Bring everything up to date, once after every start.

        A mirror of another epoch is emptied first: the server was restored from a backup.

        Raises:
            OnWaitingList: If the reader has no seat on the commons yet; their own stream will tell.
            Restricted: If they are suspended there; their own stream tells of the end, too.
        """
        welcome = self._community.welcome
        assert welcome is not None, "bring_up needs a connection"
        self._live.clear()
        self._ready.clear()
        self.pages.begin_anew()
        try:
            if self._cache.epoch() == welcome.epoch:
                await self._resume()
            else:
                self._cache.wipe()
                await self._begin(welcome.epoch)
        except (OnWaitingList, Restricted):
            # The seat, or the end, will be told of in the reader's own stream.
            await self._listen(dict.fromkeys(self._own_stream(), _FROM_NOW))
            self._ready.set()
            raise
        self.epoch = welcome.epoch
        self._ready.set()
        await self._invitations()
        await self._seated_boards()
        await self.fetch_missing_threads()

    async def board(self, board: str) -> None:
        """Fetch a board unless it is here, and keep it true from now on.

        A board that one may not know of any more is forgotten.
        """
        await self._ready.wait()
        async with self._lock(board):
            streams = board_streams(board)
            if self._live.issuperset(streams):
                return
            low: Low = {}
            try:
                await self._fetch_board(board, low)
                known = low | self._cache.cursors()
                await self._listen({stream: known.get(stream, _FROM_NOW) for stream in streams})
            except (NotFound, NotAllowed, Restricted):
                await self._forget_unless_known(board)
        await self.fetch_missing_threads()

    async def thread(self, thread: str) -> None:
        """Fetch what is missing of a thread: its shape first if it is long, then its words."""
        await self._ready.wait()
        async with self._lock(thread):
            row = self._cache.thread(thread)
            known = row.thread if row else (await self.pages.ask(GetThread(thread=thread))).thread
            await self.board(known.board)
            if self._cache.thread(thread) is None:
                await self.pages.ask(GetThread(thread=thread))
            missing = self._cache.missing(thread)
            if sum(last - first + 1 for first, last in missing) > limits.PAGE_ITEMS_MAX:
                await self.pages.ask_all(GetSkeleton(thread=thread))
            for first, last in missing:
                await self.pages.posts(thread, first, last)

    async def older_threads(self, board: str) -> bool:
        """Fetch the page of threads before the first gap in those that are here; return whether more exist."""
        before = self._cache.unbroken_from(board)
        page = await self.pages.ask(ListThreads(board=board, before=before))
        return page.next_before is not None

    async def older_lines(self, board: str) -> bool:
        """Fetch the page of lines before the oldest that is here; return whether more exist."""
        before = self._cache.first_line(board)
        page = await self.pages.ask(ListLines(board=board, before=before))
        return page.more_before

    async def marks(self) -> None:
        """Fetch the reader's own choices, marks and floors, of which no stream tells what was missed."""
        self._write((ForgetRevisions(),))
        await self.pages.ask(GetChoices())
        await self.pages.ask_all(GetMarks())

    async def norms(self, board: str) -> None:
        """Fetch a board's norms unless the version in force is here."""
        if self._cache.lacks_norms(board):
            await self.pages.ask(GetNorms(board=board))

    async def proposals(self, board: str) -> None:
        """Fetch what waits on a board: its events hold no words, nor whose word counts."""
        with contextlib.suppress(NotFound):
            await self._waiting(board)

    async def reset(self, stream: str) -> None:
        """Drop what a stream fed, fetch it afresh and go on from there (protocol 6.5).

        Its cursor was forgotten when the reset was heard: one with a cursor was fetched since.
        """
        kind, owner = stream_parts(stream)
        async with self._lock(owner):
            if self._cache.cursor(stream) is not None:
                return
            self._write((DropStream(stream),))
            low: Low = {}
            if kind == StreamKind.MEMBER:
                await self._fetch_own(low)
            else:
                await self._fetch_board(owner, low)
            await self._listen({stream: low.get(stream, _FROM_NOW)})
        await self._seated_boards()
        await self.fetch_missing_threads()

    async def fetch_missing_threads(self) -> None:
        """Fetch the threads that only their posts are known of."""
        while self.pages.wanting:
            thread = self.pages.wanting.pop()
            if self._cache.thread(thread) is None:
                with contextlib.suppress(NotFound):
                    await self.pages.ask(GetThread(thread=thread))

    async def _begin(self, epoch: str) -> None:
        """Fill an empty mirror as far as the commons; what follows is taken up where it stopped."""
        signed_in = self._community.me
        if signed_in is not None:
            self._write((signed_in.member,))
        low: Low = {}
        await self._fetch_board(COMMONS, low)
        commons = [*board_streams(COMMONS), *self._own_stream()]
        await self._listen({stream: low.get(stream, _FROM_NOW) for stream in commons})
        self._cache.set_epoch(epoch)

    async def _resume(self) -> None:
        cursors = self._cache.cursors()
        low: Low = {}
        for stream in self._own_stream():
            if stream not in cursors:
                await self._fetch_own(low)
                cursors[stream] = low.get(stream, _FROM_NOW)
        await self._listen(cursors)
        await self.marks()

    async def _seated_boards(self) -> None:
        seated = [row.board for row in self._cache.boards() if row.is_seated]
        for done, board in enumerate(seated):
            if self._live.issuperset(board_streams(board.id)):
                await self.norms(board.id)
                continue
            self._progress(done, len(seated), board.title or board.slug or "")
            await self.board(board.id)
        # Told of at a visit that ended before the board was fetched.
        for unknown in sorted(self._cache.unknown_boards()):
            await self.board(unknown)
        self._progress(len(seated), len(seated), "")

    async def _fetch_own(self, low: Low) -> None:
        """Fetch what the reader's own stream keeps true: boards, seats, and what waits to be published."""
        await self._own_things(low)
        for row in self._cache.boards():
            await self.pages.ask(ListHeld(board=row.board.id))

    async def _own_things(self, low: Low) -> None:
        await self.pages.ask(ListBoards(), low)
        await self.pages.ask(ListThanks(limit=limits.PAGE_ITEMS_MAX), low)
        if self._server_has(NOTICES):
            await self.pages.ask(ListNotices(limit=limits.PAGE_ITEMS_MAX), low)

    async def _invitations(self) -> None:
        """Learn whether a sysop who is alone has invited anybody: no stream and no view tells it."""
        cache = self._cache
        me = cache.me()
        if me is None or not me.sysop or len(cache.members()) > 1 or cache.has_invited():
            return
        listed = (await self.pages.ask(ListInvitations())).invitations
        if has_invited(me.id, listed):
            cache.note_invited()

    async def _waiting(self, board: str, low: Low | None = None) -> None:
        """Fetch the commands that wait on a board, where the server lets any wait (protocol 3.1)."""
        if self._server_has("proposals"):
            await self.pages.ask(ListProposals(board=board), low)

    def _server_has(self, name: str) -> bool:
        welcome = self._community.welcome
        return welcome is not None and name in welcome.features

    async def _fetch_board(self, board: str, low: Low) -> None:
        """Fetch what a board's two streams keep true, as far as they have no cursor yet."""
        log, lounge = board_streams(board)
        if self._cache.cursor(log) is None:
            # What an interrupted fetch left was not kept true since.
            self._write((DropStream(log),))
            if board == COMMONS:
                await self.pages.ask_all(ListMembers(), low)
                await self._own_things(low)
            else:
                await self.pages.ask(GetBoard(board=board), low)
            await self.pages.ask(ListSeats(board=board), low)
            await self._waiting(board, low)
            if self._cache.floor(board) is None and board in self._cache.seated():
                await self.marks()
            await self.pages.threads(board, low)
            await self.pages.recent(board, low)
            await self.pages.ask(ListHeld(board=board))
        if self._cache.cursor(lounge) is None:
            self._write((DropStream(lounge),))
            await self.pages.ask(ListLines(board=board, limit=limits.PAGE_ITEMS_MAX), low)
        await self.norms(board)

    async def _forget_unless_known(self, board: str) -> None:
        """Forget a board the reader may not even know of; to whom a seat is offered reads its norms."""
        try:
            await self.pages.ask(GetBoard(board=board))
            await self.norms(board)
        except (NotFound, NotAllowed):
            self._write((ForgetBoard(board),))

    def stream_lost(self, stream: str) -> None:
        """Note that a stream is not heard any more; `board` would listen to it again."""
        self._live.discard(stream)

    async def _listen(self, cursors: Mapping[str, Cursor]) -> None:
        """Listen to streams, and give those a cursor whose pages are here.

        A stream that is reset is left to `reset`, which the reader of the events calls.
        """
        for stream, cursor in cursors.items():
            if cursor != _FROM_NOW and self._cache.cursor(stream) is None:
                self._cache.set_cursor(stream, *cursor)
        states = await self.pages.unless_emptied(
            self._community.listen(
                {stream: cursor.seq for stream, cursor in cursors.items()},
                {stream: cursor.tag for stream, cursor in cursors.items() if cursor.tag},
            )
        )
        for stream, state in states.items():
            if state.state == "gone":
                self._live.discard(stream)
                self._write((StreamEnded(stream=stream),))
                continue
            if state.state != "reset" and self._cache.cursor(stream) is None:
                self._cache.set_cursor(stream, state.seq, state.tag)
            elif state.state == "live" and state.tag:
                # A mirror of before tags: its cursors are given theirs.
                self._cache.note_tag(stream, state.seq, state.tag)
            self._live.add(stream)

    def _own_stream(self) -> list[str]:
        signed_in = self._community.me
        return [member_stream(signed_in.member.id)] if signed_in is not None else []

    def _lock(self, key: str) -> asyncio.Lock:
        return self._locks.setdefault(key, asyncio.Lock())
