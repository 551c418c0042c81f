"""The list of boards in the sidebar, with unread counts and the reader's seats."""

from collections.abc import Callable

from textual.content import Content

from bbs.features.boards.messages import Board, SeatState, Visibility
from bbs.features.reading.views import Folder, Stance
from bbs.ids import COMMONS
from bbs.plural import counted, hours_in_words
from bbs_client.mirror.reads import BoardRow
from bbs_client.safe_text import safe_line
from bbs_client.session.arrangement import shelves
from bbs_client.session.session import Session
from bbs_client.widgets.block_view import BlockView

COUNT_COLUMNS = 4
_FOLDER = "folder:"  # before the keys of folders; those of boards are UUIDs
COUNT_MAX = 999  # larger counts say nothing more
_SEAT_MARKS = {SeatState.OFFERED: "+", SeatState.WAITING: "~", SeatState.SEATED: " "}
_SEAT_SAYS = {
    SeatState.OFFERED: "a seat was offered to you",
    SeatState.WAITING: "you wait for a seat",
    SeatState.SEATED: "you have a seat",
}


def retention_of(board: Board) -> str:
    """Return the retention of a board's posts, in words (P10)."""
    if board.retention_days == 0:
        return "posts are kept"
    return f"posts fade after {counted(board.retention_days, 'day')}"


def lounge_retention_of(board: Board) -> str:
    """Return the retention of a board's lounge, in words."""
    return f"lines fade after {hours_in_words(board.lounge_hours)}"


def seat_of(row: BoardRow) -> str:
    """Return the reader's seat on a board, in words."""
    says = _SEAT_SAYS.get(row.seat.state, "no seat") if row.seat else "you may read; no seat"
    if row.seat is not None and row.seat.moderator:
        says = "you moderate here"
    if row.board.visibility is Visibility.PRIVATE:
        says += ", private"
    return says


class BoardSidebar(BlockView):
    """One row a board, in the reader's own order and folders (P1); at first in the order of opening."""

    EMPTY = "Nothing here yet: the first connection fetches it."

    def __init__(self, session: Session, *, id: str | None = None) -> None:
        """Make an empty list.

        Args:
            session: The session with boards and seats.
        """
        super().__init__(id=id)
        self.session = session
        self.boards: dict[str, BoardRow] = {}
        self.shelves: list[Folder] = []
        self.on_moved: Callable[[str], None] | None = None
        self._stances: dict[str, Stance] = {}
        self._folders: dict[str, Folder] = {}
        self._folded: set[str] = set()

    def cursor_moved(self) -> None:
        """Show the board under the cursor at once, because the next key may already act on it."""
        if self.on_moved is not None and self.current in self.boards:
            self.on_moved(self.current)

    def reload(self) -> None:
        """Read the list from the mirror again; the cursor stays on its board."""
        cache = self.session.cache
        self.boards = {row.board.id: row for row in cache.boards()}
        self.shelves = shelves(cache.folders(), tuple(self.boards))
        self._stances = cache.stances("board")
        self._unfold(self.current or "")
        self._lay()

    def _lay(self) -> None:
        keys: list[str] = []
        self._folders = {}
        for folder in self.shelves:
            if folder.name is not None:
                key = f"{_FOLDER}{folder.name}"
                self._folders[key] = folder
                keys.append(key)
            if folder.name not in self._folded:
                keys.extend(folder.boards)
        self.set_keys(keys)

    def fold(self) -> None:
        """Fold or unfold the folder under the cursor, if there is one.

        A folder stays folded on this device as long as the client runs.
        """
        folder = self._folders.get(self.current or "")
        if folder is not None and folder.name is not None:
            self._folded ^= {folder.name}
            self._lay()

    def go_to(self, board: str) -> None:
        """Put the cursor on a board, unfolding its folder."""
        self._unfold(board)
        self._lay()
        self.jump(self.keys.index_of(board) or 0)

    def _unfold(self, board: str) -> None:
        inside = (folder.name for folder in self.shelves if board in folder.boards)
        self._folded.difference_update(inside)

    def current_board(self) -> BoardRow | None:
        """Return the board the cursor is on; None for none, and for a folder."""
        return self.boards.get(self.current or "")

    def draw(self, index: int, width: int) -> list[Content]:
        """Return a board as one row: seat and privacy marks, title, unread posts; or a folder."""
        folder = self._folders.get(self.keys[index])
        return [
            self._draw_board(index, width) if folder is None else self._draw_folder(folder, width)
        ]

    def _draw_folder(self, folder: Folder, width: int) -> Content:
        folded = folder.name in self._folded
        unread = sum(self.boards[board].unread for board in folder.boards) if folded else 0
        name = Content(safe_line(folder.name))
        return _row("▸ " if folded else "▾ ", name, "strong", _count(unread), width)

    def _draw_board(self, index: int, width: int) -> Content:
        row = self.boards[self.keys[index]]
        board = row.board
        seat = _SEAT_MARKS.get(row.seat.state, "-") if row.seat else "-"
        private = "*" if board.visibility is Visibility.PRIVATE else " "
        otherwise = "commons" if board.id == COMMONS else safe_line(board.slug, "?")
        inside = any(board.id in folder.boards for folder in self._folders.values())
        indent = "  " if inside else ""
        role, count = "new" if row.unread else ("" if row.seat else "dim"), _count(row.unread)
        if self._stances.get(board.id) is Stance.MUTE:
            role, count = "dim", "muted"
        title = Content(safe_line(board.title, otherwise))
        return _row(f"{seat}{private}{indent}", title, role, count, width)


def _count(unread: int) -> str:
    """Return the unread count of a board or folder; empty for none."""
    if not unread:
        return ""
    return f"{COUNT_MAX}+" if unread > COUNT_MAX else str(unread)


def _row(marks: str, title: Content, role: str, count: str, width: int) -> Content:
    """Return a row of the list: marks, a title cut to fit, and a count or word at the right."""
    columns = max(COUNT_COLUMNS, len(count))
    room = max(4, width - columns - len(marks) - 1)
    title = title.truncate(room, ellipsis=True)
    look = "new" if count.rstrip("+").isdigit() else "dim"
    return Content.assemble(
        (marks, "dim"),
        (title.plain, role),
        " " * (room - title.cell_length),
        (f" {count:>{columns}}", look),
    )
