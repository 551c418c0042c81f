"""The Textual client: starts sessions and screens, and ends them in good order."""

from collections.abc import Callable, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import App
from textual.binding import BindingType
from textual.driver import Driver
from textual.filter import LineFilter
from textual.geometry import Size

from bbs.errors import FolkmootError
from bbs_client import keys
from bbs_client.actions.action import KeyScope
from bbs_client.actions.table import BY_ID
from bbs_client.keys import Pane, bindings
from bbs_client.safe_text import describe_error
from bbs_client.session.events import AttentionNeeded, SignedInAgain
from bbs_client.session.session import Session
from bbs_client.settings import ClientSettings
from bbs_client.signs import sign_filters
from bbs_client.theme import FOLKMOOT, PALETTES, theme
from bbs_client.tui.driver import ControlFilter, format_traceback
from bbs_client.tui.leaving import NOTE_SECONDS, Leaving
from bbs_client.tui.main_screen import MainScreen
from bbs_client.tui.modes import SMALL, Modes, too_small
from bbs_client.tui.notifications import DesktopNotifier, describe_call
from bbs_client.tui.program import ScreenProgram
from bbs_client.tui.typed_ahead import TypedAhead
from bbs_client.widgets.blocks import Blocks

if TYPE_CHECKING:
    from textual.theme import Theme

    from bbs_client.communities import Communities
    from bbs_client.keymap import Keymap
    from bbs_client.session.events import SessionEvent

BESIDE = "Open in another window too: what cannot be sent from here stays a draft."
QUIET = ClientSettings(
    notices="none", opens="boards", tour="taken", signs="full"
)  # if the reader chose no theme


