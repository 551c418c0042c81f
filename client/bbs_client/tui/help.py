"""The help page: every key and its function, from the key table; typing narrows it."""

from typing import NamedTuple

from textual.content import Content
from textual.widgets import Input

from bbs import limits
from bbs_client.keys import Pane, format_keys, grouped
from bbs_client.widgets.block_view import BlockView
from bbs_client.widgets.dialog import Dialog

KEYS_COLUMNS = 14

_MARKS = (
    ("Garden", "you have a seat on it"),
    ("- Garden", "you may read it, but have no seat"),
    ("~ Garden", "you wait for a seat"),
    ("+ Garden", "a seat was offered to you"),
    ("* Garden", "private: only its seat holders know of it"),
    ("12", "unread posts, counted for you alone"),
)


class HelpRow(NamedTuple):
    """One row of the page.

    Attributes:
        sign: The keys, or a mark on the screen.
        says: The function or meaning, a sentence.
        name: Its name in footers and the `:` line; empty for a mark.
    """

    sign: str
    says: str
    name: str = ""


def help_sections(words: str = "") -> dict[str, list[HelpRow]]:
    """Return the page as headings with rows.

    Args:
        words: Words that each row must contain, in any order, in its heading or name, too; empty
            for all rows.
    """
    sections = {
        str(group): [
            HelpRow(format_keys(entry), entry.help, f"{entry.label} {entry.id.replace('_', '-')}")
            for entry in entries
        ]
        for group, entries in grouped()
    }
    sections["Marks in the list of boards"] = [HelpRow(mark, f"{says}.") for mark, says in _MARKS]
    wanted = words.casefold().split()
    found = {
        heading: [
            row
            for row in rows
            if all(word in " ".join((heading, *row)).casefold() for word in wanted)
        ]
        for heading, rows in sections.items()
    }
    return {heading: rows for heading, rows in found.items() if rows}


class HelpPage(BlockView):
    """A block for each heading; sentences keep to their column."""

    EMPTY = " Nothing here says that. Fewer letters find more."
    CURSOR_ROLE = None
    _sections: dict[str, list[HelpRow]] = {}

    def on_mount(self) -> None:
        """Show all of it."""
        self.narrow("")

    def narrow(self, words: str) -> None:
        """Show only the rows that hold all of these words."""
        self._sections = help_sections(words)
        self.set_keys(())
        self.set_keys(self._sections)

    def draw(self, index: int, width: int) -> list[Content]:
        """Return a heading with its rows."""
        heading = self.keys[index]
        rows = [Content.assemble((heading, "heading"))]
        for sign, says, _ in self._sections[heading]:
            before = Content.assemble((f" {sign:<{KEYS_COLUMNS}} ", "name"))
            for row in Content(says).wrap(max(10, width - KEYS_COLUMNS - 2)):
                rows.append(before + row)
                before = Content(" " * (KEYS_COLUMNS + 2))
        return [*rows, Content("")]


class Help(Dialog[None]):
    """Everything the reader can do here."""

    footer = Pane.TEXT

    def __init__(self) -> None:
        heading = Content("Keys · a post counts as read once you went on from it, not before")
        hint = "what you look for: mute, ^P, thread"
        field = Input(placeholder=hint, max_length=limits.QUERY_CHARS_MAX, compact=True)
        self._page = HelpPage()
        super().__init__(heading, field, self._page, classes="tall")

    def on_input_changed(self, message: Input.Changed) -> None:
        """Show only matching rows."""
        self._page.narrow(message.value)

    def on_input_submitted(self) -> None:
        """Close, because there is nothing to choose."""
        self.dismiss(None)
