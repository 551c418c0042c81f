"""The Textual screen as the surface of actions: moves, shows, asks, writes."""

from collections.abc import Awaitable
from typing import TYPE_CHECKING, TypeVar

from bbs.features.reading.views import Stop
from bbs_client.actions.action import Action, KeyScope
from bbs_client.actions.surface import Composition, Question, Step
from bbs_client.keys import Pane, key_of
from bbs_client.tui.here import ScreenHere
from bbs_client.tui.program import ScreenProgram
from bbs_client.tui.running import ActionRunner

if TYPE_CHECKING:
    from bbs_client.tui.panes import Panes

T = TypeVar("T")


class ScreenSurface(ScreenHere):
    """The screen that actions act on: a `Surface`.

    Attributes:
        program: The parts that the app has once.
        runner: Runs the actions.
        typed_before: Lines typed after `:` on this screen, the newest last.
    """

    def __init__(self, screen: "Panes", program: ScreenProgram) -> None:
        """Serve a screen of the program."""
        super().__init__(screen)
        self.program = program
        self.runner = ActionRunner(screen, self)
        self.typed_before: list[str] = []

    def notify(self, text: str) -> None:
        """Show a short note."""
        self._screen.tell(text)

    def key_of(self, id: str) -> str:
        """Return the key of an action, in the form for people."""
        return key_of(id)

    async def ask(self, question: Question[T]) -> T | None:
        """Open a dialog over the screen, and wait for its answer; never over one of its kind."""
        from bbs_client.tui.dialogs import dialog_for

        dialog = dialog_for(question, self, self.program, self.typed_before)
        if dialog is None:
            return None
        destructive = getattr(question, "destructive", False)
        answer: T | None = await self.runner.show(dialog, destructive=destructive)
        return answer

    async def wait(self, work: Awaitable[T]) -> T:
        """Wait for something; keys are acted on meanwhile."""
        return await self.runner.wait(work)

    def show_boards(self) -> None:
        """Go to the sidebar."""
        self._screen.go(Pane.BOARDS)

    def show_board(self, board: str) -> None:
        """Go to a board's threads."""
        self._behind_sidebar(board)
        self._screen.go(Pane.THREADS)

    def show_thread(self, thread: str, post: str | None = None) -> None:
        """Go to a thread, and to a post in it."""
        self._screen.open_thread(thread)
        place = self._screen.thread.find(post) if post is not None else None
        if place is not None:
            self._screen.thread.jump(place, top=True)

    def show_lounge(self, board: str, line: str | None = None) -> None:
        """Go to a board's lounge, and to a line in it; else to the newest."""
        self._behind_sidebar(board)
        self._screen.lounge.open(board)
        self._screen.go(Pane.LOUNGE)
        place = self._screen.lounge.keys.index_of(line) if line is not None else None
        if place is not None:
            self._screen.lounge.jump(place)

    def keep_draft(self) -> None:
        """Save the composer's text as a draft, without waiting for a timer."""
        if self._screen.is_complete:  # otherwise nothing was typed yet
            self._screen.composer.keep()

    def show_home(self) -> None:
        """Show home."""
        self._screen.round.begin()
        self._screen.go(Pane.HOME)
        self._screen.refresh_all()

    def show_stop(self, stop: Stop) -> bool:
        """Scroll to the next post of a stop, in the order of the thread."""
        screen = self._screen
        if not self.in_thread or screen.thread.thread != stop.thread:
            screen.open_thread(stop.thread)
        place = screen.thread.next_of(stop.numbers)
        if place is not None:
            screen.thread.jump(place, top=True)
            screen.show_state()
        return place is not None

    def step(self, step: Step) -> bool:
        """Move on or back in the current view."""
        return self._screen.view.step(step)

    def _behind_sidebar(self, board: str) -> None:
        self._screen.boards.reload()
        self._screen.open_board(board)
        self._screen.boards.go_to(board)

    async def write(self, what: Composition) -> None:
        """Open the composer."""
        self._screen.writing.open(what)

    def copy(self, text: str) -> bool:
        """Put text on the reader's clipboard; return whether that was all of it."""
        from bbs_client.links import copy

        return copy(self._screen.app, text)

    async def open_link(self, target: str) -> str:
        """Open a link in the reader's browser, or copy it; return what was done, a sentence."""
        from bbs_client.links import open_or_copy

        return await open_or_copy(self._screen.app, target)

    async def read_past_muted(self) -> None:
        """Go on with the round after a muted thread."""
        if self.in_thread and self.session.rounds.progress is not None:
            from bbs_client.actions.round import read_on

            await read_on(self)

    def refresh(self) -> None:
        """Show the changes of the mirror now."""
        self._screen.refresh_all()

    async def do_here(self, action: Action) -> None:
        """Run an action without a `run`: in the app, the current view or the screen."""
        if action.context is KeyScope.EVERYWHERE:
            await self._screen.app.run_action(action.id, self._screen.app)
            return
        if action.context is KeyScope.COMPOSER:
            composer = self._screen.composer
            for writes in (composer.editor, composer):
                if await self._screen.app.run_action(action.id, writes):
                    break
            return
        for place in (self._screen.view, self._screen):
            if hasattr(place, f"action_{action.id}"):
                await place.run_action(action.id)
                return
        self._screen.tell(f"First open a thread, with {key_of('enter')}.")

    @property
    def copied(self) -> str:
        """The text that this program copied last."""
        return self._screen.app.clipboard

    def copy_selection(self) -> bool:
        """Copy the mouse's selection; return whether there was one."""
        selected = self._screen.get_selected_text()
        if not selected:
            return False
        whole = self.copy(selected)
        self._screen.clear_selection()
        says = "Selection copied." if whole else "The beginning of the selection is copied."
        self._screen.tell(says)
        return True
