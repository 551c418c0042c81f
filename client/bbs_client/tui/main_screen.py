"""The complete reading screen: panes, keys for moving and writing, and the session's reports."""

from typing import TYPE_CHECKING, ClassVar, Protocol, runtime_checkable

from textual.binding import BindingType
from textual.geometry import Offset
from textual.scrollbar import ScrollBar
from textual.widget import Widget

from bbs_client.actions.action import KeyScope
from bbs_client.actions.table import BY_ID
from bbs_client.keys import Pane, bindings, key_of, keys_of
from bbs_client.session.consent import describe_change
from bbs_client.session.events import (
    BatchHappened,
    CaseHappened,
    CasesFetched,
    CommandRefused,
    MirrorChanged,
    NewEpoch,
    NoticesChanged,
    OnlineChanged,
    ProposalTold,
    SendingSlowed,
    SessionEvent,
    SignedOut,
    SyncProgress,
    YesNeeded,
)
from bbs_client.session.session import Session
from bbs_client.session.state import describe_return, describe_slowing
from bbs_client.tui.panes import Panes
from bbs_client.tui.program import ScreenProgram
from bbs_client.tui.round_display import RoundDisplay
from bbs_client.tui.surface import ScreenSurface
from bbs_client.widgets.block_view import BlockView
from bbs_client.widgets.grid import BROAD_FROM_COLUMNS

if TYPE_CHECKING:
    from bbs_client.features.threads.widgets import ThreadList
    from bbs_client.tui.composing import Composing
    from bbs_client.tui.margin import ThirdPane
    from bbs_client.widgets.lounge_view import LoungeView
    from bbs_client.widgets.thread_view import ThreadView


@runtime_checkable
class LiveDialog(Protocol):
    """A dialog over the panes that follows the mirror."""

    def refresh_live(self) -> None:
        """Read it again."""


