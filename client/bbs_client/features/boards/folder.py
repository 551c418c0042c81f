"""The folder of a board, in the reader's own sidebar."""

from collections.abc import Sequence

from textual.content import Content
from textual.suggester import SuggestFromList
from textual.widgets import Input, Static

from bbs import limits
from bbs.plural import counted
from bbs.typed import mend_typed
from bbs_client.safe_text import safe_line
from bbs_client.widgets.dialog import Dialog
from bbs_client.widgets.fields import LineField


class FolderDialog(Dialog[str]):
    """Asks for a folder's name. Answers with it: empty for no folder, None to change nothing."""

    def __init__(self, heading: Content, names: Sequence[str]) -> None:
        """Make the question.

        Args:
            heading: The question, in one line; cleaned.
            names: The existing folders.
        """
        there = ", ".join(safe_line(name) for name in names)
        says = f"Folders: {there}" if there else "There is no folder yet."
        field = LineField(
            placeholder="a folder's name, new or known; empty: none",
            suggester=SuggestFromList(names, case_sensitive=False),
            compact=True,
        )
        super().__init__(heading, Static(says, markup=False), field)

    def on_input_submitted(self, message: Input.Submitted) -> None:
        """Answer with the name; where it is too long, say so and stay."""
        name, _ = mend_typed(message.value)
        if (over := len(name) - limits.SHORT_CHARS_MAX) > 0:
            self.notify(f"The name is too long by {counted(over, 'character')}.", markup=False)
            return
        self.dismiss(name)
