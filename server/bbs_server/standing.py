"""The actor of a request, the place of its thing, and the actor's powers there. No I/O here."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from msgspec import Struct

from bbs import limits
from bbs.clock import DAY_MS, Ms
from bbs.features.boards.kinds import BoardKind
from bbs.features.boards.messages import Visibility
from bbs.features.boards.seat_messages import SeatState
from bbs.features.members.views import Author, MemberAuthor
from bbs.features.moderation.views import Restriction
from bbs.ids import BoardId, MemberId, SessionId, ThreadId
from bbs.messages import View
from bbs.move_refusals import BoardMoved
from bbs.powers import NeedTarget, Office, Power, Role, Way
from bbs.streams import StreamKind
from bbs_server.store.api import Tx
from bbs_server.store.proven_time import Moment

# Plain strings: the engine's module looks for an adapter of any other.
_DEVICE, _SCRIPT = str(Way.DEVICE), str(Way.SCRIPT)


class Actor(Struct, frozen=True):
    """The member who sends a request, and their session.

    Attributes:
        seated: False while the member waits for a seat on the commons.
        scope: The only powers of a token; None for a device.
        boards: The only boards a token reaches; None for all.
        by_script: Whether a script sends it through a device's session.
        leaves_at: When all of theirs goes as chosen, in ms, because they left; None if they did not.
    """

    member: MemberId
    session: SessionId
    seated: bool
    scope: frozenset[Power] | None = None
    boards: frozenset[BoardId] | None = None
    by_script: bool = False
    leaves_at: Ms | None = None

    @property
    def author(self) -> Author:
        """The actor as an author."""
        return MemberAuthor(id=self.member)

    @property
    def way(self) -> Way:
        """The way of the actor's requests: from a device, or from a script."""
        is_person = self.scope is None and not self.by_script
        return Way.DEVICE if is_person else Way.SCRIPT

    @property
    def via(self) -> str:
        """`way`, as the rows of words keep it."""
        return _DEVICE if self.scope is None and not self.by_script else _SCRIPT


class BoardFacts(Struct, frozen=True):
    """The facts of a board that rules and handlers of every feature need.

    Attributes:
        slug: None for a letter.
    """

    id: BoardId
    slug: str | None
    kind: BoardKind
    visibility: Visibility
    retention_days: int
    lounge_hours: int
    hold_s: int
    norms_version: int
    questions_text: str | None = None
    guard_first_posts: bool = False
    guard_links: bool = False
    guard_pace_s: int = 0
    guard_letters: bool = False
    log_by_office: bool = False


class Standing(Struct, frozen=True):
    """The actor's role and powers on the board of the request; the gate loads it once.

    Attributes:
        offices: The offices in force in which the actor may act there.
    """

    board: BoardFacts
    role: Role
    powers: frozenset[Power]
    offices: frozenset[Office] = frozenset()


class SeatFacts(NamedTuple):
    """The gate's facts about a seat.

    Attributes:
        norms_accepted: The version of the norms the member accepted; 0 while only offered.
        since: Since when the member sits, in ms; None until then.
    """

    state: SeatState
    norms_accepted: int
    since: Ms | None


class OfficeTerm(NamedTuple):
    """An office that a member has, had or will have, as long as it is stored.

    Attributes:
        board: Its board; the sysop's office is on the commons.
        office: `MODERATOR` or `SYSOP`.
        since, until: It is in force from `since` to just before `until`, in ms; None: no end yet.
    """

    board: BoardId
    office: Office
    since: Ms
    until: Ms | None


class ObjectLocation(Struct, frozen=True):
    """The place and the owner of a thing.

    Attributes:
        owner: The member who made it; None if no member did.
        shared: Whether it is the own of everybody who is there: a letter's thread.
        owner_only: Whether only its owner and the desk know of it: a held post.
        thread: The thread that it is, or stands in; None for what is in no thread.
        words_on: Of a thread that was merged or moved, the board on which its words are now.
    """

    board: BoardId
    owner: MemberId | None = None
    owner_only: bool = False
    shared: bool = False
    thread: ThreadId | None = None
    words_on: BoardId | None = None


Locate = Callable[[Tx, str], ObjectLocation | None]
"""Locates the thing with an id that a request names; None if there is none."""

Hears = Callable[[Actor, str, Standing | None], bool]
"""Decides whether an actor may listen to the stream of an owner; with the actor's standing on the
board that owns it, None where a member does. Pure."""


