"""Describes events in sentences, for `--follow`, `bbs chat` and the plain client."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from bbs.errors import FolkmootError
from bbs.features.boards.messages import Board, BoardConfigured, BoardOpened
from bbs.features.boards.seat_messages import SeatChanged, SeatState
from bbs.features.letters.messages import LetterChanged
from bbs.features.letters.views import Letter, LetterState
from bbs.features.members.author_text import author_name, member_name, writer_name
from bbs.features.members.messages import MemberJoined, MemberUpdated
from bbs.features.members.views import MemberAuthor, SystemAuthor
from bbs.features.moderation.messages import Acted
from bbs.features.norms.messages import NormsAmended
from bbs.features.proposals.messages import ProposalEnded, ProposalMoved
from bbs.features.reading.messages import Noticed
from bbs.features.threads.messages import (
    GetThread,
    LineSaid,
    PostEdited,
    PostHeld,
    PostPublished,
    PostWithdrawn,
    ThreadPublished,
    ThreadRetitled,
)
from bbs.features.threads.tending_messages import ThreadPinned
from bbs.features.threads.views import Thread
from bbs.ids import COMMONS, MemberId
from bbs.messages import Request, Result
from bbs.powers import Way
from bbs.sdk import lookup
from bbs.streams import StreamKind, stream_parts
from bbs.terminal import act_text, proposal_text, render
from bbs.terminal.inbox_text import describe_notice
from bbs.text import sanitize

if TYPE_CHECKING:
    from bbs.sdk.community import Community
    from bbs.sdk.updates import EventHappened
    from bbs.terminal.names import Names

R = TypeVar("R", bound=Result)
_POST_VERBS = {PostPublished: "wrote", PostEdited: "edited", PostWithdrawn: "withdrew"}


class Asked(Protocol):
    """Answers requests: a community, or a client's connection to one."""

    async def call(self, request: Request[R], /) -> R:
        """Ask the server. Raises `FolkmootError`."""
        ...


