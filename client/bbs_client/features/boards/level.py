"""What of a board calls for attention beyond its place in the round."""

from textual.app import ComposeResult
from textual.content import Content

from bbs.features.reading.views import NotificationLevel
from bbs_client.widgets.dialog import Dialog
from bbs_client.widgets.option_list import NamedOptions

_SAYS = {
    NotificationLevel.ALL: "A notice for every post.",
    NotificationLevel.MENTIONS: "A notice where somebody mentions or answers you.",
    NotificationLevel.NONE: "No notices. What is new still waits in your round.",
}


class LevelDialog(Dialog[NotificationLevel]):
    """Chooses the level of one board; nobody else is told."""

    def __init__(self, title: Content, now: NotificationLevel) -> None:
        """Make the choice.

        Args:
            title: The board's; cleaned.
            now: The level in force.
        """
        super().__init__(Content("Notices of ") + title)
        self._now = now

    def compose_body(self) -> ComposeResult:
        """Build the list."""
        yield NamedOptions({level.value: says for level, says in _SAYS.items()}, self._now.value)

    def chosen(self, key: str) -> None:
        """Answer with it."""
        self.dismiss(NotificationLevel(key))
