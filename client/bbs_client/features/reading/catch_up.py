"""After a long time away: asks once how to go on, because no member has to read it all (P4)."""

from textual.content import Content
from textual.widgets import Static

from bbs.features.reading.rounds import CatchUpMode
from bbs_client.actions.round import CATCH_UP_KEPT, CATCH_UP_WAYS
from bbs_client.widgets.block_view import BlockView
from bbs_client.widgets.dialog import Dialog


class CatchUpList(BlockView):
    """The ways to go on, two rows each."""

    ROWS_GUESSED = 2

    def on_mount(self) -> None:
        """Show them."""
        self.set_keys(choice.value for choice in CATCH_UP_WAYS)

    def draw(self, index: int, width: int) -> list[Content]:
        """Return a way and its meaning."""
        name, meaning = CATCH_UP_WAYS[CatchUpMode(self.keys[index])]
        rows = [Content.styled(name, "strong"), Content.styled(f"  {meaning}", "dim")]
        return [row.truncate(width, ellipsis=True) for row in rows]


class CatchUpDialog(Dialog[CatchUpMode]):
    """Asks how to go on; Esc begins no round."""

    def __init__(self, size_says: str) -> None:
        """Make the question.

        Args:
            size_says: The number of unread posts; our own words.
        """
        super().__init__(
            Content("You were away for a while"),
            Static(f"{size_says} wait for you.", markup=False),
            CatchUpList(),
            Static(CATCH_UP_KEPT, markup=False),
        )

    def chosen(self, key: str) -> None:
        """Answer with it."""
        self.dismiss(CatchUpMode(key))
