"""Where the reader stands on a board, in whole sentences: which seat they have, and what now."""

from bbs import limits
from bbs.features.boards.messages import Board, Visibility
from bbs.features.boards.seat_messages import Seat, SeatState
from bbs.ids import MemberId
from bbs.plural import counted
from bbs.streams import board_stream
from bbs_client.mirror.reads import BoardRow
from bbs_client.session.applications import describe_application, is_applying, is_asked
from bbs_client.session.narrowed import archived_at
from bbs_client.session.session import Session

NONE = "You have no seat on this board yet."
ONLY_READS = "This is another member's journal: you read it, and its writer writes."
ARCHIVED = "This board is archived: you may read here, and nobody takes a seat."
_OFFERED = "A seat is offered to you"
_PLACES = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth",
           "tenth")  # fmt: skip


def describe_standing(session: Session, row: BoardRow, key: str) -> str:
    """Return which seat the reader has on a board, in short, and the key for one that is offered.

    Args:
        session: The reader's session.
        row: The board and the reader's own seat.
        key: The key or verb that shows a board's norms and takes a seat.
    """
    says = describe_seat(session, row)
    if is_offered(row) and says.startswith(_OFFERED):
        says = f"{says[:-1]}: {key}."
    return f"Private. {says}" if row.board.visibility is Visibility.PRIVATE else says


def is_waiting(row: BoardRow) -> bool:
    """Return whether the reader is on the waiting list of a board."""
    return row.seat is not None and row.seat.state is SeatState.WAITING


def is_offered(row: BoardRow) -> bool:
    """Return whether a seat on a board is offered to the reader."""
    return row.seat is not None and row.seat.state is SeatState.OFFERED


def is_over(session: Session, row: BoardRow) -> bool:
    """Return whether the offer of a seat to the reader has ended, though the server did not say so yet."""
    until = row.seat.until if row.seat is not None else None
    return is_offered(row) and until is not None and until <= session.now()


def describe_offer(session: Session, seat: Seat) -> str:
    """Return until when a seat is offered to the reader, in a clause; empty for no end."""
    return f"until {session.times.moment(seat.until)}" if seat.until is not None else ""


def _place(session: Session, row: BoardRow) -> str:
    """Return the place of a reader who waits, as in `third in line`; empty if it is not known here."""
    board, seat = row.board.id, row.seat
    if seat is None or session.cache.cursor(board_stream(board)) is None:
        return ""
    seats = session.cache.seats(board)
    place = 1 + sum(
        each.state is SeatState.WAITING and each.position < seat.position for each in seats
    )
    return f"{_PLACES[place] if place < len(_PLACES) else f'number {place}'} in line"


def describe_way(session: Session, row: BoardRow, key: str) -> str:
    """Return what a reader can do who does not write here; empty for one who does.

    Args:
        session: The reader's session.
        row: The board and the reader's own seat.
        key: The key or verb that shows a board's norms and takes a seat.
    """
    if row.is_seated:
        return ONLY_READS if row.only_reads else ""
    if archived_at(session, row.board.id):
        return ARCHIVED
    if is_waiting(row):
        days = counted(limits.SEAT_OFFER_DAYS, "day")
        return f"As soon as one is free it is offered to you, for {days}."
    if is_over(session, row):
        return "The seat goes to the member who is next."
    if is_offered(row):
        return f"A seat waits for you. {key} shows the norms and takes it."
    if is_applying(row):
        return f"{key} shows how to take your answers back."
    if is_asked(row):
        return f"You may read here; {key} shows what is asked of who wants a seat."
    return f"You may read here; {key} shows how to take a seat."


def describe_seat(session: Session, row: BoardRow) -> str:
    """Return which seat the reader has on a board, or that they have none."""
    seat, board = row.seat, row.board.id
    if seat is not None and seat.moderator:
        return "You moderate here."
    if row.is_seated:
        return "You have a seat."
    if says := describe_application(session, row):
        return says
    asked = [each for each in session.pending() if each.method == "boards.take_seat"]
    for item in asked:
        if item.board == board:
            return f"You asked for a seat, which was {item.stands}." if item.reason else (
                "You asked for a seat; the server has not answered yet."
            )  # fmt: skip
    if is_waiting(row):
        place = _place(session, row)
        return f"You wait for a seat, {place}." if place else "You wait for a seat."
    if is_over(session, row):
        return "The offer of a seat is over."
    if seat is not None and is_offered(row):
        return f"{_OFFERED} {describe_offer(session, seat)}".rstrip() + "."
    return "You left your seat here." if session.cache.has_left(board) else NONE


def shared_boards(session: Session, member: MemberId) -> list[Board]:
    """Return the boards that the reader knows, on which a member has a seat."""
    return [
        row.board
        for row in session.cache.boards()
        if any(
            seat.member == member and seat.state is SeatState.SEATED
            for seat in session.cache.seats(row.board.id)
        )
    ]
