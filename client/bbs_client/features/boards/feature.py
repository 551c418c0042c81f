"""What the feature of boards and seats brings to the mirror."""

from bbs.features.boards.messages import (
    Board,
    BoardConfigured,
    BoardList,
    BoardOpened,
    BoardResult,
    Seat,
    SeatChanged,
    SeatList,
    SeatResult,
)
from bbs_client.features.boards import state
from bbs_client.mirror import changes, people
from bbs_client.mirror.manifest import Feature

FEATURE = Feature(
    told={
        BoardOpened: ("board",),
        BoardConfigured: ("board",),
        BoardResult: ("board", "seat"),
        BoardList: ("boards", "seats"),
        SeatChanged: ("seat",),
        SeatResult: ("seat",),
        SeatList: ("seats",),
    },
    fold=state.fold,
    writers={
        Board: people.put_board,
        Seat: people.put_seat,
        changes.KeepBoards: people.keep_boards,
        changes.ForgetBoard: people.forget_board,
    },
    board_tables=("seats",),
)
