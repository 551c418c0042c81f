"""Boards: small themed spaces with a charter, a limited number of seats and a memory that ends."""

from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta

from bbs import limits
from bbs.address import drop_unless_name
from bbs.features.norms.messages import Clauses
from bbs.ids import BoardId, MemberId
from bbs.messages import Command, Event, Query, Result, Revision, View
from bbs.powers import Need, NeedTarget, Power

Slug = Annotated[str, Meta(max_length=limits.SLUG_CHARS_MAX)]
Title = Annotated[str, Meta(max_length=limits.TITLE_CHARS_MAX * 4)]
Charter = Annotated[str, Meta(max_length=limits.CHARTER_CHARS_MAX * 4)]
Seats = Annotated[int, Meta(ge=1, le=limits.BOARD_SEATS_MAX)]
RetentionDays = Annotated[int, Meta(ge=0, le=limits.RETENTION_DAYS_MAX)]
"""Days until posts fade; 0 means they are kept."""
LoungeHours = Annotated[int, Meta(ge=1, le=limits.LOUNGE_HOURS_MAX)]
HoldSeconds = Annotated[int, Meta(ge=0, le=limits.HOLD_SECONDS_MAX)]


BOARD_WORDS = ("board.slug", "board.title", "board.charter")


class Visibility(StrEnum):
    """Who may read a board and know of it."""

    MEMBERS = "members"  # listed; every member may read
    UNLISTED = "unlisted"  # every member who knows its address may read
    PRIVATE = "private"  # seat holders only; to others it does not exist


class SeatState(StrEnum):
    """Where a member stands with a board. Moves: see bbs.features.boards.rules.SEAT_MOVES."""

    OFFERED = "offered"
    WAITING = "waiting"
    SEATED = "seated"
    LEFT = "left"


class Board(View, frozen=True, kw_only=True):
    """A board as everybody who may read it sees it.

    Attributes:
        slug: What addresses name it by. None where its words are gone, or where the server sent
            something that has not the form of a slug.
        number: Its place in the list: the order of opening (P1).
        seats: How many there are, not how many are taken.
        retention_days: After how many days a post written now fades; 0: never.
        lounge_hours: After how many hours a line of the lounge fades.
        hold_s: Seconds a post waits before it is published, editable without a trace; 0: none.
        norms_version: The version in force.
    """

    id: BoardId
    slug: str | None = None
    number: int
    title: str | None = None
    charter: str | None = None
    visibility: Visibility = Visibility.MEMBERS
    seats: int
    retention_days: int = 0
    lounge_hours: int
    hold_s: int = 0
    norms_version: int = 1
    revision: Revision = 1

    def __post_init__(self) -> None:
        """Accept no slug that is none (P13)."""
        drop_unless_name(self, "slug")

    @property
    def label(self) -> str:
        """The slug, or words that stand for a board without one."""
        return self.slug or "a board"


class Seat(View, frozen=True, kw_only=True):
    """A member's place on a board.

    Attributes:
        position: Order of asking on this board; the waiting list moves up in it.
        norms_version: The version accepted; 0 while only offered.
    """

    board: BoardId
    member: MemberId
    state: SeatState
    moderator: bool = False
    position: int = 0
    norms_version: int = 0
    revision: Revision = 1


class BoardList(Result, frozen=True, kw_only=True):
    """Boards by number, and one's own seats."""

    boards: tuple[Board, ...]
    seats: tuple[Seat, ...]


class BoardResult(Result, frozen=True, kw_only=True):
    """A board as it now stands, and one's own seat on it, if any."""

    text_paths: ClassVar[tuple[str, ...]] = BOARD_WORDS
    board: Board
    seat: Seat | None = None


class SeatList(Result, frozen=True, kw_only=True):
    """All seats of a board by position; the waiting and the offered after the seated."""

    seats: tuple[Seat, ...]


class SeatResult(Result, frozen=True, kw_only=True):
    """The seat as it now stands."""

    seat: Seat


class ListBoards(Query[BoardList], frozen=True, kw_only=True):
    """List the boards one may know of: listed ones, and those one has to do with."""

    method: ClassVar[str] = "boards.list"
    needs: ClassVar[Need] = Need(Power.READ)


class GetBoard(Query[BoardResult], frozen=True, kw_only=True):
    """Read one board. Errors: `not_found`."""

    method: ClassVar[str] = "boards.get"
    needs: ClassVar[Need] = Need(Power.KNOW, on=NeedTarget.BOARD)
    board: BoardId


class ListSeats(Query[SeatList], frozen=True, kw_only=True):
    """List who sits on a board. Errors: `not_found`."""

    method: ClassVar[str] = "boards.seats"
    needs: ClassVar[Need] = Need(Power.READ, on=NeedTarget.BOARD)
    board: BoardId


