"""Handlers of the requests about seats, and what follows from a free one."""

from collections.abc import Iterable

from msgspec.structs import replace

from bbs import limits
from bbs.clock import DAY_MS, instant
from bbs.features.boards import seat_rules
from bbs.features.boards.messages import Visibility
from bbs.features.boards.seat_messages import (
    GetPlace,
    LeaveSeat,
    ListSeats,
    OfferedBy,
    OfferSeat,
    Seat,
    SeatChanged,
    SeatList,
    SeatPlace,
    SeatResult,
    SeatState,
    TakeBackOffer,
    TakeSeat,
)
from bbs.features.members.messages import MemberJoined
from bbs.features.members.views import MemberState, SystemAuthor
from bbs.features.moderation.messages import Change, Thing, ThingKind
from bbs.features.moderation.rules import GIVE_NO_SEATS
from bbs.features.moderation.views import RestrictionKind
from bbs.gravity import UNCLAIMED_SEAT
from bbs.ids import COMMONS, BoardId, MemberId
from bbs.leaving_refusals import LeavingBoard
from bbs.refusal_words import SEATS
from bbs.refusals import Conflict, NormsFirst, NotFound
from bbs.seat_refusals import OfferOver, SeatByOffer
from bbs.streams import all_board_streams, board_stream, member_stream
from bbs_server.features.boards import events, records, seat_records
from bbs_server.features.boards.office_handlers import check_not_last, office_act
from bbs_server.features.boards.questions import refuse_unanswered
from bbs_server.handler_api import Context, Told
from bbs_server.outcome import AppendEvent, Did, Effect, Outcome, RecheckListeners
from bbs_server.standing import BoardFacts
from bbs_server.store import event_log
from bbs_server.store.api import Tx
from bbs_server.store.hops import in_time

_OFFER_MS = limits.SEAT_OFFER_DAYS * DAY_MS


def list_seats(tx: Tx, ctx: Context, query: ListSeats) -> SeatList:
    """Return all seats of a board."""
    return SeatList(
        seats=tuple(seat_records.list_seats(tx, ctx.now, query.board)),
        as_of=event_log.heads(tx, [board_stream(query.board)]),
    )


def get_place(tx: Tx, ctx: Context, query: GetPlace) -> SeatPlace:
    """Return the actor's place in line."""
    seat = seat_records.find_seat(tx, ctx.now, query.board, ctx.member)
    found = seat_records.find_place(tx, ctx.now, ctx.proven_now, query.board, seat)
    # Who waits for the community may not follow the board's stream, whose numbers tell of others.
    streams = [member_stream(ctx.member)]
    return replace(found, as_of=event_log.heads(tx, streams))


def take_seat(tx: Tx, ctx: Context, command: TakeSeat) -> Outcome[SeatResult]:
    """Take a seat or a place on the waiting list, or accept new norms on the actor's seat."""
    board = ctx.board
    refuse_left(tx, ctx, board.id)
    if command.norms_version != board.norms_version:
        raise NormsFirst(board=board.id, version=board.norms_version)
    seat = seat_records.find_seat(tx, ctx.now, board.id, ctx.member)
    norms_version = command.norms_version
    if seat is not None and seat.state is SeatState.APPLIED:
        raise Conflict(what="your application waits for the desk of this board")
    if seat is not None and seat.state is not SeatState.OFFERED:
        if seat.norms_version == norms_version:
            return Outcome(SeatResult(seat=seat))
        seat = seat_records.update_seat(tx, ctx.now, seat, norms_version=norms_version)
        return Outcome(SeatResult(seat=seat), events.seat_changed(seat))
    if seat is None and board.visibility is Visibility.PRIVATE:
        raise SeatByOffer(board=board.id)
    if seat is None:
        refuse_unanswered(tx, board)
        seat = ask_for_seat(tx, ctx, board)
    else:
        line = seat_records.find_line(tx, ctx.proven_now, board.id)
        state = _state_for_offer(ctx, seat, line)
        # The end of an offer stays with who let it end, and they took it in time.
        seat = seat_records.update_seat(
            tx, ctx.now, seat, state=state, norms_version=norms_version, until=None
        )
    return Outcome(SeatResult(seat=seat), events.seat_changed(seat))


