"""The third pane, beside what is read on wide screens, and a board's threads on wider ones.

Both only read the mirror, never the network, and never have the focus. They are mounted after the
first painting, in place that is reserved for them, and only on screens that are wide enough.
"""

from collections.abc import Iterator
from enum import Enum, auto
from itertools import groupby
from typing import TYPE_CHECKING

from textual import events

from bbs.features.reading.views import Stop
from bbs_client.features.threads.widgets import ThreadList
from bbs_client.keys import Pane, key_of
from bbs_client.safe_text import board_title, letter_title, safe_line, thread_title
from bbs_client.session.retention import lounge_retention_of
from bbs_client.tui.open_tasks import FIRST_STEPS, open_tasks
from bbs_client.widgets import margin_rows
from bbs_client.widgets.grid import BROAD_FROM_COLUMNS, VAST_FROM_COLUMNS
from bbs_client.widgets.margin import Margin, MarginRow
from bbs_client.widgets.margin_rows import Stage, section, stacked

if TYPE_CHECKING:
    from bbs_client.features.reading.home import OpenTask
    from bbs_client.tui.panes import Panes
    from bbs_client.tui.surface import ScreenSurface

READING = frozenset({Pane.THREAD, Pane.LOUNGE})
ROUND_SHARE = 3  # of a margin with a long outline, the round takes one of so many parts


class Turn(Enum):
    """What the margin shows; its key turns it from each to the next."""

    PLACE = auto()  # what belongs to the place where the reader is
    LOUNGE = auto()  # the lounge of the board where the reader is
    OFF = auto()


class ThreadsBeside(ThreadList, can_focus=False):
    """A board's threads beside one of them; a click opens another."""

    def __init__(self, screen: "Panes", *, id: str) -> None:
        """Make an empty list beside the panes of a screen."""
        super().__init__(screen.session, id=id)
        self._panes = screen

    def beyond(self, step: int) -> None:
        """Ask for nothing: what is beside is never fetched."""

    def show(self, board: str | None, thread: str | None) -> None:
        """Show a board's threads, with the mark at the open one."""
        self.open(board)
        place = self.keys.index_of(thread or "")
        if place is not None and place != self.cursor:
            self.jump(place)

    def on_click(self, event: events.Click) -> None:
        """Open the thread under the mouse."""
        event.stop()
        event.prevent_default()
        at = event.get_content_offset(self)
        place = None if at is None else self._viewport.block_at(at.y)
        if place is not None and (thread := self.keys[place]) in self._threads:
            self._panes.open_thread(thread)


