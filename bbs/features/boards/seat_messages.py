"""Seats: a board has a limited number of them, and who finds none free waits in line."""

from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta

from bbs.clock import Instant
from bbs.gravity import UNCLAIMED_SEAT, Grave, begins_by_itself, ends_for_another
from bbs.ids import BoardId, MemberId
from bbs.messages import Command, Event, Query, Result, Revision, View
from bbs.powers import Need, NeedTarget, Power, Touches


class SeatState(StrEnum):
    """The state of a member's seat. Changes: see `bbs.features.boards.seat_rules.SEAT_TRANSITIONS`."""

    APPLIED = "applied"  # the member's answers wait for the desk
    WAITING = "waiting"  # on the waiting list, in the order of asking
    OFFERED = "offered"  # a seat is kept for the member, who may take it until the offer ends
    SEATED = "seated"  # the member has a seat
    LEFT = "left"  # the member has no seat any more, and no place on the list


class OfferedBy(StrEnum):
    """How a member came to be offered a seat."""

    QUEUE = "queue"  # by the waiting list: a seat became free, and the member was next
    DESK = "desk"  # by a moderator, without having asked


class Seat(View, frozen=True, kw_only=True):
    """A member's place on a board.

    Attributes:
        position: The seat's place in the order of asking on this board; the waiting list moves
            up in this order. Places lie apart, so that a gap tells nothing.
        norms_version: The version of the norms that the member accepted; 0 while the seat is only
            offered.
        offered_by: How the member came to be offered the seat; None unless it is offered.
        until: The end of the offer; of a member who waits, the end of the offer that they let end.
            None for neither, and for an offer without an end, made by an earlier version.
    """

    board: BoardId
    member: MemberId
    state: SeatState
    moderator: bool = False
    position: int = 0
    norms_version: int = 0
    offered_by: OfferedBy | None = None
    until: Instant | None = None
    revision: Revision = 1


class SeatList(Result, frozen=True, kw_only=True):
    """All seats of a board by position: first the seated, then the waiting and the offered."""

    seats: tuple[Seat, ...]


class SeatResult(Result, frozen=True, kw_only=True):
    """The seat after the command."""

    seat: Seat


class SeatPlace(Result, frozen=True, kw_only=True):
    """Where the member stands in line for a seat, and how fast the line moves; nobody else is named.

    Attributes:
        seat: The member's own seat; None without one.
        place: The place on the waiting list; 1 is next. None for a member who does not wait.
        waiting: How many members wait.
        freed: How many seats became free in the last `SEATS_FREED_DAYS` days.
        newcomers_per_week: The board's pace; 0 for none.
        turn_at: The earliest moment at which the pace lets the member in; None without a pace or a
            place. It is later if no seat is free by then.
    """

    seat: Seat | None = None
    place: int | None = None
    waiting: int = 0
    freed: int = 0
    newcomers_per_week: int = 0
    turn_at: Instant | None = None


class ListSeats(Query[SeatList], frozen=True, kw_only=True):
    """List the seats of a board. Errors: `not_found`."""

    method: ClassVar[str] = "boards.seats"
    needs: ClassVar[Need] = Need(Power.READ, on=NeedTarget.BOARD)
    board: BoardId


class GetPlace(Query[SeatPlace], frozen=True, kw_only=True):
    """Read the member's own place in line, or offer, and how fast the line moves (19.6).

    A member who waits for a seat in the community may ask about the commons. Errors: `not_found`.
    """

    method: ClassVar[str] = "boards.place"
    needs: ClassVar[Need] = Need(Power.SIT, on=NeedTarget.BOARD, in_line=True)
    board: BoardId


class TakeSeat(Command[SeatResult], frozen=True, kw_only=True):
    """Take a seat on a board, or one that is offered, and accept its norms; or join the waiting list.

    On a seat the member has, it accepts new norms. A member who waits for a seat in the community
    takes the one that is offered on the commons. Where the board asks questions, `boards.apply`
    takes its place, except for a seat that is offered. Errors: `norms.accept_first`,
    `boards.answers_needed`, `boards.seat_by_offer`, `boards.offer_over`, `conflict` while an
    application waits, `not_found`.
    """

    method: ClassVar[str] = "boards.take_seat"
    needs: ClassVar[Need] = Need(Power.SIT, on=NeedTarget.BOARD, gives_seat=True, in_line=True)
    board: BoardId
    norms_version: Annotated[int, Meta(ge=1)]


class LeaveSeat(Command[SeatResult], frozen=True, kw_only=True):
    """Give up a seat, a place on the waiting list, or an offer. A free seat is offered to who is next.

    Errors: `conflict` for a seat on the commons, which members leave only with the community;
    `not_found`; `boards.last_in_office` for the only moderator of others who sit or wait there,
    `boards.last_writer` for the writer of a journal that is not archived.
    """

    method: ClassVar[str] = "boards.leave_seat"
    needs: ClassVar[Need] = Need(Power.SIT, on=NeedTarget.BOARD, in_line=True)
    board: BoardId


class OfferSeat(Command[SeatResult], frozen=True, kw_only=True):
    """Offer a member a free seat, which they may take for `SEAT_OFFER_DAYS`. Logged (P8).

    Errors: `not_found`; `conflict` for a member who sits or waits there, and if no seat is free
    beyond those that people wait for. On a board that came as a lifeboat it takes a second key, or
    waits for objections: `proposals.waits`; who claims their words there has a seat by that.
    """

    method: ClassVar[str] = "boards.offer_seat"
    needs: ClassVar[Need] = Need(Power.OFFER_SEAT, on=NeedTarget.BOARD, gives_seat=True)
    grave: ClassVar[tuple[Grave, ...]] = (UNCLAIMED_SEAT,)
    board: BoardId
    member: MemberId


class TakeBackOffer(Command[SeatResult], frozen=True, kw_only=True):
    """Take back an offer that the desk made. Logged (P8).

    An offer by the waiting list belongs to who waited. Errors: `not_found`, `conflict`.
    """

    method: ClassVar[str] = "boards.take_back_offer"
    needs: ClassVar[Need] = Need(
        Power.OFFER_SEAT, on=NeedTarget.BOARD, touches=Touches.RIGHTS_OF_OTHERS
    )
    board: BoardId
    member: MemberId


class Appoint(Command[SeatResult], frozen=True, kw_only=True):
    """Make a seat holder moderator, or end their office. Logged on the board (P8).

    The board's moderators and the sysop may send it. Ending another member's office may wait for
    the agreement or objections of other members (protocol 15). Errors: `not_found` if the member
    has no seat there, `conflict` for a journal with a writer, `boards.last_in_office`,
    `proposals.waits`.
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


class SeatChanged(Event, frozen=True, kw_only=True):
    """A seat was offered, asked for, taken or left, an offer ended, or an office on it changed.

    On the board, and in the member's own stream, so that all their devices know. Its author is the
    member who sent the command; if a seat was offered by the waiting list, or an offer ended
    untaken, the system (P8).
    """

    kind: ClassVar[str] = "boards.seat_changed"
    seat: Seat
