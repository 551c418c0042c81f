"""The list of boards in the sidebar, with what is unread and where one sits."""

from collections.abc import Callable

from textual.content import Content

from bbs.features.boards.messages import Board, SeatState, Visibility
from bbs.ids import COMMONS
from bbs_client.mirror.reads import BoardRow
from bbs_client.widgets.block_view import BlockView
from bbs_client.widgets.house import House
from bbs_client.widgets.words import counted, line

COUNT_COLUMNS = 4
COUNT_MAX = 999  # more says nothing more
_SEAT_MARKS = {SeatState.OFFERED: "+", SeatState.WAITING: "~", SeatState.SEATED: " "}
_SEAT_SAYS = {
    SeatState.OFFERED: "a seat was offered to you",
    SeatState.WAITING: "you wait for a seat",
    SeatState.SEATED: "you have a seat",
}


def retention_of(board: Board) -> str:
    """Return how long posts stay on a board, as a sentence without a full stop (P10)."""
    if board.retention_days == 0:
        return "posts here are kept"
    return f"posts here fade after {counted(board.retention_days, 'day')}"


def lounge_retention_of(board: Board) -> str:
    """Return how long lines of a board's lounge stay, as a sentence without a full stop."""
    hours = board.lounge_hours
    if hours % 24 == 0 and hours >= 48:
        return f"lines here fade after {counted(hours // 24, 'day')}"
    return f"lines here fade after {counted(hours, 'hour')}"


def seat_of(row: BoardRow) -> str:
    """Return where one stands with a board, in words."""
    says = _SEAT_SAYS.get(row.seat.state, "no seat") if row.seat else "you may read; no seat"
    if row.seat is not None and row.seat.moderator:
        says = "you moderate here"
    if row.board.visibility is Visibility.PRIVATE:
        says += ", private"
    return says


class BoardList(BlockView):
    """One row a board, in the order of opening, the commons first (P1)."""

    def __init__(self, house: House, *, id: str | None = None) -> None:
        """Make an empty list.

        Args:
            house: Where boards and seats come from.
        """
        super().__init__(id=id)
        self.house = house
        self.boards: dict[str, BoardRow] = {}
        self.on_moved: Callable[[str], None] | None = None

    def moved(self) -> None:
        """Show the board under the cursor at once: the next key may already be about it."""
        if self.on_moved is not None and self.current is not None:
            self.on_moved(self.current)

    def reload(self) -> None:
        """Read the list from the mirror again; the cursor stays on its board."""
        self.boards = {row.board.id: row for row in self.house.cache.boards()}
        self.show(self.boards)

    def current_board(self) -> BoardRow | None:
        """Return the board the cursor is on."""
        return self.boards.get(self.current or "")

    def empty_text(self) -> Content:
        """Say why there is nothing."""
        return Content("Nothing here yet: the first connection fetches it.").stylize("dim")

    def draw(self, index: int, width: int) -> list[Content]:
        """Return a board as one row: seat and privacy marks, title, unread posts."""
        row = self.boards[self.keys[index]]
        board = row.board
        seat = _SEAT_MARKS.get(row.seat.state, "-") if row.seat else "-"
        private = "*" if board.visibility is Visibility.PRIVATE else " "
        count = "" if not row.unread else str(min(row.unread, COUNT_MAX))
        if row.unread > COUNT_MAX:
            count += "+"
        room = max(4, width - COUNT_COLUMNS - 3)
        otherwise = "commons" if board.id == COMMONS else line(board.slug, "?")
        title = Content(line(board.title, otherwise)).truncate(room, ellipsis=True)
        return [
            Content.assemble(
                (f"{seat}{private}", "dim"),
                (title.plain, "new" if row.unread else ("" if row.seat else "dim")),
                " " * (room - title.cell_length),
                (f" {count:>{COUNT_COLUMNS}}", "new"),
            )
        ]
