"""An action's needs of its surface: the Textual screen, or plain lines."""

from collections.abc import Awaitable, Mapping
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
    """Something that a surface asks or shows until it is answered: T, or None for no answer.

    Each surface has its own way of asking each kind.
    """


class Confirm(Question[bool], frozen=True):
    """A question that the reader has to answer with yes before the action goes on.

    Attributes:
        question: The question, in one line; cleaned.
        consequence: The effect of yes, a sentence of ours.
        yes: The label of yes, a word or two.
        destructive: Whether the effect cannot be undone: then keys typed before it was painted do
            not answer it.
    """

    question: str
    consequence: str
    yes: str = "yes"
    destructive: bool = False


class TendQuestion(Question[str], frozen=True):
    """What is to be done to a thread, a board or a letter.

    Attributes:
        heading: To what, in one line; cleaned.
        doings: What each does, a sentence of ours, by its name.
    """

    heading: str
    doings: Mapping[str, str]


class Composition(Struct, frozen=True):
    """A text to write.

    Attributes:
        destination: The destination.
        where: The destination for people; cleaned.
        title: The title of the thread; empty for none.
        text: The beginning of the text if there is no draft.
        note: A note beside it; cleaned.
        fades: When what is written fades, for people; empty for never.
    """

    destination: Destination
    where: str
    title: str = ""
    text: str = ""
    note: str = ""
    fades: str = ""


class Step(StrEnum):
    """The length of a step in the open thing."""

    PAGE = "page"  # on by a page; in the round, on to its next post
    UNREAD = "unread"  # on to the next unread post; in the round, to its next post
    BACK = "back"  # back to the previous unread post


class NothingHere(Exception):
    """The thing that an action acts on is not here; the surface has told the reader."""


class SurfaceHere(Protocol):
    """The things here: under the cursor, or shown last."""

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
    def is_composing(self) -> bool:
        """Whether the reader writes in a composer."""

    @property
    def at_home(self) -> bool:
        """Whether home is shown."""

    def board_here(self) -> BoardRow:
        """Return the board that is here. Raises `NothingHere`."""

    def thread_here(self) -> str:
        """Return the id of the thread that is here. Raises `NothingHere`."""

    def post_here(self, *, held: bool = False) -> Post:
        """Return the post here; with `held`, only a held post. Raises `NothingHere`."""

    def line_here(self) -> Line | None:
        """Return the line of a lounge that is here."""

    def unsent_here(self) -> UnsentItem | None:
        """Return the unsent item here."""

    def thing_here(self) -> Post | Line | Thread | None:
        """Return the post, line or thread here."""

    def links_here(self) -> list[str] | None:
        """Return the targets of the links of the post here; None after a note with the reason."""

    def mark_line(self) -> list[Line]:
        """Return the lines of a lounge from the marked line to the line here.

        If no line is marked, mark the line here, tell the reader and return none.
        """

    def unmark_lines(self) -> None:
        """Remove the mark from the line."""


class SurfaceShowing(Protocol):
    """Going to places, and showing them."""

    def show_boards(self) -> None:
        """Go to the list of boards."""

    def show_board(self, board: str) -> None:
        """Go to a board's threads."""

    def show_thread(self, thread: str, post: str | None = None) -> None:
        """Go to a thread, and to a post in it."""

    def show_lounge(self, board: str, line: str | None = None) -> None:
        """Go to a board's lounge, and to a line in it."""

    def show_home(self) -> None:
        """Show the new posts and their number; between rounds, the result of the last one."""

    def show_stop(self, stop: Stop) -> bool:
        """Show the next post of a stop; return False if none of it can be shown."""

    def step(self, step: Step) -> bool:
        """Go on or back in the open thing, and pass the posts read there.

        Returns:
            False if the open thing ends before that, so that the next post is elsewhere.
        """

    async def read_past_muted(self) -> None:
        """Go on with the round if the reader is in a thread that was just muted."""

    def refresh(self) -> None:
        """Show the changes of the mirror now."""

    async def do_here(self, action: Action) -> None:
        """Run an action that has no `run`, in the view that is shown."""


class SurfaceAsking(Protocol):
    """Asking and telling the reader, and passing text to and from them."""

    @property
    def program(self) -> "Program":
        """The parts that exist once, for all communities."""

    def notify(self, text: str) -> None:
        """Show a short note; `text` may hold foreign text, which is sanitized here."""

    def key_of(self, id: str) -> str:
        """Return the reader's key or verb of an action."""

    async def ask(self, question: Question[T]) -> T | None:
        """Ask, and wait for the answer. Cancelling closes the question."""

    async def wait(self, work: Awaitable[T]) -> T:
        """Wait for the server; the reader's input is handled meanwhile."""

    def keep_draft(self) -> None:
        """Save the text being written as a draft, before drafts are listed."""

    async def write(self, what: Composition) -> None:
        """Let the reader write, beginning with the draft for its destination, if there is one."""

    @property
    def copied(self) -> str:
        """The text that the reader copied last."""

    def copy(self, text: str) -> bool:
        """Copy text to the reader's clipboard; return whether all of it was copied."""

    def copy_selection(self) -> bool:
        """Copy the reader's selection, and tell them; return whether there was one."""

    async def open_link(self, target: str) -> str:
        """Open a link for the reader; return a sentence about it."""


class Surface(SurfaceHere, SurfaceShowing, SurfaceAsking, Protocol):
    """The surface on which the reader reads and acts."""


class Program(Protocol):
    """The parts that exist once: keys, theme, and the current community."""

    def names_for(self, id: str) -> list[str]:
        """Return the names that `communities`, `keymap` or `theme` chooses from."""

    def choose(self, id: str, name: str) -> str:
        """Choose by name, and store the choice; return a sentence about it, or an empty one."""


class Run(Protocol):
    """The function that runs an action on any surface."""

    async def __call__(self, surface: Surface, about: str, /) -> Any:
        """Run the action. Cancelling is safe.

        Args:
            surface: The reader's surface.
            about: The words after the verb; empty for none.

        Raises:
            FolkmootError: If the action fails; the surface shows the error.
        """
