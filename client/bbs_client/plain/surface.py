"""The surface of the plain client: a prompt and lines; no escape sequences, no drawing.

What is typed is edited by the terminal itself, so that nothing here has to move a cursor.
"""

import asyncio
import shutil
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from typing import TextIO

from bbs import limits
from bbs.errors import FolkmootError
from bbs.features.boards.messages import Board
from bbs.features.community.messages import ClosingAnnounced, ClosingCancelled
from bbs.features.community.rules import advise_on_clock
from bbs.features.presence.messages import PresenceChanged
from bbs.features.threads.views import Post, Thread
from bbs.ids import BoardId, MemberId, ThreadId
from bbs.sdk.community import Community
from bbs.sdk.updates import ConnectionChanged, EphemeralHappened, EventHappened, Update
from bbs.terminal.event_text import EventDescriber
from bbs.terminal.input_lines import InputLines
from bbs.text import sanitize
from bbs.wire.messages import SysopNotices
from bbs_client.plain.announcements import Announcements, announcements_of, changes
from bbs_client.plain.read_tracker import ReadTracker
from bbs_client.plain.walk import Walk

END_OF_WORDS = "."
PAGE_COLUMNS = 80


class QuitRequested(Exception):
    """The visitor wants to leave."""


class PlainSurface:
    """One visit.

    Attributes:
        community: The connection.
        news: Knows members and boards by id.
        board: Where one is; None for nowhere yet.
        thread: The thread that is open.
        in_lounge: Whether the board's lounge is open.
        post: The post shown last, which `reply` answers.
        here: Ids of those who are here and seen.
        passed: What was shown, to be marked as read once passed.
        walk: The round under way; None between rounds.
        standing: What the sysop tells everybody, as it was told last.
    """

    def __init__(
        self,
        community: Community,
        news: EventDescriber,
        stdin: TextIO,
        stdout: TextIO,
        obey: Callable[["PlainSurface", str], Awaitable[None]],
    ) -> None:
        """Begin a visit nowhere.

        Args:
            obey: Does what a line says that was typed at the prompt; raises `QuitRequested` for
                leaving.
        """
        self.community = community
        self.news = news
        self.board: Board | None = None
        self.thread: Thread | None = None
        self.in_lounge = False
        self.post: Post | None = None
        self.here: tuple[str, ...] = ()
        self.passed = ReadTracker(community)
        self.walk: Walk | None = None
        self.standing = Announcements()
        self.interactive = stdin.isatty()
        self._waiting: deque[str] = deque(maxlen=limits.PLAIN_NEWS_MAX)
        self._untold = 0
        self._lines = InputLines(stdin)
        self._stdout = stdout
        self._obey = obey
        self._prompted = False

    @property
    def place(self) -> str:
        """The address of the open place; empty if none is open yet."""
        if self.board is None:
            return ""
        if self.thread is not None:
            return f"{self.board.label}/{self.thread.number}"
        return f"{self.board.label}/lounge" if self.in_lounge else self.board.label

    @property
    def width(self) -> int:
        """Columns to wrap words to: the terminal's, or those of a page."""
        return shutil.get_terminal_size().columns if self.interactive else PAGE_COLUMNS

    def note_shown(self, thread: ThreadId, numbers: Iterable[int | None]) -> None:
        """Note posts that were shown, by `next` or by hand: a round shows them no second time."""
        known = {number for number in numbers if number is not None}
        for number in known:
            self.passed.show(thread, number)
        if self.walk is not None:
            self.walk.was_shown(thread, known)

    def drop_from_round(
        self,
        *,
        thread: ThreadId | None = None,
        board: BoardId | None = None,
        author: MemberId | None = None,
    ) -> None:
        """Take something out of the round under way, if there is one."""
        if self.walk is not None:
            self.walk.leave_out(thread=thread, board=board, author=author)

    async def visit(self) -> None:
        """Greet, then take verbs until there are none. What was passed is marked at the end.

        Cancelling is safe; what was passed since the last mark stays unread then.

        Raises:
            FolkmootError: If the session ends, or the server is lost for good.
        """
        self._greet()
        listener = asyncio.create_task(self._listen())
        verbs = asyncio.create_task(self._take_verbs())
        try:
            await asyncio.wait({listener, verbs}, return_when=asyncio.FIRST_COMPLETED)
            # The listener ends first where the session has: nothing typed could be obeyed any more.
            ended = verbs if verbs.done() else listener
            if ended is listener:
                self.print_lines()
            ended.result()
        finally:
            listener.cancel()
            verbs.cancel()
            await asyncio.gather(listener, verbs, return_exceptions=True)

    def print_lines(self, *lines: str) -> None:
        """Print lines, whatever is in them (P13). Ends a waiting prompt first."""
        if self._prompted:
            self._stdout.write("\n")
            self._prompted = False
        for line in lines:
            self._stdout.write(sanitize(line, multiline=True) + "\n")
        self._stdout.flush()

    def tell_all(self, lines: Iterable[str]) -> None:
        """Print lines that come as one list."""
        self.print_lines(*lines)

    async def ask(self, question: str) -> str | None:
        """Print a question and return the next line of the input, or None at its end."""
        self._stdout.write(f"{sanitize(question)} ")
        self._stdout.flush()
        self._prompted = True
        line = await self._lines.next_line()
        if self.interactive:
            self._prompted = line is None
        else:
            self._stdout.write(f"{sanitize(line or '')}\n")
            self._prompted = False
        return line

    async def ask_words(self) -> str:
        """Ask for words of many lines, ended by a line with a single point or the end of input."""
        self.print_lines(f"Write; end with a line that holds only {END_OF_WORDS!r}.")
        lines: list[str] = []
        while (line := await self.ask("|")) not in (None, END_OF_WORDS):
            lines.append(line or "")
        return "\n".join(lines)

    def _greet(self) -> None:
        welcome, me = self.community.welcome, self.community.me
        assert welcome is not None
        assert me is not None
        self.print_lines(f"{welcome.community}. You are {me.member.label}.")
        self.standing = announcements_of(welcome, welcome.closing)
        self.tell_all(changes(Announcements(), self.standing))
        if me.clock_doubt is not None:
            self.print_lines(advise_on_clock(me.clock_doubt))
        self.print_lines(
            "boards lists the boards, next or Enter reads on, help lists all verbs.", ""
        )

    async def _take_verbs(self) -> None:
        while (line := await self._ask_verb()) is not None:
            self.passed.typed()
            try:
                await self._obey(self, line.strip())
            except QuitRequested:
                break
            except FolkmootError as error:
                self.print_lines(f"The command failed: {error}.")
                if error.hint and error.audience != "program":
                    self.print_lines(f"({error.hint})")
                self.print_lines("")
        await self.passed.mark()
        self.print_lines("Goodbye.")

    async def _ask_verb(self) -> str | None:
        """Tell the news that waited, then ask: what is half typed must stay one line."""
        if self._untold:
            self.print_lines(f"* {self._untold} older news are left out.")
        self.tell_all(f"* {told}" for told in self._waiting)
        self._waiting.clear()
        self._untold = 0
        return await self.ask(f"{self.place}>")

    async def _listen(self) -> None:
        """Keep up with what happens, and tell it where somebody is there to hear it."""
        me = self.community.me.member.id if self.community.me else ""
        async for happened in self.community.events():
            told: str | None = None
            self._stand(happened)
            match happened:
                case EphemeralHappened(ephemeral=PresenceChanged(members=members)):
                    self.here = members
                case ConnectionChanged(online=online, reason=reason):
                    told = None if online else f"The connection is lost: {reason}. Trying again."
                case EventHappened(author=author) if not self.news.is_repeated(happened):
                    sentence = await self.news.describe(happened)
                    told = None if getattr(author, "id", None) == me else sentence
                case _:
                    continue
            if told:
                self._hear(told)

    def _stand(self, happened: Update) -> None:
        """Note what the sysop tells everybody, and tell what is new in it."""
        now = self.standing
        why: str | None = None
        match happened:
            case ConnectionChanged(online=True) if self.community.welcome is not None:
                now = announcements_of(self.community.welcome, self.community.welcome.closing)
            case EphemeralHappened(ephemeral=SysopNotices() as notice):
                now = announcements_of(notice, now.closing)
            case EventHappened(event=ClosingAnnounced(closing=closing, reason=why)):
                now = replace(now, closing=closing)
            case EventHappened(event=ClosingCancelled(reason=why)):
                now = replace(now, closing=None)
        lines = changes(self.standing, now)
        self.standing = now
        for line in (*lines, f"Why: {why}") if lines and why else lines:
            self._hear(line)

    def _hear(self, told: str) -> None:
        """Keep news until the line being typed is entered; nobody hears them in a transcript."""
        if self.interactive:
            self._untold += len(self._waiting) == limits.PLAIN_NEWS_MAX
            self._waiting.append(told)
