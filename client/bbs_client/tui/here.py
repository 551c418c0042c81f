"""The things here on the screen: under the cursor, or around the reader."""

from typing import TYPE_CHECKING

from bbs.features.reading.views import Stop
from bbs.features.threads.views import Line, Post, Thread
from bbs_client.actions.surface import NothingHere
from bbs_client.keys import Pane, key_of
from bbs_client.mirror.file import BoardRow
from bbs_client.session.session import Session
from bbs_client.session.state import SIGNED_OUT
from bbs_client.session.unsent import UnsentItem

if TYPE_CHECKING:
    from bbs_client.tui.panes import Panes


class ScreenHere:
    """The things that a reading screen shows, as actions ask for them; see `Surface`."""

    def __init__(self, screen: "Panes") -> None:
        """Look at the given screen."""
        self._screen = screen

    @property
    def session(self) -> Session:
        """The community that is shown."""
        return self._screen.session

    @property
    def is_composing(self) -> bool:
        """Whether the reader writes."""
        return self._screen.composing

    @property
    def in_lounge(self) -> bool:
        """Whether the reader is in a lounge."""
        return self._screen.pane is Pane.LOUNGE

    @property
    def at_board(self) -> bool:
        """Whether the cursor is on a board in the sidebar."""
        return self._screen.pane is Pane.BOARDS

    @property
    def in_thread(self) -> bool:
        """Whether the reader is in a thread."""
        return self._screen.pane is Pane.THREAD

    @property
    def at_home(self) -> bool:
        """Whether the reader is at home."""
        return self._screen.pane is Pane.HOME

    def board_here(self) -> BoardRow:
        """Return the board that is open or under the cursor; at home, that of the row there."""
        screen = self._screen
        here = screen.home.current_row() if self.at_home else None
        if self.at_board:
            row = screen.boards.current_board()
        elif here is not None and here.board is not None:
            row = self.session.cache.board(here.board)
        else:
            row = screen.board()
        if row is None:
            raise NothingHere
        return row

    def thread_here(self) -> str:
        """Return the thread that is open or under the cursor."""
        screen = self._screen
        if self.in_thread and screen.thread.thread is not None:
            return screen.thread.thread
        stop = screen.home.current_row() if self.at_home else None
        if isinstance(stop, Stop):
            return stop.thread
        row = screen.threads.current_thread() if screen.pane is Pane.THREADS else None
        if row is None:
            screen.tell("Go to a thread first.")
            raise NothingHere
        return row.thread.id

    def post_here(self, *, held: bool = False) -> Post:
        """Return the post under the cursor; with `held`, only a held post."""
        post = self._screen.thread.current_post() if self.in_thread else None
        if post is not None and (held or post.number is not None):
            return post
        if post is not None:
            says = "It is not published yet."
        else:
            says = SIGNED_OUT if self.session.signed_out else "Go to a post first."
        self._screen.tell(says)
        raise NothingHere

    def line_here(self) -> Line | None:
        """Return the line under the cursor."""
        return self._screen.lounge.current_line() if self.in_lounge else None

    def unsent_here(self) -> UnsentItem | None:
        """Return the unsent item under the cursor."""
        if self.in_lounge:
            return self._screen.lounge.current_pending()
        return self._screen.thread.current_pending() if self.in_thread else None

    def mark_line(self) -> list[Line]:
        """Mark the line under the cursor, or return the lines from the marked one to it."""
        lounge = self._screen.lounge
        lines = lounge.mark()
        if not lines and lounge.is_marking:
            key = key_of("make_thread")
            self._screen.tell(f"Marked: {key} again at the last line, Esc lets go.")
        return lines

    def unmark_lines(self) -> None:
        """Remove the mark from the line."""
        self._screen.lounge.clear_mark()

    def links_here(self) -> list[str] | None:
        """Return the targets of the links of the post under the cursor; None after a note."""
        if self.in_thread:
            return self._screen.thread.links()
        self._screen.tell(f"First open a thread, with {key_of('enter')}.")
        return None

    def thing_here(self) -> Post | Line | Thread | None:
        """Return the post, line or thread under the cursor."""
        screen = self._screen
        if self.in_thread:
            return screen.thread.current_post()
        row = screen.threads.current_thread() if screen.pane is Pane.THREADS else None
        return row.thread if row is not None else self.line_here()
