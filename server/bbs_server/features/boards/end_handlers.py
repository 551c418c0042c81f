"""Handlers of boards that end: moderators set an end, and anybody who sits there renews it."""

from collections.abc import Iterable

from bbs.clock import Ms, instant, to_ms
from bbs.features.boards import end_rules
from bbs.features.boards.end_messages import Renew, SetEnd
from bbs.features.boards.end_views import AtEnd, BoardEnd, EndState
from bbs.features.boards.messages import Board, BoardConfigured, BoardResult
from bbs.features.boards.rules import end_changes
from bbs.features.boards.seat_messages import SeatState
from bbs.features.moderation.messages import RestrictionChanged, Thing, ThingKind
from bbs.features.moderation.rules import holds
from bbs.features.moderation.views import RestrictionKind
from bbs.ids import COMMONS, BoardId
from bbs.refusals import Conflict, NotFound
from bbs_server.features.boards import end_records, events, records, seat_records
from bbs_server.features.boards.end_records import EndRow
from bbs_server.features.boards.seat_handlers import archived
from bbs_server.handler_api import Context
from bbs_server.outcome import UNCHANGED, AppendEvent, Did, Effect, Outcome
from bbs_server.store.api import Tx


def begin(tx: Tx, now: Ms, board: BoardId, ends_at: Ms, at_end: AtEnd) -> None:
    """Give a board its first end, or another one.

    Args:
        now: The time from which on its days count, in ms.
    """
    days = end_rules.days_until(ends_at, now)
    row = EndRow(board, ends_at, at_end.value, EndState.OPEN.value, days)
    end_records.move(tx, end_records.find_end(tx, board), row)


def set_end(tx: Tx, ctx: Context, command: SetEnd) -> Outcome[BoardResult]:
    """Set a board's end, or take it away."""
    end_rules.check_at_end(command.at_end, has_end=command.ends_at is not None)
    before = records.get_board(tx, command.board)
    if before.id == COMMONS:
        raise Conflict(what="the commons is every member's board; a community that ends is closed")
    if before.id in archived(tx, ctx):
        raise Conflict(what="this board is archived; open it again before you give it an end")
    if _same(before.end, command):
        return _outcome(tx, ctx, before, before, ())
    row = end_records.find_end(tx, before.id)
    if command.ends_at is not None:
        ends_at = to_ms(command.ends_at)
        end_rules.check_end(ends_at, ctx.now)
        begin(tx, ctx.now, before.id, ends_at, command.at_end)
    elif row is not None:
        end_records.remove(tx, row)
    return _outcome(tx, ctx, before, *show(tx, before.id))


def _same(end: BoardEnd | None, command: SetEnd) -> bool:
    if end is None or command.ends_at is None:
        return end is None and command.ends_at is None
    return (end.at, end.then) == (command.ends_at, command.at_end)


def renew(tx: Tx, ctx: Context, command: Renew) -> Outcome[BoardResult]:
    """Move the end of a board whose members were asked."""
    seat = seat_records.find_seat(tx, ctx.now, command.board, ctx.member)
    if seat is None or seat.state is not SeatState.SEATED:
        raise NotFound(what="seat")
    before = records.get_board(tx, command.board)
    row = end_records.find_end(tx, before.id)
    if row is None or before.end is None:
        raise Conflict(what="this board has no end, so there is nothing to renew")
    if before.end.state is not EndState.ASKED:
        raise Conflict(what=_why_not(before.end, row))
    until = None if command.until is None else to_ms(command.until)
    ends_at, days = end_rules.renew_until(row.ends_at, row.days, until, ctx.now)
    after = EndRow(row.board, ends_at, row.at_end, EndState.RENEWED.value, days)
    end_records.move(tx, row, after)
    return _outcome(tx, ctx, before, *show(tx, before.id))


def _why_not(end: BoardEnd, row: EndRow) -> str:
    if end.state is EndState.ARCHIVED:
        return "this board has ended; its moderators can open it again"
    asked = instant(end_rules.asked_from(row.ends_at, row.days))
    return (
        f"this board ends later ({end_rules.end_day(end.at)}); its seat holders are asked from"
        f" {asked:%Y-%m-%d} on"
    )


def show(tx: Tx, board: BoardId) -> tuple[Board, tuple[Effect, ...]]:
    """Return a board after its end changed, and the events that show it to its readers."""
    records.update_board(tx, board, {})  # a new revision
    after = records.get_board(tx, board)
    return after, tuple(events.board_changed(tx, board, BoardConfigured(board=after)))


def _outcome(
    tx: Tx, ctx: Context, before: Board, after: Board, effects: tuple[Effect, ...]
) -> Outcome[BoardResult]:
    seat = (
        seat_records.find_seat(tx, ctx.now, before.id, ctx.member)
        if ctx.actor is not None
        else None
    )
    result = BoardResult(board=after, seat=seat)
    if before is after:
        return Outcome(result, act=UNCHANGED)
    act = Did(
        thing=Thing(kind=ThingKind.BOARD, id=before.id), changes=end_changes(before.end, after.end)
    )
    return Outcome(result, effects, act=act)


def follow_archiving(tx: Tx, ctx: Context, emit: AppendEvent) -> Iterable[Effect]:
    """Leave a board without an end that its moderators archived themselves, or opened again.

    What was to be forgotten at the end is forgotten nevertheless: that was decided with others.
    """
    assert isinstance(emit.event, RestrictionChanged)
    restriction = emit.event.restriction
    if restriction.kind is not RestrictionKind.ARCHIVED:
        return ()
    row = end_records.find_end(tx, restriction.board)
    if row is None:
        return ()
    opened_again = row.state == EndState.ARCHIVED and not holds(restriction, ctx.now)
    archived_before = row.state != EndState.ARCHIVED and holds(restriction, ctx.now)
    if opened_again or (archived_before and row.at_end == AtEnd.ARCHIVE):
        end_records.remove(tx, row)
        return show(tx, row.board)[1]
    return ()
