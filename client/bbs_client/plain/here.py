"""The things here in plain mode: shown last, or named by an address after the verb."""

from msgspec import Struct

from bbs.errors import BadParams
from bbs.features.threads.views import ContentState, Line, Post, Thread
from bbs_client.actions.surface import NothingHere
from bbs_client.mirror.file import BoardRow
from bbs_client.plain.lines import Lines
from bbs_client.plain.news import News
from bbs_client.plain.outgoing import Outgoing
from bbs_client.plain.program import PlainProgram
from bbs_client.session.session import Session
from bbs_client.session.unsent import UnsentItem


class Spot(Struct, frozen=True):
    """A spot in the community: the thing that was shown last.

    Attributes:
        board: The id of the board that is open; None for nowhere yet.
        thread: The id of the thread that is open.
        post: The id of the post shown last.
        in_lounge: Whether the board's lounge is open.
        line: The id of the selected line of the lounge.
    """

    board: str | None = None
    thread: str | None = None
    post: str | None = None
    in_lounge: bool = False
    line: str | None = None


class Here:
    """The reader's place, and the things shown there.

    Attributes:
        session: The community that is visited.
        lines: The input and output.
        news: The session's reports.
        outgoing: The commands on their way to the server.
        here: The reader's spot.
        program: The parts that exist once.
        given: The words after the verb; empty for none.
    """

    def __init__(self, session: Session, lines: Lines) -> None:
        """Begin nowhere."""
        self.session = session
        self.lines = lines
        self.outgoing = Outgoing(session)
        self.news = News(session, on_outbox=self.outgoing.look)
        self.program = PlainProgram()
        self.here = Spot()
        self.given = ""
        self._shown: dict[str, set[int]] = {}
        self._marked: Line | None = None

    @property
    def address(self) -> str:
        """The address of the open place; empty for nowhere."""
        if self.here.board is None:
            return ""
        slug = self.session.slug(self.here.board)
        row = self.session.cache.thread(self.here.thread) if self.here.thread else None
        if row is not None:
            return self.session.address(row.thread) or f"{slug}/held"
        return f"{slug}/lounge" if self.here.in_lounge else slug

    def note_shown(self, post: Post) -> None:
        """Note that a post was shown: it is here now, and counts as read after the next verb."""
        self.here = Spot(post.board, post.thread, post.id)
        if post.number is not None:
            self._shown.setdefault(post.thread, set()).add(post.number)

    def tell_outcomes(self) -> None:
        """Print the outcome of sent text, where it is known and was not printed yet."""
        for outcome in self.outgoing.outcomes():
            self.lines.tell(outcome.told)
            if outcome.post is not None and self.session.address(outcome.post):
                self.here = Spot(outcome.post.board, outcome.post.thread, outcome.post.id)

    def pass_shown(self) -> None:
        """Mark the shown posts as read, because the reader went on."""
        for thread, numbers in self._shown.items():
            self.session.rounds.mark_passed(thread, numbers)
        self._shown.clear()

    def leave_shown(self) -> None:
        """Leave the shown posts of this thread unread, because the reader did not go on from them."""
        if self.here.thread is not None:
            self._shown.pop(self.here.thread, None)

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
    def is_composing(self) -> bool:
        """False: in lines, what is written is asked for and sent at once."""
        return False

    @property
    def at_home(self) -> bool:
        """Whether posts are unread; their number is printed when a round begins."""
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

    def thread_here(self) -> str:
        """Return the thread that is open. Raises `NothingHere`."""
        if self.here.thread is None:
            self.lines.tell("Open a thread first, or name one: garden/42.")
            raise NothingHere
        return self.here.thread

    def post_here(self, *, held: bool = False) -> Post:
        """Return the post shown last. Raises `NothingHere`."""
        post = self.session.cache.post(self.here.post) if self.here.post else None
        if post is None or (post.state is ContentState.HELD and not held):
            self.lines.tell("Read a post first, or name one: garden/42/7.")
            raise NothingHere
        return post

    def thing_here(self) -> Post | Line | Thread | None:
        """Return the post, line or thread that is here."""
        cache, here = self.session.cache, self.here
        if here.post is not None:
            return cache.post(here.post)
        row = cache.thread(here.thread) if here.thread is not None else None
        return row.thread if row is not None else self.line_here()

    def line_here(self) -> Line | None:
        """Return the selected line of a lounge."""
        lines = self.session.cache.lines(self.here.board) if self.here.board else ()
        return next((line for line in lines if line.id == self.here.line), None)

    def unsent_here(self) -> UnsentItem | None:
        """Return None, because unsent items are chosen in the outbox."""
        return None

    def links_here(self) -> None:
        """Print that lines show links as they were written, so that there is nothing to open."""
        self.lines.tell("Links are shown in the text, as they were written.")

    def mark_line(self) -> list[Line]:
        """Mark the selected line, or return the lines from the marked one to it."""
        line, first = self.line_here(), self._marked
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
        """Remove the mark from the line."""
        self._marked = None
