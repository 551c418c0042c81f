"""The events of boards and seats, ready to be appended."""

from bbs.clock import Ms
from bbs.features.boards.messages import (
    Board,
    BoardConfigured,
    BoardOpened,
    BoardUnlisted,
    Visibility,
)
from bbs.features.boards.seat_messages import Seat, SeatChanged
from bbs.features.members.views import Author, SystemAuthor
from bbs.ids import COMMONS, BoardId
from bbs.messages import Event
from bbs.powers import Office
from bbs.streams import COMMONS_STREAM, all_board_streams, board_stream, desk_stream, member_stream
from bbs_server.features.boards import offices, records, seat_records
from bbs_server.handler_api import Context
from bbs_server.outcome import AppendEvent, Effect, RecheckListeners
from bbs_server.store.api import Tx


def board_changed(tx: Tx, board: BoardId, event: BoardOpened | BoardConfigured) -> list[Effect]:
    """Return the events for a board's readers and, if the board is listed, for everybody."""
    keys = records.text_ids(tx, board)
    paths = {f"board.{name}": text for name, text in keys.items() if text is not None}
    emissions: list[Effect] = [AppendEvent(board_stream(board), event, board, paths)]
    if board != COMMONS and event.board.visibility is Visibility.MEMBERS:
        emissions.append(AppendEvent(COMMONS_STREAM, event, board, paths))
    return emissions


def board_reconfigured(tx: Tx, ctx: Context, before: Visibility, board: Board) -> list[Effect]:
    """Return what tells of a board's new settings: its readers, and whoever begins or ceases to see it.

    Args:
        before: Who might read it until now.
        board: As it is stored now.
    """
    was_listed, is_listed = (each is Visibility.MEMBERS for each in (before, board.visibility))
    comes_into_view = is_listed and not was_listed
    event = BoardOpened(board=board) if comes_into_view else BoardConfigured(board=board)
    effects = board_changed(tx, board.id, event)
    if was_listed and not is_listed:
        effects.append(AppendEvent(COMMONS_STREAM, BoardUnlisted(board=board.id), board.id))
        ctx.readers.unsay_board(tx, board.id)
    if board.visibility is Visibility.PRIVATE and before is not Visibility.PRIVATE:
        effects.append(RecheckListeners(all_board_streams(board.id)))
    return effects


def seat_changed(seat: Seat, *, author: Author | None = None) -> tuple[AppendEvent, AppendEvent]:
    """Return the events that show the seat's new state to the board and to the seat's holder.

    Args:
        author: None for the actor.
    """
    event: Event = SeatChanged(seat=seat)
    there, own = board_stream(seat.board), member_stream(seat.member)
    return (
        AppendEvent(there, event, seat.member, author=author),
        AppendEvent(own, event, seat.member, author=author),
    )


def offices_changed_at(tx: Tx, ctx: Context, at: Ms) -> list[Effect]:
    """Return the effects for offices that began or ended at a moment, in ms, by time alone (P8)."""
    effects: list[Effect] = []
    for edge in offices.list_edges(tx, at - 1, at):
        visits = edge.office == Office.VISITOR
        streams = all_board_streams(edge.board) if visits else (desk_stream(edge.board),)
        effects.append(RecheckListeners(tuple(streams), edge.member))
        seat = seat_records.find_seat(tx, ctx.now, edge.board, edge.member)
        if seat is not None:
            effects += seat_changed(seat, author=SystemAuthor())
    return effects