def refuse_left(tx: Tx, ctx: Context, board: BoardId) -> None:
    """Refuse a seat where the actor's choice about their words is not carried out yet.

    Raises:
        LeavingBoard: If they left the board, and not under their name.
    """
    until = ctx.readers.board_left_until(tx, ctx.member, board)
    if until is not None:
        raise LeavingBoard(board=board, until=instant(until))


def ask_for_seat(tx: Tx, ctx: Context, board: BoardFacts) -> Seat:
    """Give the actor, who has none, a seat on a board or a place in its line."""
    line = seat_records.find_line(tx, ctx.proven_now, board.id)
    state = seat_rules.seat_state_for_request(
        free=line.free, ahead=len(line.waiting), room=line.room
    )
    return seat_records.insert_seat(
        tx, ctx.now, board.id, ctx.member, state, norms_version=board.norms_version
    )


def _state_for_offer(ctx: Context, seat: Seat, line: seat_records.Line) -> SeatState:
    """Return the state of an offered seat that is taken; WAITING if the board has fewer seats now.

    Raises:
        OfferOver: If the offer is over.
    """
    if seat.until is None:  # an offer of an earlier version, which keeps no seat free
        return seat_rules.seat_state_for_request(
            free=line.free, ahead=len(line.waiting), room=line.room
        )
    if seat.until <= instant(ctx.now):
        raise OfferOver(board=seat.board, until=seat.until)
    return SeatState.SEATED if line.free >= 0 else SeatState.WAITING


def seat_or_wait(tx: Tx, ctx: Context, seat: Seat) -> Seat:
    """Seat a member whom the desk accepted, if the board has room and its pace lets them in.

    Args:
        seat: Theirs, in the state `applied`; otherwise it becomes `waiting`, in its place.
    """
    line = seat_records.find_line(tx, ctx.proven_now, seat.board)
    state = seat_rules.seat_state_for_request(
        free=line.free, ahead=len(line.waiting), room=line.room
    )
    return seat_records.update_seat(tx, ctx.now, seat, state=state)


def leave_seat(tx: Tx, ctx: Context, command: LeaveSeat) -> Outcome[SeatResult]:
    """Give up the actor's seat and its office, a place in line or an offer; the line moves."""
    seat = seat_records.find_seat(tx, ctx.now, command.board, ctx.member)
    if command.board == COMMONS and (seat is None or seat.state is SeatState.SEATED):
        raise Conflict(what="a member leaves the commons only by leaving the community")
    if seat is None:
        raise NotFound(what="seat")
    if seat.state is SeatState.APPLIED:
        raise Conflict(what="your application waits for the desk; withdraw it instead")
    if seat.moderator:
        check_not_last(tx, ctx, seat)
    left = seat_records.delete_seat(tx, seat)
    if seat.state is SeatState.SEATED:
        seat_records.note_freed(tx, ctx.now, seat.board, 1)
    emissions = [
        *events.seat_changed(left),
        RecheckListeners(all_board_streams(seat.board), seat.member),
        *move_line(tx, ctx, command.board),
    ]
    act = office_act(left) if seat.moderator else None
    return Outcome(SeatResult(seat=left), tuple(emissions), act=act)


def move_line(tx: Tx, ctx: Context, board: BoardId) -> list[Effect]:
    """Offer free seats to those who wait, in their order; if they are many, a job offers the rest."""
    if board in closed_to_seats(tx, ctx):
        return []
    line = seat_records.find_line(tx, ctx.proven_now, board)
    in_turn = seat_rules.next_in_line(
        free=min(line.free, limits.SEATED_AT_ONCE_MAX), room=line.room, waiting=line.waiting
    )
    until = instant(ctx.now + _OFFER_MS)
    emissions: list[Effect] = []
    for member in in_time(tx, in_turn):
        seat = _found(tx, ctx, board, member)
        seat = seat_records.update_seat(
            tx,
            ctx.now,
            seat,
            state=SeatState.OFFERED,
            offered_by=OfferedBy.QUEUE,
            until=until,
        )
        # The event's author is the system: the member who freed the seat did not choose who gets it
        # (P8).
        emissions += events.seat_changed(seat, author=SystemAuthor())
    return emissions


