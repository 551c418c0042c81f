"""The choice of keys: presets of other programs' keys, or the reader's own file."""

from collections.abc import Callable

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from bbs_client.keymap import OWN_FILE, Keymap, choices, choose
from bbs_client.settings import settings_path
from bbs_client.widgets.block_view import BlockView
from bbs_client.widgets.dialog import Dialog

_SAYS = {
    "default": "what the help page shows to newcomers",
    "vi": "g and G, ^F ^B ^D ^U, i answers, o begins a thread",
    "irc": "Alt+a goes on, Alt+g goes to, / is the command line",
    "newsreader": "as in tin and slrn: w writes, F follows up with a quote",
    OWN_FILE: "your own",
}


class KeymapList(BlockView):
    """One row a set of keys."""

    def __init__(self, now: str) -> None:
        super().__init__()
        self._now = now

    def on_mount(self) -> None:
        """Show what there is, the cursor on what is in force."""
        names = choices()
        self.show(names)
        self.styles.height = len(names)
        if self._now in names:
            self.jump(names.index(self._now))

    def draw(self, index: int, width: int) -> list[Content]:
        """Return a set of keys."""
        name = self.keys[index]
        mark = "• " if name == self._now else "  "
        row = Content.assemble(mark, (f"{name:<12}", "strong"), (_SAYS.get(name, ""), "dim"))
        return [row.truncate(width, ellipsis=True)]


class KeymapChoice(Dialog[None]):
    """Enter puts a set of keys in force at once, and remembers it."""

    def __init__(self, now: str, use: Callable[[Keymap], None]) -> None:
        """Make the choice.

        Args:
            now: The name of what is in force.
            use: Puts another in force.
        """
        super().__init__(Content("Keys"))
        self._now = now
        self._use = use

    def inside(self) -> ComposeResult:
        """Build the list, and say how to have one's own."""
        yield KeymapList(self._now)
        own = settings_path().parent / OWN_FILE
        yield Static(Content(f"Your own: bbs keys > {own}, then change it."), markup=False)

    def chosen(self, key: str) -> None:
        """Use it from now on."""
        self.app.notify(choose(key, self._use), markup=False)
        self.dismiss(None)
