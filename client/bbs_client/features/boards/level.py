"""What of a board calls for attention beyond its place in the round."""

from textual.app import ComposeResult
from textual.content import Content

from bbs.features.reading.views import Level
from bbs_client.widgets.choice import ChoiceList
from bbs_client.widgets.dialog import Dialog

_SAYS = {
    Level.ALL: "A notice for every post.",
    Level.MENTIONS: "A notice where somebody mentions or answers you.",
    Level.NONE: "No notices. What is new still waits in your round.",
}


class LevelDialog(Dialog[Level]):
    """Chooses the level of one board; nobody else is told."""

    def __init__(self, title: Content, now: Level) -> None:
        """Make the choice.

        Args:
            title: The board's; cleaned.
            now: The level in force.
        """
        super().__init__(Content("Notices of ") + title)
        self._now = now

    def inside(self) -> ComposeResult:
        """Build the list."""
        yield ChoiceList({level.value: says for level, says in _SAYS.items()}, self._now.value)

    def chosen(self, key: str) -> None:
        """Answer with it."""
        self.dismiss(Level(key))
