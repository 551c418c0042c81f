"""Boards: small themed spaces with a charter, a limited number of seats and a memory that ends."""

from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta

from bbs.address import drop_unless_name
from bbs.clock import Instant
from bbs.features.boards.settings import (
    SETTINGS,
    TEXT_SETTINGS,
    SettingsAtOpening,
    SettingsChange,
    SettingsView,
)
from bbs.features.boards.settings import Visibility as Visibility
from bbs.features.moderation.views import Restriction
from bbs.features.norms.messages import Clauses
from bbs.gravity import Grave, begins_by_itself, ends_for_another
from bbs.ids import BoardId, MemberId
from bbs.messages import Command, Event, Query, Result, Revision, View
from bbs.powers import Need, NeedTarget, Power

BOARD_WORDS = tuple(f"board.{name}" for name in TEXT_SETTINGS)


class SeatState(StrEnum):
    """The state of a member's seat. Changes: see `bbs.features.boards.rules.SEAT_TRANSITIONS`."""

    OFFERED = "offered"
    WAITING = "waiting"
    SEATED = "seated"
    LEFT = "left"


class Board(SettingsView, frozen=True, kw_only=True):
    """A board as everybody who may read it sees it, with its settings.

    Its slug, title and charter are None once their text is erased. A slug is None, too, if it does
    not have the form of a slug.

    Attributes:
        number: The board's place in the list, in the order of opening (P1).
        norms_version: The version of the norms in force.
    """

    id: BoardId
    number: int
    norms_version: int = 1
    revision: Revision = 1

    def __post_init__(self) -> None:
        """Set `slug` to None if it does not have the form of a slug (P13)."""
        drop_unless_name(self, "slug")

    @property
    def label(self) -> str:
        """The slug, or "a board" if there is none."""
        return self.slug or "a board"


class Seat(View, frozen=True, kw_only=True):
    """A member's place on a board.

    Attributes:
        position: The seat's place in the order of asking on this board; the waiting list moves
            up in this order.
        norms_version: The version of the norms that the member accepted; 0 while the seat is only
            offered.
    """

    board: BoardId
    member: MemberId
    state: SeatState
    moderator: bool = False
    position: int = 0
    norms_version: int = 0
    revision: Revision = 1


class OldSlug(View, frozen=True, kw_only=True):
    """A slug that a board had before, which still leads to it.

    Attributes:
        slug: None if the server sent a text that does not have the form of a slug.
        until: The end of the old slug: from then on it leads nowhere and another board may take it.
    """

    board: BoardId
    slug: str | None = None
    until: Instant

    def __post_init__(self) -> None:
        """Set `slug` to None if it does not have the form of a slug (P13)."""
        drop_unless_name(self, "slug")


class BoardList(Result, frozen=True, kw_only=True):
    """Boards by number, the member's own seats, and the old slugs of these boards.

    Attributes:
        restrictions: Restrictions of the member, or of everybody, on these boards: those in force
            and those that begin later.
    """

    boards: tuple[Board, ...]
    seats: tuple[Seat, ...]
    old_slugs: tuple[OldSlug, ...] = ()
    restrictions: tuple[Restriction, ...] = ()


class BoardResult(Result, frozen=True, kw_only=True):
    """A board in its current state, and the member's own seat on it, if any.

    Attributes:
        restrictions: Restrictions of the member, or of everybody, on the board: those in force and
            those that begin later. Only in the answer to a query; empty after a command.
    """

    text_paths: ClassVar[tuple[str, ...]] = (*BOARD_WORDS, "restrictions.reason")
    board: Board
    seat: Seat | None = None
    restrictions: tuple[Restriction, ...] = ()


class SeatList(Result, frozen=True, kw_only=True):
    """All seats of a board by position: first the seated, then the waiting and the offered."""

    seats: tuple[Seat, ...]


class SeatResult(Result, frozen=True, kw_only=True):
    """The seat after the command."""

    seat: Seat


class ListBoards(Query[BoardList], frozen=True, kw_only=True):
    """List the listed boards, and those where the member has, awaits or was offered a seat."""

    method: ClassVar[str] = "boards.list"
    needs: ClassVar[Need] = Need(Power.READ)


class GetBoard(Query[BoardResult], frozen=True, kw_only=True):
    """Read one board. Errors: `not_found`."""

    method: ClassVar[str] = "boards.get"
    needs: ClassVar[Need] = Need(Power.KNOW, on=NeedTarget.BOARD)
    board: BoardId


class ListSeats(Query[SeatList], frozen=True, kw_only=True):
    """List the seats of a board. Errors: `not_found`."""

    method: ClassVar[str] = "boards.seats"
    needs: ClassVar[Need] = Need(Power.READ, on=NeedTarget.BOARD)
    board: BoardId


class OpenBoard(SettingsAtOpening[BoardResult], frozen=True, kw_only=True):
    """Open a board and take its first seat, as moderator.

    Errors: `taken` for the slug, `text_refused`, `ceiling_reached` for boards and seats.

    Attributes:
        norms: The board's own clauses, in addition to those of the commons. At least one.
    """

    method: ClassVar[str] = "boards.open"
    needs: ClassVar[Need] = Need(Power.OPEN_BOARD, grows=True)
    board: BoardId
    norms: Clauses


