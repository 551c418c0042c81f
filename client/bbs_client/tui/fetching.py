"""Asking the server in workers: nothing on the screen waits for it, and nothing is asked for twice."""

import asyncio
from collections.abc import Awaitable, Callable

from textual.screen import Screen

from bbs.errors import Disconnected, FolkmootError
from bbs.streams import board_stream
from bbs_client.safe_text import describe_error, safe_line
from bbs_client.session.session import Session

REST_SECONDS = 0.3  # the cursor stays on a board so long before its pages are asked for


class Fetching(Screen[None]):
    """A screen that has what it lacks brought into the mirror, and says what went wrong."""

    def __init__(self, session: Session) -> None:
        """Make the screen.

        Args:
            session: Whose community it shows.
        """
        super().__init__()
        self.session = session
        self._fetching: set[str] = set()
        self._whole: set[str] = set()  # boards that have no threads older than those here
        self._looked_at: str | None = None

    def fetch_board(self, board: str) -> None:
        """Bring a board into the mirror once the cursor rests on it."""
        self._looked_at = board

        async def fetch() -> None:
            await asyncio.sleep(REST_SECONDS)
            if self._looked_at == board:
                await self.session.connection.open_board(board)

        self.fetch(board_stream(board), fetch)

    def fetch_thread(self, thread: str) -> None:
        """Bring the rest of a thread into the mirror."""
        self.fetch(f"thread:{thread}", lambda: self.session.connection.open_thread(thread))

    def fetch_older_threads(self, board: str) -> None:
        """Bring older threads of a board into the mirror, until there are no more."""

        async def fetch() -> None:
            if not await self.session.connection.older_threads(board):
                self._whole.add(board)

        if board not in self._whole:
            self.fetch(f"threads:{board}", fetch)

    def fetch_older_lines(self, board: str) -> None:
        """Bring older lines of a lounge into the mirror."""
        self.fetch(f"lines:{board}", lambda: self.session.connection.older_lines(board))

    def fetch(self, what: str, ask: Callable[[], Awaitable[object]]) -> None:
        """Ask the server for something in a worker; what is being fetched is not asked for twice.

        Args:
            what: A name for it.
            ask: Does the asking.
        """
        if what in self._fetching:
            return
        self._fetching.add(what)

        async def work() -> None:
            try:
                await ask()
            except Disconnected:
                pass  # offline is a state; the bar says so
            except FolkmootError as error:
                self.tell(describe_error(error), warn=True)
            finally:
                self._fetching.discard(what)

        self.run_worker(work(), group="fetch")

    def tell(self, text: str, *, warn: bool = False) -> None:
        """Show a short note; `text` may hold foreign words, which are cleaned."""
        # One at a time: what is said now makes what was said before old.
        self.app.clear_notifications()
        self.notify(safe_line(text), severity="warning" if warn else "information", markup=False)
