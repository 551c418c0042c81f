"""The least a Textual program can be: one line of text, painted."""

from textual.app import App, ComposeResult
from textual.widgets import Static

MARK = "painted-and-ready"


class BareApp(App[None]):
    """Shows one line."""

    def compose(self) -> ComposeResult:
        """Return the line."""
        yield Static(MARK)


if __name__ == "__main__":
    BareApp().run()
