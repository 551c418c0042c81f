"""How board and seat events and results change the mirror. Pure."""

from datetime import datetime

from bbs.features.boards.messages import (
    BoardConfigured,
    BoardList,
    BoardOpened,
    BoardResult,
    BoardUnlisted,
    SeatChanged,
    SeatList,
    SeatResult,
)
from bbs.features.members.views import Author
from bbs.messages import Event, Result
from bbs.streams import board_stream
from bbs_client.mirror.changes import (
    Change,
    ForgetBoard,
    KeepBoards,
    PutBoard,
    PutSeat,
    Shorten,
)


def fold(event: Event, stream: str, seq: int, at: datetime, author: Author) -> tuple[Change, ...]:
    """Return what an event of this feature changes; nothing for any other event.

    Args:
        event: What happened.
        stream: The stream that told it; settings are told on the commons too, where seq says
            nothing of the board's posts.
        seq: Its place in that stream.
        at: When it happened.
        author: Who did it.
    """
    match event:
        case BoardOpened(board=board) | BoardConfigured(board=board):
            own = stream == board_stream(board.id)
            shorten = Shorten(
                board=board.id,
                retention_days=board.retention_days,
                lounge_hours=board.lounge_hours,
                seq=seq if own else None,
                at=at,
            )
            return (PutBoard(board), shorten)
        case BoardUnlisted(board=board_id):
            return (ForgetBoard(board_id, unless_seated=True),)
        case SeatChanged(seat=seat):
            return (PutSeat(seat),)
        case _:
            return ()


def fold_result(result: Result) -> tuple[Change, ...]:
    """Return what a result of this feature tells of the mirror; nothing for any other result."""
    match result:
        case BoardList(boards=boards, seats=seats):
            return (
                KeepBoards(frozenset(board.id for board in boards)),
                *(PutBoard(board) for board in boards),
                *(PutSeat(seat) for seat in seats),
            )
        case BoardResult(board=board, seat=None):
            return (PutBoard(board),)
        case BoardResult(board=board, seat=seat) if seat is not None:
            return (PutBoard(board), PutSeat(seat))
        case SeatList(seats=seats):
            return tuple(PutSeat(seat) for seat in seats)
        case SeatResult(seat=seat):
            return (PutSeat(seat),)
        case _:
            return ()
