"""The key bar: one line of keys, made from the key table."""

from collections.abc import Sequence

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from bbs_client.keys import FOOTER_MAX, Pane, footer
from bbs_client.widgets.grid import NARROW_BELOW_COLUMNS

NARROW_KEYS_MAX = 3


class KeyBar(Widget):
    """At most six keys of a pane, the most useful first; keys that do not fit are left out."""

    pane: reactive[Pane] = reactive(Pane.BOARDS)

    def __init__(self, pane: Pane, *, before: Sequence[tuple[str, str]] = ()) -> None:
        """Make the bar.

        Args:
            pane: The pane whose keys to show first.
            before: Keys and labels to show before those of the pane.
        """
        super().__init__()
        self._before = tuple(before)
        self._after: tuple[tuple[str, str], ...] | None = None
        self.set_reactive(KeyBar.pane, pane)

    def offer(
        self, keys: Sequence[tuple[str, str]], after: Sequence[tuple[str, str]] | None = None
    ) -> None:
        """Show these keys and labels before those of the pane; they replace earlier ones.

        Args:
            keys: The keys and labels.
            after: What to show after them in place of the pane's keys; None for those.
        """
        self._before = tuple(keys)
        self._after = None if after is None else tuple(after)
        self.refresh()

    def render(self) -> Content:
        """Return the line."""
        room = self.size.width
        most = NARROW_KEYS_MAX if room < NARROW_BELOW_COLUMNS else FOOTER_MAX
        shown = Content("")
        rest = footer(self.pane) if self._after is None else self._after
        for key, label in (*self._before, *rest)[:most]:
            entry = Content.assemble((f" {key} ", "bold $primary"), (f"{label} ", "$quiet"))
            if shown.cell_length + entry.cell_length > room:
                break
            shown = shown + entry
        return shown
