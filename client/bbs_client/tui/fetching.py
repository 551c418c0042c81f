"""Asks the server in workers, so that the screen waits for nothing and asks for nothing twice."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar

from textual.screen import Screen

from bbs import limits
from bbs.errors import Disconnected, FolkmootError
from bbs.streams import board_stream
from bbs_client.safe_text import describe_error, safe_line
from bbs_client.session.session import Session

T = TypeVar("T")

SLOW_ANSWERS = (
    (1.0, "waiting for the server"),
    (10.0, "The server has not answered for 10 seconds. Nothing of yours is lost."),
)
"""What is said after how many seconds without an answer."""
_SLOW_SAYS = frozenset(says for _, says in SLOW_ANSWERS)
REST_SECONDS = 0.3  # the cursor stays on a board for so long before its pages are fetched


class Fetching(Screen[None]):
    """A screen that fetches missing rows into the mirror, and reports failures."""

    def __init__(self, session: Session) -> None:
        """Make the screen.

        Args:
            session: The session that it shows.
        """
        super().__init__()
        self.session = session
        self._fetching: set[str] = set()
        self._whole: set[str] = set()  # boards without threads older than those here
        self._looked_at: str | None = None
        self._note = ""  # the last one

    def fetch_board(self, board: str) -> None:
        """Fetch a board into the mirror once the cursor rests on it."""
        self._looked_at = board

        async def fetch() -> None:
            await asyncio.sleep(REST_SECONDS)
            if self._looked_at == board:
                await self.session.connection.open_board(board)

        self.fetch(board_stream(board), fetch)

    def fetch_thread(self, thread: str) -> None:
        """Fetch the rest of a thread into the mirror."""
        self.fetch(f"thread:{thread}", lambda: self.session.connection.open_thread(thread))

    def fetch_older_threads(self, board: str) -> None:
        """Fetch older threads of a board into the mirror, until there are no more."""

        async def fetch() -> None:
            if not await self.session.connection.older_threads(board):
                self._whole.add(board)

        if board not in self._whole:
            self.fetch(f"threads:{board}", fetch)

    def fetch_older_lines(self, board: str) -> None:
        """Fetch older lines of a lounge into the mirror."""
        self.fetch(f"lines:{board}", lambda: self.session.connection.older_lines(board))

    def fetch(self, what: str, ask: Callable[[], Awaitable[object]]) -> None:
        """Fetch something in a worker, unless it is being fetched already.

        Args:
            what: A name that identifies the fetch.
            ask: Does the fetch.
        """
        if what in self._fetching:
            return
        self._fetching.add(what)

        async def work() -> None:
            try:
                await ask()
            except Disconnected:
                pass  # offline is a state; the bar shows it
            except FolkmootError as error:
                self.tell(describe_error(error), warn=True)
            finally:
                self._fetching.discard(what)

        self.run_worker(work(), group="fetch")

    async def watched(self, work: Awaitable[T]) -> T:
        """Wait for the server's answer, and say so where it is slow."""
        slow = [
            self.set_timer(after_s, partial(self.tell, says, seconds=limits.CALL_SECONDS))
            for after_s, says in SLOW_ANSWERS
        ]
        try:
            return await work
        finally:
            for timer in slow:
                timer.stop()
            if self._note in _SLOW_SAYS:
                self.app.clear_notifications()

    def forget_note(self) -> None:
        """Take the note away that stands on the key bar, if there may be one."""
        if self._note:
            self._note = ""
            self.app.clear_notifications()

    def tell(self, text: str, *, warn: bool = False, seconds: float | None = None) -> None:
        """Show a short note on the key bar.

        Args:
            text: May hold foreign text, which is sanitized here.
            warn: Whether it is in the colour of a warning.
            seconds: How long it stands, at most; None for as long as every note.
        """
        # Show one note at a time: a new note replaces the note before.
        self.app.clear_notifications()
        self._note = text
        self.notify(
            safe_line(text),
            severity="warning" if warn else "information",
            timeout=seconds,
            markup=False,
        )
