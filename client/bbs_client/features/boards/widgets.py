"""The list of boards in the sidebar, with unread counts and the reader's seats."""

from collections.abc import Callable, Mapping

from textual.content import Content

from bbs.features.boards.messages import Visibility
from bbs.features.boards.seat_messages import SeatState
from bbs.features.reading.views import Folder, Stance
from bbs.ids import COMMONS
from bbs_client.hues import hue_of_board, member_hue
from bbs_client.mirror.reads import BoardRow, LoungeNews
from bbs_client.safe_text import safe_line
from bbs_client.session.arrangement import shelves
from bbs_client.session.session import Session
from bbs_client.session.state import describe_absent
from bbs_client.widgets.block_view import BlockView
from bbs_client.widgets.cutting import MIN_COLUMNS, cut_apart
from bbs_client.widgets.grid import LIST_COLUMNS_MAX
from bbs_client.widgets.painted import Drawn

HOME, INBOX, LETTERS = PLACES = "home", "inbox", "letters"
"""The keys of the first rows, as of the actions that lead there."""

PAGE_COLUMNS_MIN = 40  # so wide a list says in words what a sidebar says by signs
FRAME_COLUMNS = 2  # a sign, and the board's bar
HERE_MAX = 12  # of more members, the others are counted
COUNT_MAX = 999  # larger counts say nothing more
_FOLDER = "folder:"  # before the keys of folders; those of boards are UUIDs
SIGNS = {
    "*": "private",
    "-": "no seat",
    "+": "a seat is offered",
    "~": "you wait for a seat",
    "•": "new in the lounge",
    "!": "you are called there",
}
"""The signs of boards; those of lounges, the last two, stand after a board's name."""


