"""The interface of handlers to the pipeline. No I/O here, and none in handlers.

A handler is an ordinary function `(tx, ctx, command) -> Outcome` or `(tx, ctx, query) -> Result`,
run inside one transaction on the database thread. The manifest finds it by the names of its
parameters. It awaits nothing, sends nothing, reads no clock and no dice (docs/architecture.md).
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Protocol

from msgspec import Struct

from bbs.clock import Ms
from bbs.features.arriving.views import HeldTold
from bbs.features.boards.application_messages import OwnApplication
from bbs.features.boards.messages import Board, Visibility
from bbs.features.boards.seat_messages import Seat, SeatState
from bbs.features.boards.sight import Readers
from bbs.features.cases.views import CaseTold
from bbs.features.members.views import Author, Member, SystemAuthor
from bbs.features.moderation.messages import Act, Thing
from bbs.features.reading.views import NoticeKind
from bbs.features.threads.views import Line, Post, Thread
from bbs.ids import BatchId, BoardId, LineId, MemberId, ProposalId, ThreadId
from bbs.messages import Command, Request, Result
from bbs.powers import Office, Way
from bbs_server.act_lookups import ActLookups
from bbs_server.arrival_lookups import ArrivalLookups
from bbs_server.batch_lookups import BatchLookups
from bbs_server.case_lookups import CaseLookups
from bbs_server.ceilings import Ceilings
from bbs_server.leaving_lookups import LeavingLookups
from bbs_server.letter_lookups import LetterLookups
from bbs_server.outcome import (
    AppendEvent,
    Did,
    Effect,
    Execution,
    Outcome,
    Unchanged,
    WatchEdge,
    draw_id,
)
from bbs_server.pack_lookups import PackLookups
from bbs_server.standing import Actor, BoardFacts, ObjectLocator, Standing
from bbs_server.store.api import AnyTable, RowKey, Slices, Tx
from bbs_server.store.proven_time import Moment
from bbs_server.undoing import UndoLookups
from bbs_server.words_in_question import WordsInQuestion


class FeatureLookups(
    ObjectLocator,
    ActLookups,
    ArrivalLookups,
    BatchLookups,
    CaseLookups,
    LeavingLookups,
    LetterLookups,
    PackLookups,
    UndoLookups,
    Protocol,
):
    """The questions of features to each other; the feature that owns the matter answers."""

    def members_by_handle(self, tx: Tx, handles: Sequence[str]) -> dict[str, MemberId]: ...
    def member(self, tx: Tx, ctx: "Context", member: MemberId) -> Member | None: ...
    def sysops(self, tx: Tx, now: Ms) -> frozenset[MemberId]: ...
    def make_sysop(self, tx: Tx, ctx: "Context", member: MemberId, act: str) -> None: ...
    def clause_existed(self, tx: Tx, board: BoardId, version: int, number: int) -> bool: ...
    def norms_version_at(self, tx: Tx, board: BoardId, at: Ms) -> int: ...
    def is_judgement(self, tx: Tx, board: BoardId, version: int, number: int) -> bool: ...
    def cited_clauses(self, tx: Tx, board: BoardId) -> Mapping[tuple[int, int], int]: ...
    def board_by_slug(self, tx: Tx, slug: str, now: Ms) -> BoardId | None:
        """Return the board with this slug, new or old."""
        ...

    def board(self, tx: Tx, board: BoardId) -> Board | None: ...
    def seat(self, tx: Tx, now: Ms, board: BoardId, member: MemberId) -> Seat | None: ...
    def boards_readable(
        self, tx: Tx, ctx: "Context"
    ) -> list[tuple[BoardId, Visibility, SeatState | None]]:
        """Return all boards the actor may read now, unlisted too, with their seat on each."""
        ...

    def boards_shown(self, tx: Tx, ctx: "Context") -> list[BoardId]:
        """Return the boards the actor may read and need not name: unlisted ones with a seat only."""
        ...

    def commons_full(self, tx: Tx, proven_now: Ms) -> bool:
        """Return whether a newcomer to the community has to wait for a seat or for the pace."""
        ...

    def who_may_read(
        self, tx: Tx, board: BoardFacts, members: Iterable[MemberId]
    ) -> frozenset[MemberId]: ...
    def posts_by_row(self, tx: Tx, rows: Sequence[int], moment: Moment) -> list[Post]:
        """Return the posts of these rows, in the order given; text that has ended is left out."""
        ...

    def threads(
        self, tx: Tx, threads: Iterable[ThreadId], moment: Moment
    ) -> dict[ThreadId, Thread]: ...
    def has_words_of_others(self, tx: Tx, board: BoardId, member: MemberId | None) -> bool:
        """Return whether other members than this one wrote there."""
        ...

    def thread_by_number(
        self, tx: Tx, board: BoardId, number: int, moment: Moment
    ) -> Thread | None: ...
    def post_by_number(
        self, tx: Tx, thread: ThreadId, number: int, moment: Moment, boards: Collection[BoardId]
    ) -> Post | None:
        """Return what a number of a thread leads to, on its own board or one of `boards`."""
        ...

    def lines(self, tx: Tx, lines: Sequence[LineId], moment: Moment) -> dict[LineId, Line]:
        """Return the lines with these ids that have not faded; what is hidden has no text."""
        ...

    def line_by_number(self, tx: Tx, board: BoardId, number: int) -> Line | None: ...
    def readers_of(self, tx: Tx, ctx: "Context", board: BoardFacts) -> Readers:
        """Return who may read a board, for the rules of who would come to read words (`sight`)."""
        ...

    def effects_of_act(self, tx: Tx, ctx: "Context", did: Did) -> list[Effect]:
        """Return the events that store an act and publish it to its board's readers."""
        ...

    def effects_of_notice(
        self, tx: Tx, ctx: "Context", kind: NoticeKind, told: "Told"
    ) -> list[Effect]:
        """Return the event of a notice to a member; none if they have a notice of that act."""
        ...

    def move_if_grave(
        self, tx: Tx, ctx: "Context", command: Command[Any], did: Did
    ) -> Callable[[], Outcome[Any]] | None:
        """Decide whether a command has to wait for others (protocol 15).

        Args:
            did: The act of the command; all its changes are rolled back if it has to wait.

        Returns:
            The function that stores it, to be called after the rollback; None if it need not wait.
        """
        ...

    waiting: Mapping[type[Command[Any]], "WhileWaiting"]
    """The further effects of a command that waits, by the command."""

    awaited: "tuple[Awaited, ...]"
    """By feature, what returns the boards where something has waited for moderators."""

    def confirm(self, tx: Tx, ctx: "Context", command: Command[Any], about: str) -> None:
        """Check the password or signature that a command carries as proof of who sends it.

        Args:
            about: The id of the thing it is about, which a signature names.

        Raises:
            SignInFailed: If the proof is wrong.
        """
        ...

    def set_closing(
        self, tx: Tx, ctx: "Context", begins: Mapping[int, Ms], act: str | None
    ) -> WatchEdge:
        """Set the stages of the community's end, each from a moment on; none to stay open."""
        ...

    def next_office_edge(self, tx: Tx, after: Ms) -> Ms | None:
        """Return the first moment after `after`, in ms, at which an office begins or ends by time."""
        ...

    def offices_changed_at(self, tx: Tx, ctx: "Context", at: Ms) -> list[Effect]:
        """Return the effects for offices that began or ended at a moment, in ms, by time alone."""
        ...


