"""The choice of a theme: what the cursor is on is tried on at once."""

from textual.app import ComposeResult
from textual.content import Content

from bbs_client.theme import PALETTES
from bbs_client.widgets.dialog import Dialog
from bbs_client.widgets.option_list import NamedOptions


class ThemeChoice(Dialog[str]):
    """Enter answers with the theme under the cursor; Esc goes back to the one before."""

    def __init__(self, now: str) -> None:
        """Make the choice.

        Args:
            now: The name of the theme in force.
        """
        super().__init__(Content("Theme"))
        self._before = now

    def compose_body(self) -> ComposeResult:
        """Build the list."""
        says = {palette.name: palette.says for palette in PALETTES.values()}
        yield NamedOptions(says, self._before, self._try_on)

    def _try_on(self, name: str) -> None:
        self.app.theme = name

    def chosen(self, key: str) -> None:
        """Answer with it."""
        self.dismiss(key)

    def action_back(self) -> None:
        """Go back to the theme before."""
        self.app.theme = self._before
        self.dismiss(None)