class BoardSidebar(BlockView):
    """Home, inbox and letters, and a row for each board, in the reader's own order and folders (P1).

    At first the boards are in the order of opening.
    """

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
        self._lounges: Mapping[str, LoungeNews] = {}
        self._calls = 0
        self._letters = 0
        self.is_home = False
        self._names: tuple[int, dict[str, str]] = (0, {})  # for a width, the names as they fit

    def empty_text(self) -> Content:
        """Say why there are no boards yet."""
        return Content(describe_absent(self.session)).stylize("dim")

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
        self._lounges = cache.lounges()
        self._calls = cache.calls() + sum(news.mentions for news in self._lounges.values())
        self._letters = cache.unread_letters()
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
        self._names = (0, {})
        was_empty = not self.keys
        self.set_keys((*PLACES, *keys) if keys else ())
        if was_empty and keys:
            # The cursor begins among the boards: the places above have keys of their own.
            self.jump(len(PLACES))

    def fold(self) -> None:
        """Fold or unfold the folder under the cursor, if there is one.

        A folder stays folded on this device as long as the client runs.
        """
        folder = self._folders.get(self.current or "")
        if folder is not None and folder.name is not None:
            self._folded ^= {folder.name}
            self._lay()

    def go_to(self, board: str) -> None:
        """Put the cursor on a board, unfolding its folder; for a letter, on the letters."""
        self._unfold(board)
        self._lay()
        self.jump(self.keys.index_of(board) or PLACES.index(LETTERS))

    def _unfold(self, board: str) -> None:
        inside = (folder.name for folder in self.shelves if board in folder.boards)
        self._folded.difference_update(inside)

    def current_board(self) -> BoardRow | None:
        """Return the board the cursor is on; None for none, for a folder, and for the places above."""
        return self.boards.get(self.current or "")

    def current_place(self) -> str:
        """Return the action of home, inbox or letters, if the cursor is there; else nothing."""
        return self.current if self.current in PLACES else ""

    @property
    def marked(self) -> int:
        """The row with the mark: home, while the reader is there and not in this list."""
        return 0 if self.is_home and not self.has_focus else self.cursor

    def mark_home(self, *, is_home: bool) -> None:
        """Take note of whether the reader is at home."""
        if is_home != self.is_home:
            self.is_home = is_home
            self.redraw(())

    # Rows

    def rows_before(self, index: int) -> int:
        """Return 1 for the first row below home, inbox and letters, which stand apart."""
        return int(index == len(PLACES))

    def draw(self, index: int, width: int) -> list[Content]:
        """Return a board as a row: a sign, a bar in its hue, its title, unread posts; or a folder."""
        key, width = self.keys[index], min(width, LIST_COLUMNS_MAX)
        if key in PLACES:
            waits = {INBOX: self._calls, LETTERS: self._letters}.get(key, 0)
            name = Content.styled(key.capitalize(), "strong" if waits else "")
            row = _row(Content("  "), name, _count(waits), width)
        elif (folder := self._folders.get(key)) is not None:
            row = self._draw_folder(folder, width)
        else:
            row = self._draw_board(key, width)
        return [*[Content("")] * self.rows_before(index), row]

    def _draw_folder(self, folder: Folder, width: int) -> Content:
        folded = folder.name in self._folded
        unread = sum(self.boards[board].unread for board in folder.boards) if folded else 0
        name = Content.styled(safe_line(folder.name), "strong")
        return _row(Content(" ▸" if folded else " ▾"), name, _count(unread), width)

    def _draw_board(self, key: str, width: int) -> Content:
        row = self.boards[key]
        muted = self._stances.get(key) is Stance.MUTE
        count = Content.styled("muted", "dim") if muted else _count(row.unread)
        role = "dim" if muted or not row.seat else "strong" if row.unread else ""
        name = Content.styled(self._fitting(width)[key], role)
        bar = Content.styled("▎", hue_of_board(row.board))
        signs, inside = self._signs(key), self._is_inside(key)
        name += "".join(f" {sign}" for sign in signs if sign in "•!" and width < PAGE_COLUMNS_MIN)
        if "!" in signs and width < PAGE_COLUMNS_MIN:
            name = name.stylize("new", len(name) - 1)
        if width >= PAGE_COLUMNS_MIN:
            words = "  ".join(SIGNS[sign] for sign in signs)
            name = Content.assemble(name, "  ", (words, "dim")) if words else name
        sign = next((each for each in signs if each in "*-+~"), " ")
        return _row(Content.assemble((sign, "dim"), " " * inside, bar), name, count, width)

    def _is_inside(self, board: str) -> bool:
        return any(board in folder.boards for folder in self._folders.values())

    def _signs(self, board: str) -> list[str]:
        """Return the signs of a board: of the reader's seat, of privacy, of its lounge."""
        row, news = self.boards[board], self._lounges.get(board)
        state = row.seat.state if row.seat is not None else None
        seats = {
            SeatState.OFFERED: "+",
            SeatState.WAITING: "~",
            SeatState.APPLIED: "~",
            SeatState.SEATED: "",
        }
        signs = [seats.get(state, "-") if state is not None else "-"]
        if row.board.visibility is Visibility.PRIVATE:
            signs.append("*")
        if news is not None:
            signs.append("!" if news.mentions else "•")
        return [sign for sign in signs if sign]

    def _fitting(self, width: int) -> dict[str, str]:
        """Return the boards' names as they fit; names that differ stay different."""
        if self._names[0] != width:
            names, rooms = [], []
            for key, row in self.boards.items():
                otherwise = "commons" if key == COMMONS else safe_line(row.board.slug, "?")
                names.append(safe_line(row.board.title, otherwise))
                muted = self._stances.get(key) is Stance.MUTE
                count = len("muted") if muted else len(_count(row.unread))
                marks = 2 if key in self._lounges and width < PAGE_COLUMNS_MIN else 0
                rooms.append(
                    width - FRAME_COLUMNS - self._is_inside(key) - marks - count - bool(count)
                )
            fitting = cut_apart(names, [max(MIN_COLUMNS, room) for room in rooms])
            self._names = (width, dict(zip(self.boards, fitting, strict=True)))
        return self._names[1]

    # Below the list: who is here, and what the signs mean

    def _lay_rows(self) -> list[Drawn]:
        laid = super()._lay_rows()
        free, width = self.size.height - len(laid), self._inner_width()
        if not self.keys:
            return laid
        rows: list[Content] = []
        here = self._here()
        if here and len(here) + 2 <= free:
            rows = [Content(""), Content.styled("  Here now", "dim"), *here]
        legend = self._legend() if width < PAGE_COLUMNS_MIN else []
        blank = free - len(rows) - len(legend)
        if legend and blank > 0:
            rows += [*[Content("")] * blank, *legend]
        return laid + self._unmarked(row.truncate(width) for row in rows)

    def _here(self) -> list[Content]:
        """Return who is here and chose to be seen, by handle (P11)."""
        session = self.session
        members = [session.members[id] for id in session.cache.here if id in session.members]
        names = {safe_line(one.handle, "?"): one.id for one in members if one != session.me}
        rows = [
            Content.assemble("  ", (name, member_hue(names[name])))
            for name in sorted(names)[:HERE_MAX]
        ]
        more = len(names) - len(rows)
        return [*rows, Content.styled(f"  and {more} more", "dim")] if more else rows

    def _legend(self) -> list[Content]:
        """Return what the signs mean, of those that are in use."""
        used = {sign for board in self.boards for sign in self._signs(board)}
        return [
            Content.styled(f"{sign} {meaning}", "dim")
            for sign, meaning in SIGNS.items()
            if sign in used
        ]


def _count(unread: int) -> Content:
    """Return an unread count; empty for none."""
    if not unread:
        return Content("")
    return Content.styled(f"{COUNT_MAX}+" if unread > COUNT_MAX else str(unread), "new")


def _row(frame: Content, name: Content, count: Content, width: int) -> Content:
    """Return a row of the list: sign and bar, a name cut to fit, and a count or word at the right."""
    room = width - frame.cell_length - count.cell_length - bool(count)
    name = name.truncate(max(MIN_COLUMNS, room), ellipsis=True)
    space = " " * max(0, room - name.cell_length + bool(count))
    return Content.assemble(frame, name, space, count)
