"""Handlers of the office of moderator. A board with other seat holders never loses its last one."""

from bbs import limits
from bbs.clock import DAY_MS
from bbs.features.boards import rules
from bbs.features.boards.kinds import BoardKind
from bbs.features.boards.seat_messages import (
    Appoint,
    HandOver,
    Seat,
    SeatResult,
    SeatState,
    TakeUpOffice,
)
from bbs.features.moderation.messages import Change, Thing, ThingKind
from bbs.features.moderation.rules import ABOUT_MEMBERS, holds
from bbs.features.moderation.views import RestrictionKind
from bbs.ids import BoardId, MemberId
from bbs.journal_refusals import LastWriter
from bbs.powers import Office, Power
from bbs.refusals import Conflict, NotFound
from bbs.seat_refusals import LastInOffice
from bbs.streams import desk_stream
from bbs_server.features.boards import events, offices, seat_records
from bbs_server.handler_api import Context
from bbs_server.outcome import UNCHANGED, Did, Effect, Outcome, RecheckListeners
from bbs_server.store.api import Tx


def appoint(tx: Tx, ctx: Context, command: Appoint) -> Outcome[SeatResult]:
    """Make a seat holder moderator, or a moderator a plain seat holder."""
    seat = _seated(tx, ctx, command.board, command.member)
    if seat.moderator == command.moderator:
        return Outcome(SeatResult(seat=seat), act=UNCHANGED)
    _check_writer_stays(tx, ctx)
    act = ctx.new_id()
    if command.moderator:
        seat = _take_up(tx, ctx, seat, act)
        return Outcome(
            SeatResult(seat=seat), events.seat_changed(seat), act=office_act(seat, id=act)
        )
    check_not_last(tx, ctx, seat)
    seat = _lay_down(tx, ctx, seat)
    recheck = RecheckListeners((desk_stream(seat.board),), seat.member)
    effects = (*events.seat_changed(seat), recheck)
    return Outcome(SeatResult(seat=seat), effects, act=office_act(seat, id=act))


def _check_writer_stays(tx: Tx, ctx: Context) -> None:
    """Refuse to give a journal a second writer, or to take its writer away.

    Raises:
        Conflict: If it has a writer: an office there is handed over.
    """
    if ctx.board.kind is BoardKind.JOURNAL and offices.find_moderators(tx, ctx.now, ctx.board.id):
        raise Conflict(what="a journal has one writer, who hands it over to another member")


def hand_over(tx: Tx, ctx: Context, command: HandOver) -> Outcome[SeatResult]:
    """Give the actor's office of moderator to another seat holder, in one act."""
    seat = _seated(tx, ctx, command.board, command.member)
    if command.member == ctx.member:
        return Outcome(SeatResult(seat=seat), act=UNCHANGED)
    act, changes = ctx.new_id(), [Change(field="own_moderator", before=True, after=False)]
    laid_down = _lay_down(tx, ctx, _seated(tx, ctx, seat.board, ctx.member))
    effects: tuple[Effect, ...] = events.seat_changed(laid_down)
    if not seat.moderator:
        seat = _take_up(tx, ctx, seat, act)
        effects += events.seat_changed(seat)
        changes.insert(0, rules.office_change(was=False, now=True))
    did = Did(id=act, thing=Thing(kind=ThingKind.MEMBER), about=seat.member, changes=tuple(changes))
    recheck = RecheckListeners((desk_stream(seat.board),), ctx.member)
    return Outcome(SeatResult(seat=seat), (*effects, recheck), act=did)


def take_up_office(tx: Tx, ctx: Context, command: TakeUpOffice) -> Outcome[SeatResult]:
    """Make the actor moderator of a board that has none."""
    seat = _seated(tx, ctx, command.board, ctx.member)
    if seat.moderator:
        return Outcome(SeatResult(seat=seat), act=UNCHANGED)
    if offices.find_moderators(tx, ctx.now, seat.board):
        raise Conflict(what="this board has a moderator; only an empty office can be taken up")
    # The order of seat holders was checked when the command was moved; its delay must not change
    # the result.
    if ctx.office is None:
        _check_first(tx, ctx, seat)
    act = ctx.new_id()
    seat = _take_up(tx, ctx, seat, act)
    return Outcome(SeatResult(seat=seat), events.seat_changed(seat), act=office_act(seat, id=act))


