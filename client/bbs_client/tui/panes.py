"""The reading screen's panes (boards, threads, one thread, a lounge) and their focus."""

from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widgets import ContentSwitcher, Static

from bbs_client.features.boards.widgets import BoardSidebar
from bbs_client.features.threads.widgets import ThreadList
from bbs_client.keys import Pane, key_of
from bbs_client.mirror.reads import BoardRow
from bbs_client.session.consent import describe_change, unaccepted
from bbs_client.session.narrowed import narrowed_at
from bbs_client.session.session import Session
from bbs_client.tui.fetching import Fetching
from bbs_client.tui.place import describe_place, describe_trouble
from bbs_client.tui.round_display import RoundDisplay
from bbs_client.widgets.bars import StatusBar, TopBar
from bbs_client.widgets.block_view import BlockView
from bbs_client.widgets.grid import (
    BESIDE_FROM_COLUMNS,
    BROAD_FROM_COLUMNS,
    LOW_BELOW_ROWS,
    SHORT_BELOW_ROWS,
    VAST_FROM_COLUMNS,
)
from bbs_client.widgets.key_bar import KeyBar

if TYPE_CHECKING:
    from bbs_client.features.reading.home import HomeView
    from bbs_client.widgets.composer import Composer, ComposerOwner
    from bbs_client.widgets.lounge_view import LoungeView, PlaceToWrite
    from bbs_client.widgets.thread_view import ThreadView

_LATER = tuple(Path(__file__).with_name(name) for name in ("later.tcss", "pages.tcss"))
LOOK_AGAIN_SECONDS = 60.0  # follows the planned times: a past time leaves the bar within a minute
COUNTDOWN_SECONDS = 1.0  # the bar counts down to the next try
REFRESH_SECONDS = 0.05  # a burst of events is drawn once; the reader cannot see the difference


