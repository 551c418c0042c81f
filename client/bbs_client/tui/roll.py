"""A page of what is done to many things: what it is in a few rows, and an item for each below them."""

from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content

from bbs.errors import FolkmootError
from bbs_client.actions.sheets import RollQuestion
from bbs_client.features.cases.screen import KEYS, sheet_keys
from bbs_client.safe_text import describe_error
from bbs_client.session.session import Session
from bbs_client.session.sheets import Roll, RollItem
from bbs_client.widgets.block_view import BlockView
from bbs_client.widgets.grid import LIST_COLUMNS_MAX
from bbs_client.widgets.page import Page
from bbs_client.widgets.rows import Row, aligned

_HEAD = "head"


class RollList(BlockView):
    """The sheet as its first block, and then the items: only those in sight are drawn."""

    def __init__(self, roll: Roll) -> None:
        """Take what it says."""
        super().__init__()
        self._take(roll)

    def _take(self, roll: Roll) -> None:
        self._roll = roll
        self._items = {item.id: item for item in roll.items}
        self._columns = max((len(id) for id in self._items), default=0)

    def on_mount(self) -> None:
        """Show it."""
        self.set_keys((_HEAD, *self._items))

    def show_again(self, roll: Roll) -> None:
        """Show it as it is now; the cursor stays at its item."""
        self._take(roll)
        self.set_keys((_HEAD, *self._items))

    def draw(self, index: int, width: int) -> list[Row]:
        """Return the sheet, or an item, as rows."""
        width = min(width, LIST_COLUMNS_MAX)
        key = self.keys[index]
        if key != _HEAD:
            return self._item(self._items[key], width)
        return [Row(row, is_marked=False, is_lit=False) for row in self._head(width)]

    def _head(self, width: int) -> list[Content]:
        """Return the sheet: what it says, the keys in a line, and what the items are."""
        sheet = self._roll.sheet
        rows = [
            row for each in sheet.rows for row in Content.styled(each.text, each.role).wrap(width)
        ]
        words = [Content.assemble((word.key, "name"), f" {word.label}") for word in sheet.words]
        if words:
            rows += [Content(""), *Content("  ").join(words).wrap(width)]
        return [*rows, Content(""), Content.styled(self._roll.heading, "strong")]

    def _item(self, item: RollItem, width: int) -> list[Row]:
        lead = Content.styled(f"{item.id:>{self._columns}}  ", "dim")
        margin = Content(" " * lead.cell_length)
        fact = Content.styled(item.fact, item.role)
        room = max(8, width - lead.cell_length - (fact.cell_length and fact.cell_length + 2))
        first, *more = Content(item.text).wrap(room) or [Content("")]
        rows = [Row(aligned(lead + first, fact, width), is_spread=True)]
        rows += (Row(margin + row, is_lit=False) for row in more)
        rows += (
            Row(margin + row, is_lit=False)
            for text in item.below
            for row in Content.styled(text, "dim").wrap(max(8, width - lead.cell_length))
        )
        return rows


class RollPage(Page[str]):
    """A roll; answers with a word of its sheet. Follows what is being done while it is open."""

    stays = True
    BINDINGS: ClassVar[list[BindingType]] = [(key, f"say({key!r})") for key in KEYS]

    def __init__(self, session: Session, question: RollQuestion) -> None:
        """Show a roll.

        Args:
            session: The session of the community.
            question: The roll, and how to ask for it anew.
        """
        self._roll, self._again = question.roll, question.again
        self._seen, self._is_asking = session.happened, False
        self._list = RollList(question.roll)
        sheet = question.roll.sheet
        super().__init__(session, sheet.name, self._list, board=sheet.board, fact=sheet.fact)

    def on_mount(self) -> None:
        """Show which keys act."""
        super().on_mount()
        self.offer_keys(sheet_keys(self._roll.sheet))

    @property
    def own_keys(self) -> list[tuple[str, str]]:
        """What the sheet offers now, a key and a sentence each, for the help."""
        return [(word.key, word.says or word.label) for word in self._roll.sheet.words]

    def refresh_live(self) -> None:
        """Ask for it anew if something happened since it was told."""
        if self._again is not None and not self._is_asking and self.session.happened > self._seen:
            self._is_asking = True
            self.run_worker(self._follow(), exit_on_error=False)

    async def _follow(self) -> None:
        """Ask until nothing has happened meanwhile: what happens often is not asked for each time."""
        assert self._again is not None
        try:
            while self.session.happened > self._seen:
                self._seen = self.session.happened
                self._show(await self._again())
        except FolkmootError as error:
            self.notify(describe_error(error), markup=False)
        finally:
            self._is_asking = False

    def _show(self, roll: Roll) -> None:
        self._roll = roll
        self._list.show_again(roll)
        self.say_fact(roll.sheet.fact)
        self.offer_keys(sheet_keys(roll.sheet))

    def action_say(self, key: str) -> None:
        """Answer with the word of a key, if the sheet offers it."""
        for word in self._roll.sheet.words:
            if word.key == key and word.not_yet:
                self.notify(word.not_yet, markup=False)
            elif word.key == key:
                self.dismiss(word.word)

    def chosen(self, key: str) -> None:
        """Stay: say which keys act here."""
        ways = ", ".join(f"{word.key} ({word.label})" for word in self._roll.sheet.words)
        self.notify(f"Press {ways}, or q to go back." if ways else "q goes back.", markup=False)