class ConfigureBoard(SettingsChange[BoardResult], frozen=True, kw_only=True):
    """Change those settings of a board that are not None. Logged on the board (P8).

    A token changes title and charter and adds seats; every other change needs a device
    (`device_needed`).

    A shorter retention applies at once to existing posts, a longer one only to posts written
    afterwards (P10). If there are then fewer seats than members seated, nobody loses a seat, but
    the board gives out none until enough members have left. If the slug changes, the slug before
    leads to the board for 400 more days, and no other board can take it in that time. A shorter
    retention, a wider visibility and fewer seats than are taken may wait for the agreement or
    objections of other members (protocol 15). Errors: `conflict` if `if_revision` is not the
    current one, if the board has had too many slugs in that time, or if a private board that holds
    text of other members would stop being private; `taken` for the slug, `text_refused`,
    `ceiling_reached`, `proposals.waits`.
    """

    method: ClassVar[str] = "boards.configure"
    needs: ClassVar[Need] = Need(Power.CONFIGURE, on=NeedTarget.BOARD)
    text_paths: ClassVar[tuple[str, ...]] = TEXT_SETTINGS
    grave: ClassVar[tuple[Grave, ...]] = tuple(
        mark for each in SETTINGS.values() for mark in each.marks if isinstance(mark, Grave)
    )
    board: BoardId
    if_revision: Revision | None = None


class TakeSeat(Command[SeatResult], frozen=True, kw_only=True):
    """Take a seat on a board and accept its norms; on a full board, join the waiting list.

    On a seat the member has, it accepts new norms. Errors: `norms.accept_first`,
    `boards.seat_by_offer`, `not_found`.
    """

    method: ClassVar[str] = "boards.take_seat"
    needs: ClassVar[Need] = Need(Power.SIT, on=NeedTarget.BOARD, gives_seat=True)
    board: BoardId
    norms_version: Annotated[int, Meta(ge=1)]


class LeaveSeat(Command[SeatResult], frozen=True, kw_only=True):
    """Give up a seat, a place on the waiting list, or an offer. The first member waiting moves up.

    Errors: `conflict` for the commons, which members leave only with the community; `not_found`;
    `boards.last_in_office` for the only moderator of others who sit or wait there.
    """

    method: ClassVar[str] = "boards.leave_seat"
    needs: ClassVar[Need] = Need(Power.SIT, on=NeedTarget.BOARD)
    board: BoardId


class OfferSeat(Command[SeatResult], frozen=True, kw_only=True):
    """Offer a member a seat, which they may take. Errors: `not_found`, `conflict`."""

    method: ClassVar[str] = "boards.offer_seat"
    needs: ClassVar[Need] = Need(Power.OFFER_SEAT, on=NeedTarget.BOARD, gives_seat=True)
    board: BoardId
    member: MemberId


class Appoint(Command[SeatResult], frozen=True, kw_only=True):
    """Make a seat holder moderator, or end their office. Logged on the board (P8).

    The board's moderators and the sysop may send it. Ending another member's office may wait for
    the agreement or objections of other members (protocol 15). Errors: `not_found` if the member
    has no seat there, `boards.last_in_office`, `proposals.waits`.
    """

    method: ClassVar[str] = "boards.appoint"
    needs: ClassVar[Need] = Need(Power.APPOINT, on=NeedTarget.BOARD)
    grave: ClassVar[tuple[Grave, ...]] = (
        Grave("moderator", "a moderator's office would end", ends_for_another),
    )
    board: BoardId
    member: MemberId
    moderator: bool = True


class HandOver(Command[SeatResult], frozen=True, kw_only=True):
    """Give the sender's office of moderator to a seat holder, in one act. Logged on the board (P8).

    If that member is a moderator already, only the sender's office ends. The result is the seat of
    the member named. Errors: `not_found` if that member has no seat there.
    """

    method: ClassVar[str] = "boards.hand_over"
    needs: ClassVar[Need] = Need(Power.HAND_OVER, on=NeedTarget.BOARD)
    board: BoardId
    member: MemberId


class TakeUpOffice(Command[SeatResult], frozen=True, kw_only=True):
    """Become moderator of a board without one, as a seat holder there. Logged on the board (P8).

    Members who have held a seat there for `OFFICE_SEATED_DAYS` and are not restricted have
    precedence. If there are none, every seat holder may send it. The command waits by delay for the
    objections of other members (protocol 15). Errors: `not_found` without a seat there, `conflict`
    if the board has a moderator or another member has precedence, `proposals.waits`.
    """

    method: ClassVar[str] = "boards.take_up_office"
    needs: ClassVar[Need] = Need(Power.SIT, on=NeedTarget.BOARD)
    grave: ClassVar[tuple[Grave, ...]] = (
        Grave("moderator", "nobody in office gives it", begins_by_itself, by_delay=True),
    )
    board: BoardId


class BoardOpened(Event, frozen=True, kw_only=True):
    """A board was opened or became listed. On the board; on the commons too if it is listed."""

    kind: ClassVar[str] = "boards.opened"
    text_paths: ClassVar[tuple[str, ...]] = BOARD_WORDS
    board: Board


class BoardConfigured(Event, frozen=True, kw_only=True):
    """A board's settings changed, its slug too. On the board; on the commons too if it is listed.

    Readers apply a shorter retention to what they hold: a post fades at the earlier of its
    `fades_at` and `visible_at` plus the new retention.
    """

    kind: ClassVar[str] = "boards.configured"
    text_paths: ClassVar[tuple[str, ...]] = BOARD_WORDS
    board: Board


class BoardUnlisted(Event, frozen=True, kw_only=True):
    """A board is no longer listed: drop it unless the member has a seat on it. On the commons."""

    kind: ClassVar[str] = "boards.unlisted"
    board: BoardId


class SeatChanged(Event, frozen=True, kw_only=True):
    """A seat was offered, asked for, taken or left, or its holder's role as moderator changed.

    On the board, and in the member's own stream, so that all their devices know. Its author is the
    member who sent the command; if a seat became free and a member moved up, the system (P8).
    """

    kind: ClassVar[str] = "boards.seat_changed"
    seat: Seat
