"""What the feature of boards and seats brings to the mirror."""

from bbs.features.boards.messages import (
    Board,
    BoardConfigured,
    BoardList,
    BoardOpened,
    BoardResult,
    BoardUnlisted,
    Seat,
    SeatChanged,
    SeatList,
    SeatResult,
)
from bbs.streams import StreamKind
from bbs_client.features.boards import mirror
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
    writers={
        Board: mirror.put_board,
        Seat: mirror.put_seat,
        BoardList: mirror.keep_boards,
        BoardUnlisted: mirror.unlist,
    },
    fed_by={StreamKind.BOARD: mirror.drop_seats},
    board_tables=("seats",),
)
