"""The moderators' desk as a page: each thing that waits in full, and the keys of what can be done."""

from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from bbs.plural import counted
from bbs_client.actions.desk import NOTHING, WORDS_MAX, DeskItem, DeskQuestion
from bbs_client.session.session import Session
from bbs_client.widgets.block_view import BlockView
from bbs_client.widgets.page import Page, item_rows
from bbs_client.widgets.rows import Row, aligned, frame

_INDENT = "  "
_ABOUT = "Each asks first. Your act is in the log under your name."


class DeskList(BlockView):
    """What waits, section by section: its heading with the time, its text, what happens without a word."""

    ROWS_GUESSED = 4

    def __init__(self, page: "DeskPage", question: DeskQuestion) -> None:
        """Make the list.

        Args:
            page: The page that it is on.
            question: What waits.
        """
        super().__init__()
        self._page = page
        self._trouble = question.desk.trouble
        self.items = {f"{item.section}:{item.id}": item for item in question.desk.items}

    def on_mount(self) -> None:
        """Show what waits."""
        self.set_keys(self.items)
        self._page.moved()

    def cursor_moved(self) -> None:
        """Show the keys of the item under the cursor."""
        self._page.moved()

    def empty_text(self) -> Content:
        """Say that nothing waits, if that is known."""
        return Content("" if self._trouble else NOTHING).stylize("dim")

    def draw(self, index: int, width: int) -> list[Row]:
        """Return an item as rows; the first of a section has its name above."""
        keys = list(self.items)
        item = self.items[self.keys[index]]
        before = self.items[keys[index - 1]] if index else None
        since = self._page.session.times.short(item.since)
        if item.is_row:
            return self._row(
                item, since, width, is_first=before is None or before.section != item.section
            )
        room = max(8, width - len(_INDENT))
        named = "" if before is not None and before.section == item.section else item.section
        head = Content.assemble((f"{named}  " if named else "", "dim"), (item.heading, "bold"))
        first, *rows = Content.assemble(head, (f"  {since}", "dim")).wrap(width)
        for text in item.rows:
            rows += [Content(_INDENT) + row for row in Content(text).wrap(room)]
        if item.then:
            rows += [Content(_INDENT) + row for row in Content.styled(item.then, "warn").wrap(room)]
        return item_rows(first, *rows)

    def _row(self, item: DeskItem, since: str, width: int, *, is_first: bool) -> list[Row]:
        """Return an item of one row, below the name of its section: bead, name, state, time."""
        state = Content.styled(item.says, "dim" if item.is_quiet else "warn")
        bead = ("○ ", "rail") if item.is_quiet else ("● ", "new")
        said = Content.assemble(bead, (item.heading, "" if item.is_quiet else "bold"))
        room = width - state.cell_length - self._page.session.times.columns - 4
        left = said.truncate(max(8, room), ellipsis=True) + "  " + state
        row = Row(aligned(left, since, width), is_spread=True)
        return [frame(Content.styled(item.section, "dim")), row] if is_first else [row]


class DeskPage(Page[tuple[DeskItem, str]]):
    """The desk; answers with what to do with which item."""

    stays = True

    BINDINGS: ClassVar[list[BindingType]] = [
        (str(number), f"say({number})") for number in range(1, WORDS_MAX + 1)
    ]

    def __init__(self, session: Session, question: DeskQuestion) -> None:
        """Show what waits.

        Args:
            session: The session of the community.
            question: What waits.
        """
        desk = question.desk
        self._list = DeskList(self, question)
        trouble = desk.trouble
        says = Content.styled(trouble, "$warning") if trouble else Content(_ABOUT)
        about = Static(says, classes="about", markup=False)
        count = sum(1 for item in desk.items if item.words and not item.is_quiet)
        fact = f"{counted(count, 'thing')} to decide" if count else ""
        super().__init__(session, "Moderators’ desk", about, self._list, fact=fact)

    def moved(self) -> None:
        """Show the keys of what can be done with the item under the cursor."""
        self.offer_keys([(str(number), word) for number, word in enumerate(self._words(), 1)])

    def action_say(self, number: int) -> None:
        """Answer with a word for the item under the cursor."""
        words = self._words()
        if number <= len(words):
            self.dismiss((self._list.items[self._list.current or ""], words[number - 1]))

    def chosen(self, key: str) -> None:
        """Answer with the only word there is; of several, say which keys give them."""
        words = self._list.items[key].words
        if not words:
            self.notify("There is nothing to decide here; it ends by itself.", markup=False)
            return
        if len(words) == 1:
            self.dismiss((self._list.items[key], words[0]))
            return
        ways = " or ".join(f"{number} ({word})" for number, word in enumerate(words, 1))
        self.notify(f"Press {ways}.", markup=False)

    def _words(self) -> tuple[str, ...]:
        item = self._list.items.get(self._list.current or "")
        return item.words if item is not None else ()