ActTexts = Mapping[str, str]
"""The ids of an act's words, by their paths, such as `act.reason`."""


class Told(Struct, frozen=True, kw_only=True):
    """The content of a notice to a member.

    Attributes:
        board: The board whose log has the act, or whose seat changed.
        act: The use of power; None if no member used power.
        texts: The ids of the act's texts.
        seat: The member's seat now, if a seat changed.
        proposal: The command that waits, if the notice is about one.
        until: When something ends, in ms, if the notice is about that.
        application: What was decided about an application of the member.
        held: What became of a post of the member's that a guard held.
        case: What became of a case about the member's words, or of a report of theirs.
    """

    member: MemberId
    board: BoardId
    act: Act | None = None
    texts: ActTexts = {}
    seat: Seat | None = None
    proposal: ProposalId | None = None
    until: Ms | None = None
    application: OwnApplication | None = None
    held: HeldTold | None = None
    case: CaseTold | None = None


class Context(Struct, frozen=True):
    """The moment and the place a handler acts in.

    Attributes:
        moment: The moment by wall clock and by proven time.
        actor: None for a stranger; for the system itself see `system`.
        standing: The actor's standing, if the request names a board, thread, post or line.
        random_bytes: Returns n random bytes.
        prepared: The value that the request's `prepare` returned; None without a `prepare`.
        request: The request being handled, for reactions.
        host: The host by which the connection reached the server.
        nonce: The open challenge of this connection, or None.
        by_script: Whether a script sends it through a device's session, and nobody is there.
        ceilings: The highest numbers that the sysop's settings allow.
        office: In which office the actor acts, where it is not decided by the power used.
        speaker: The author, where no member acts.
        way: How the command came, where it was not sent through the actor's session now.
        seconded_by: Who agreed to the command so that it is carried out; None where that was nobody.
        batch: The batch of which the command is an item; None if it is none.
        execute_as: Carries out another command in this transaction; see `ExecuteAs`.
        judge: Lets the gate judge another request of the actor; see `judged`.
    """

    moment: Moment
    random_bytes: Callable[[int], bytes]
    readers: FeatureLookups
    actor: Actor | None = None
    standing: Standing | None = None
    prepared: Any = None
    request: Request[Any] | None = None
    epoch: str = ""
    host: str = ""
    nonce: str | None = None
    by_script: bool = False
    ceilings: Ceilings = Ceilings()
    office: Office | None = None
    speaker: Author | None = None
    way: Way | None = None
    seconded_by: MemberId | None = None
    batch: BatchId | None = None
    execute_as: "ExecuteAs | None" = None
    judge: "Judge | None" = None

    @property
    def now(self) -> Ms:
        """The time of this transaction, in ms: views hide text that has expired by it."""
        return self.moment.now

    @property
    def proven_now(self) -> Ms:
        """A lower bound of the true time, in ms, for changes that cannot be undone (P10)."""
        return self.moment.proven_now

    def new_id(self) -> str:
        """Draw an id, for an act that something refers to."""
        return draw_id(self)

    @property
    def acting(self) -> Actor:
        """The actor. Only where the gate has let a member through."""
        assert self.actor is not None
        return self.actor

    @property
    def member(self) -> MemberId:
        """The acting member's id. Only where the gate has let a member through."""
        return self.acting.member

    @property
    def board(self) -> BoardFacts:
        """The board the request is about. Only where the request's need names one."""
        assert self.standing is not None
        return self.standing.board

    @property
    def offices(self) -> frozenset[Office]:
        """The offices in force in which the actor may act on the board the request is about."""
        return frozenset() if self.standing is None else self.standing.offices

    @property
    def author(self) -> Author:
        """The author that events name: the actor, or the system."""
        if self.actor is not None:
            return self.actor.author
        return self.speaker or SystemAuthor()

    def judged(self, tx: Tx, request: Request[Any]) -> "Context":
        """Return the context for a request that takes the place of the one being handled.

        Raises:
            FolkmootError: As the gate does.
        """
        assert self.judge is not None
        return self.judge(tx, self, request)

    def carry_out_due(self, tx: Tx, command: Command[Any]) -> Execution:
        """Execute a command as the system, in timed work of the kind that acts; see `ExecuteAs`."""
        assert self.execute_as is not None
        return self.execute_as(tx, self, SystemAuthor(), Office.SYSTEM, command)


