"""The Textual client: puts sessions and screens together, and ends in good order."""

import time
from collections.abc import Callable, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import events, work
from textual.app import App
from textual.binding import BindingType
from textual.driver import Driver
from textual.filter import LineFilter

from bbs.errors import FolkmootError
from bbs.plural import counted
from bbs_client import keys
from bbs_client.actions.action import KeyScope
from bbs_client.actions.surface import Confirm, Surface
from bbs_client.actions.table import BY_ID
from bbs_client.keys import bindings, key_of
from bbs_client.safe_text import describe_error
from bbs_client.session.events import AttentionNeeded, NoticesChanged, SyncProgress
from bbs_client.session.session import Session
from bbs_client.settings import ClientSettings
from bbs_client.theme import FOLKMOOT, PALETTES, theme
from bbs_client.tui.driver import ControlFilter, format_traceback
from bbs_client.tui.main_screen import MainScreen
from bbs_client.tui.notifications import DesktopNotifier, describe_call
from bbs_client.tui.program import ScreenProgram
from bbs_client.tui.typed_ahead import TypedAhead

if TYPE_CHECKING:
    from textual.command import Provider
    from textual.theme import Theme

    from bbs_client.communities import Communities
    from bbs_client.keymap import Keymap
    from bbs_client.session.events import SessionEvent

BESIDE = "Open in another window too: what cannot be sent from here stays a draft."
TWICE_SECONDS = 2.0  # between the two ^C that quit at once
QUIET = ClientSettings(notices="none", opens="boards", tour="taken")  # where nobody chose


# What is opened later is imported later: the first painting waits for none of it.


def _finder() -> "type[Provider]":
    from bbs_client.tui.palette import Finder

    return Finder


