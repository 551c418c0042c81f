"""The reader's place in line for a seat, as the server tells it and as a screen or a line shows it."""

from contextlib import suppress

from bbs.errors import FolkmootError
from bbs.features.boards.messages import GetBoard
from bbs.features.boards.seat_messages import GetPlace, SeatPlace
from bbs.ids import COMMONS
from bbs.terminal.seat_text import describe_place, place_of
from bbs_client.mirror.reads import BoardRow
from bbs_client.safe_text import board_title
from bbs_client.session.session import Session
from bbs_client.session.standing import describe_offer, is_offered, is_over, is_waiting
from bbs_client.session.state import is_outside


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


async def refresh_board(session: Session, row: BoardRow) -> BoardRow:
    """Return a board as the server has it now: who has no seat there hears no news of it.

    Offline, as this device knows it. Cancelling is safe.
    """
    with suppress(FolkmootError):
        await session.connection.call(GetBoard(board=row.board.id))
    return session.cache.board(row.board.id) or row


async def fetch_own_place(session: Session) -> SeatPlace | None:
    """Return the reader's place in the line for the community; None for who does not wait there."""
    row = session.cache.board(COMMONS)
    return None if row is None or not is_outside(session) else await fetch_place(session, row)


def describe_place_here(session: Session, row: BoardRow, found: SeatPlace) -> list[str]:
    """Return a place in line in whole sentences; cleaned.

    Args:
        row: The board.
        found: The place, as `fetch_place` returned it.
    """
    where = place_of(row.board.id, board_title(row.board))
    times = session.times
    return describe_place(found, where, moment=times.moment, week=times.week)


def describe_offers(session: Session, key: str) -> list[str]:
    """Return the seats that are offered to the reader, or their place in the community's line.

    Args:
        session: The reader's session.
        key: What shows a board's norms and takes a seat there, before the board's name.
    """
    lines = []
    for row in session.cache.boards():
        where, takes = place_of(row.board.id, board_title(row.board)), f"{key} {row.board.label}"
        if row.seat is not None and is_offered(row) and not is_over(session, row):
            until = describe_offer(session, row.seat)
            offer = f"A seat {where} is offered to you {until}".rstrip()
            lines.append(f"{offer}: {takes} shows the norms and takes it.")
        elif row.board.id == COMMONS and is_waiting(row):
            lines.append(f"You wait for a seat {where}: {takes} shows your place.")
    return lines
