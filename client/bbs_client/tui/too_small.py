"""The screen of a terminal that is too small for any other."""

from textual.app import ComposeResult
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static


class TooSmall(Screen[None]):
    """Says what the client needs. The other screens stay as they are until the terminal grows."""

    DEFAULT_CSS = "TooSmall Static { height: 1fr; }"

    def __init__(self, needs: str) -> None:
        """Make the screen.

        Args:
            needs: The sentence about what the client needs.
        """
        super().__init__()
        self._needs = needs

    def compose(self) -> ComposeResult:
        """Make room for the sentence."""
        yield Static("", markup=False)

    def on_resize(self) -> None:
        """Say what is needed, and the size there is."""
        width, height = self.app.size
        self.query_one(Static).update(Content(f"{self._needs} This is {width} by {height}."))
