"""What opens over any screen: help, tour, the choices of a theme and of keys."""

from typing import TYPE_CHECKING

from textual.app import App

from bbs_client.session.events import NoticesChanged
from bbs_client.session.session import Session

if TYPE_CHECKING:
    from bbs_client.keymap import Keymap

# What is opened is imported when it is: the first painting waits for none of it.


class Everywhere(App[None]):
    """The keys of the app that show something. Who goes on about it is built on this."""

    keymap_name: str = "default"
    """What the keys in force are called: a preset, or a file."""
    tour_due: bool = False
    """Whether the tour is to be offered at the first connection."""

    @property
    def session(self) -> Session:
        """What is known of the community that is shown."""
        raise NotImplementedError

    def use_keymap(self, keymap: "Keymap") -> None:
        """Put other keys in force."""
        raise NotImplementedError

    def greet(self, told: NoticesChanged) -> None:
        """Show a banner to whoever sees it first, and offer the tour once on a device."""
        if self.tour_due or told.banner:
            self._tour(brief=not self.tour_due)

    def action_tour(self) -> None:
        """Show the banner, and what is what."""
        self._tour(brief=False)

    def _tour(self, *, brief: bool) -> None:
        from bbs_client.settings import remember
        from bbs_client.shell.tour import Tour, tour_of

        def taken(_: None) -> None:
            if self.tour_due:
                self.tour_due = False
                remember("tour", "taken")

        tour = tour_of(self.session, self.theme, brief=brief)
        if tour.cards and not isinstance(self.screen, Tour):
            self.push_screen(tour, taken)

    def action_help(self) -> None:
        """Show all keys."""
        from bbs_client.shell.help import Help

        if not isinstance(self.screen, Help):
            self.push_screen(Help())

    def action_theme(self) -> None:
        """Choose how everything looks."""
        from bbs_client.shell.theme_choice import ThemeChoice

        if not isinstance(self.screen, ThemeChoice):
            self.push_screen(ThemeChoice(self.theme))

    def action_keymap(self) -> None:
        """Choose other keys, and remember the choice."""
        from bbs_client.shell.keymap_choice import KeymapChoice

        if not isinstance(self.screen, KeymapChoice):
            self.push_screen(KeymapChoice(self.keymap_name, self.use_keymap))
