"""What handlers are given. No I/O here, and none in handlers.

A handler is an ordinary function `(tx, ctx, command) -> Outcome` or `(tx, ctx, query) -> Result`, run
inside one transaction on the database thread. The names of its parameters count: by them the
manifest finds it. It awaits nothing, sends nothing, reads no clock and no dice
(docs/architecture.md, One way through).
"""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from msgspec import Struct

from bbs.clock import Ms
from bbs.errors import FolkmootError
from bbs.features.boards.messages import Board, Seat, SeatState, Visibility
from bbs.features.members.views import Author, Member, SystemAuthor
from bbs.features.moderation.messages import Act, Thing
from bbs.features.moderation.views import Restriction, RestrictionKind
from bbs.features.reading.views import NoticeKind
from bbs.features.threads.views import Line, Post, Thread
from bbs.ids import BoardId, MemberId, ProposalId, SessionId, ThreadId
from bbs.messages import Command, Request, Result
from bbs.powers import Office, Way
from bbs_server.ceilings import Ceilings
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
from bbs_server.standing import Actor, BoardFacts, ObjectLocator, Standing
from bbs_server.store.api import AnyTable, RowKey, Slices, Store, Tx
from bbs_server.store.proven_time import Moment
from bbs_server.words_in_question import WordsInQuestion


class FeatureLookups(ObjectLocator, Protocol):
    """The questions of features to each other; the feature that owns the matter answers."""

    def members_by_handle(self, tx: Tx, handles: Sequence[str]) -> dict[str, MemberId]: ...
    def member(self, tx: Tx, ctx: "Context", member: MemberId) -> Member | None: ...
    def sysops(self, tx: Tx, now: Ms) -> frozenset[MemberId]: ...
    def make_sysop(self, tx: Tx, ctx: "Context", member: MemberId, act: str) -> None:
        """Make a member sysop, and moderator of the commons, by an act."""
        ...

    def clause_existed(self, tx: Tx, board: BoardId, version: int, number: int) -> bool: ...
    def norms_version_at(self, tx: Tx, board: BoardId, at: Ms) -> int: ...
    def is_judgement(self, tx: Tx, board: BoardId, version: int, number: int) -> bool: ...
    def cited_clauses(self, tx: Tx, board: BoardId) -> Mapping[tuple[int, int], int]: ...
    def board_by_slug(self, tx: Tx, slug: str, now: Ms) -> BoardId | None:
        """Return the board to which a slug leads, an old one too."""
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

    def commons_full(self, tx: Tx) -> bool: ...
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
        """Return whether others than a member wrote there."""
        ...

    def may_have_words_of_gone(self, tx: Tx, board: BoardId, member: MemberId) -> bool:
        """Return whether others than a member, without a seat now, may have words there."""
        ...

    def thread_by_number(
        self, tx: Tx, board: BoardId, number: int, moment: Moment
    ) -> Thread | None: ...
    def post_by_number(
        self, tx: Tx, thread: ThreadId, number: int, moment: Moment
    ) -> Post | None: ...
    def line_by_number(self, tx: Tx, board: BoardId, number: int) -> Line | None: ...
    def effects_of_act(self, tx: Tx, ctx: "Context", did: Did) -> list[Effect]:
        """Return the events that keep an act and tell it to its board's readers."""
        ...

    def acts(self, tx: Tx, board: BoardId, numbers: Sequence[int]) -> dict[int, Act]:
        """Return acts of a board by their numbers, with their words, without whom they are about."""
        ...

    def last_act_on(self, tx: Tx, board: BoardId, thing: str) -> "tuple[Act, ActTexts] | None":
        """Return the last act done to a thing, and the ids of its words."""
        ...

    def effects_of_notice(
        self, tx: Tx, ctx: "Context", kind: NoticeKind, told: "Told"
    ) -> list[Effect]:
        """Return the event that tells a member something; none if they were told of that act."""
        ...

    def move_if_grave(
        self, tx: Tx, ctx: "Context", command: Command[Any], did: Did
    ) -> Callable[[], Outcome[Any]] | None:
        """Decide whether a command has to wait for others (protocol 15).

        Args:
            did: What it did; all of that is undone if it has to wait.

        Returns:
            What stores it, to be called once it is undone; None if it is carried out at once.
        """
        ...

    waiting: Mapping[type[Command[Any]], "WhileWaiting"]
    """What else happens while a command waits, by the command."""

    def confirm(self, tx: Tx, ctx: "Context", command: Command[Any], about: str) -> None:
        """Check the password or signature that a command carries as proof of who sends it.

        Args:
            about: The id of the thing it is about, which a signature names.

        Raises:
            SignInFailed: If it does not prove it.
        """
        ...

    def set_closing(
        self, tx: Tx, ctx: "Context", begins: Mapping[int, Ms], act: str | None
    ) -> WatchEdge:
        """Let the community end in stages, each from its moment on; without any it stays open."""
        ...

    def list_restrictions(
        self, tx: Tx, boards: Iterable[BoardId], member: MemberId, now: Ms
    ) -> tuple[Restriction, ...]:
        """Return what narrows a member on these boards now or later, but for the community's end."""
        ...

    def next_office_edge(self, tx: Tx, after: Ms) -> Ms | None:
        """Return the first moment after `after`, in ms, at which an office begins or ends by time."""
        ...

    def offices_changed_at(self, tx: Tx, ctx: "Context", at: Ms) -> list[Effect]:
        """Return what tells of offices that began or ended at a moment, in ms, by time alone."""
        ...

    def restricted_boards(
        self, tx: Tx, kind: RestrictionKind, member: MemberId | None, now: Ms
    ) -> frozenset[BoardId]:
        """Return the boards with a restriction of a kind in force, about a member or everybody."""
        ...

    def unsay_board(self, tx: Tx, board: BoardId) -> None:
        """Take a board's words out of the commons' acts: it left public view."""
        ...


