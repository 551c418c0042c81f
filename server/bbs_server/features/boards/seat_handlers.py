"""Handlers of the requests about seats, and what follows from a free one."""

from collections.abc import Iterable

from bbs import limits
from bbs.features.boards import seat_rules
from bbs.features.boards.messages import Visibility
from bbs.features.boards.seat_messages import (
    LeaveSeat,
    ListSeats,
    OfferSeat,
    SeatChanged,
    SeatList,
    SeatResult,
    SeatState,
    TakeSeat,
)
from bbs.features.members.messages import MemberJoined
from bbs.features.members.views import MemberState, SystemAuthor
from bbs.features.moderation.messages import Change, Thing, ThingKind
from bbs.features.moderation.views import RestrictionKind
from bbs.ids import COMMONS, BoardId
from bbs.refusal_words import SEATS
from bbs.refusals import Conflict, NormsFirst, NotFound, SeatByOffer
from bbs.streams import all_board_streams, board_stream, member_stream
from bbs_server.features.boards import events, records, seat_records
from bbs_server.features.boards.office_handlers import check_not_last, office_act
from bbs_server.handler_api import Context, Told
from bbs_server.outcome import AppendEvent, Did, Effect, Outcome, RecheckListeners
from bbs_server.store import event_log
from bbs_server.store.api import Tx
from bbs_server.store.hops import in_time


def list_seats(tx: Tx, ctx: Context, query: ListSeats) -> SeatList:
    """Return all seats of a board."""
    return SeatList(
        seats=tuple(seat_records.list_seats(tx, ctx.now, query.board)),
        as_of=event_log.heads(tx, [board_stream(query.board)]),
    )


def take_seat(tx: Tx, ctx: Context, command: TakeSeat) -> Outcome[SeatResult]:
    """Take a seat or a place on the waiting list, or accept new norms on the actor's seat."""
    board = ctx.board
    if command.norms_version != board.norms_version:
        raise NormsFirst(board=board.id, version=board.norms_version)
    seat = seat_records.find_seat(tx, ctx.now, board.id, ctx.member)
    if seat is not None and seat.state in (SeatState.SEATED, SeatState.WAITING):
        if seat.norms_version == command.norms_version:
            return Outcome(SeatResult(seat=seat))
        seat = seat_records.update_seat(tx, ctx.now, seat, norms_version=command.norms_version)
        return Outcome(SeatResult(seat=seat), events.seat_changed(seat))
    if seat is None and board.visibility is Visibility.PRIVATE:
        raise SeatByOffer(board=board.id)
    free, waiting = seat_records.seat_availability(tx, board.id)
    state = seat_rules.seat_state_for_request(free=free, ahead=len(waiting))
    if seat is None:
        seat = seat_records.insert_seat(
            tx, ctx.now, board.id, ctx.member, state, norms_version=command.norms_version
        )
    else:
        seat = seat_records.update_seat(
            tx, ctx.now, seat, state=state, norms_version=command.norms_version
        )
    return Outcome(SeatResult(seat=seat), events.seat_changed(seat))


def leave_seat(tx: Tx, ctx: Context, command: LeaveSeat) -> Outcome[SeatResult]:
    """Give up the actor's seat and its office; the first member on the waiting list moves up."""
    if command.board == COMMONS:
        raise Conflict(what="a member leaves the commons only by leaving the community")
    seat = seat_records.find_seat(tx, ctx.now, command.board, ctx.member)
    if seat is None:
        raise NotFound(what="seat")
    if seat.moderator:
        check_not_last(tx, ctx, seat)
    left = seat_records.delete_seat(tx, seat)
    emissions = [
        *events.seat_changed(left),
        RecheckListeners(all_board_streams(seat.board), seat.member),
        *fill_free_seats(tx, ctx, command.board),
    ]
    act = office_act(left) if seat.moderator else None
    return Outcome(SeatResult(seat=left), tuple(emissions), act=act)


def fill_free_seats(tx: Tx, ctx: Context, board: BoardId) -> list[Effect]:
    """Seat waiting members while seats are free; if they are many, a job seats the rest."""
    if board in archived(tx, ctx):
        return []
    free, waiting = seat_records.seat_availability(tx, board)
    emissions: list[Effect] = []
    next_up = seat_rules.next_to_seat(free=min(free, limits.SEATED_AT_ONCE_MAX), waiting=waiting)
    for member in in_time(tx, next_up):
        seat = seat_records.find_seat(tx, ctx.now, board, member)
        assert seat is not None
        seat = seat_records.update_seat(tx, ctx.now, seat, state=SeatState.SEATED)
        # The event's author is the system: the member who freed the seat did not choose who gets it
        # (P8).
        emissions += events.seat_changed(seat, author=SystemAuthor())
    return emissions


def archived(tx: Tx, ctx: Context) -> frozenset[BoardId]:
    """Return the boards that are archived and so give out no seats."""
    return ctx.readers.restricted_boards(tx, RestrictionKind.ARCHIVED, None, ctx.now)


def offer_seat(tx: Tx, ctx: Context, command: OfferSeat) -> Outcome[SeatResult]:
    """Offer a member a seat, which the member may take."""
    if ctx.readers.member(tx, ctx, command.member) is None:
        raise NotFound(what="member")
    seat = seat_records.find_seat(tx, ctx.now, command.board, command.member)
    if seat is not None:
        raise Conflict(what=f"this member {SEATS[seat.state]} here already")
    seat = seat_records.insert_seat(
        tx, ctx.now, command.board, command.member, SeatState.OFFERED, norms_version=0
    )
    act = Did(
        thing=Thing(kind=ThingKind.MEMBER),
        about=command.member,
        changes=(Change(field="seat", after=seat.state.value),),
    )
    return Outcome(SeatResult(seat=seat), events.seat_changed(seat), act=act)


def seat_newcomer(tx: Tx, ctx: Context, emit: AppendEvent) -> Iterable[Effect]:
    """Give a new member a place on the commons, seated or waiting."""
    joined = emit.event
    assert isinstance(joined, MemberJoined)
    seated = joined.member.state is MemberState.SEATED
    facts = records.find_board_facts(tx, COMMONS)
    assert facts is not None
    seat = seat_records.insert_seat(
        tx,
        ctx.now,
        COMMONS,
        joined.member.id,
        SeatState.SEATED if seated else SeatState.WAITING,
        norms_version=facts.norms_version,
    )
    # The new member is the author, although not signed in yet.
    return events.seat_changed(seat, author=emit.author)


def tell_of_seat(tx: Tx, ctx: Context, emit: AppendEvent) -> Iterable[Told]:
    """Write a notice for a seat that changed by a rule; other changes of it are acts about it."""
    assert isinstance(emit.event, SeatChanged)
    seat = emit.event.seat
    is_own = emit.stream == member_stream(seat.member)
    if is_own and isinstance(emit.author or ctx.author, SystemAuthor):
        yield Told(member=seat.member, board=seat.board, seat=seat)