class FolkmootApp(App[None]):
    """A member's view of one community. The first painting needs only the mirror.

    Attributes:
        program: The parts that exist once, for all communities, as actions know them.
        main: The reading screen of the community that is shown.
        modes: Switches between the screens of communities.
        settings: The reader's settings, as they are now.
    """

    TITLE = "Folkmoot"
    DEFAULT_MODE = "first"
    CSS_PATH = Path(__file__).with_name("base.tcss")
    ENABLE_COMMAND_PALETTE = False  # ours is a box like others
    MODES: ClassVar = {SMALL: too_small}
    BINDINGS: ClassVar[list[BindingType]] = bindings(KeyScope.EVERYWHERE, runs=True)
    NOTIFICATION_TIMEOUT = NOTE_SECONDS

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
            session: The session of the profile; it connects after the first painting.
            communities: The communities to switch to; None for none.
            ask_community: Whether to begin with their list.
            settings: The reader's settings; for keys, `keymap` counts.
            keymap: The keys to begin with; None for the table's.
            driver_class: The driver of the terminal; None for Textual's choice.
            once_painted: Called when the screen is complete; None for no call.
        """
        self.settings = settings
        # Set the theme first, so that every widget is styled only once.
        self.set_reactive(App.theme, settings.theme or FOLKMOOT.name)
        super().__init__(driver_class=driver_class)
        # Animations inform of nothing here, and cost frames on slow connections.
        self.animation_level = "none"
        self._communities = communities
        self._ask_community = ask_community
        self.program = ScreenProgram(
            self,
            communities,
            partial(self.call_later, self._go_to),
            self.use_keymap,
            lambda: self.session.settings,
            self.use_settings,
            tour_due=settings.tour == "offer",
        )
        self._opened: dict[str, MainScreen] = {}  # the reading screens, by the profiles' names
        self.modes = Modes(self)
        self.main = self._open(self.program.here, session, self.DEFAULT_MODE)
        self._keymap_chosen = keymap
        self.notices = DesktopNotifier(settings.notices, self._write_raw)
        self._leaving = Leaving(self.leave)
        self._typed = TypedAhead(self, super().on_event)
        self._net = ControlFilter()
        self._signs = sign_filters(settings.signs)
        self._once_painted = once_painted
        self._sizes_told = 0  # by the terminal, the first one at the start

    @property
    def session(self) -> Session:
        """The session of the community that is shown."""
        return self.main.session

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return Textual's filters and, after them, those for signs and control characters."""
        return [*super().get_line_filters(), *self._signs, self._net]

    def _fatal_error(self) -> None:
        # Textual's own traceback shows all local variables, the session's token among them (P11).
        self._exit_renderables.append(format_traceback(self.console))
        self._close_messages_no_wait()

    @cached_property
    def available_themes(self) -> "dict[str, Theme]":
        """Our own themes, and no others."""
        names = self.settings.names == "on"
        return {name: theme(palette, names=names) for name, palette in PALETTES.items()}

    def use_settings(self, settings: ClientSettings) -> None:
        """Follow other settings at once, on every screen; for keys, `use_keymap` counts."""
        before, self.settings = self.settings, settings
        self.notices.kind = settings.notices
        for main in self._opened.values():
            main.session.settings = settings
            if main.third is not None:
                main.third.use_setting()
        if (settings.names, settings.signs) != (before.names, before.signs):
            self._signs = sign_filters(settings.signs)
            del self.available_themes
            # The colours of the same theme are others now, and every drawn row with them.
            self.mutate_reactive(FolkmootApp.theme)
        if settings.theme:
            self.theme = settings.theme
        # Rows are kept as they were drawn, with the times and names in them.
        for screen in (*self.screen_stack, *self._opened.values()):
            for view in screen.query(Blocks):
                view.notify_style_update()
                view.refresh()
        if self.main.is_complete:
            self.main.refresh_all()

    def on_load(self) -> None:
        """Use the keys that the reader chose."""
        keys.activate_keymap({})
        if self._keymap_chosen is not None:
            self.use_keymap(self._keymap_chosen)

    def use_keymap(self, keymap: "Keymap") -> None:
        """Use another keymap at once, and show its keys wherever keys are shown."""
        keys.activate_keymap(keymap.differences())
        self.set_keymap(keymap.for_textual())
        self.program.keymap_name = keymap.name
        for screen in (*self.screen_stack, *self._opened.values()):
            for bar in screen.query("KeyBar, StatusBar"):
                bar.refresh()

    def get_default_screen(self) -> MainScreen:
        """Return the reading screen; otherwise Textual paints an empty screen first."""
        return self.main

    def on_mount(self) -> None:
        """Paint first, and mount afterwards what that painting does not show."""
        self.call_after_refresh(self.call_later, self._painted)

    async def on_resize(self, event: events.Resize) -> None:
        """Show in a terminal that is too small what the client needs, and nothing else."""
        self._sizes_told += 1
        if self.main.is_complete:  # otherwise `_painted` looks at the size
            await self._fit(event.size)

    async def _fit(self, size: Size) -> None:
        await self.modes.fit(size, self.main)
        if self._sizes_told > 1:
            # A terminal that was smaller for a moment has lost its rows, also where Textual sees
            # only that its size is the same again.
            self.screen.refresh()

    async def _painted(self) -> None:
        await self.main.complete()
        if self.main.is_complete:
            await self._fit(self.size)
            if self._once_painted is not None:
                self._once_painted()
                self._once_painted = None
            self.run_worker(self.session.connection.run(), name="connection", group="connection")
            if self.session.is_beside:
                self.main.tell(BESIDE)
            if self._ask_community:
                self._ask_community = False
                self.action_do("communities")
        await self._typed.act(self.main)

    async def on_event(self, event: events.Event) -> None:
        """Hold back typed, pasted and clicked input until the screen can act on it."""
        if isinstance(event, events.AppFocus | events.AppBlur):
            self.notices.focused(isinstance(event, events.AppFocus))
        elif isinstance(event, events.InputEvent | events.Paste) and not event.is_forwarded:
            self.notices.touched()
            await self._typed.take(event, self.main)
            return
        await super().on_event(event)

    async def on_action_runner_ready(self) -> None:
        """Act on the input that arrived while an action began."""
        await self._typed.act(self.main)

    def _show_news(self, main: MainScreen, news: "SessionEvent") -> None:
        """Show the reports of the open session; those of others appear when the reader goes there."""
        if isinstance(news, AttentionNeeded):
            # Notify a reader who looks elsewhere; otherwise the screen shows it all.
            text = describe_call(news, main.session)
            self.notices.tell(text)
            if main is not self.main and self.notices.kind != "none":
                self.notify(text, markup=False)
        elif isinstance(news, SignedInAgain):
            self.run_worker(main.session.connection.run(), name="connection", group="connection")
        elif main is self.main and main.is_mounted:
            main.hear(news)
            self.program.introduce(main.session, main.surface.runner, news)

    def _write_raw(self, sequence: str) -> None:
        if sequence and self._driver is not None and not self.is_headless:
            self._driver.write(sequence)

    # Other communities

    def _open(self, name: str, session: Session, mode: str) -> MainScreen:
        """Make the reading screen of a profile's session, without starting anything."""
        session.settings = self.settings
        main = self._opened[name] = MainScreen(
            session, self.program, mode, Pane(self.settings.opens)
        )

        def tell(news: "SessionEvent") -> None:
            self.call_later(self._show_news, main, news)

        session.listener = tell
        return main

    async def _go_to(self, name: str) -> None:
        """Show another community; it stays connected from now on, like those before."""
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
            main = self._open(name, session, f"visit:{name}")
        self.main, self.program.here = main, name
        await self.modes.show(main)
        if main.is_complete:
            main.refresh_all()
        else:
            await self._painted()

    # What works everywhere

    def action_do(self, id: str, leaves: bool = False) -> None:
        """Run an action of the table; if it `leaves`, all pages and what asks on them end before."""
        runner = self.main.surface.runner
        if leaves:
            self.call_later(runner.leave_for, BY_ID[id])
        else:
            runner.run(BY_ID[id])

    def action_redraw(self) -> None:
        """Redraw the screen, for example after another program wrote over it."""
        self._write_raw("\x1b[2J")
        self.refresh(layout=True)

    def action_suspend(self) -> None:
        """Go back to the shell until it continues this program."""

        def suspend() -> None:
            self.main.surface.keep_draft()
            self.action_suspend_process()

        # The letters before this key may still be on their way into the text.
        (self.focused or self).call_later(suspend)

    def action_interrupt(self) -> None:
        """Copy a selection; without one, quit when pressed twice."""
        self._leaving.interrupt(self.main, [main.session for main in self._opened.values()])

    def action_quit(self) -> None:  # type: ignore[override]  # nothing of it waits
        """Quit; by a key, only when it is pressed twice."""
        self._leaving.quit(self.main, [main.session for main in self._opened.values()])

    def leave(self, code: int = 0) -> None:
        """End in good order: save the draft, stop the connections, restore the terminal.

        Args:
            code: The exit code of the process.
        """
        self.main.surface.keep_draft()
        for main in self._opened.values():
            main.session.connection.stop()
        self.exit(return_code=code)
