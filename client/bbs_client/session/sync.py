"""Fills the mirror with pages, and keeps it up to date from the moment they were made."""

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Mapping

from bbs import limits
from bbs.clock import Clock, system_clock
from bbs.features.arriving.messages import GetNote, ListGuards
from bbs.features.boards.messages import GetBoard, ListBoards
from bbs.features.boards.seat_messages import ListSeats
from bbs.features.community.first_steps import has_invited
from bbs.features.members.messages import ListInvitations, ListMembers
from bbs.features.norms.messages import GetNorms
from bbs.features.ownership.leaving_messages import ListLeavings
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
from bbs.refusals import NotAllowed, NotFound
from bbs.restricted import Restricted
from bbs.streams import StreamKind, board_stream, board_streams, member_stream, stream_parts
from bbs.wire.messages import NOTICES, StreamEnded
from bbs_client.features.reading.mirror import ForgetRevisions
from bbs_client.mirror.changes import Change, DropStream, ForgetBoard
from bbs_client.mirror.file import Mirror, TouchedRows
from bbs_client.mirror.places import Cursor
from bbs_client.mirror.server_api import ServerApi
from bbs_client.session.case_sync import CaseSync
from bbs_client.session.desk_sync import DeskSync
from bbs_client.session.events import SessionEvent
from bbs_client.session.letters_sync import AT_ONCE, LettersSync
from bbs_client.session.note_sync import NoteSync
from bbs_client.session.outside import KEPT_OUT, SHUT, fetch_from_outside
from bbs_client.session.pack_sync import PackSync
from bbs_client.session.pages import Low, Pages

_FROM_NOW = Cursor(-1)


