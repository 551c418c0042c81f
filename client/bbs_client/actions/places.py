"""Going to places: boards, threads, lounges, whatever an address names; and the seat on a board."""

from dataclasses import dataclass
from enum import StrEnum

from bbs.features.boards.messages import LeaveSeat, TakeSeat
from bbs.ids import new_id
from bbs.streams import board_stream
from bbs_client.actions.surface import Question, Surface
from bbs_client.mirror.file import BoardRow


class SeatAnswer(StrEnum):
    """What the reader decided."""

    TAKE = "take"  # take a seat, or accept new norms on the one there is
    LEAVE = "leave"


@dataclass(frozen=True)
class SeatQuestion(Question[tuple[SeatAnswer, int]]):
    """Whether to take or leave a seat, after reading charter and norms, and the version read (P5).

    Attributes:
        row: The board and the reader's own seat.
    """

    row: BoardRow


async def seat(surface: Surface, _: str) -> None:
    """Show charter and norms of the board that is here; take or leave a seat."""
    row = surface.board_here()
    if row is not None:
        await show_seat(surface, row)


async def show_seat(surface: Surface, row: BoardRow) -> None:
    """Show charter and norms of a board; take or leave a seat on it (P5).

    Raises:
        FolkmootError: If this device could not keep the decision.
    """
    answer = await surface.ask(SeatQuestion(row))
    if answer is None:
        return
    decided, version = answer
    session, board = surface.session, row.board.id
    command = (
        TakeSeat(board=board, norms_version=version, op=new_id())
        if decided is SeatAnswer.TAKE
        else LeaveSeat(board=board, op=new_id())
    )
    session.connection.submit(command, board_stream(board))
    surface.refresh()
    if not session.online:
        surface.notify("Decided; the server hears of it when you are online again.")