class MainScreen(Panes):
    """The screen for reading and writing. Everything else opens over it.

    Attributes:
        mode: The app's name for its stack of screens.
    """

    writing: "Composing"

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(KeyScope.READING, first=True, runs=True),
        # Help takes typed letters as its filter, so keys that were typed before it opened must not
        # reach it.
        *bindings(KeyScope.EVERYWHERE, only={"help"}, first=True, runs=True),
    ]

    def __init__(self, session: Session, program: ScreenProgram, mode: str, opens: Pane) -> None:
        """Make the screen of a session in the program.

        Args:
            session: The session of the community it shows, separate from all others.
            program: The parts that the app has once.
            mode: The app's name for its stack of screens.
            opens: The pane it begins with: home or the boards.
        """
        super().__init__(session, opens)
        self.mode = mode
        self.surface = ScreenSurface(self, program)
        self.round = RoundDisplay(self.surface, self.surface.runner)
        self._was_away = False
        self._told_cases: set[str] = set()  # the news about cases that were told in this visit
        self.third: ThirdPane | None = None  # what is beside the panes; once the screen is complete

    async def complete(self) -> None:
        """Mount the widgets that the first painting does not need, as `Panes.complete` does."""
        if self.is_complete:
            return
        from bbs_client.tui.composing import Composing

        self.writing = Composing(self, self.surface.runner)
        await super().complete()
        self._show_third()

    def show_head(self) -> None:
        """Show what this place is, and what belongs beside it on wide screens."""
        super().show_head()
        self._show_third()

    def show_state(self) -> None:
        """Show the session's state, and what is planned beside home."""
        super().show_state()
        if self.third is not None:
            self.third.follow()

    def on_resize(self) -> None:
        """Show beside the panes what the new width allows."""
        self._show_third()

    def _show_third(self) -> None:
        if self.third is None:
            if not self.is_complete or self.app.size.width < BROAD_FROM_COLUMNS:
                return
            from bbs_client.tui.margin import ThirdPane

            self.third = ThirdPane(self, self.surface)
        self.third.reload()

    def action_margin(self) -> None:
        """Turn the margin to the next of what it can show."""
        width = self.app.size.width
        if self.third is None or width < BROAD_FROM_COLUMNS:
            self.tell(
                f"The third pane needs {BROAD_FROM_COLUMNS} columns; this screen has {width}."
            )
        elif says := self.third.turn():
            self.tell(says)

    async def action_do(self, id: str) -> None:
        """Run an action of the table; at once if a view does it, so that keys keep their order."""
        if BY_ID[id].run:
            self.surface.runner.run(BY_ID[id])
        else:
            await self.surface.do_here(BY_ID[id])

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave letters to the composer while the member writes."""
        if action in {"do", "help"} and self.composing:
            return False
        return super().check_action(action, parameters)

    def get_widget_and_offset_at(self, x: int, y: int) -> tuple[Widget | None, Offset | None]:
        """Return what is at a place of the screen; of selectable text, which character."""
        widget, offset = super().get_widget_and_offset_at(x, y)
        if isinstance(widget, ScrollBar) and self._selecting:
            # Who drags to the right edge means the end of the row.
            widget = widget.parent if isinstance(widget.parent, Widget) else widget
        if widget is not None and self.is_complete and widget in (self.thread, self.lounge):
            here = widget.content_region.offset
            offset = widget.text_offset(x - here.x, y - here.y)
        return widget, offset

    # Going in and out

    def action_enter(self) -> None:
        """Open the item under the cursor."""
        match self.pane:
            case Pane.HOME:
                self.round.enter(self.home.current_row())
            case Pane.BOARDS if (row := self.boards.current_board()) is not None:
                self.open_board(row.board.id)
                self.go(Pane.THREADS)
            case Pane.BOARDS if place := self.boards.current_place():
                self.surface.runner.run(BY_ID[place])
            case Pane.BOARDS:
                self.boards.fold()
            case Pane.THREADS:
                if self.threads.current_thread() is not None and self.threads.current is not None:
                    self.open_thread(self.threads.current)
            case Pane.LOUNGE:
                self.surface.runner.run(BY_ID["reply"])
            case _:
                self.tell(f"{key_of('reply')} answers this post, {key_of('page_on')} reads on.")

    def action_back(self) -> None:
        """Go out by one level; at home, the top, quit, but only with the key that the bar shows."""
        here = self.thread.thread if self.pane is Pane.THREAD else self.threads.board
        match self.pane:
            case Pane.LOUNGE if self.lounge.clear_mark():
                return
            case Pane.THREAD | Pane.LOUNGE:
                page = self.session.trail.go_back(here)
                if self.session.cache.is_letter(self.threads.board or ""):
                    page = page or "letters"
                    self.surface.show_home()
                else:
                    self.go(Pane.THREADS)
                if page:
                    self.surface.runner.run(BY_ID[page])
            case Pane.HOME:
                # An additional Esc must not end the program.
                if self.pressed not in keys_of("back")[1:]:
                    self.app.call_later(self.app.run_action, "quit")
            case _:
                self.surface.show_home()

    # What the views tell

    def on_block_view_chosen(self, message: BlockView.Chosen) -> None:
        """Open the block that was double-clicked."""
        self.action_enter()

    def on_block_view_explained(self, message: BlockView.Explained) -> None:
        """Show the explanation; it may tell of a change that the first row shows, too."""
        self.show_head()
        self.tell(message.text)

    def on_thread_view_posts_wanted(self, message: "ThreadView.PostsWanted") -> None:
        """Fetch posts that came into view."""
        self.fetch_thread(message.thread)

    def on_thread_list_older_threads_wanted(self, message: "ThreadList.OlderThreadsWanted") -> None:
        """Fetch older threads."""
        self.fetch_older_threads(message.board)

    def on_lounge_view_older_lines_wanted(self, message: "LoungeView.OlderLinesWanted") -> None:
        """Fetch older lines."""
        self.fetch_older_lines(message.board)

    def hear(self, news: SessionEvent) -> None:
        """Show a report of the session.

        Args:
            news: Any of `bbs_client.session.events`.
        """
        match news:
            case OnlineChanged(online=online):
                if online and self._was_away and (sent := describe_return(self.session)):
                    self.tell(sent)
                self._was_away = self.session.offline_since is not None
                self.refresh_soon()
            case MirrorChanged(tables=tables):
                if "notes" in tables and self.app.screen is self:
                    self._tell_of_notes()
                self.refresh_soon()
            case CommandRefused(item=item):
                self.tell(f"Refused: {item.error} ({key_of('outbox')} shows it)", warn=True)
                if self.is_complete:
                    self.writing.give_back(item.id)
                self.refresh_soon()
            case SendingSlowed(wait_s=wait_s):
                self.tell(describe_slowing(wait_s), warn=True)
            case YesNeeded(board=board):
                if (row := self.session.cache.board(board)) is not None:
                    key = key_of("seat")
                    said = f"{describe_change(row)} {key} asks you; what you wrote is sent then."
                    self.tell(said, warn=True)
                self.refresh_soon()
            case SyncProgress(done=done, total=total):
                if done >= total:
                    self.round.caught_up()
                    self.refresh_soon()
                self.show_state()
            case NoticesChanged(motd=motd, clock_doubt=doubt):
                if doubt is not None:
                    # Imported late, because the first painting needs no rules.
                    from bbs.features.community.rules import advise_on_clock

                    self.tell(advise_on_clock(doubt), warn=True)
                elif motd:
                    self.tell(f"Message of the day: {motd}")
                self.show_state()
            case ProposalTold(proposal=proposal):
                from bbs.terminal.proposal_text import describe_proposal, describe_wait

                members, slug = dict(self.session.members), self.session.slug
                told = describe_proposal(proposal, members, slug)
                self.tell(f"{told} ({describe_wait(proposal)}; {key_of('proposals')})")
            case CasesFetched() | CaseHappened():
                self._tell_of_cases()
                self.refresh_soon()
            case BatchHappened():
                self.refresh_soon()
            case NewEpoch():
                self.tell("The server went back to an earlier state; everything is fetched again.")
            case SignedOut():
                self.surface.keep_draft()
                self.composer.close()
                self.surface.show_home()  # it says so, and how to come back

    def _tell_of_cases(self) -> None:
        """Say once that somebody asks the reader about their words, or decided something."""
        # Imported late, because the first painting needs none of it.
        from bbs_client.session.case_news import own_news

        for key, _, says in own_news(self.session):
            if key not in self._told_cases:
                self._told_cases.add(key)
                if self.app.screen is self:
                    self.tell(f"{says}; {key_of('cases')} shows it.")

    def _tell_of_notes(self) -> None:
        """Say that somebody wrote into a note that the reader reads."""
        # Imported late, because the first painting needs none of it.
        from bbs_client.session.arriving import note_news

        for _, news in note_news(self.session)[:1]:
            self.tell(f"{news}; {key_of('note')} shows it.")

    def refresh_all(self) -> None:
        """Read everything on the screen from the mirror again, open dialogs included."""
        super().refresh_all()
        for screen in self.app.screen_stack:
            # A dialog that is just opening reads the mirror itself.
            if isinstance(screen, LiveDialog) and screen.is_mounted:
                screen.refresh_live()
