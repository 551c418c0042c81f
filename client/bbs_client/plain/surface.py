"""Plain lines as the surface of actions: what was shown last is what is here."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, NamedTuple, Protocol, TypeVar

from bbs.errors import BadParams
from bbs.features.reading.views import Stop
from bbs.features.threads.views import ContentState, Line, Post, Thread
from bbs.messages import Request, Result
from bbs_client.actions.action import Action
from bbs_client.actions.surface import Question, Step
from bbs_client.actions.table import BY_ID
from bbs_client.mirror.file import BoardRow
from bbs_client.plain.lines import Lines
from bbs_client.plain.news import News
from bbs_client.plain.outgoing import Outgoing
from bbs_client.plain.places import Place, place_of
from bbs_client.plain.program import PlainProgram
from bbs_client.safe_text import safe_line
from bbs_client.session.destination import Destination
from bbs_client.session.session import Session
from bbs_client.session.unsent import UnsentItem

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


class PlainSurface:
    """One visit.

    Attributes:
        session: The community that is visited.
        lines: Where is read from and printed to.
        news: What the session told.
        outgoing: What is on its way to the server.
        here: Where the reader is.
        given: Words that followed the verb, for what is written next; empty for none.
        fixed: What belonged to the round under way at first: threads and numbers.
    """

    def __init__(self, session: Session, lines: Lines, showing: Showing) -> None:
        """Begin nowhere."""
        self._showing = showing
        self.session = session
        self.lines = lines
        self.news = News(session, session.now())
        self.outgoing = Outgoing(session)
        self.news.on_outbox = self.outgoing.look
        self.here = Place()
        self.given = ""
        self.fixed: set[tuple[str, int]] = set()
        self._shown: dict[str, set[int]] = {}
        self._then: Then | None = None
        self._marked: Line | None = None
        self._copied = ""
        self.program = PlainProgram()

    # What was shown, and what is to be

    def note_shown(self, post: Post) -> None:
        """Note that a post was shown: it is here now, and read once something is typed after it."""
        self.here = place_of(post)
        if post.number is not None:
            self._shown.setdefault(post.thread, set()).add(post.number)

    def pass_shown(self) -> None:
        """Mark what was shown as read: the reader went on."""
        for thread, numbers in self._shown.items():
            self.session.rounds.mark_passed(thread, numbers)
        self._shown.clear()

    @contextmanager
    def aimed(self, place: Place) -> Iterator[None]:
        """Act elsewhere for the length of a block; where an action leads, the reader stays."""
        before, self.here = self.here, place
        try:
            yield
        finally:
            if self.here is place:
                self.here = before

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

    # What actions need

    @property
    def in_lounge(self) -> bool:
        """Whether the reader is in a lounge."""
        return self.here.in_lounge

    @property
    def at_board(self) -> bool:
        """Whether a board itself is here, and none of its threads."""
        return self.here.board is not None and self.here.thread is None

    @property
    def in_thread(self) -> bool:
        """Whether the reader is in a thread."""
        return self.here.thread is not None

    @property
    def at_home(self) -> bool:
        """Whether anything waits: lines tell how much it is when a round begins."""
        return bool(self.session.rounds.status().shown.stops)

    def board_here(self) -> BoardRow:
        """Return the board that is open.

        Raises:
            BadParams: If none is.
        """
        row = self.session.cache.board(self.here.board) if self.here.board else None
        if row is None:
            raise BadParams("address", "open a board first; boards lists them")
        return row

    def thread_here(self) -> str | None:
        """Return the thread that is open; None after saying so."""
        if self.here.thread is None:
            self.lines.tell("Open a thread first, or name one: garden/42.")
        return self.here.thread

    def post_here(self, *, held: bool = False) -> Post | None:
        """Return the post shown last; None after saying so."""
        post = self.session.cache.post(self.here.post) if self.here.post else None
        if post is None or (post.state is ContentState.HELD and not held):
            self.lines.tell("Read a post first, or name one: garden/42/7.")
            return None
        return post

    def thing_here(self) -> Post | Line | Thread | None:
        """Return the post, line or thread that is here, whichever it is."""
        cache, here = self.session.cache, self.here
        if here.post is not None:
            return cache.post(here.post)
        row = cache.thread(here.thread) if here.thread is not None else None
        return row.thread if row is not None else here.line

    def line_here(self) -> Line | None:
        """Return the line of a lounge that is meant."""
        return self.here.line

    def unsent_here(self) -> UnsentItem | None:
        """Return None: what is not sent yet is chosen in the outbox."""
        return None

    def links_here(self) -> None:
        """Say that lines show links as they were written; there is nothing to open them with."""
        self.lines.tell("Links stand in the words, as they were written.")

    def mark_line(self) -> list[Line]:
        """Mark the line that is meant, or return the lines from the marked one to it."""
        line, first = self.here.line, self._marked
        if line is None:
            self.lines.tell("Name a line first: garden/lounge/7.")
            return []
        if first is None or first.board != line.board:
            self._marked = line
            self.lines.tell("Marked: go to the last line, and say make-thread once more.")
            return []
        numbers = sorted((first.number, line.number))
        lines = self.session.cache.lines(line.board)
        return [one for one in lines if numbers[0] <= one.number <= numbers[1]]

    def unmark_lines(self) -> None:
        """Mark no line any more."""
        self._marked = None

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
