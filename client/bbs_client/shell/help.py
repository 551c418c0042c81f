"""The help page: every key and what it does, from the key table."""

from textual.app import ComposeResult
from textual.content import Content

from bbs_client.keys import Pane, grouped, shown_keys
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


def help_sections() -> dict[str, list[tuple[str, str]]]:
    """Return the page as headings with rows of keys and what they do."""
    sections = {
        str(group): [(shown_keys(entry), entry.help) for entry in entries]
        for group, entries in grouped()
    }
    sections["Marks in the list of boards"] = [(mark, f"{says}.") for mark, says in _MARKS]
    return sections


class HelpPage(BlockView):
    """One block a heading; sentences keep to their column."""

    CURSOR_ROLE = None

    def __init__(self) -> None:
        super().__init__()
        self._sections = help_sections()

    def on_mount(self) -> None:
        """Show all of it."""
        self.show(self._sections)

    def draw(self, index: int, width: int) -> list[Content]:
        """Return a heading with its rows."""
        heading = self.keys[index]
        rows = [Content.assemble((heading, "heading"))]
        for keys, says in self._sections[heading]:
            before = Content.assemble((f" {keys:<{KEYS_COLUMNS}} ", "name"))
            for row in Content(says).wrap(max(10, width - KEYS_COLUMNS - 2)):
                rows.append(before + row)
                before = Content(" " * (KEYS_COLUMNS + 2))
        return [*rows, Content("")]


class Help(Dialog[None]):
    """Everything one can do here."""

    footer = Pane.PAGE

    def __init__(self) -> None:
        super().__init__(
            Content("Keys · a post counts as read once you went on from it, not before")
        )
        self.add_class("tall")

    def inside(self) -> ComposeResult:
        """Build the page."""
        yield HelpPage()

    def chosen(self, key: str) -> None:
        """Close: there is nothing to choose."""
        self.dismiss(None)
