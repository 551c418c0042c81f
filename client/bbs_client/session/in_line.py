"""The reader's place in line for a seat, as the server tells it and as a screen or a line shows it."""

from bbs.errors import FolkmootError
from bbs.features.boards.seat_messages import GetPlace, SeatPlace
from bbs.terminal.seat_text import describe_place, place_of
from bbs_client.mirror.reads import BoardRow
from bbs_client.safe_text import board_title
from bbs_client.session.session import Session


async def fetch_place(session: Session, row: BoardRow) -> SeatPlace | None:
    """Return the reader's place on a board's waiting list; None offline or from an older server.

    Cancelling is safe.
    """
    if row.is_seated:
        return None
    try:
        return await session.connection.call(GetPlace(board=row.board.id))
    except FolkmootError:
        return None


def describe_place_here(session: Session, row: BoardRow, found: SeatPlace) -> list[str]:
    """Return a place in line in whole sentences; cleaned.

    Args:
        row: The board.
        found: The place, as `fetch_place` returned it.
    """
    where = place_of(row.board.id, board_title(row.board))
    times = session.times
    return describe_place(found, where, moment=times.moment, week=times.week)
