"""What the feature of boards and seats brings to the mirror."""

from bbs_client.features.boards import state
from bbs_client.mirror import changes, people
from bbs_client.mirror.manifest import Feature

FEATURE = Feature(
    fold=state.fold,
    fold_result=state.fold_result,
    writers={
        changes.PutBoard: people.put_board,
        changes.PutSeat: people.put_seat,
        changes.KeepBoards: people.keep_boards,
        changes.ForgetBoard: people.forget_board,
    },
    board_tables=("seats",),
)
