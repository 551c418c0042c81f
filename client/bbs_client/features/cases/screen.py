"""A page of text with keys that act, and a page of items: cases, decisions, reports (protocol 22)."""

from collections.abc import Awaitable, Callable
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from bbs.errors import FolkmootError
from bbs_client.actions.sheets import ListingQuestion, SheetQuestion
from bbs_client.keys import FOOTER_MAX, key_of
from bbs_client.safe_text import describe_error
from bbs_client.session.session import Session
from bbs_client.session.sheets import Listing, Sheet, SheetRow
from bbs_client.widgets.block_view import BlockView
from bbs_client.widgets.grid import LOW_BELOW_ROWS
from bbs_client.widgets.key_bar import KeyBar
from bbs_client.widgets.page import ELSEWHERE, Page, TextPage, item_rows
from bbs_client.widgets.rows import Row, aligned

OTHERS_SHOWN_MAX = 2
_PAGE_KEYS_CELLS = 16  # of help, and back or quit, in the bar of keys
DIGITS_SHOWN_MAX = 3  # more are told on the sheet itself
_STYLES = {"strong": "bold", "dim": "$quiet", "warn": "$warning"}
KEYS = "12345crpaxX"
"""The keys of what a sheet can offer."""


class SheetPage(TextPage[str]):
    """A sheet; answers with a word of it. Follows what happens in its case while it is open."""

    stays = True
    BINDINGS: ClassVar[list[BindingType]] = [(key, f"say({key!r})") for key in KEYS]

    def __init__(self, session: Session, question: SheetQuestion) -> None:
        """Show a sheet.

        Args:
            session: The session of the community.
            question: The sheet, and how to ask for it anew.
        """
        self._sheet = question.sheet
        self._again = question.again
        sheet = self._sheet
        super().__init__(session, sheet.name, board=sheet.board, fact=sheet.fact)

    def on_mount(self) -> None:
        """Show what it says."""
        super().on_mount()
        self._show(self._sheet)

    def _show(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._path[-1] = Content(sheet.name)
        self.flow.say(self._rows)
        self.say_fact(sheet.fact)
        only = [(key_of("help"), "help"), (key_of("quit"), "quit")] if sheet.is_only else None
        self.query_one(KeyBar).offer(sheet_keys(sheet), only)

    def _rows(self, width: int) -> list[Content]:
        size = self.app.size
        return sheet_rows(
            self._sheet, width, is_low=size.height < LOW_BELOW_ROWS, bar_width=size.width
        )

    def refresh_live(self) -> None:
        """Ask for it anew if its case has come further than it tells."""
        cases, topic = self.session.cases, self._sheet.topic
        known = cases.heads.get(topic) or cases.own.get(topic)
        if self._again is not None and known and known.revision > self._sheet.revision:
            self.run_worker(self._fetch(), exclusive=True, exit_on_error=False)

    async def _fetch(self) -> None:
        if self._again is None:
            return
        try:
            self._show(await self._again())
        except FolkmootError as error:
            self.notify(describe_error(error), markup=False)

    @property
    def own_keys(self) -> list[tuple[str, str]]:
        """What the sheet offers now, a key and a sentence each, for the help."""
        return [(word.key, word.says or word.label) for word in self._sheet.words]

    def action_say(self, key: str) -> None:
        """Answer with the word of a key, if the sheet offers it."""
        for word in self._sheet.words:
            if word.key == key and word.not_yet:
                self.notify(word.not_yet, markup=False)
            elif word.key == key:
                self.dismiss(word.word)

    def action_enter(self) -> None:
        """Stay: say which keys act here."""
        if self._sheet.is_only:
            self._say_only()
            return
        ways = ", ".join(f"{word.key} ({word.label})" for word in self._sheet.words)
        self.notify(f"Press {ways}, or q to go back." if ways else "q goes back.", markup=False)

    def action_back(self) -> None:
        """Go back, unless nothing else is left to the reader."""
        if self._sheet.is_only:
            self._say_only()
        else:
            super().action_back()

    async def action_do(self, id: str) -> None:
        """Go nowhere else from the only page there is."""
        if self._sheet.is_only and id in ELSEWHERE:
            self._say_only()
        else:
            await super().action_do(id)

    def _say_only(self) -> None:
        ways = ", ".join(f"{word.key} ({word.label})" for word in self._sheet.words)
        says = f"This page is all that is left for now: {ways}; {key_of('quit')} quits."
        self.notify(says, markup=False)


def sheet_keys(sheet: Sheet) -> list[tuple[str, str]]:
    """Return what the key bar shows: digits together, since each is told on the sheet."""
    digits = [word for word in sheet.words if word.key.isdecimal()]
    others = [(word.key, word.label) for word in sheet.words if not word.key.isdecimal()]
    if len(digits) > DIGITS_SHOWN_MAX:
        return [
            (f"{digits[0].key}-{digits[-1].key}", "act, each asks first"),
            *others[:OTHERS_SHOWN_MAX],
        ]
    return [*((word.key, word.label) for word in digits), *others]


def sheet_rows(sheet: Sheet, width: int, *, is_low: bool, bar_width: int = 0) -> list[Content]:
    """Return a sheet as rows of a width; where there are few, what can be done stands in one line.

    Args:
        sheet: The sheet.
        width: How wide the rows are.
        is_low: Whether the screen has few rows.
        bar_width: How wide the bar of keys below it is; where that shows all, the rows leave it out.
    """
    rows = [row for each in sheet.rows for row in _wrapped(each, width)]
    if sheet.words and not (is_low and _is_in_bar(sheet, bar_width)):
        rows.append(Content(""))
        if is_low:
            rows += _in_a_line(sheet, width)
        else:
            rows += [Content.styled("What you may do", "bold"), Content("")]
            for word in sheet.words:
                said = SheetRow(word.says or word.label, lead=f" {word.key}  ")
                rows += _wrapped(said, width, lead_style="bold $primary")
            rows.append(Content(""))
        rows += Content.styled(sheet.closing, "$quiet").wrap(width) if sheet.closing else []
    return rows


def _is_in_bar(sheet: Sheet, width: int) -> bool:
    """Return whether the bar of keys shows all that can be done, beside the two keys of every page."""
    keys = sheet_keys(sheet)
    is_all = len(keys) == len(sheet.words) and not any(word.not_yet for word in sheet.words)
    room = width - _PAGE_KEYS_CELLS - sum(len(key) + len(label) + 3 for key, label in keys)
    return is_all and not sheet.closing and len(keys) + 2 <= FOOTER_MAX and room >= 0


def _in_a_line(sheet: Sheet, width: int) -> list[Content]:
    """Return each key with its label, as many in a row as fit."""
    rows, row = [], Content("")
    for word in sheet.words:
        part = Content.assemble((word.key, "bold $primary"), f" {word.label}")
        if row and row.cell_length + 2 + part.cell_length > width:
            rows.append(row)
            row = Content("")
        row = Content("  ").join([row, part]) if row else part
    return [*rows, row]


def _wrapped(row: SheetRow, width: int, lead_style: str = "bold") -> list[Content]:
    room = max(8, width - len(row.lead))
    lines = Content.styled(row.text, _STYLES.get(row.role, "")).wrap(room) or [Content("")]
    rail = row.rail or " " * len(row.lead)
    first, *more = lines
    lead = Content.styled(row.lead, "$rail" if row.rail else lead_style)
    return [lead + first, *(Content.styled(rail, "$rail") + line for line in more)]


class ItemList(BlockView):
    """Each item with its fact at the right, and what is said below it."""

    ROWS_GUESSED = 3

    def __init__(self, question: ListingQuestion) -> None:
        """Make the list."""
        super().__init__()
        self._at = question.at
        self._take(question.listing)

    def _take(self, listing: Listing) -> None:
        self._listing = listing
        self._items = {item.id: item for item in listing.items}

    def on_mount(self) -> None:
        """Show the items."""
        self.set_keys(self._items)
        self.jump(self.keys.index_of(self._at) or 0)

    def show_again(self, listing: Listing) -> None:
        """Show the items as they are now; the cursor stays at its item."""
        self._take(listing)
        self.set_keys(self._items)

    def empty_text(self) -> Content:
        """Say that there is none."""
        return Content.styled(self._listing.empty, "dim")

    def draw(self, index: int, width: int) -> list[Row]:
        """Return an item as rows."""
        item = self._items[self.keys[index]]
        bead = ("● ", "new") if item.is_new else ("○ ", "rail")
        head = Content.assemble(bead, (item.heading, "strong" if item.is_new else ""))
        below = [
            Content("  ") + row
            for text in item.below
            for row in Content.styled(text, "dim").wrap(max(8, width - 4))
        ]
        return item_rows(aligned(head, item.when, width), *below)


class ListingPage(Page[str]):
    """A list; answers with the item to open, if its items lead anywhere."""

    stays = True

    def __init__(self, session: Session, question: ListingQuestion) -> None:
        """Show a list."""
        listing = question.listing
        self._leads = listing.leads
        self.extra_keys = (("Enter", "open"),) if listing.leads and listing.items else ()
        self._again, self._seen = question.again, session.happened
        self._about = Static(Content(listing.about), classes="about", markup=False)
        self._list = ItemList(question)
        super().__init__(session, listing.name, self._about, self._list)

    def refresh_live(self) -> None:
        """Ask for it anew if something happened since it was told."""
        happened = self.session.happened
        if self._again is not None and happened > self._seen:
            self._seen = happened
            self.run_worker(self._fetch(self._again), exclusive=True, exit_on_error=False)

    async def _fetch(self, again: Callable[[], Awaitable[Listing]]) -> None:
        try:
            listing = await again()
        except FolkmootError as error:
            self.notify(describe_error(error), markup=False)
            return
        self._about.update(Content(listing.about))
        self._list.show_again(listing)

    def chosen(self, key: str) -> None:
        """Answer with the item."""
        if self._leads:
            self.dismiss(key)
