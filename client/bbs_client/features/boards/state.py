"""What messages about boards change beside the boards and seats they show. Pure."""

from msgspec import Struct

from bbs.features.boards.messages import BoardConfigured, BoardList, BoardOpened, BoardUnlisted
from bbs.streams import board_stream
from bbs_client.mirror.changes import Change, ForgetBoard, KeepBoards, Shorten
from bbs_client.mirror.places import EventPlace


def fold(message: Struct, place: EventPlace | None) -> tuple[Change, ...]:
    """Return what a message of this feature changes; nothing for any other message.

    Args:
        message: An event or a result.
        place: Where an event happened; settings are told on the commons too, whose seq says
            nothing of the board's posts.
    """
    match message:
        case BoardOpened(board=board) | BoardConfigured(board=board) if place is not None:
            shorten = Shorten(
                board=board.id,
                retention_days=board.retention_days,
                lounge_hours=board.lounge_hours,
                seq=place.seq if place.stream == board_stream(board.id) else None,
                at=place.at,
            )
            return (shorten,)
        case BoardUnlisted(board=board_id):
            return (ForgetBoard(board_id, unless_seated=True),)
        case BoardList(boards=boards):
            return (KeepBoards(frozenset(board.id for board in boards)),)
        case _:
            return ()