ActTexts = Mapping[str, str]
"""The ids of an act's words, by their paths, such as `act.reason`."""


class Told(Struct, frozen=True, kw_only=True):
    """What a member is told of in person.

    Attributes:
        board: In whose acts it stands, or whose seat it is.
        act: The use of power; None where nobody used any.
        texts: The ids of the act's words.
        seat: The member's seat as it now is, where that is what changed.
        proposal: The command that waits, where that is what they are told of.
    """

    member: MemberId
    board: BoardId
    act: Act | None = None
    texts: ActTexts = {}
    seat: Seat | None = None
    proposal: ProposalId | None = None


class Context(Struct, frozen=True):
    """The moment and the place a handler acts in.

    Attributes:
        moment: When it is, as far as that is known.
        actor: None for a stranger; for the system itself see `system`.
        standing: The gate's finding where the request names a board, thread, post or line.
        random_bytes: Gives n random bytes.
        prepared: The value that the request's `prepare` returned; None without a `prepare`.
        request: The request being handled, for reactions.
        host: The host by which the connection reached the server.
        nonce: The open challenge of this connection, or None.
        ceilings: The highest numbers that the sysop's settings allow.
        office: In which office the actor acts, where it is not decided by the power used.
        speaker: The author, where no member acts.
        way: How the command came, where it was not sent through the actor's session now.
        seconded_by: Who agreed to the command so that it is carried out; None where that was nobody.
        execute_as: Carries out another command in this transaction; see `ExecuteAs`.
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
    ceilings: Ceilings = Ceilings()
    office: Office | None = None
    speaker: Author | None = None
    way: Way | None = None
    seconded_by: MemberId | None = None
    execute_as: "ExecuteAs | None" = None

    @property
    def now(self) -> Ms:
        """The time of this transaction, ms: every view hides what is over by then."""
        return self.moment.now

    @property
    def proven_now(self) -> Ms:
        """A lower bound of the true time, ms: acts that cannot be undone go by it (P10)."""
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

    def carry_out_due(self, tx: Tx, command: Command[Any]) -> Execution:
        """Carry out a command as the system, in timed work that acts; see `ExecuteAs`."""
        assert self.execute_as is not None
        return self.execute_as(tx, self, SystemAuthor(), Office.SYSTEM, command)


CheckAct = Callable[[Did | Unchanged | None], None]
"""Looks at what a command did, and raises to undo it."""


class ExecuteAs(Protocol):
    """Carries out a command for somebody who did not send it now, in the transaction under way."""

    def __call__(
        self,
        tx: Tx,
        ctx: Context,
        author: Author,
        office: Office,
        command: Command[Any],
        check: CheckAct = ...,
    ) -> Execution:
        """Carry out a command by the same gate, op, handler, reactions and act as a member's own.

        Nothing of it stays if it raises.

        Args:
            ctx: Of the handler that calls this.
            author: For whom: a member, by their own powers; the assembly or the system, by those of
                the office.
            office: In which office, as the act will say.
            command: Carried out again under its op, nothing is done; without an op nothing is
                remembered of it.
            check: Looks at what it did before that is kept.

        Returns:
            What was done, to be returned among the effects of the handler.

        Raises:
            FolkmootError: As the gate and the command's handler do.
        """
        ...


Handler = Callable[[Tx, Context, Any], Outcome[Any]]
QueryHandler = Callable[[Tx, Context, Any], Result | Slices[Result]]
"""Answers a query: at once, or in slices where it may be long."""

Reaction = Callable[[Tx, Context, AppendEvent], Iterable[Effect]]
Tell = Callable[[Tx, Context, AppendEvent], Iterable[Told]]
"""Tells of an event who is told of it in person."""
Prepare = Callable[["PrepareContext", Any], Awaitable[Any]]
Prefetch = Callable[[Any], Iterable[tuple[AnyTable, RowKey]]]
"""Tells of a command which rows its handler will look up by their keys."""


@dataclass(frozen=True, slots=True)
class PrepareContext:
    """The means of slow work before a transaction.

    Attributes:
        pool: The `PasswordPool` of strangers.
        members_pool: The `PasswordPool` of members.
        passwords: The `argon2.PasswordHasher` in use.
        guesses: The `Guesses` of the members' feature, which counts wrong guesses.
        now: When the request came, ms.
        member, session: The member who asks, and their session; None for a stranger.
        address_refusal: How the server refuses the stranger's address; None if it does not.
    """

    store: Store
    pool: Any
    members_pool: Any
    passwords: Any
    guesses: Any
    now: Ms
    member: MemberId | None
    session: SessionId | None
    address_refusal: FolkmootError | None
    readers: FeatureLookups

    async def read(self, fn: Callable[[Tx], Any]) -> Any:
        """Run `fn` in a read transaction. Cancel-safe."""
        return await self.store.read(fn)

    async def in_pool(self, fn: Callable[..., Any], *args: object, known: bool = False) -> Any:
        """Run a slow plain function in a bounded password pool.

        Args:
            known: Whether a member seems to ask: members have a pool of their own, in which they
                wait for no stranger (P14).

        Raises:
            Throttled: If too many are waiting.
        """
        return await (self.members_pool if known else self.pool).run(fn, *args)

    def refuse_address(self) -> None:
        """Refuse an address from which too many wrong proofs came, before a stranger's guess.

        Raises:
            Throttled: If there were too many; with when it may try again.
        """
        if self.address_refusal is not None:
            raise self.address_refusal


class WhileWaiting(Struct, frozen=True, kw_only=True):
    """What else happens while a command waits, by the feature that owns the command.

    Attributes:
        begin: Called in the transaction in which it comes to wait, with what it is to be done to.
        end: Called in the transaction in which it ends without having been carried out.
        concerns: Returns those of some members who may have written any of what it is about.
        would_concern: Returns the same of a command that is only about to wait.
        show: Returns a page of its words above a place, of one member or all (None); None for none.
    """

    begin: Callable[[Tx, Context, ProposalId, Thing], Iterable[Effect]]
    end: Callable[[Tx, Context, ProposalId], Iterable[Effect]]
    concerns: Callable[[Tx, ProposalId, Collection[MemberId]], frozenset[MemberId]]
    would_concern: Callable[[Tx, Context, Thing, Collection[MemberId]], frozenset[MemberId]]
    show: Callable[[Tx, Context, ProposalId, MemberId | None, int], WordsInQuestion | None]
