"""The Textual screen as the surface of actions: what is under the cursor, dialogs, and going there."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from textual.message import Message
from textual.screen import ModalScreen

from bbs.errors import Disconnected, FolkmootError
from bbs.features.reading.views import Stop
from bbs.features.threads.views import Line, Post, Thread
from bbs_client.actions.action import Action, KeyScope
from bbs_client.actions.surface import Composition, NothingHere, Question, Step
from bbs_client.actions.verbs import find_run
from bbs_client.keys import Pane, key_of
from bbs_client.mirror.file import BoardRow
from bbs_client.safe_text import describe_error
from bbs_client.session.session import Session
from bbs_client.session.unsent import UnsentItem
from bbs_client.shell.program import HasProgram, ScreenProgram

if TYPE_CHECKING:
    from textual.worker import Worker

    from bbs_client.shell.panes import Panes

T = TypeVar("T")


def _found(thing: T | None) -> T:
    if thing is None:
        raise NothingHere
    return thing


class ScreenSurface:
    """Runs actions for a reading screen, one after the other.

    While an action begins, and until the dialog it opens is painted, keys wait (`is_busy`).

    Attributes:
        is_busy: Whether what is typed now has to wait.
        typed_before: Lines typed by name on this screen, the newest last.
    """

    class Ready(Message):
        """What was typed meanwhile can be acted on.

        Attributes:
            drops: Whether it is to be forgotten instead: it was typed before a question that it
                must not answer was seen, or for a dialog that did not open.
        """

        def __init__(self, drops: bool) -> None:
            super().__init__()
            self.drops = drops

    def __init__(self, screen: "Panes") -> None:
        """Serve a screen."""
        self._screen = screen
        self._action: Worker[None] | None = None
        self.is_busy = False
        self.typed_before: list[str] = []
        self._expects_dialog = False

    # Running

    def run(self, action: Action, about: str = "") -> None:
        """Do what an action of the table says.

        Args:
            action: Any; one without a `run` is done by what is shown.
            about: Words or a name that followed its verb.
        """
        if action.run:
            self.start(partial(find_run(action), self, about), asks=action.asks)
        else:
            self._screen.app.call_later(self.do_here, action)

    def start(self, work: Callable[[], Awaitable[object]], *, asks: bool = False) -> None:
        """Do something as an action is done.

        Args:
            work: Does it.
            asks: See `Action`.
        """
        self.is_busy, self._expects_dialog = True, asks
        self._action = self._screen.run_worker(partial(self._run, work), group="action")

    def cancel(self) -> bool:
        """Stop what is running and waits for no dialog; return whether anything was."""
        # A screen below a dialog is current still, but not active.
        if self._action is None or not self._action.is_running or not self._screen.is_active:
            return False
        self._action.cancel()
        # It may not even have begun.
        self._ready(drops=self._expects_dialog)
        return True

    async def _run(self, work: Callable[[], Awaitable[object]]) -> None:
        try:
            await work()
        except NothingHere:
            pass  # the screen has said so
        except Disconnected:
            self._screen.tell("You are offline.")
        except FolkmootError as error:
            self._screen.tell(describe_error(error), warn=True)
        finally:
            self._ready(drops=self._expects_dialog)

    def _ready(self, *, drops: bool) -> None:
        if self.is_busy:
            self.is_busy = self._expects_dialog = False
            self._screen.post_message(self.Ready(drops))

    # What actions need

    @property
    def session(self) -> Session:
        """The community that is shown."""
        return self._screen.session

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

    @property
    def program(self) -> ScreenProgram:
        """What the app has only one of."""
        app: object = self._screen.app
        assert isinstance(app, HasProgram)
        return app.program

    def board_here(self) -> BoardRow:
        """Return the board that is open or under the cursor."""
        screen = self._screen
        return _found(screen.boards.current_board() if self.at_board else screen.board())

    def thread_here(self) -> str:
        """Return the thread that is open or under the cursor."""
        return _found(self._screen.thread_here())

    def post_here(self, *, held: bool = False) -> Post:
        """Return the post under the cursor."""
        return _found(self._screen.post_here(held=held))

    def line_here(self) -> Line | None:
        """Return the line under the cursor."""
        return self._screen.lounge.current_line() if self.in_lounge else None

    def unsent_here(self) -> UnsentItem | None:
        """Return what is under the cursor and not sent yet."""
        current: Callable[[], UnsentItem | None] | None = getattr(
            self._screen.view, "current_pending", None
        )
        return current() if current is not None else None

    def mark_line(self) -> list[Line]:
        """Mark the line under the cursor, or return the lines from the marked one to it."""
        lounge = self._screen.lounge
        lines = lounge.mark()
        if not lines and lounge.is_marking:
            key = key_of("make_thread")
            self._screen.tell(f"Marked: {key} again at the last line, Esc lets go.")
        return lines

    def unmark_lines(self) -> None:
        """Mark no line any more."""
        self._screen.lounge.clear_mark()

    def links_here(self) -> list[str] | None:
        """Return the targets of the links of the post under the cursor; None after saying why not."""
        if self.in_thread:
            return self._screen.thread.links()
        self._screen.tell(f"First open a thread, with {key_of('enter')}.")
        return None

    def thing_here(self) -> Post | Line | Thread | None:
        """Return the post, line or thread under the cursor."""
        screen = self._screen
        if screen.pane is Pane.THREAD:
            return screen.thread.current_post()
        row = screen.threads.current_thread() if screen.pane is Pane.THREADS else None
        return row.thread if row is not None else self.line_here()

    def notify(self, text: str) -> None:
        """Show a short note."""
        self._screen.tell(text)

    def key_of(self, id: str) -> str:
        """Return the key of an action, as people write it."""
        return key_of(id)

    async def ask(self, question: Question[T]) -> T | None:
        """Open a dialog over the screen, and wait for its answer; never one over its like."""
        from bbs_client.shell.dialogs import dialog_for

        self.is_busy = True
        dialog: ModalScreen[Any] | None = dialog_for(self, question)
        if dialog is None or isinstance(self._screen.app.screen, type(dialog)):
            return None
        answer = self._screen.app.push_screen(dialog, wait_for_dismiss=True)
        dialog.call_after_refresh(self._ready, drops=getattr(question, "destructive", False))
        try:
            # Shielded: the dialog answers it even if nobody waits for that any more.
            found: T | None = await asyncio.shield(answer)
        finally:
            if dialog.is_active:
                dialog.dismiss(None)
        return found

    async def wait(self, work: Awaitable[T]) -> T:
        """Wait for something; keys are acted on meanwhile."""
        self._ready(drops=False)
        return await work

    def show_boards(self) -> None:
        """Go to the sidebar."""
        self._screen.go(Pane.BOARDS)

    def show_board(self, board: str) -> None:
        """Go to a board's threads."""
        self._behind_sidebar(board)
        self._screen.go(Pane.THREADS)

    def show_thread(self, thread: str, post: str | None = None) -> None:
        """Go to a thread, and there to a post."""
        self._screen.open_thread(thread)
        place = self._screen.thread.find(post) if post is not None else None
        if place is not None:
            self._screen.thread.jump(place, top=True)

    def show_lounge(self, board: str, line: str | None = None) -> None:
        """Go to a board's lounge; the cursor stays at its newest line."""
        del line
        self._behind_sidebar(board)
        self._screen.lounge.open(board)
        self._screen.go(Pane.LOUNGE)

    def keep_draft(self) -> None:
        """Keep what is in the composer."""
        self._screen.composer.keep()

    def show_home(self) -> None:
        """Show what waits."""
        self._screen.go(Pane.HOME)
        self._screen.refresh_all()

    def show_stop(self, stop: Stop) -> bool:
        """Bring the next post of a stop to the top, in the order the thread shows them."""
        screen = self._screen
        if not self.in_thread or screen.thread.thread != stop.thread:
            screen.open_thread(stop.thread)
        place = screen.thread.next_of(stop.numbers)
        if place is not None:
            screen.thread.jump(place, top=True)
            screen.show_state()
        return place is not None

    def step(self, step: Step) -> bool:
        """Go on or back in the view that is here."""
        return self._screen.view.step(step)

    def _behind_sidebar(self, board: str) -> None:
        self._screen.boards.reload()
        self._screen.open_board(board)
        self._screen.boards.go_to(board)

    async def write(self, what: Composition) -> None:
        """Open the composer."""
        self._screen.writing.open(
            what.destination, what.where, title=what.title, text=what.text, note=what.note
        )

    def copy(self, text: str) -> bool:
        """Put text on the reader's clipboard; return whether that was all of it."""
        from bbs_client.opening import copy

        return copy(self._screen.app, text)

    async def open_link(self, target: str) -> str:
        """Open a link in the reader's browser, or copy it; return what was done, a sentence."""
        from bbs_client.opening import open_or_copy

        return await open_or_copy(self._screen.app, target)

    async def read_past_muted(self) -> None:
        """Go on with the round from a thread."""
        if self.in_thread and self.session.rounds.progress is not None:
            from bbs_client.actions.round import read_on

            await read_on(self)

    def refresh(self) -> None:
        """Show what changed in the mirror now."""
        self._screen.refresh_all()

    async def do_here(self, action: Action) -> None:
        """Do an action without a `run`: the app, the view that is here, or the screen does it."""
        if action.context is KeyScope.EVERYWHERE:
            await self._screen.app.run_action(action.id, self._screen.app)
            return
        for place in (self._screen.view, self._screen):
            if hasattr(place, f"action_{action.id}"):
                await place.run_action(action.id)
                return
        self._screen.tell(f"First open a thread, with {key_of('enter')}.")

    @property
    def copied(self) -> str:
        """What was copied last by this program."""
        return self._screen.app.clipboard

    def copy_selection(self) -> bool:
        """Copy what the mouse has selected."""
        return self._screen.copy_selected()
