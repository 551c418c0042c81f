"""After a long time away: one question, how to go on; nobody is made to read it all (P4)."""

from textual.app import ComposeResult
from textual.content import Content

from bbs.features.reading.rounds import CatchUpMode
from bbs_client.widgets.block_view import BlockView
from bbs_client.widgets.dialog import Dialog

_CHOICES = {
    CatchUpMode.FROM_START: ("from the start", "Everything that waits, oldest first."),
    CatchUpMode.DIGEST: ("a digest", "Of each thread you do not follow, only the first new post."),
    CatchUpMode.TODAY: ("from today on", "What came before today counts as read."),
}
_KEPT = "What mentions or answers you, and what you follow, is shown in any case."


class CatchUpList(BlockView):
    """The ways to go on, two rows each."""

    ROWS_GUESSED = 2

    def on_mount(self) -> None:
        """Show them."""
        self.set_keys(choice.value for choice in _CHOICES)

    def draw(self, index: int, width: int) -> list[Content]:
        """Return a way and what it means."""
        name, meaning = _CHOICES[CatchUpMode(self.keys[index])]
        rows = [Content.styled(name, "strong"), Content.styled(f"  {meaning}", "dim")]
        return [row.truncate(width, ellipsis=True) for row in rows]


class CatchUpDialog(Dialog[CatchUpMode]):
    """Asks how to go on; Esc begins nothing."""

    def __init__(self, size_says: str) -> None:
        """Make the question.

        Args:
            size_says: How much waits; our own words.
        """
        super().__init__(Content("You were away for a while"))
        self._size_says = size_says

    def compose_body(self) -> ComposeResult:
        """Build how much waits, the ways to go on, and what holds for all of them."""
        from textual.widgets import Static

        yield Static(f"{self._size_says} wait for you.", markup=False)
        yield CatchUpList()
        yield Static(_KEPT, markup=False)

    def on_mount(self) -> None:
        """Begin with the first way."""
        self.query_one(CatchUpList).focus()

    def chosen(self, key: str) -> None:
        """Answer with it."""
        self.dismiss(CatchUpMode(key))