class MirrorSync:
    """Brings a mirror up to date with one community.

    Its coroutines may run side by side, and beside the folding of events: they ask again if an
    answer is older than the events folded. All raise as `ServerApi.call` does; cancelling is safe.

    Attributes:
        pages: Fetches the pages.
        cases: Asks for the cases that concern the reader, and for those at their desks.
        desks: Keeps up to date what waits at the reader's desks.
        notes: Keeps the notes of newcomers up to date.
        packs: Asks for what a lifeboat needs.
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
        tell: Callable[[SessionEvent], None] = lambda news: None,
    ) -> None:
        """Make a sync.

        Args:
            community: The community to fetch from.
            cache: The mirror, for reading.
            write: Writes into it, and reports to the front end.
            progress: Called with the number of boards done, their total, and the next one's name.
            clock: The clock for the age of posts.
            tell: Told of what is not kept in the mirror.
        """
        self.epoch: str | None = None
        self._community = community
        self._cache = cache
        self._write = write
        self._progress = progress
        self.pages = Pages(community, cache, write=write, clock=clock)
        self._locks: dict[str, asyncio.Lock] = {}
        self._live: set[str] = set()
        self._letters = LettersSync(self.pages, cache, write)
        self.packs = PackSync(community, self.pages, cache, write, clock=clock)
        self._ready = asyncio.Event()
        self.notes = NoteSync(self.pages, cache, self._listen, self._live)
        self.desks = DeskSync(
            *(self.pages, cache, write, self._listen, self._live),
            is_known=lambda: self._server_has("arriving"),
        )
        self.cases = CaseSync(community, cache, tell, lambda: self._server_has("cases"))

    async def sync_all(self) -> None:
        """Bring everything up to date, once after every start.

        A mirror of another epoch is emptied first: the server was restored from a backup.

        Raises:
            OnWaitingList, LeavingNow, Restricted: If the reader has no seat on the commons yet, has
                left, or is suspended there; an event on their own stream follows when that ends.
        """
        welcome = self._community.welcome
        assert welcome is not None, "bring_up needs a connection"
        self._live.clear()
        self._letters.begin_anew()
        self._ready.clear()
        self.pages.begin_anew()
        try:
            if self._cache.epoch() == welcome.epoch:
                await self._resume()
            else:
                self._cache.wipe()
                await self._begin(welcome.epoch)
        except KEPT_OUT as error:
            # An event on the reader's own stream reports the seat, the end of the suspension, the return.
            await self._listen(dict.fromkeys(self._own_stream(), _FROM_NOW))
            if not isinstance(error, Restricted) and self._community.me is not None:
                self._write((self._community.me.member,))
            await fetch_from_outside(self.pages, error)
            self._ready.set()
            raise
        self.epoch = welcome.epoch
        self._ready.set()
        await _ask_invitations(self._cache, self.pages)
        await self.letters()
        await self._seated_boards()
        await self.desks.follow()
        if self._server_has("arriving"):
            await self.notes.fetch_all()
        await self.fetch_missing_threads()

    async def letters(self) -> None:
        """Learn which letters have news, and fetch the newest of them; the rest is queued by then."""
        if not self._letters.is_listed and self._server_has("letters"):
            await self._letters.list(whole=False)
        self._letters.is_listed = False  # the next time they have to be listed anew
        for letter in self._cache.letters_behind(AT_ONCE):
            await self.board(letter)

    async def board(self, board: str) -> None:
        """Fetch a board unless it is here, and keep it up to date from now on.

        Forgets a board that the reader may not know of any more.
        """
        await self._ready.wait()
        async with self._lock(board):
            is_letter = self._cache.is_letter(board)
            streams = (board_stream(board),) if is_letter else board_streams(board)
            if self._live.issuperset(streams):
                if not is_letter:
                    await self.pages.look_again(board)
                return
            low: Low = {}
            try:
                await self._fetch_board(board, low)
                known = low | self._cache.cursors()
                await self._listen({stream: known.get(stream, _FROM_NOW) for stream in streams})
                if is_letter:
                    for stream in self._letters.note_live(board):
                        self._live.discard(stream)
                        self._community.unlisten(stream)
                else:
                    await self.pages.look_again(board)
            except SHUT:
                await self._forget_unless_known(board)
        await self.fetch_missing_threads()

    async def thread(self, thread: str) -> None:
        """Fetch the missing parts of a thread: its skeleton first if it is long, then its posts."""
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
        """Fetch the reader's own choices, marks and floors, because no stream replays them."""
        self._write((ForgetRevisions(),))
        await self.pages.ask(GetChoices())
        await self.pages.ask_all(GetMarks())

    async def norms(self, board: str) -> None:
        """Fetch a board's norms unless the version in force is here."""
        if self._cache.lacks_norms(board):
            await self.pages.ask(GetNorms(board=board))

    async def proposals(self, board: str) -> None:
        """Fetch a board's waiting commands: their events lack the texts and the reader's rights."""
        with contextlib.suppress(NotFound):
            await self._waiting(board)

    async def reset(self, stream: str) -> None:
        """Drop what a stream fed, fetch it again and go on from there (protocol 6.5).

        The reset deleted the cursor, so a stream that has one was fetched since.
        """
        kind, owner = stream_parts(stream)
        if kind == StreamKind.CASE:
            await self.cases.watch(owner)
            return
        async with self._lock(owner):
            if self._cache.cursor(stream) is not None:
                return
            self._write((DropStream(stream),))
            low: Low = {}
            if kind == StreamKind.MEMBER:
                await self._fetch_own(low)
            elif kind == StreamKind.NOTE:
                await self.pages.ask(GetNote(note=owner), low)
            elif kind == StreamKind.DESK:
                await self.desks.fetch([owner], low)
            else:
                await self._fetch_board(owner, low)
            await self._listen({stream: low.get(stream, _FROM_NOW)})
        await self._seated_boards()
        await self.fetch_missing_threads()

    async def fetch_missing_threads(self) -> None:
        """Fetch the threads that are missing although posts of theirs are here."""
        while self.pages.wanting:
            thread = self.pages.wanting.pop()
            if self._cache.thread(thread) is None:
                with contextlib.suppress(NotFound):
                    await self.pages.ask(GetThread(thread=thread))

    async def _begin(self, epoch: str) -> None:
        """Fill an empty mirror up to the commons; an interrupted sync continues after that."""
        signed_in = self._community.me
        if signed_in is not None:
            self._write((signed_in.member,))
        low: Low = {}
        await self._fetch_board(COMMONS, low)
        commons = [*board_streams(COMMONS), *self._own_stream()]
        await self._listen({stream: low.get(stream, _FROM_NOW) for stream in commons})
        self._cache.set_epoch(epoch)

    async def _resume(self) -> None:
        # Which letters have news is asked once for all of them.
        letters = {board_stream(row.letter.id) for row in self._cache.letters()}
        known = self._cache.cursors().items()
        cursors = {stream: cursor for stream, cursor in known if stream not in letters}
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
        """Fetch what the reader's own stream keeps up to date: boards, seats, and held posts."""
        await self._own_things(low)
        for row in self._cache.boards():
            await self.pages.ask(ListHeld(board=row.board.id))

    async def _own_things(self, low: Low) -> None:
        await self.pages.ask(ListBoards(), low)
        await self.pages.ask(ListThanks(limit=limits.PAGE_ITEMS_MAX), low)
        if self._server_has("arriving"):
            await self.pages.ask(ListGuards(), low)
        if self._server_has(NOTICES):
            await self.pages.ask(ListNotices(limit=limits.PAGE_ITEMS_MAX), low)
        if self._server_has("packs"):  # leaving came with them
            await self.pages.ask(ListLeavings(), low)
        if self._server_has("letters"):
            await self._letters.list(whole=True, low=low)

    async def _waiting(self, board: str, low: Low | None = None) -> None:
        """Fetch the waiting commands of a board, if the server has proposals (protocol 3.1)."""
        if self._server_has("proposals"):
            await self.pages.ask(ListProposals(board=board), low)

    def _server_has(self, name: str) -> bool:
        welcome = self._community.welcome
        return welcome is not None and name in welcome.features

    async def _fetch_board(self, board: str, low: Low) -> None:
        """Fetch what a board's two streams keep up to date, as far as they have no cursor yet."""
        log, lounge = board_streams(board)
        is_letter = self._cache.is_letter(board)
        if self._cache.cursor(log) is None:
            # The rows of an interrupted fetch were not kept up to date since.
            self._write((DropStream(log),))
            if board == COMMONS:
                await self.pages.ask_all(ListMembers(), low)
                await self._own_things(low)
            elif not is_letter:
                await self.pages.ask(GetBoard(board=board), low)
            await self.pages.ask(ListSeats(board=board), low)
            if not is_letter:
                await self._waiting(board, low)
                await self.packs.fetch_consents(board, low)
            if self._cache.floor(board) is None and board in self._cache.seated():
                await self.marks()
            await self.pages.threads(board, low)
            await self.pages.recent(board, low)
            if not is_letter:
                await self.pages.ask(ListHeld(board=board))
        if not is_letter and self._cache.cursor(lounge) is None:
            self._write((DropStream(lounge),))
            await self.pages.ask(ListLines(board=board, limit=limits.PAGE_ITEMS_MAX), low)
        await self.norms(board)

    async def _forget_unless_known(self, board: str) -> None:
        """Forget a board that the reader may not know of; an offered seat lets them know of it."""
        try:
            await self.pages.ask(GetBoard(board=board))
            await self.packs.fetch_move(board)
            await self.norms(board)
        except (NotFound, NotAllowed):
            self._write((ForgetBoard(board),))

    def stream_lost(self, stream: str) -> None:
        """Note that the client no longer listens to a stream; `board` would listen to it again."""
        self._live.discard(stream)

    async def _listen(self, cursors: Mapping[str, Cursor]) -> None:
        """Listen to streams, and set the cursors of those whose pages are here.

        `reset`, called when its event is read, handles a stream that was reset.
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
                # The mirror is older than tags, so add tags to its cursors.
                self._cache.note_tag(stream, state.seq, state.tag)
            self._live.add(stream)

    def _own_stream(self) -> list[str]:
        signed_in = self._community.me
        return [member_stream(signed_in.member.id)] if signed_in is not None else []

    def _lock(self, key: str) -> asyncio.Lock:
        return self._locks.setdefault(key, asyncio.Lock())


async def _ask_invitations(cache: Mirror, pages: Pages) -> None:
    """Fetch whether a sysop without other members has invited anyone, which no stream reports."""
    me = cache.me()
    if me is None or not me.sysop or len(cache.members()) > 1 or cache.has_invited():
        return
    listed = (await pages.ask(ListInvitations())).invitations
    if has_invited(me.id, listed):
        cache.note_invited()
