"""Home: the round as a path downwards, from what calls the reader to its end (P4)."""

from collections.abc import Callable, Sequence

from msgspec import Struct
from msgspec.structs import replace
from textual.content import Content
from textual.geometry import Size

from bbs.features.reading.views import Round, Section, Stop
from bbs.features.threads.views import Post
from bbs.ids import BoardId
from bbs_client.features.reading.round_end import End, community_art, draw_end
from bbs_client.hues import hue_of, hue_of_board
from bbs_client.keys import key_of
from bbs_client.mirror.reads import BoardRow
from bbs_client.safe_text import board_title, letter_title, thread_title, writer_of
from bbs_client.session.round_words import TO_THE_END, describe_since, name_people
from bbs_client.session.session import Session
from bbs_client.widgets.block_view import BlockView
from bbs_client.widgets.grid import LIST_COLUMNS_MAX, MEASURE
from bbs_client.widgets.rows import aligned

SCROLLBAR_GAP = 2
PATH_ROWS_MIN = 20  # where art leaves fewer rows to the path, there is none
ASIDE = "Also waiting"
_OPEN = "Still open: "
_DOES = {
    "calls": ("calls", "call"),
    "answers": ("answers", "answer"),
    "both": ("writes to", "write to"),
}
_SECTIONS = {Section.FOR_ME: "To you", Section.FOLLOWED: "You follow"}


class OpenTask(Struct, frozen=True):
    """A task that is not reading: a draft, a refused item, an offered seat.

    Attributes:
        key: Its key in the list.
        says: A line about it, its board in its hue; our own words, or cleaned.
        go: Leads there.
        heading: Its heading.
        action: The action that leads there as well; empty for none but Enter.
        board: The board it is about; None for none.
    """

    key: str
    says: Content
    go: Callable[[], None]
    heading: str = ASIDE
    action: str = ""
    board: BoardId | None = None


class HomeShown(Struct, frozen=True):
    """What home shows.

    Attributes:
        greeting, about: Its first rows; our own words, the handle cleaned.
        rest: The stops of a round that are left, in order.
        newer: How many posts came since the round was fixed.
        first: Tasks above the path: a founder's first steps.
        tasks: Tasks below it.
        end: What is shown instead of the path; None while there is one.
    """

    greeting: str
    about: str
    rest: Round
    newer: int = 0
    first: Sequence[OpenTask] = ()
    tasks: Sequence[OpenTask] = ()
    end: End | None = None