@dataclass
class EventDescriber:
    """Describes events with the names of members, boards and threads. See `make`.

    Attributes:
        community: The source of threads that are not known yet.
        members: By id.
        boards: By id.
        me: The reader, who is told of lines that call them; None for nobody.
    """

    community: Asked
    members: lookup.Members
    boards: dict[str, Board]
    me: MemberId | None = None
    _threads: dict[str, Thread] = field(default_factory=dict, init=False)
    _revisions: dict[str, int] = field(default_factory=dict, init=False)
    _acts: set[str] = field(default_factory=set, init=False)

    @classmethod
    async def make(cls, community: "Community") -> "EventDescriber":
        """Read the members and boards, and return a describer that knows them."""
        boards = (await lookup.list_boards(community)).boards
        members = await lookup.list_members(community)
        me = None if community.me is None else community.me.member.id
        return cls(community, members, {board.id: board for board in boards}, me)

    def is_repeated(self, happened: "EventHappened") -> bool:
        """Return whether another stream brought this event before.

        A listed board's settings come in its own stream and in that of the commons (protocol 7.2);
        an act that is about the reader also comes in their own. Ask once for each event.
        """
        event = happened.event
        if isinstance(event, Acted) and not act_text.is_of_batch(event.act):
            self._acts.add(event.act.id)
        if isinstance(event, Noticed):
            return event.notice.act is not None and event.notice.act.id in self._acts
        if not isinstance(event, BoardOpened | BoardConfigured):
            return False
        revision = event.board.revision
        if revision <= self._revisions.get(event.board.id, -1):
            return True
        self._revisions[event.board.id] = revision
        return False

    async def describe(self, happened: "EventHappened") -> str | None:
        """Return an event as a line or two of clean text, or None if it needs no sentence.

        May ask the server for the thread a post stands in. Cancelling is safe.
        """
        event = happened.event
        who = sanitize(author_name(happened.author, self.members))
        match event:
            case MemberJoined(member=member) | MemberUpdated(member=member):
                self.members[member.id] = member
                return f"{member.label} joined" if isinstance(event, MemberJoined) else None
            case BoardOpened(board=board) | BoardConfigured(board=board):
                self.boards[board.id] = board
            case ThreadPublished(thread=thread) | ThreadRetitled(thread=thread):
                self._threads[thread.id] = thread
                verb = "started" if isinstance(event, ThreadPublished) else "called"
                who = self._writer(happened, thread.via)
                return f"{who} {verb} {self.place(thread)}: {render.title_of(thread)}"
            case PostPublished(post=post) | PostEdited(post=post) | PostWithdrawn(post=post):
                place = await self._post_place(post.thread)
                vias = {PostPublished: post.via, PostEdited: post.edited_via}
                who = self._writer(happened, vias.get(type(event), Way.DEVICE))
                return f"{who} {_POST_VERBS[type(event)]} {place}/{post.number}"
            case LetterChanged(letter=letter):
                return self._letter(letter)
            case PostHeld() if stream_parts(happened.stream).kind == StreamKind.MEMBER:
                return "your post is held for a while before it is published"
            case LineSaid(line=line):
                return f"[{self.slug(line.board)}/lounge] {render.chat_line(line, self.members, self.me)}"
            case SeatChanged(seat=seat) if (
                seat.state is SeatState.SEATED
                and not seat.moderator
                and happened.author in (MemberAuthor(id=seat.member), SystemAuthor())
            ):
                sitter = sanitize(member_name(seat.member, self.members))
                return f"{sitter} took a seat on {self.slug(seat.board)}"
            case Noticed(notice=notice):
                return f"notice: {describe_notice(notice, self.members, self.slug)}"
            case ProposalMoved(proposal=proposal) | ProposalEnded(proposal=proposal):
                wants = proposal_text.describe_proposal(proposal, self.members, self.slug)
                return f"{wants} ({proposal_text.describe_wait(proposal)})"
            case NormsAmended(board=amended, version=version):
                where = "" if amended == COMMONS else " there"
                return (
                    f"{self.slug(amended)} has new norms, version {version}:"
                    f" accept them before you write{where}"
                )
            case ThreadPinned(thread=thread):
                self._threads[thread.id] = thread  # the event of the act beside it has the sentence
            case Acted(act=act) if not act_text.is_of_batch(act):
                return act_text.describe_act(act, self.members, self.slug)
        return None

    def _letter(self, letter: Letter) -> str | None:
        """Return what became of a letter of the reader's; None where they did it themselves."""
        if letter.state is LetterState.ASKED and letter.asked_by != self.me:
            return f"{sanitize(member_name(letter.asked_by, self.members))} asks you for a letter"
        others = [id for id in letter.members if id != self.me]
        if letter.state is not LetterState.OPEN or not others:
            return None
        names = ", ".join(sanitize(member_name(id, self.members)) for id in others)
        return f"in your letter now: {names}"

    def _writer(self, happened: "EventHappened", via: Way) -> str:
        return sanitize(writer_name(happened.author, via, self.members))

    def place(self, thread: Thread) -> str:
        """Return the address of a thread."""
        return f"{self.slug(thread.board)}/{thread.number}"

    def slug(self, board_id: str) -> str:
        """Return what a board is called in addresses."""
        return render.board_label(board_id, self.boards)

    async def thread(self, thread_id: str) -> Thread | None:
        """Return a thread, from the server where it is not known yet; None if it is gone.

        Cancelling is safe.
        """
        thread = self._threads.get(thread_id)
        if thread is None:
            try:
                thread = (await self.community.call(GetThread(thread=thread_id))).thread
            except FolkmootError:
                # The thread may be gone by now; the event can be described without it.
                return None
            self._threads[thread_id] = thread
        return thread

    async def row(self, names: "Names | None", happened: "EventHappened") -> dict[str, Any]:
        """Return an event as JSON shows it, with the address of every thread that it names.

        Asks the server for threads that are not known yet. Cancelling is safe.

        Args:
            names: Those of an output that writes JSON.
            happened: The event.
        """
        assert names is not None
        for thread in names.unknown_threads(happened.event):
            names.learn(await self.thread(thread))
        return names.frame(happened)

    async def _post_place(self, thread_id: str) -> str:
        thread = await self.thread(thread_id)
        return "a thread" if thread is None else self.place(thread)