class OpenBoard(Command[BoardResult], frozen=True, kw_only=True):
    """Open a board and take its first seat, as moderator.

    Errors: `taken` for the slug, `text_refused`, `full` for the number of boards.

    Attributes:
        norms: Its own clauses, beside those of the commons. At least one.
    """

    method: ClassVar[str] = "boards.open"
    needs: ClassVar[Need] = Need(Power.OPEN_BOARD)
    board: BoardId
    slug: Slug
    title: Title
    charter: Charter
    norms: Clauses
    visibility: Visibility = Visibility.MEMBERS
    seats: Seats | None = None
    retention_days: RetentionDays = 0
    lounge_hours: LoungeHours = limits.LOUNGE_HOURS_DEFAULT
    hold_s: HoldSeconds = limits.HOLD_SECONDS_DEFAULT


class ConfigureBoard(Command[BoardResult], frozen=True, kw_only=True):
    """Change a board's settings; what is None stays. Logged on the board (P8).

    A shorter retention acts at once on what is there, a longer one only on what is written
    after (P10). Fewer seats than are taken take nobody's seat; they are not given again.
    Errors: `conflict` if `if_revision` is not the current one, `text_refused`.
    """

    method: ClassVar[str] = "boards.configure"
    needs: ClassVar[Need] = Need(Power.CONFIGURE, on=NeedTarget.BOARD)
    board: BoardId
    title: Title | None = None
    charter: Charter | None = None
    visibility: Visibility | None = None
    seats: Seats | None = None
    retention_days: RetentionDays | None = None
    lounge_hours: LoungeHours | None = None
    hold_s: HoldSeconds | None = None
    if_revision: Revision | None = None


class TakeSeat(Command[SeatResult], frozen=True, kw_only=True):
    """Take a seat on a board, accepting its norms; on a full board, a place on the waiting list.

    Also accepts new norms on a seat one has. Errors: `norms.accept_first`,
    `boards.seat_by_offer`, `not_found`.
    """

    method: ClassVar[str] = "boards.take_seat"
    needs: ClassVar[Need] = Need(Power.SIT, on=NeedTarget.BOARD)
    board: BoardId
    norms_version: Annotated[int, Meta(ge=1)]


class LeaveSeat(Command[SeatResult], frozen=True, kw_only=True):
    """Give up a seat, a place on the waiting list, or an offer. The next in line moves up.

    Errors: `conflict` for the commons, which one leaves by leaving the community; `not_found`.
    """

    method: ClassVar[str] = "boards.leave_seat"
    needs: ClassVar[Need] = Need(Power.SIT, on=NeedTarget.BOARD)
    board: BoardId


class OfferSeat(Command[SeatResult], frozen=True, kw_only=True):
    """Offer a member a seat on a board; they take it or let it be. Errors: `not_found`, `conflict`."""

    method: ClassVar[str] = "boards.offer_seat"
    needs: ClassVar[Need] = Need(Power.OFFER_SEAT, on=NeedTarget.BOARD)
    board: BoardId
    member: MemberId


class Appoint(Command[SeatResult], frozen=True, kw_only=True):
    """Make a seat holder moderator, or end it. Logged on the board (P8).

    Errors: `not_found` if the member has no seat there.
    """

    method: ClassVar[str] = "boards.appoint"
    needs: ClassVar[Need] = Need(Power.APPOINT, on=NeedTarget.BOARD)
    board: BoardId
    member: MemberId
    moderator: bool = True


class BoardOpened(Event, frozen=True, kw_only=True):
    """A board was opened, or came into view. On the board; on the commons too if it is listed."""

    kind: ClassVar[str] = "boards.opened"
    text_paths: ClassVar[tuple[str, ...]] = BOARD_WORDS
    board: Board


class BoardConfigured(Event, frozen=True, kw_only=True):
    """A board's settings changed. On the board; on the commons too if it is listed.

    Readers apply a shorter retention to what they hold: a post fades at the earlier of its
    `fades_at` and `visible_at` plus the new retention.
    """

    kind: ClassVar[str] = "boards.configured"
    text_paths: ClassVar[tuple[str, ...]] = BOARD_WORDS
    board: Board


class BoardUnlisted(Event, frozen=True, kw_only=True):
    """A board went out of view: forget it unless you have a seat on it. On the commons."""

    kind: ClassVar[str] = "boards.unlisted"
    board: BoardId


class SeatChanged(Event, frozen=True, kw_only=True):
    """A seat was offered, asked for, taken, left, or its holder became moderator or ceased to be.

    On the board, and in the member's own stream, so that all their devices know. Its author is who
    asked for it; of a place that moves up because a seat became free, the system (P8).

    Attributes:
        appointed: True if this made its holder moderator, False if it ended that, None if neither.
    """

    kind: ClassVar[str] = "boards.seat_changed"
    seat: Seat
    appointed: bool | None = None
