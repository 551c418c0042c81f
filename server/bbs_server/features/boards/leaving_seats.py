"""Seats of members who leave, and those that they get back (P9, protocol 28)."""

from bbs import limits
from bbs.features.boards.application_messages import ApplicationState
from bbs.features.boards.kinds import BoardKind
from bbs.features.boards.seat_messages import Seat, SeatState
from bbs.features.boards.seat_rules import seat_state_for_request
from bbs.features.moderation.tending_messages import ArchiveBoard
from bbs.ids import COMMONS, BoardId, MemberId
from bbs.streams import all_board_streams
from bbs_server.features.boards import (
    application_records,
    events,
    offices,
    records,
    seat_handlers,
    seat_records,
)
from bbs_server.handler_api import Context
from bbs_server.leaving_lookups import SeatsLeft
from bbs_server.outcome import Effect, RecheckListeners
from bbs_server.store.api import Tx

_NO_WRITER = "Its writer has left."
_IN_LINE = (SeatState.WAITING, SeatState.OFFERED)
_WAITED = -1
"""In place of a version of norms: the member waited for a seat of the community, and had none."""


def leave_seats(tx: Tx, ctx: Context, member: MemberId, board: BoardId | None) -> SeatsLeft:
    """End a slice of a member's seats, and with the last one offices and applications, on one board or all (None).

    A board may be left without a moderator: who sits there takes the office up. A journal without its
    writer is archived.
    """
    kept: list[tuple[BoardId, int]] = []
    effects: list[Effect] = []
    held = seat_records.list_seats_of_member(tx, ctx.now, member)
    seats = [seat for seat in held if board is None or seat.board == board]
    seats.sort(key=lambda seat: seat.board != COMMONS)  # the community's own ends at once
    for seat in seats[: limits.LEAVING_BOARDS_AT_ONCE]:
        effects += _end(tx, ctx, seat)
        if seat.state is SeatState.SEATED:
            kept.append((seat.board, seat.norms_version))
        elif seat.board == COMMONS and seat.state in _IN_LINE:
            kept.append((COMMONS, _WAITED))
    if len(seats) > limits.LEAVING_BOARDS_AT_ONCE:
        return SeatsLeft(tuple(kept), tuple(effects), more=True)
    for row in application_records.list_all_of(tx, member):
        is_open = row.state == ApplicationState.OPEN
        if is_open and (board is None or row.board == board):  # a refusal holds for who comes back
            application_records.erase(tx, row)
    if board is None:
        tx.execute("DELETE FROM offices WHERE member = ?", member)
    return SeatsLeft(tuple(kept), tuple(effects))


def _end(tx: Tx, ctx: Context, seat: Seat) -> list[Effect]:
    facts = records.find_board_facts(tx, seat.board)
    assert facts is not None
    writes = facts.kind is BoardKind.JOURNAL and offices.moderates(
        tx, ctx.now, seat.board, seat.member
    )
    left = seat_records.delete_seat(tx, seat)
    there, own = events.seat_changed(left)
    is_known = seat.state is not SeatState.APPLIED  # of an application the desk alone knows
    effects: list[Effect] = [there, own] if is_known else [own]
    effects.append(RecheckListeners(all_board_streams(seat.board), seat.member))
    if seat.state is SeatState.SEATED:
        seat_records.note_freed(tx, ctx.now, seat.board, 1)
        effects += seat_handlers.move_line(tx, ctx, seat.board)
    if writes and seat.board not in seat_handlers.archived(tx, ctx):
        effects.append(ctx.carry_out_due(tx, ArchiveBoard(board=seat.board, reason=_NO_WRITER)))
    return effects


def give_seats_back(
    tx: Tx, ctx: Context, member: MemberId, seats: tuple[tuple[BoardId, int], ...]
) -> tuple[Effect, ...]:
    """Seat a member again where a seat is free, and let them wait in line elsewhere."""
    effects: list[Effect] = []
    closed = seat_handlers.closed_to_seats(tx, ctx)
    for board, norms_version in seats:
        facts = records.find_board_facts(tx, board)
        has_one = seat_records.find_seat(tx, ctx.now, board, member) is not None
        if facts is None or has_one:
            continue
        line = seat_records.find_line(tx, ctx.proven_now, board)
        # They are no newcomers, so the pace of a board does not count.
        state = seat_state_for_request(free=line.free, ahead=len(line.waiting), room=1)
        if board in closed or norms_version == _WAITED:
            state = SeatState.WAITING
        seat = seat_records.insert_seat(
            tx, ctx.now, board, member, state, norms_version=max(norms_version, 0)
        )
        effects += events.seat_changed(seat)
        effects.append(RecheckListeners(all_board_streams(board), member))
        if board == COMMONS:
            ctx.readers.set_seated(tx, member, is_seated=state is SeatState.SEATED)
        if state is SeatState.WAITING:
            effects += seat_handlers.move_line(tx, ctx, board)
    return tuple(effects)