class Restated(Protocol):
    """A thing that a member made, as readers see it now."""

    @property
    def id(self) -> str: ...
    @property
    def board(self) -> BoardId: ...
    @property
    def author(self) -> Author: ...


MayRead = Callable[[BoardId], bool]
"""Returns whether the one who asks may read a board now."""

Restate = Callable[[Tx, Any, Moment, MayRead], Restated]
"""Returns how the thing with an id stands at a moment, without hidden text; refuses once it is over.

Of a thing that went to a board that its maker may not read, it tells nothing of that board.
"""


HearsByRows = Callable[[Tx, "ObjectLocator", Actor, str, Ms], bool]
"""Decides whether an actor may listen to the stream of an owner at a moment, in ms, from rows."""


def heard_by_nobody(actor: Actor, owner: str, standing: Standing | None) -> bool:
    """Return False: no connection listens."""
    return False


class StreamSpec(Struct, frozen=True, kw_only=True):
    """A kind of streams, as the feature that owns it declares it.

    Attributes:
        of_board: Whether a board owns each of them; otherwise a member does.
        hears: Decides who may listen.
        hears_by_rows: Decides it instead, where standing on one board does not say it.
        names: Whether its events name who acted, even on a board whose log names offices: those who
            listen hear appeals there, or nobody listens (protocol 13.5).
        kept_ms: Returns how long events are kept, from the facts of the board that owns them, or
            from None if no board does.
    """

    kind: StreamKind
    of_board: bool = True
    hears: Hears = heard_by_nobody
    hears_by_rows: HearsByRows | None = None
    names: bool = False
    kept_ms: Callable[[BoardFacts | None], Ms]


def heard_with(power: Power) -> Hears:
    """Return a rule: every member with a power on the board may listen."""

    def hears(actor: Actor, owner: str, standing: Standing | None) -> bool:
        return standing is not None and power in standing.powers

    return hears


def kept_always(facts: BoardFacts | None) -> Ms:
    """Return how long a stream keeps events whose time no board sets."""
    return limits.STREAM_DAYS * DAY_MS


class ObjectLocator(Protocol):
    """Locates things for the gate, with functions of the features that own them.

    Attributes:
        targets: The functions that locate a request's thing, by the kind of thing.
        streams: Every kind of streams.
        restates: The functions that return things as they stand, by the classes of their views.
    """

    targets: Mapping[NeedTarget, Locate]
    streams: Mapping[str, StreamSpec]
    restates: Mapping[type[View], Restate]

    def __hash__(self) -> int:
        """Make the locator a part of the key under which `Tx.memoize` keeps the gate's answers."""
        ...

    def hidden_among(self, tx: Tx, keys: Iterable[str]) -> frozenset[str]:
        """Return the ids of things whose text is stored but must not be shown now (P10)."""
        ...

    def hidden_events(
        self, tx: Tx, stream: str, events: Sequence[tuple[str, str]]
    ) -> frozenset[tuple[str, str]]:
        """Return those events of a stream, each a kind and a subject, that may show no words now."""
        ...

    def board_facts(self, tx: Tx, board: BoardId) -> BoardFacts | None: ...
    def seat_of(self, tx: Tx, board: BoardId, member: MemberId) -> SeatFacts | None: ...
    def offices_of(self, tx: Tx, member: MemberId) -> tuple[OfficeTerm, ...]:
        """Return all stored offices of a member, in force or not."""
        ...

    def restrictions_on(
        self, tx: Tx, board: BoardId, member: MemberId | None
    ) -> tuple[Restriction, ...]:
        """Return the restrictions of a member, or of everybody, on a board or on the commons."""
        ...

    def restriction_reason(self, tx: Tx, restriction: str) -> str | None:
        """Return the reason of a restriction, by its id; None if it has none."""
        ...

    def refusal_of_moved(self, tx: Tx, board: BoardId) -> BoardMoved:
        """Return the error that says where a board went that has moved (protocol 30.7)."""
        ...

    def writer_of(self, tx: Tx, board: BoardId, now: Ms) -> str | None:
        """Return the handle of the member who writes a journal; None where nobody does."""
        ...

    def last_written(
        self, tx: Tx, board: BoardId, member: MemberId, since: Ms, thread: ThreadId | None
    ) -> Ms | None:
        """Return when a member last wrote on a board, or in a thread; None if not after `since`."""
        ...