class Panes(Fetching):
    """The widgets on the screen and the reader's place. The subclass has the actions.

    Attributes:
        home: The page of what is new; exists once the screen is complete, like the three below, or
            from the first painting on if that shows it.
        pressed: Textual's name of the current key; empty for a paste or the mouse.
        thread: The open thread.
        lounge: The open lounge.
        composer: The composer.
        place_to_write: Below a lounge, how to begin.
        writing: Handles the composer's requests; exists before the composer.
        round: Shows the reader's rounds.
    """

    home: "HomeView"
    thread: "ThreadView"
    lounge: "LoungeView"
    composer: "Composer"
    place_to_write: "PlaceToWrite"
    writing: "ComposerOwner"
    round: RoundDisplay

    HORIZONTAL_BREAKPOINTS = [
        (0, "-narrow"),
        (BESIDE_FROM_COLUMNS, "-wide"),
        (BROAD_FROM_COLUMNS, "-broad"),
        (VAST_FROM_COLUMNS, "-vast"),
    ]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (SHORT_BELOW_ROWS, "-low"), (LOW_BELOW_ROWS, "-high")]
    AUTO_FOCUS = ""  # `on_mount` sets it

    def __init__(self, session: Session, opens: Pane) -> None:
        """Make the screen.

        Args:
            session: The session that it shows.
            opens: The pane it begins with: home or the boards.
        """
        super().__init__(session)
        self.boards = BoardSidebar(session, id="boards")
        self.threads = ThreadList(session, id="threads")
        self.top = TopBar()
        self.facts = Static("", id="facts", markup=False)
        self.bar = StatusBar()
        self._sidebar = Vertical(id="sidebar")
        self._main = Vertical(id="main")
        self.pane = opens
        self.pressed = ""
        self.is_complete = False
        self._refreshing: Timer | None = None
        self._planned: Timer | None = None
        self._narrowed: Timer | None = None

    def compose(self) -> ComposeResult:
        """Build the panes."""
        # Set the classes now: otherwise the breakpoints set them after everything is styled, and
        # Textual styles it twice.
        width, height = self.app.size
        wide = [name for columns, name in self.HORIZONTAL_BREAKPOINTS if width >= columns]
        high = [name for rows, name in self.VERTICAL_BREAKPOINTS if height >= rows]
        self.add_class(wide[-1], high[-1], update=False)
        self._lay_out()
        yield self.top
        with Horizontal(id="house"):
            with self._sidebar:
                yield self.boards
            with self._main:
                yield self.facts
                # Only what is painted first is mounted first.
                if self.pane is Pane.HOME:
                    from bbs_client.features.reading.home import HomeView

                    self.home = HomeView(self.session, id="home")
                    first: BlockView = self.home
                else:
                    first = self.threads
                with ContentSwitcher(initial=first.id, id="panes"):
                    yield first
        yield self.bar
        yield KeyBar(self.pane)

    async def complete(self) -> None:
        """Mount what the first painting does not need: thread, lounge, composer, styles.

        The app calls it after that painting or before the first key, whichever comes first, and
        never twice at the same time. Only the end of the client cancels it; after that end has
        begun, it does nothing.
        """
        if self.is_complete or self._is_ending:
            return
        from bbs_client.features.reading.home import HomeView
        from bbs_client.widgets.composer import Composer
        from bbs_client.widgets.lounge_view import LoungeView, PlaceToWrite
        from bbs_client.widgets.thread_view import ThreadView

        for looks in _LATER:
            if not self.app.stylesheet.has_source(str(looks)):
                self.app.stylesheet.read(looks)
        begins_home = self.pane is Pane.HOME
        if not begins_home:
            self.home = HomeView(self.session, id="home")
        self.thread = ThreadView(self.session, id="thread")
        self.lounge = LoungeView(self.session, id="lounge")
        self.composer = Composer(self.session, self.writing, id="composer")
        rest = [self.threads if begins_home else self.home, self.thread, self.lounge]
        for view in rest:
            view.display = False
        with self.app.batch_update():
            views = self.query_one("#panes").mount(*rest)
            narrowed = Static("", id="narrowed", markup=False)
            self.place_to_write = PlaceToWrite(self.session)
            await self.query_one("#main").mount(narrowed, self.place_to_write, self.composer)
            await views
        if self._is_ending:  # the end may have begun while these were mounted
            return
        self.boards.on_moved = self.open_board
        self.is_complete = True
        if begins_home:
            self.refresh_all()
        else:
            self.show_narrowed()

    @property
    def _is_ending(self) -> bool:
        # The app's `is_running` ends before its screens are removed, the screen's only after.
        return not (self.is_attached and self.app.is_running)

    # The parts, by name

    @property
    def shown(self) -> str:
        """The name of the visible pane, also while the reader is in the sidebar beside it."""
        return self.query_one("#panes", ContentSwitcher).current or ""

    @shown.setter
    def shown(self, pane: Pane) -> None:
        self.query_one("#panes", ContentSwitcher).current = pane

    @property
    def composing(self) -> bool:
        """Whether typed text goes into the composer."""
        if self.focused is None or not self.is_complete:
            return False
        return self.composer in self.focused.ancestors

    @property
    def view(self) -> BlockView:
        """The view of the current pane."""
        return self.query_one(f"#{self.pane}", BlockView)

    def board(self) -> BoardRow | None:
        """Return the board that is open or under the cursor."""
        board = self.threads.board
        return self.session.cache.board(board) if board else self.boards.current_board()

    @property
    def is_boards_page(self) -> bool:
        """Whether the boards have the whole screen."""
        return not self._main.display

    # Showing

    def on_mount(self) -> None:
        """Paint from the mirror, without waiting for a network."""
        self.boards.reload()
        if self.pane is Pane.HOME:
            self.boards.mark_home(is_home=True)
            self.round.fill(self.home, is_first=True)
        else:
            row = self.boards.current_board()
            self.threads.open(row.board.id if row else None)
        self.set_focus(self.view)
        self.show_head()
        self.show_state()

    def go(self, pane: Pane) -> None:
        """Show a reading pane and put the cursor there; a note on another place goes."""
        if pane is not self.pane:
            self.forget_note()
        if pane not in {Pane.THREAD, Pane.LOUNGE}:
            self.session.trail.leave()
        if pane is not Pane.LOUNGE and self.composer.has_class("line"):
            self.composer.close()
        if pane is not Pane.BOARDS:
            self.shown = pane
        self.boards.mark_home(is_home=self.shown == Pane.HOME)
        self._enter(pane)
        self.set_focus(self.view)
        self.show_head()

    def open_board(self, board: str) -> None:
        """Show another board's threads behind the sidebar."""
        if board != self.threads.board:
            self.composer.close()
            self.thread.close()
            self.lounge.close()
            self.fetch_board(board)
        self.threads.open(board)
        if self.pane is Pane.BOARDS:
            self.shown = Pane.THREADS
        self.show_head()

    def open_thread(self, thread: str) -> None:
        """Show a thread of any board, and go there."""
        self.session.trail.leave()
        row = self.session.cache.thread(thread)
        if row is not None and row.thread.board != self.threads.board:
            self.open_board(row.thread.board)
            self.boards.go_to(row.thread.board)
        if self.thread.thread != thread:
            self.composer.close()
            self.session.rounds.peeked = None
        place = self.threads.keys.index_of(thread)
        if place is not None:
            self.threads.jump(place)
        self.thread.open(thread)
        self.fetch_thread(thread)
        self.go(Pane.THREAD)

    def show_head(self) -> None:
        """Show where the reader is, and the first rows of the body: what this place is."""
        if self.is_complete:
            self.show_narrowed()
        place = describe_place(self)
        self.top.say([Content(self.session.community), *place.path], place.fact)
        shown = [*describe_trouble(self), *(row for row in place.rows if row)]
        self.facts.display = bool(shown)
        self.facts.set_class(self.session.signed_out, "-needed")
        self.facts.set_class(self.shown in {Pane.THREAD, Pane.LOUNGE}, "-close")
        self.facts.update(Content("\n").join(shown))
        self._show_writing()

    def _show_writing(self) -> None:
        """Show below a lounge where the reader writes; above the words while they are written."""
        if self.is_complete:
            is_open = self.composer.display
            is_free = is_open or not self.query_one("#narrowed").display
            board = self.lounge.board if self.shown == Pane.LOUNGE and is_free else None
            self.place_to_write.show(board, is_open=is_open)

    def show_narrowed(self) -> None:
        """Show the restriction of the reader's writing in the composer's place, until its end (P7)."""
        if self._narrowed is not None:
            self._narrowed.stop()
        row = self.board() if self.shown != Pane.HOME else None
        thread = self.thread.thread if self.shown == Pane.THREAD else None
        narrowed = narrowed_at(self.session, row.board.id, thread) if row is not None else None
        place = self.query_one("#narrowed", Static)
        changed = unaccepted(self.session, row.board.id) if row is not None else None
        place.display = narrowed is not None or changed is not None
        if narrowed is None:
            if changed is not None:
                keys = f"{key_of('norms')} shows what changed, {key_of('seat')} asks."
                place.update(Content(f"{describe_change(changed)} {keys}"))
            return
        door = f" {key_of('cases')} shows why, and takes your appeal." if narrowed.is_about else ""
        place.update(Content(f"{narrowed.text}{door}"))
        if narrowed.until is not None:
            ahead_s = max(0.0, (narrowed.until - self.session.now()).total_seconds())
            self._narrowed = self.set_timer(min(ahead_s, LOOK_AGAIN_SECONDS), self.show_narrowed)

    def show_state(self) -> None:
        """Show the session's state in the status bar of every open screen."""
        round = self.round.state() if self.is_complete else Content("")
        stack = self.app.screen_stack
        for screen in stack if self in stack else (self,):
            for bar in screen.query(StatusBar):
                bar.show(self.session, round)
        if self._planned is not None:
            self._planned.stop()
            self._planned = None
        now, planned = self.session.now(), self.session.maintenance_at
        ahead_s = (planned - now).total_seconds() if planned is not None else 0.0
        next_try_at = self.session.next_try_at
        if next_try_at is not None and next_try_at > now:
            ahead_s = COUNTDOWN_SECONDS
        if ahead_s > 0:
            self._planned = self.set_timer(min(ahead_s, LOOK_AGAIN_SECONDS), self.show_state)

    def refresh_all(self) -> None:
        """Read everything on the screen from the mirror again, without moving anything."""
        self.lounge.reload()  # first: what is in view there is not new on home and beside the boards
        if self.shown == Pane.HOME:
            self.round.fill(self.home)
            if self.pane is Pane.HOME:
                self.query_one(KeyBar).pane = Pane.END if self.home.is_end else Pane.HOME
        self.boards.reload()
        if self.threads.board is None and (row := self.boards.current_board()):
            self.threads.open(row.board.id)
        self.threads.reload()
        self.thread.reload()
        self.show_head()
        self.show_state()

    def refresh_soon(self) -> None:
        """Refresh once, however often it is requested within a moment."""
        if self._refreshing is None:
            self._refreshing = self.set_timer(REFRESH_SECONDS, self._refresh_now)

    def _refresh_now(self) -> None:
        self._refreshing = None
        self.refresh_all()

    # What has the focus

    def on_descendant_focus(self) -> None:
        """Keep mode, key bar and sidebar in step with the focus."""
        # Do not use the widget of the event: the focus may have moved on by now.
        composing = self.composing
        self.bar.writing = composing
        if composing:
            self._lay_out()
            destination = self.composer.destination
            is_line = destination is not None and destination.is_line
            self.query_one(KeyBar).pane = Pane.LINE_COMPOSER if is_line else Pane.POST_COMPOSER
        elif isinstance(self.focused, BlockView) and self.focused.id is not None:
            self._enter(Pane(self.focused.id))
        self._show_writing()

    def _enter(self, pane: Pane) -> None:
        """Note which pane the reader is in, and show its keys."""
        self.pane = self.query_one(KeyBar).pane = pane
        self._lay_out()

    def on_resize(self) -> None:
        """Show the panes that the new size has room for, and cut their facts anew."""
        self._lay_out()
        self.show_head()

    def _lay_out(self) -> None:
        """Show the boards beside what is read or, where there is no room, as a page of their own."""
        beside = self.app.size.width >= BESIDE_FROM_COLUMNS
        on_boards = self.pane is Pane.BOARDS and not self.composing
        # Inline styles act at once: a class would have every widget below styled anew.
        was_page = self.is_boards_page
        self._sidebar.display = beside or on_boards
        self._main.display = beside or not on_boards
        if self.is_mounted and was_page != self.is_boards_page:
            self.show_head()