class HomeView(BlockView):
    """One row for each thread with something new, in the order of the round, down to its end.

    Attributes:
        beside: Whether the margin lists the tasks below the path. Then only the one under the
            cursor is drawn here.
    """

    def __init__(self, session: Session, *, id: str | None = None) -> None:
        """Make an empty view.

        Args:
            session: The session with titles, names and time.
        """
        super().__init__(id=id)
        self.session = session
        self._shown: HomeShown | None = None
        self._rows_by_key: dict[str, Stop | OpenTask] = {}
        self._boards: dict[str, BoardRow] = {}
        self.beside = False
        self.is_touched = False
        self._long: tuple[HomeShown | None, Size, bool] = (None, Size(), False)

    @property
    def is_end(self) -> bool:
        """Whether the end of a round is shown, which takes the whole width."""
        return self._shown is not None and self._shown.end is not None

    def fill(self, shown: HomeShown) -> None:
        """Show it; the cursor stays on its row where that still is."""
        was_first = self.cursor == 0
        self._shown = shown
        self._boards = {row.board.id: row for row in self.session.cache.boards()}
        stops = () if shown.end is not None else shown.rest.stops
        self._rows_by_key = {
            **{task.key: task for task in shown.first},
            **{f"{stop.section}:{stop.thread}:{stop.numbers[0]}": stop for stop in stops},
            **{task.key: task for task in shown.tasks},
        }
        self.set_keys(self._rows_by_key)
        if was_first and not self.is_touched:
            # What is fetched may come above: a reader who has not begun to read begins at the top.
            self.jump(0)

    def on_key(self) -> None:
        """Take note that the reader is here: from now on nothing moves by itself."""
        self.is_touched = True

    def current_row(self) -> Stop | OpenTask | None:
        """Return the row under the cursor."""
        return self._rows_by_key.get(self.current or "")

    def cursor_moved(self) -> None:
        """Name the key of the task under the cursor, and of no other."""
        self.redraw(key for key, row in self._rows_by_key.items() if isinstance(row, OpenTask))

    # What stands above and below a row

    def rows_before(self, index: int) -> int:
        """Return how many rows stand above a thing: the greeting, headings, blank rows."""
        return len(self._above(index))

    def rows_after(self, index: int) -> int:
        """Return how many rows stand below a thing: the end of the path."""
        return len(self._below(index))

    def empty_text(self) -> Content:
        """Return the end of a round, or the greeting."""
        if self._shown is None:
            return Content("")
        return Content("\n").join(self._head())

    def draw(self, index: int, width: int) -> list[Content]:
        """Return a thing as one row, below its headings."""
        row = self._rows_by_key[self.keys[index]]
        room = min(width, LIST_COLUMNS_MAX) - SCROLLBAR_GAP * self._is_long
        if isinstance(row, Stop):
            drawn = self._draw_stop(row, room)
        elif self.is_end:
            drawn = self._draw_open(row, index)
        else:
            drawn = self._draw_task(row, index)
        rows = [*self._above(index), drawn, *self._below(index)]
        return [row.truncate(width, ellipsis=True) for row in rows]

    def _above(self, index: int) -> list[Content]:
        row = self._rows_by_key[self.keys[index]]
        before = self._rows_by_key[self.keys[index - 1]] if index else None
        rows = [] if index else self._head()
        if self.is_end:
            return rows
        heading, again = self._heading(row), None if before is None else self._heading(before)
        if again is not None and heading.is_same(again):
            return rows
        if before is not None and isinstance(row, Stop) and isinstance(before, Stop):
            rows += [Content.styled("│", "rail")] * self._is_high
        elif before is not None and (self._is_high or isinstance(row, Stop)):
            rows.append(Content(""))
        return [*rows, heading]

    def _below(self, index: int) -> list[Content]:
        """Return the end sign below the last stop."""
        after = self._rows_by_key[self.keys[index + 1]] if index + 1 < len(self.keys) else None
        here = self._rows_by_key[self.keys[index]]
        if not isinstance(here, Stop) or isinstance(after, Stop) or self._shown is None:
            return []
        rows = [Content.assemble(("◇", "rail"), (f"  {TO_THE_END}", "dim"))]
        if since := describe_since(self._shown.newer):
            rows.append(Content.styled(f"   {since}", "dim"))
        return rows

    @property
    def _is_long(self) -> bool:
        """Whether there is a scrollbar, beside which two columns stay blank."""
        shown, size, is_long = self._long
        if shown is not self._shown or size != self.size:
            rows = sum(
                1 + self.rows_before(at) + self.rows_after(at) for at in range(len(self.keys))
            )
            is_long = rows > self.size.height
            self._long = (self._shown, self.size, is_long)
        return is_long

    @property
    def _is_high(self) -> bool:
        return self.screen.has_class("-high")

    def _head(self) -> list[Content]:
        """Return the rows above everything."""
        shown = self._shown
        assert shown is not None
        if shown.end is not None:
            return draw_end(self, self.session, shown.end)
        rows: list[Content] = []
        art = community_art(self, self.session) if self.session.settings.banner == "on" else []
        if self._is_high and self.size.height - len(art) > PATH_ROWS_MIN:
            wide = max((row.cell_length for row in art), default=0)
            rows = [row.pad_left(max(0, (MEASURE - wide) // 2)) for row in art]
            rows += [Content("")] * bool(art)
        rows.append(Content.styled(shown.greeting, "strong"))
        rows += Content.styled(shown.about, "dim").wrap(max(1, self._inner_width()))
        return [*rows, Content("")]

    def _heading(self, row: Stop | OpenTask) -> Content:
        if isinstance(row, OpenTask):
            return Content.styled("" if self._is_beside(row) else row.heading, "strong")
        if row.section is not Section.BOARD:
            return Content.assemble(("●", "new"), (f"  {_SECTIONS[row.section]}", "strong"))
        if self.session.cache.is_letter(row.board):
            return Content.assemble(("●", "new"), ("  Letters", "strong"))
        board = self._boards.get(row.board)
        if board is None:
            return Content.styled("●  ?", "strong")
        return Content.styled(f"●  {board_title(board.board)}", hue_of_board(board.board))

    # Rows

    def _draw_stop(self, stop: Stop, width: int) -> Content:
        session = self.session
        times = session.times
        thread = session.cache.thread(stop.thread)
        title = thread_title(thread.thread if thread else None)
        is_to_me = stop.section is Section.FOR_ME
        posts = session.cache.posts(stop.thread, stop.numbers if is_to_me else stop.numbers[-1:])
        when = f"{times.short(max(post.at for post in posts)) if posts else '':>{times.columns}}"
        count = Content.assemble(("│", "rail"), (f"{len(stop.numbers):>5}  ", "new"))
        name = Content(title)
        if session.cache.is_letter(stop.board):
            title = letter_title(thread.thread if thread else None)
            name = Content.assemble((session.slug(stop.board), "strong"), f"  {title}").rstrip()
        if is_to_me and posts:
            where = session.slug(stop.board) if session.cache.is_letter(stop.board) else title
            name = self._called(posts) + Content(f" in {where}")
        return aligned(count + name, when, width)

    def _called(self, posts: Sequence[Post]) -> Content:
        """Return who calls or answers the reader, as the beginning of a sentence."""
        session, me = self.session, self.session.me
        hues: dict[str, str] = {}
        for post in posts:
            name = writer_of(post.author, post.words_via, session.members)
            hues.setdefault(name, hue_of(post.author))
        calls = {me is not None and me.id in post.mentions for post in posts}
        one, many = _DOES["both" if len(calls) > 1 else "calls" if True in calls else "answers"]
        said = [(piece, hues.get(piece, "")) for piece in name_people(list(hues))]
        return Content.assemble(*said, f" {many if len(hues) > 1 else one} you")

    def _is_beside(self, task: OpenTask) -> bool:
        return self.beside and self._shown is not None and task in self._shown.tasks

    def _draw_task(self, task: OpenTask, index: int) -> Content:
        if index != self.cursor and self._is_beside(task):
            return Content("")
        return Content("  ") + self._with_key(task, index)

    def _draw_open(self, task: OpenTask, index: int) -> Content:
        """Return a task below the end of a round: all begin in one column, as a block in the middle."""
        tasks = [row for row in self._rows_by_key.values() if isinstance(row, OpenTask)]
        opens = [len(_OPEN), *[0] * (len(tasks) - 1)]
        longest = max(
            begin + each.says.cell_length + len(self._key(each)) + 2
            for begin, each in zip(opens, tasks, strict=True)
        )
        before = max(0, (self.size.width - longest) // 2 - 1)
        if index:
            return self._with_key(task, index).pad_left(before)
        says = task.says.plain
        within = Content(f"{says[:1].lower()}{says[1:]}", [*task.says.spans])
        line = self._with_key(replace(task, says=within), index)
        return Content.assemble(" " * before, _OPEN, line)

    def _key(self, task: OpenTask) -> str:
        return key_of(task.action or "enter")

    def _with_key(self, task: OpenTask, index: int) -> Content:
        """Return what a task says, and the key for it if the cursor is on it."""
        if index != self.cursor:
            return task.says
        return Content.assemble(task.says, "  ", (self._key(task), "mark"))