def end_lapsed_offers(tx: Tx, ctx: Context, board: BoardId) -> list[Effect]:
    """End the offers on a board whose time is over by the proven clock; the line moves after it."""
    emissions: list[Effect] = []
    for member in in_time(tx, seat_records.list_lapsed(tx, ctx.proven_now, board)):
        seat = _found(tx, ctx, board, member)
        after = seat_rules.after_lapse(seat.offered_by, seat_records.count_lapse(tx, seat))
        if after is SeatState.LEFT:
            seat = seat_records.delete_seat(tx, seat)
            emissions.append(RecheckListeners(all_board_streams(board), member))
        else:
            position = seat_records.next_position(tx, board)
            seat = seat_records.update_seat(tx, ctx.now, seat, state=after, position=position)
        emissions += events.seat_changed(seat, author=SystemAuthor())
    return emissions


def _found(tx: Tx, ctx: Context, board: BoardId, member: MemberId) -> Seat:
    """Return a seat that is known to exist."""
    seat = seat_records.find_seat(tx, ctx.now, board, member)
    assert seat is not None
    return seat


def archived(tx: Tx, ctx: Context) -> frozenset[BoardId]:
    """Return the boards that are archived."""
    return ctx.readers.restricted_boards(tx, RestrictionKind.ARCHIVED, None, ctx.now)


def closed_to_seats(tx: Tx, ctx: Context) -> frozenset[BoardId]:
    """Return the boards that give out no seats: archived ones, the commons in a lock-down."""
    found = (ctx.readers.restricted_boards(tx, kind, None, ctx.now) for kind in GIVE_NO_SEATS)
    return frozenset[BoardId]().union(*found)


def offer_seat(tx: Tx, ctx: Context, command: OfferSeat) -> Outcome[SeatResult]:
    """Offer a member a free seat, which the member may take for some days."""
    member = ctx.readers.member(tx, ctx, command.member)
    if member is None or member.state in (MemberState.LEAVING, MemberState.LEFT):
        raise NotFound(what="member")
    seat = seat_records.find_seat(tx, ctx.now, command.board, command.member)
    if seat is not None:
        raise Conflict(what=f"this member {SEATS[seat.state]} here already")
    line = seat_records.find_line(tx, ctx.proven_now, command.board)
    if line.waiting or line.free < 1:
        why = "people wait for the free seats" if line.waiting else "no seat is free here"
        raise Conflict(what=f"{why}; add seats first: bbs admin boards configure BOARD --seats N")
    seat = seat_records.insert_seat(
        tx,
        ctx.now,
        command.board,
        command.member,
        SeatState.OFFERED,
        norms_version=0,
        until=ctx.now + _OFFER_MS,
    )
    is_unclaimed = ctx.readers.is_lifeboats(tx, command.board)
    act = replace(_offer_act(None, seat), there={UNCLAIMED_SEAT.field: int(is_unclaimed)})
    return Outcome(SeatResult(seat=seat), events.seat_changed(seat), act=act)


def take_back_offer(tx: Tx, ctx: Context, command: TakeBackOffer) -> Outcome[SeatResult]:
    """Take back an offer of the desk's; the seat is free again."""
    seat = seat_records.find_seat(tx, ctx.now, command.board, command.member)
    if seat is None or seat.state is SeatState.APPLIED:
        raise NotFound(what="seat")
    if seat.state is not SeatState.OFFERED or seat.offered_by is OfferedBy.QUEUE:
        raise Conflict(what="only an offer by the desk can be taken back")
    left = seat_records.delete_seat(tx, seat)
    effects = (
        *events.seat_changed(left),
        RecheckListeners(all_board_streams(left.board), left.member),
        *move_line(tx, ctx, left.board),
    )
    return Outcome(SeatResult(seat=left), effects, act=_offer_act(seat, left))


def _offer_act(before: Seat | None, after: Seat) -> Did:
    was = None if before is None else before.state.value
    return Did(
        thing=Thing(kind=ThingKind.MEMBER),
        about=after.member,
        changes=(Change(field="seat", before=was, after=after.state.value),),
    )


def seat_newcomer(tx: Tx, ctx: Context, emit: AppendEvent) -> Iterable[Effect]:
    """Give a new member a place on the commons, seated or waiting."""
    joined = emit.event
    assert isinstance(joined, MemberJoined)
    seated = joined.member.state is MemberState.SEATED
    facts = records.find_board_facts(tx, COMMONS)
    assert facts is not None
    if not seated and facts.questions_text is not None:
        return ()  # the answers come first: `boards.apply_to_community`
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