Judge = Callable[[Tx, Context, Request[Any]], Context]
"""Lets the gate judge a request as one that the actor sends now; returns the context for it."""

CheckAct = Callable[[Did | Unchanged | None], None]
"""Checks the changes of a command, and raises to undo them."""


class ExecuteAs(Protocol):
    """Executes a command for a member who did not send it now, in the present transaction."""

    def __call__(
        self,
        tx: Tx,
        ctx: Context,
        author: Author,
        office: Office,
        command: Command[Any],
        check: CheckAct = ...,
        is_lent: bool = False,
        is_now: bool = False,
    ) -> Execution:
        """Execute a command with the same gate, op, handler, reactions and act as a member's own.

        If it raises, all its changes are undone.

        Args:
            ctx: The context of the calling handler.
            author: A member, with their own powers; or the assembly or the system, with the powers
                of the office.
            office: The office for the act.
            command: A command with an op is executed once; of one without, no answer is stored.
            check: Called with its changes; may raise to undo them.
            is_lent: Whether the calling handler lends the member the power of the command.
            is_now: Whether it is judged as if the member sent it now: what narrows them counts.

        Returns:
            The execution, for the handler to return among its effects.

        Raises:
            FolkmootError: As the gate and the command's handler do.
        """
        ...


Handler = Callable[[Tx, Context, Any], Outcome[Any]]
QueryHandler = Callable[[Tx, Context, Any], Result | Slices[Result]]
"""Answers a query: at once, or in slices if it may be long."""

Awaited = Callable[[Tx, Ms], Iterable[BoardId]]
"""Returns the boards on which something has waited for moderators since a moment, in ms, or longer."""

Reaction = Callable[[Tx, Context, AppendEvent], Iterable[Effect]]
Tell = Callable[[Tx, Context, AppendEvent], Iterable[Told]]
"""Tells of an event who is told of it in person."""
Prefetch = Callable[[Any], Iterable[tuple[AnyTable, RowKey]]]
"""Returns the keys of rows that the handler of a command will look up."""


def _no_parties(
    tx: Tx, ctx: Context, thing: Thing, proposal: ProposalId | None, members: Collection[MemberId]
) -> Mapping[MemberId, str]:
    return {}


class WhileWaiting(Struct, frozen=True, kw_only=True):
    """The further effects of a command that waits, by the feature that owns it.

    Attributes:
        begin: Called in the transaction in which it comes to wait, with what it is to be done to.
        end: Called in the transaction in which it ends without having been carried out, with the same.
        parties: Returns those of some members who are party to what it is to be done to, and so
            cannot give the second key, with why, as a sentence. The proposal is None if it is only
            about to wait.
        show: Returns a page of its words above a place, of one member or all (None); None for none.
            Whoever is party may read their own.
    """

    begin: Callable[[Tx, Context, ProposalId, Thing], Iterable[Effect]] = lambda *_: ()
    end: Callable[[Tx, Context, ProposalId, Thing], Iterable[Effect]] = lambda *_: ()
    parties: Callable[
        [Tx, Context, Thing, ProposalId | None, Collection[MemberId]], Mapping[MemberId, str]
    ] = _no_parties
    show: Callable[
        [Tx, Context, ProposalId, Thing, MemberId | None, int], WordsInQuestion | None
    ] = lambda *_: None
