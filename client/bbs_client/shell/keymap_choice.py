"""The choice of keys: presets of other programs' keys, or the reader's own file."""

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from bbs_client.keymap import OWN_FILE, choices
from bbs_client.settings import settings_path
from bbs_client.widgets.dialog import Dialog
from bbs_client.widgets.option_list import NamedOptions

_SAYS = {
    "default": "what the help page shows to newcomers",
    "vi": "g and G, ^F ^B ^D ^U, i answers, o begins a thread",
    "irc": "Alt+a goes on, Alt+g goes to, / is the command line",
    "newsreader": "as in tin and slrn: w writes, F answers with a quote",
    OWN_FILE: "your own",
}


class KeymapChoice(Dialog[str]):
    """Answers with the name of a set of keys."""

    def __init__(self, now: str) -> None:
        """Make the choice.

        Args:
            now: The name of what is in force.
        """
        super().__init__(Content("Keys"))
        self._now = now

    def compose_body(self) -> ComposeResult:
        """Build the list, and say how the reader makes their own."""
        yield NamedOptions({name: _SAYS.get(name, "") for name in choices()}, self._now)
        own = settings_path().parent / OWN_FILE
        yield Static(Content(f"Your own: bbs keys > {own}, then change it."), markup=False)

    def chosen(self, key: str) -> None:
        """Answer with it."""
        self.dismiss(key)