class ThirdPane:
    """Mounts and fills what wide screens have beside the panes of a screen."""

    def __init__(self, screen: "Panes", surface: "ScreenSurface") -> None:
        """Begin without anything; `fit` mounts it."""
        self._screen = screen
        self._surface = surface
        self._session = screen.session
        is_off = screen.session.settings.margin == "off"
        self.turned = Turn.OFF if is_off else Turn.PLACE
        self._margin: Margin | None = None
        self._beside: ThreadsBeside | None = None
        self._stages: list[Stage] | None = None
        self._titles: dict[str, str] = {}
        self._tasks: list[OpenTask] | None = None

    # When and where

    def fit(self) -> None:
        """Mount and show what the screen's width allows where the reader is."""
        screen, width = self._screen, self._screen.app.size.width
        if width >= BROAD_FROM_COLUMNS and self._margin is None:
            self._margin = Margin(self._rows, id="margin")
            screen.query_one("#house").mount(self._margin)
            for view in (screen.home, screen.threads, screen.thread, screen.lounge):
                view.followed_by = self.follow
        if width >= VAST_FROM_COLUMNS and self._beside is None:
            self._beside = ThreadsBeside(screen, id="beside")
            screen.query_one("#house").mount(self._beside, before="#main")
        if self._margin is not None:
            is_home = screen.shown == Pane.HOME
            is_end = is_home and screen.home.is_end  # it takes the margin's place, too
            is_on = width >= BROAD_FROM_COLUMNS and self.turned is not Turn.OFF and not is_end
            self._margin.display = is_on
            self._margin.set_class(screen.shown in READING, "-narrow")
            screen.set_class(is_end, "-end")
            beside = is_on and self.turned is Turn.PLACE
            for view in (screen.home, screen.threads):
                if view.beside is not beside:
                    view.beside = beside
                    view.redraw(view.keys)
        if self._beside is not None:
            is_shown = width >= VAST_FROM_COLUMNS and screen.shown in READING
            self._beside.display = is_shown
            if is_shown:
                thread = screen.thread.thread if screen.shown == Pane.THREAD else None
                self._beside.show(screen.threads.board, thread)

    def follow(self) -> None:
        """Show what belongs to the reader's place now."""
        if self._margin is not None and self._margin.display:
            self._margin.follow()

    def reload(self) -> None:
        """Read all of it from the mirror again."""
        self._stages = self._tasks = None
        self._titles.clear()
        self.fit()
        self.follow()

    def use_setting(self) -> None:
        """Show or hide the margin as the settings say now."""
        is_off = self._session.settings.margin == "off"
        if is_off is not (self.turned is Turn.OFF):
            self.turned = Turn.OFF if is_off else Turn.PLACE
            self.reload()

    def turn(self) -> str:
        """Turn the margin to the next of what it can show, and remember whether it is off.

        Returns:
            The effect, a sentence; empty if the screen shows it.
        """
        order = [one for one in Turn if one is not Turn.LOUNGE or not self._is_in_lounge]
        was = self.turned if self.turned in order else Turn.PLACE
        self.turned = order[(order.index(was) + 1) % len(order)]
        self.reload()
        if Turn.OFF not in (was, self.turned):
            return ""
        setting = "off" if self.turned is Turn.OFF else "on"
        return self._surface.program.set("margin", setting) or f"The third pane is {setting}."

    # What it shows

    @property
    def _is_in_lounge(self) -> bool:
        """Whether the lounge is what the reader reads, so that it need not stand beside it."""
        return self._screen.shown == Pane.LOUNGE

    def _rows(self, width: int, height: int) -> list[MarginRow]:
        top = [MarginRow.blank()] * self._screen.has_class("-high")
        rows = height - len(top)
        if self.turned is Turn.LOUNGE and not self._is_in_lounge:
            return [*top, *self._talk(width, rows)]
        match self._screen.shown:
            case Pane.THREAD:
                return [*top, *self._beside_thread(width, rows)]
            case Pane.LOUNGE:
                return [*top, *stacked(self._beside_lounge(width))]
            case Pane.HOME:
                return [*top, *stacked(self._beside_home(width))]
        row = self._screen.threads.current_thread()
        return [
            *top,
            *(margin_rows.peek(self._session, row.thread.id, width) if row is not None else ()),
        ]

    def _beside_thread(self, width: int, rows: int) -> list[MarginRow]:
        screen = self._screen
        stages = self._round()
        room = rows - 2 * len(section("", [MarginRow.blank()])) + 1
        posts = len(screen.thread.keys)
        wanted = len(stages) + 1 if stages else 0
        share = min(wanted, max(room // ROUND_SHARE, room - posts))
        outline = margin_rows.outline(screen.thread, width, room - share, self._go_to_post)
        path = margin_rows.round_path(
            stages, self._title_of, screen.thread.thread, width, share, screen.open_thread
        )
        return stacked([section("In this thread", outline), section("Your round", path)])

    def _title_of(self, thread: str) -> str:
        if (title := self._titles.get(thread)) is None:
            row = self._session.cache.thread(thread)
            title = thread_title(row.thread if row else None)
            if row is not None and self._session.cache.is_letter(row.thread.board):
                title = letter_title(row.thread) or self._session.slug(row.thread.board)
            self._titles[thread] = title
        return title

    def _go_to_post(self, place: int) -> None:
        self._screen.go(Pane.THREAD)
        self._screen.thread.jump(place)

    def _round(self) -> list[Stage]:
        """Return the threads of the round under way, or of the one that could begin."""
        if self._stages is None:
            rounds = self._session.rounds
            left = [stop.thread for stop in rounds.status().shown.stops]
            whole = rounds.progress.whole.stops if rounds.progress is not None else ()
            threads = dict.fromkeys([*(stop.thread for stop in whole), *left])
            self._stages = [Stage(thread, thread not in left) for thread in threads]
        return self._stages

    def _beside_home(self, width: int) -> Iterator[list[MarginRow]]:
        if self._screen.app.size.width >= VAST_FROM_COLUMNS:
            row = self._screen.home.current_row()
            if isinstance(row, Stop):
                yield margin_rows.peek(self._session, row.thread, width, row.numbers)
        yield section("Coming up", margin_rows.coming_up(self._session, width))
        if self._tasks is None:
            found = open_tasks(self._session, self._surface.runner)
            self._tasks = [task for task in found if task.heading != FIRST_STEPS]
        here = self._screen.home.current
        for heading, group in groupby(self._tasks, lambda task: task.heading):
            rows = [
                row._replace(here=task.key == here, lit=task.key == here)
                for task in group
                for row in margin_rows.task(task.says, task.go, width)
            ]
            yield section(heading, rows)

    def _beside_lounge(self, width: int) -> Iterator[list[MarginRow]]:
        row = self._screen.board()
        if row is None:
            return
        fading = lounge_retention_of(row.board)
        says = margin_rows.charter(safe_line(row.board.charter), fading, width)
        yield section("This lounge", says)
        go = self._screen.open_thread
        found = margin_rows.threads(self._session, row.board.id, width, go)
        yield section("New in its threads", found)

    def _talk(self, width: int, rows: int) -> list[MarginRow]:
        row = self._screen.board()
        if row is None:
            return []
        title = board_title(row.board)
        go = self._surface.show_lounge
        found = margin_rows.talk(self._session, row.board.id, width, rows - 2)
        found = found or margin_rows.said("Nobody has said anything here lately.", width)
        heading = f"{title} › lounge  {key_of('lounge')}"
        return [each._replace(go=lambda: go(row.board.id)) for each in section(heading, found)]