class FolkmootApp(App[None]):
    """A member's view of one community. First paint comes from the mirror alone.

    Attributes:
        program: What there is only one of, as actions know it.
        main: The reading screen of the community that is shown.
    """

    TITLE = "Folkmoot"
    DEFAULT_MODE = "first"
    CSS_PATH = Path(__file__).with_name("base.tcss")
    COMMANDS: ClassVar = {_finder}
    BINDINGS: ClassVar[list[BindingType]] = bindings(KeyScope.EVERYWHERE, runs=True)
    NOTIFICATION_TIMEOUT = 4.0

    def __init__(
        self,
        session: Session,
        *,
        communities: "Communities | None" = None,
        ask_community: bool = False,
        settings: ClientSettings = QUIET,
        keymap: "Keymap | None" = None,
        driver_class: type[Driver] | None = None,
        once_painted: Callable[[], None] | None = None,
    ) -> None:
        """Put the client together; nothing runs yet.

        Args:
            session: What the profile keeps, opened; it connects after the first painting.
            communities: What else can be gone to from here; None for nothing.
            ask_community: Whether to begin with the list of them.
            settings: What the reader chose; of keys, `keymap` is used.
            keymap: The keys to begin with; None for the table's.
            driver_class: How to reach the terminal; None for Textual's choice.
            once_painted: Called when the screen is there whole; None for nothing.
        """
        # Before all else: whatever is styled, is styled once.
        self.set_reactive(App.theme, settings.theme or FOLKMOOT.name)
        super().__init__(driver_class=driver_class)
        # Motion says nothing here, and costs frames on slow lines.
        self.animation_level = "none"
        self._communities = communities
        self._ask_community = ask_community
        self._opens_home = settings.opens == "home"
        self.program = ScreenProgram(
            self,
            communities,
            partial(self.call_later, self._go_to),
            self.use_keymap,
            tour_due=settings.tour == "offer",
        )
        self._opened: dict[str, MainScreen] = {}  # the reading screens, by the profiles' names
        self.main = self._open(self.program.here, session, self.DEFAULT_MODE)
        self._keymap_chosen = keymap
        self.notices = DesktopNotifier(settings.notices, self._write_raw)
        self._interrupted_at = -TWICE_SECONDS
        self._typed = TypedAhead(self, super().on_event)
        self._net = ControlFilter()
        self._once_painted = once_painted

    @property
    def session(self) -> Session:
        """What is known of the community that is shown."""
        return self.main.session

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return Textual's filters, and below them the net that catches control characters."""
        return [*super().get_line_filters(), self._net]

    def _fatal_error(self) -> None:
        # Textual's own shows every local variable, the session's token among them (P11).
        self._exit_renderables.append(format_traceback(self.console))
        self._close_messages_no_wait()

    @cached_property
    def available_themes(self) -> "dict[str, Theme]":
        """The house's themes, and no others."""
        return {name: theme(palette) for name, palette in PALETTES.items()}

    def on_load(self) -> None:
        """Use the keys that were chosen."""
        keys.activate_keymap({})
        if self._keymap_chosen is not None:
            self.use_keymap(self._keymap_chosen)

    def use_keymap(self, keymap: "Keymap") -> None:
        """Let other keys do what the table's did, at once, and show them wherever keys are shown."""
        keys.activate_keymap(keymap.differences())
        self.set_keymap(keymap.for_textual())
        self.program.keymap_name = keymap.name
        for screen in (*self.screen_stack, *self._opened.values()):
            for bar in screen.query("KeyBar, StatusBar"):
                bar.refresh()

    def get_default_screen(self) -> MainScreen:
        """Return the reading screen: an empty one below it would be laid out and painted first."""
        return self.main

    def on_mount(self) -> None:
        """Paint first; what is not seen in that painting comes after it."""
        self.call_after_refresh(self.call_later, self._painted)

    async def _painted(self) -> None:
        await self.main.complete()
        if self.main.is_complete:
            if self._once_painted is not None:
                self._once_painted()
                self._once_painted = None
            self._connect(self.session)
            if self.session.is_beside:
                self.main.tell(BESIDE)
            if self._opens_home:
                self.main.open_home()
                # What is fetched for the first time waits as well; later nothing moves by itself.
                self._opens_home = self.session.cache.epoch() is None
            if self._ask_community:
                self._ask_community = False
                self.action_do("communities")
        await self._typed.act(self.main)

    async def on_event(self, event: events.Event) -> None:
        """Let what was typed, pasted or clicked wait until it can be acted on."""
        if isinstance(event, events.AppFocus | events.AppBlur):
            self.notices.focused(isinstance(event, events.AppFocus))
        elif isinstance(event, events.InputEvent | events.Paste) and not event.is_forwarded:
            self.notices.touched()
            if self.screen is self.main:
                self._opens_home = False  # who types is on the way already; the tour is no way
            await self._typed.take(event, self.main)
            return
        await super().on_event(event)

    async def on_action_runner_ready(self) -> None:
        """Act on what was typed while an action began."""
        await self._typed.act(self.main)

    @work(name="connection", group="connection")
    async def _connect(self, session: Session) -> None:
        await session.connection.run()

    def _tell(self, main: MainScreen, news: "SessionEvent") -> None:
        self.call_later(self._show_news, main, news)

    def _show_news(self, main: MainScreen, news: "SessionEvent") -> None:
        """Show what the session that is open told; that of another is seen on going there."""
        if isinstance(news, AttentionNeeded):
            # For somebody who is not looking, or looks at another community; else all of it is seen.
            text = describe_call(news, main.session)
            self.notices.tell(text)
            if main is not self.main and self.notices.kind != "none":
                self.notify(text, markup=False)
        elif main is self.main and main.is_mounted:
            main.hear(news)
            if isinstance(news, SyncProgress) and news.done == news.total and self._opens_home:
                self._opens_home = False
                main.open_home()
            if isinstance(news, NoticesChanged) and (self.program.tour_due or news.banner):
                from bbs_client.actions.program import TourQuestion

                question = TourQuestion(brief=not self.program.tour_due)
                main.surface.runner.start(lambda surface: surface.ask(question))

    def _write_raw(self, sequence: str) -> None:
        if sequence and self._driver is not None and not self.is_headless:
            self._driver.write(sequence)

    # Other communities

    def _open(self, name: str, session: Session, mode: str) -> MainScreen:
        """Make the reading screen of a profile's session; nothing runs yet."""
        main = self._opened[name] = MainScreen(session, self.program, mode)
        session.listener = partial(self._tell, main)
        return main

    async def _go_to(self, name: str) -> None:
        """Show another community; it stays connected from now on, as do those before."""
        self.main.surface.keep_draft()
        before, main = self.main, self._opened.get(name)
        if main is before or self._communities is None:
            return
        if main is None:
            try:
                session = self._communities.open(name)
            except FolkmootError as error:
                self.notify(describe_error(error), severity="warning", markup=False)
                return
            if len(self._opened) == 1:
                # Textual comes back only to modes that it was told of.
                self.add_mode(before.mode, lambda: before)
            opened = main = self._open(name, session, f"visit:{name}")
            self.add_mode(main.mode, lambda: opened)
        self.main, self.program.here = main, name
        await self.switch_mode(main.mode)
        if main.is_complete:
            main.refresh_all()
        else:
            await self._painted()

    # What works everywhere

    def action_do(self, id: str) -> None:
        """Do an action of the table."""
        self.main.surface.runner.run(BY_ID[id])

    def action_redraw(self) -> None:
        """Draw the screen anew, as after a stray message of another program."""
        self._write_raw("\x1b[2J")
        self.refresh(layout=True)

    def action_interrupt(self) -> None:
        """Copy a selection; else quit when pressed twice."""
        editor = self.main.composer.editor
        if editor.has_focus and editor.selected_text:
            editor.action_copy()
            return
        if self.main.surface.copy_selection():
            return
        now = time.monotonic()
        if now - self._interrupted_at < TWICE_SECONDS:
            self.leave()
            return
        self._interrupted_at = now
        self.notify(
            f"Press {key_of('interrupt')} again to quit. Drafts are kept.",
            markup=False,
            timeout=TWICE_SECONDS,
        )

    async def action_quit(self) -> None:
        """Quit; ask where something is unsent."""
        self.main.surface.runner.start(self._quit, asks=True)

    async def _quit(self, surface: Surface) -> None:
        self.main.surface.keep_draft()
        sessions = [main.session for main in self._opened.values()]
        waiting = sum(len(session.pending()) for session in sessions)
        drafts = sum(len(session.drafts.all()) for session in sessions)
        parts = [counted(waiting, "thing") + " to be sent"] if waiting else []
        parts += [counted(drafts, "draft")] if drafts else []
        consequence = f"Kept on this device: {', '.join(parts)}."
        if not parts or await surface.ask(Confirm("Quit?", consequence, yes="quit")):
            self.leave()

    def leave(self, code: int = 0) -> None:
        """End in good order: the draft is on disk, the connections stop, the terminal is given back.

        Args:
            code: What the process ends with.
        """
        self.main.surface.keep_draft()
        for main in self._opened.values():
            main.session.connection.stop()
        self.exit(return_code=code)

    def leave_on_signal(self, number: int) -> None:
        """End because of a signal; called from its handler, so it only asks the loop.

        Args:
            number: The signal's; the process ends with 128 and this.
        """
        loop = self._loop
        if loop is not None:
            loop.call_soon_threadsafe(self.leave, 128 + number)
