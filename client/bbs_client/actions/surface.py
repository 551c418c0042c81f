"""What an action needs of the surface it runs on: the Textual screen, or plain lines."""

from collections.abc import Awaitable
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar

from msgspec import Struct

from bbs.features.reading.views import Stop
from bbs.features.threads.views import Line, Post, Thread
from bbs_client.actions.action import Action
from bbs_client.mirror.file import BoardRow
from bbs_client.session.destination import Destination
from bbs_client.session.session import Session
from bbs_client.session.unsent import UnsentItem

T = TypeVar("T")


class Question(Struct, Generic[T], frozen=True):
    """Something a surface asks or shows, until it is answered: T, or None for no answer.

    Each surface knows how it asks each kind.
    """


class Confirm(Question[bool], frozen=True):
    """A question to be answered with yes before something is done.

    Attributes:
        question: What is asked, in one line; cleaned.
        consequence: What saying yes does, a sentence of ours.
        yes: The answer that does it, a word or two.
        destructive: Whether it cannot be undone: no key typed before it was painted answers it.
    """

    question: str
    consequence: str
    yes: str = "yes"
    destructive: bool = False


class Composition(Struct, frozen=True):
    """Something to write.

    Attributes:
        destination: Where it goes.
        where: The same for people; cleaned.
        title: Of the thread; empty for none.
        text: What to begin with where there is no draft.
        note: What to say beside it; cleaned.
    """

    destination: Destination
    where: str
    title: str = ""
    text: str = ""
    note: str = ""


class Step(StrEnum):
    """How far somebody goes in what is open."""

    PAGE = "page"  # on by a page, and where the round is, on to its next post
    UNREAD = "unread"  # on to the next unread post, and where the round is, to its next post
    BACK = "back"  # back to the unread post before


class NothingHere(Exception):
    """What an action is to be done to is not here; the surface has said so."""


class SurfaceHere(Protocol):
    """What is "here": what the cursor is on, or what was shown last."""

    @property
    def session(self) -> Session:
        """The community that is shown."""

    @property
    def in_lounge(self) -> bool:
        """Whether the reader is in a lounge."""

    @property
    def at_board(self) -> bool:
        """Whether a board itself is here, and none of its threads."""

    @property
    def in_thread(self) -> bool:
        """Whether the reader is in a thread."""

    @property
    def at_home(self) -> bool:
        """Whether what waits is what the reader sees."""

    def board_here(self) -> BoardRow:
        """Return the board that is here. Raises `NothingHere`."""

    def thread_here(self) -> str:
        """Return the id of the thread that is here. Raises `NothingHere`."""

    def post_here(self, *, held: bool = False) -> Post:
        """Return the post that is here, a held one only if `held`. Raises `NothingHere`."""

    def line_here(self) -> Line | None:
        """Return the line of a lounge that is here."""

    def unsent_here(self) -> UnsentItem | None:
        """Return what is here and not sent yet."""

    def thing_here(self) -> Post | Line | Thread | None:
        """Return the post, line or thread that is here, whichever it is."""

    def links_here(self) -> list[str] | None:
        """Return the targets of the links of the post that is here; None after saying why not."""

    def mark_line(self) -> list[Line]:
        """Return the lines of a lounge from the one marked before to the one that is here.

        Where none is marked, mark the one that is here, say so and return none.
        """

    def unmark_lines(self) -> None:
        """Mark no line any more."""


class SurfaceShowing(Protocol):
    """Going to places, and showing what is there."""

    def show_boards(self) -> None:
        """Go to the list of boards."""

    def show_board(self, board: str) -> None:
        """Go to a board's threads."""

    def show_thread(self, thread: str, post: str | None = None) -> None:
        """Go to a thread, and there to a post."""

    def show_lounge(self, board: str, line: str | None = None) -> None:
        """Go to a board's lounge, and there to a line."""

    def show_home(self) -> None:
        """Show what waits, and how much it is; between rounds, what the last one came to."""

    def show_stop(self, stop: Stop) -> bool:
        """Show the next post of a stop; return False if none of it can be shown."""

    def step(self, step: Step) -> bool:
        """Go on or back in what is open, passing what was read there.

        Returns:
            False if what is open ends before that: what comes next is elsewhere.
        """

    async def read_past_muted(self) -> None:
        """Go on with the round where what was muted just now is what is read."""

    def refresh(self) -> None:
        """Show what changed in the mirror now."""

    async def do_here(self, action: Action) -> None:
        """Do an action that has no `run`: what is shown here does it itself."""


class SurfaceAsking(Protocol):
    """Asking and telling the reader, and handing words to and fro."""

    @property
    def program(self) -> "Program":
        """What there is only one of, whatever community is shown."""

    def notify(self, text: str) -> None:
        """Say something short; `text` may hold foreign words, which are cleaned."""

    def key_of(self, id: str) -> str:
        """Return what the reader presses or types for an action."""

    async def ask(self, question: Question[T]) -> T | None:
        """Ask, and wait for the answer. Cancelling takes the question away."""

    async def wait(self, work: Awaitable[T]) -> T:
        """Wait for something the server may be asked for; what the reader types meanwhile is done."""

    def keep_draft(self) -> None:
        """Keep what is being written, as typed, before its draft is looked at."""

    async def write(self, what: Composition) -> None:
        """Let the reader write, beginning with the draft for its destination, if there is one."""

    @property
    def copied(self) -> str:
        """What the reader copied last."""

    def copy(self, text: str) -> bool:
        """Put text on the reader's clipboard; return whether that was all of it."""

    def copy_selection(self) -> bool:
        """Copy what the reader has selected, and say so; return whether anything was."""

    async def open_link(self, target: str) -> str:
        """Open a link for the reader; return what was done, a sentence."""


class Surface(SurfaceHere, SurfaceShowing, SurfaceAsking, Protocol):
    """Where somebody reads and acts."""


class Program(Protocol):
    """What there is only one of: keys, theme, and which community is shown."""

    def names_for(self, id: str) -> list[str]:
        """Return the names that `communities`, `keymap` or `theme` chooses from."""

    def choose(self, id: str, name: str) -> str:
        """Choose by name, and remember it; return what became of it, a sentence, or nothing."""


class Run(Protocol):
    """What does an action, on whatever surface."""

    async def __call__(self, surface: Surface, about: str, /) -> Any:
        """Do it. Cancelling leaves nothing half done.

        Args:
            surface: Where the reader is.
            about: Words or a name that followed the verb; empty for none.

        Raises:
            FolkmootError: If it cannot be done; the surface says so.
        """