def _check_first(tx: Tx, ctx: Context, seat: Seat) -> None:
    """Refuse an empty office to a seat holder after whom other members have precedence.

    Raises:
        Conflict: If other members have precedence.
    """
    if not rules.may_take_up(seat.member, _first_in_line(tx, ctx, seat.board)):
        days = limits.OFFICE_SEATED_DAYS
        raise Conflict(what=f"members unrestricted and seated here for {days} days come first")


def _first_in_line(tx: Tx, ctx: Context, board: BoardId) -> list[MemberId]:
    """Return the members seated on a board for long enough and not restricted there."""
    upto = ctx.now - limits.OFFICE_SEATED_DAYS * DAY_MS
    return [
        member
        for member in seat_records.list_seated_since(tx, board, upto)
        if not any(
            each.kind in ABOUT_MEMBERS and holds(each, ctx.now)
            for each in ctx.readers.restrictions_on(tx, board, member)
        )
    ]


def return_office(tx: Tx, ctx: Context, board: BoardId, member: MemberId, act: str) -> list[Effect]:
    """Make a seat holder moderator again, after a move of the board (protocol 31.5).

    Args:
        act: The id of the act on which the office rests.

    Returns:
        The effects; none for a member who is not seated, or is moderator already.
    """
    seat = seat_records.find_seat(tx, ctx.now, board, member)
    if seat is None or seat.state is not SeatState.SEATED or seat.moderator:
        return []
    return list(events.seat_changed(_take_up(tx, ctx, seat, act)))


def _seated(tx: Tx, ctx: Context, board: BoardId, member: MemberId) -> Seat:
    """Return the seat of a member who is seated on a board.

    Raises:
        NotFound: If the member is not seated there.
    """
    seat = seat_records.find_seat(tx, ctx.now, board, member)
    if seat is None or seat.state is not SeatState.SEATED:
        raise NotFound(what="seat")
    return seat


def _take_up(tx: Tx, ctx: Context, seat: Seat, act: str) -> Seat:
    offices.give_office(tx, ctx.proven_now, seat.board, seat.member, Office.MODERATOR, act)
    return seat_records.update_seat(tx, ctx.now, seat, moderator=True)


def _lay_down(tx: Tx, ctx: Context, seat: Seat) -> Seat:
    offices.end_moderation(tx, seat.board, seat.member)
    return seat_records.update_seat(tx, ctx.now, seat, moderator=False)


def check_not_last(tx: Tx, ctx: Context, seat: Seat) -> None:
    """Check that a board keeps a moderator without this one, or has no other seat holder.

    Members who wait for a seat count, because they move up as soon as this one leaves.

    Raises:
        LastInOffice: If seat holders would be left without a moderator.
        LastWriter: If a journal that is not archived would be left without its writer.
    """
    if ctx.board.kind is BoardKind.JOURNAL:
        _check_journal_ends(tx, ctx)
        return
    if rules.would_empty_office(
        moderators=offices.find_moderators(tx, ctx.now, seat.board),
        member=seat.member,
        others=seat_records.has_others(tx, seat.board, seat.member),
    ):
        raise LastInOffice(board=seat.board)


def _check_journal_ends(tx: Tx, ctx: Context) -> None:
    """Check that a journal whose writer leaves is over.

    Raises:
        LastWriter: If it is not archived.
    """
    everybody = ctx.readers.restricted_boards(tx, RestrictionKind.ARCHIVED, None, ctx.now)
    if ctx.board.id not in everybody:
        raise LastWriter(board=ctx.board.id)


def office_act(seat: Seat, *, id: str | None = None) -> Did:
    """Return the act of making a seat holder moderator, or of ending that office.

    Args:
        seat: The seat after the command.
        id: The act's id if the new office refers to it.
    """
    return Did(
        id=id,
        thing=Thing(kind=ThingKind.MEMBER),
        about=seat.member,
        changes=(rules.office_change(was=not seat.moderator, now=seat.moderator),),
        power=Power.APPOINT,
    )
