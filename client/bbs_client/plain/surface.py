"""Plain lines as the surface of actions: shows, asks, and goes where actions lead."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TypeVar

from bbs.errors import Disconnected
from bbs.features.reading.views import Stop
from bbs_client.actions.action import Action
from bbs_client.actions.round import read_on
from bbs_client.actions.surface import Composition, Question, Step
from bbs_client.actions.table import BY_ID
from bbs_client.plain import dialogs, reading, round, writing
from bbs_client.plain.here import Here, Spot
from bbs_client.plain.lines import Lines
from bbs_client.safe_text import safe_line
from bbs_client.session.session import Session

T = TypeVar("T")


class PlainSurface(Here):
    """One visit.

    Attributes:
        copied: The text that was last printed for copying.
    """

    def __init__(self, session: Session, lines: Lines) -> None:
        """Begin nowhere."""
        super().__init__(session, lines)
        self.copied = ""
        self._then: Callable[[], Awaitable[None]] | None = None

    async def show(self) -> None:
        """Show the place that an action has led to, if any."""
        while self._then is not None:
            then, self._then = self._then, None
            await then()

    @contextmanager
    def staying(self, before: Spot) -> Iterator[None]:
        """Act at the place just gone to, and go back unless the action leads elsewhere."""
        self._then, aimed = None, self.here
        try:
            yield
        finally:
            if self.here is aimed:
                self.here = before

    def notify(self, text: str) -> None:
        """Print a sentence."""
        self.lines.tell(safe_line(text))

    def key_of(self, id: str) -> str:
        """Return the verb of an action."""
        return BY_ID[id].verb

    async def ask(self, question: Question[T]) -> T | None:
        """Ask in lines."""
        answer: T | None = await dialogs.ask_in_lines(self, question)
        return answer

    async def wait(self, work: Awaitable[T]) -> T:
        """Wait; the next line is read after that."""
        return await work

    def show_boards(self) -> None:
        """List the boards; the reader stays where they are."""
        self._then = partial(reading.show_boards, self)

    def show_board(self, board: str) -> None:
        """Go to a board's threads."""
        self._go(Spot(board))

    def show_thread(self, thread: str, post: str | None = None) -> None:
        """Go to a thread, and to a post in it.

        Raises:
            Disconnected: If it is not on this device.
        """
        row = self.session.cache.thread(thread)
        if row is None:
            raise Disconnected("this thread is not on this device")
        self._go(Spot(row.thread.board, thread, post))

    def show_lounge(self, board: str, line: str | None = None) -> None:
        """Go to a board's lounge, and to a line in it."""
        self._go(Spot(board, in_lounge=True, line=line))

    def show_again(self) -> None:
        """Show the board, thread or lounge that is open."""
        here = self.here
        self._go(Spot(here.board, here.thread, in_lounge=here.in_lounge))

    def _go(self, spot: Spot) -> None:
        """Go to a place; it is shown when the action is done."""
        headed = spot.board != self.here.board
        self.here = spot
        self._then = partial(reading.show_spot, self, spot, headed=headed)

    def show_home(self) -> None:
        """Show the new posts; after a round, that it is over."""
        self._then = partial(round.show_home, self)

    def show_stop(self, stop: Stop) -> bool:
        """Show the next post of a stop; fetch missing posts first."""
        self._then = partial(self._show_stop, stop)
        return self.session.cache.thread(stop.thread) is not None

    async def _show_stop(self, stop: Stop) -> None:
        if not await round.show_stop(self, stop):
            await read_on(self)

    def step(self, step: Step) -> bool:
        """Do nothing: the reader has passed the shown post, and the next post stands elsewhere."""
        del step
        return False

    def keep_draft(self) -> None:
        """Do nothing: each typed line is saved already."""

    async def write(self, what: Composition) -> None:
        """Read text that is typed, and put it into the outbox."""
        await writing.compose(self, what)

    async def open_link(self, target: str) -> str:
        """Return the link, because lines cannot open it."""
        return safe_line(target)

    async def read_past_muted(self) -> None:
        """Do nothing: the round leaves out muted posts when it goes on."""

    def refresh(self) -> None:
        """Do nothing: changes appear when the place is shown again."""

    async def do_here(self, action: Action) -> None:
        """Print that an action moves or shows something that lines do not have."""
        self.lines.tell(f"{action.verb} is for the screen; lines have nothing like it.")

    def copy(self, text: str) -> bool:
        """Print text for copying, because lines have no clipboard of their own."""
        self.copied = text
        self.lines.tell(text)
        return True

    def copy_selection(self) -> bool:
        """Return False, because the terminal handles its own selection."""
        return False
