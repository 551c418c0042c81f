"""Plain lines as the surface of actions: showing, asking, and going where they lead."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, NamedTuple, Protocol, TypeVar

from bbs.features.reading.views import Stop
from bbs.messages import Request, Result
from bbs_client.actions.action import Action
from bbs_client.actions.surface import Question, Step
from bbs_client.actions.table import BY_ID
from bbs_client.plain.here import Here
from bbs_client.plain.lines import Lines
from bbs_client.plain.news import News
from bbs_client.plain.outgoing import Outgoing
from bbs_client.plain.places import Place, place_of
from bbs_client.plain.program import PlainProgram
from bbs_client.safe_text import safe_line
from bbs_client.session.destination import Destination
from bbs_client.session.session import Session

T = TypeVar("T")
R = TypeVar("R", bound=Result)
Then = Callable[[], Awaitable[None]]


class Compose(Protocol):
    """Takes words that are typed; see `Surface.write`."""

    async def __call__(
        self,
        plain: "PlainSurface",
        destination: Destination,
        where: str,
        /,
        *,
        title: str,
        text: str,
        note: str,
    ) -> None:
        """Take them, and put them into the outbox."""
        ...


class Showing(NamedTuple):
    """How lines show and ask, which stands on the surface and is handed to it.

    Attributes:
        place: Shows what is at a place.
        home: Shows what waits.
        stop: Shows the next post of a stop.
        compose: Takes words that are typed.
        ask: Asks a question.
    """

    place: Callable[["PlainSurface", Place], Awaitable[None]]
    home: Callable[["PlainSurface"], Awaitable[None]]
    stop: Callable[["PlainSurface", Stop], Awaitable[None]]
    compose: Compose
    ask: Callable[["PlainSurface", Lines, Question[Any]], Awaitable[Any]]


class PlainSurface(Here):
    """One visit.

    Attributes:
        news: What the session told.
        outgoing: What is on its way to the server.
        program: What there is only one of.
        given: Words that followed the verb, for what is written next; empty for none.
        fixed: What belonged to the round under way at first: threads and numbers.
    """

    def __init__(self, session: Session, lines: Lines, showing: Showing) -> None:
        """Begin nowhere."""
        super().__init__(session, lines)
        self._showing = showing
        self.news = News(session, session.now())
        self.outgoing = Outgoing(session)
        self.news.on_outbox = self.outgoing.look
        self.given = ""
        self.fixed: set[tuple[str, int]] = set()
        self._then: Then | None = None
        self._copied = ""
        self.program = PlainProgram()

    async def show(self) -> None:
        """Show where an action has led, if anywhere."""
        while self._then is not None:
            then, self._then = self._then, None
            await then()

    def tell_outcomes(self) -> None:
        """Say what became of what was written, where that is known and was not said yet."""
        for outcome in self.outgoing.outcomes():
            self.lines.tell(outcome.told)
            if outcome.post is not None and self.session.address(outcome.post):
                self.here = place_of(outcome.post)

    def notify(self, text: str, *, warn: bool = False) -> None:
        """Print a sentence."""
        del warn
        self.lines.tell(safe_line(text))

    def key_of(self, id: str) -> str:
        """Return the verb of an action."""
        return BY_ID[id].verb

    async def ask(self, question: Question[T]) -> T | None:
        """Ask in lines."""
        answer: T | None = await self._showing.ask(self, self.lines, question)
        return answer

    async def call(self, request: Request[R]) -> R:
        """Ask the server."""
        return await self.session.connection.call(request)

    async def wait(self, work: Awaitable[T]) -> T:
        """Wait: the next line is read after that."""
        return await work

    def show_boards(self) -> None:
        """Go to no board, and list them."""
        self.go(Place())

    def show_board(self, board: str) -> None:
        """Go to a board's threads."""
        self.go(Place(board))

    def show_thread(self, thread: str, post: str | None = None) -> None:
        """Go to a thread, and there to a post."""
        row = self.session.cache.thread(thread)
        if row is not None:
            self.go(Place(row.thread.board, thread, post))

    def show_lounge(self, board: str) -> None:
        """Go to a board's lounge."""
        self.go(Place(board, in_lounge=True))

    def go(self, place: Place) -> None:
        """Go somewhere; it is shown when the action is done."""
        self.here = place
        self._then = partial(self._showing.place, self, place)

    def show_home(self) -> None:
        """Show what waits; after a round, that it is over."""
        self._then = partial(self._showing.home, self)

    def show_stop(self, stop: Stop) -> bool:
        """Show the next post of a stop; what of it is not here is fetched first."""
        self._then = partial(self._showing.stop, self, stop)
        return self.session.cache.thread(stop.thread) is not None

    def step(self, step: Step) -> bool:
        """Go nowhere: what was shown is passed already, and what is next is elsewhere."""
        del step
        return False

    def keep_draft(self) -> None:
        """Do nothing: what is typed is kept line by line."""

    async def write(
        self,
        destination: Destination,
        where: str,
        *,
        title: str = "",
        text: str = "",
        note: str = "",
    ) -> None:
        """Take words that are typed, and put them into the outbox."""
        await self._showing.compose(self, destination, where, title=title, text=text, note=note)

    async def open_link(self, target: str) -> str:
        """Return a link: lines open nothing."""
        return safe_line(target)

    async def read_past_muted(self) -> None:
        """Do nothing: the round leaves out what is muted when it goes on."""

    def refresh(self) -> None:
        """Do nothing: what changed is seen when it is shown again."""

    async def do_here(self, action: Action) -> None:
        """Say that an action moves or shows something that lines do not have."""
        self.lines.tell(f"{action.verb} is for the screen: lines have nothing to do it to.")

    @property
    def copied(self) -> str:
        """What was printed last to be copied."""
        return self._copied

    def copy(self, text: str) -> bool:
        """Print text to be copied: lines have no clipboard of their own."""
        self._copied = text
        self.lines.tell(text)
        return True

    def copy_selection(self) -> bool:
        """Return False: what is selected in a terminal is the terminal's."""
        return False
