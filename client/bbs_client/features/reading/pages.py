"""A page with a list that begins with this device's items and goes on with the server's pages."""

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from textual.content import Content
from textual.widgets import Static

from bbs.errors import FolkmootError
from bbs.features.reading.messages import PostInThread
from bbs.features.reading.views import InboxItem, Notice
from bbs.features.threads.views import Line, Post
from bbs.messages import Query
from bbs_client.keys import key_of
from bbs_client.safe_text import describe_error
from bbs_client.session.session import Session
from bbs_client.widgets.block_view import BlockView
from bbs_client.widgets.page import Page, item_rows
from bbs_client.widgets.rows import Row

Item = TypeVar("Item", InboxItem, PostInThread)

END = "end"  # the key of the last block, which no item has


class PageList(BlockView, Generic[Item]):
    """A few rows for each item, and at the end what is to be said of all of them."""

    ROWS_GUESSED = 3

    def __init__(self, session: Session) -> None:
        """Make an empty list.

        Args:
            session: The session with names, addresses and time.
        """
        super().__init__()
        self.session = session
        self.items: Mapping[str, Item] = {}
        self.has_more = False
        self._note = ""

    def fill(self, items: Mapping[str, Item], note: str, *, more: bool = False) -> None:
        """Show items.

        Args:
            items: By key, in the order of display.
            note: What to say below them; our own words.
            more: Whether Enter below the last one fetches older ones.
        """
        before, known = self.current, len(self.items)
        self.items, self._note, self.has_more = items, note, more
        self.set_keys((*items, END) if items or more else ())
        if before in {None, END} and items:
            # What came last was asked for there: the older ones, or the first of all.
            self.jump(known if known < len(items) else 0)

    def say(self, note: str) -> None:
        """Say something else below the items."""
        self._note = note
        self.redraw((END,))

    def empty_text(self) -> Content:
        """Say what there is to be said."""
        return Content.styled(self._note, "dim")

    def draw(self, index: int, width: int) -> Sequence[Row | Content]:
        """Return an item, or what stands below the last one."""
        if self.keys[index] != END:
            return item_rows(*self.draw_item(self.items[self.keys[index]], width))
        rows = Content.styled(self._note, "dim").wrap(width)
        if self.has_more:
            rows.append(Content.assemble((key_of("enter"), "mark"), (" shows older ones", "dim")))
        return rows

    @abstractmethod
    def draw_item(self, item: Item, width: int) -> list[Content]:
        """Return the rows of an item."""


class ListPage(Page[Post | Line | Notice], Generic[Item]):
    """The items of the mirror at once, then the server's. Answers the chosen post, line or notice.

    Attributes:
        view: The list.
    """

    ABOUT = ""
    """What this page is, above the list."""
    EMPTY = ""
    HERE_ONLY = "This is what is on this device."
    QUERY: ClassVar[Callable[..., Query[Any]]]
    """Asks for a page."""
    extra_keys = (("Enter", "open"),)

    def __init__(
        self, name: str, view: PageList[Item], here: Mapping[str, Item], *, fact: str = ""
    ) -> None:
        """Make the page.

        Args:
            name: Its name, in a word or two of ours.
            view: The list, empty.
            here: The items of this device, in order, by key.
            fact: As `Page` takes it.
        """
        about = Static(self.ABOUT, classes="about", markup=False)
        super().__init__(view.session, name, about, view, fact=fact)
        self.view: PageList[Item] = view
        self._here: Mapping[str, Item] = here
        self._before: str | None = None
        self._came_back_to = view.session.trail.place()

    def on_mount(self) -> None:
        """Show the items that are here, and ask for the rest."""
        self._show(self._here, more=False)
        self.view.focus()
        if self._came_back_to and (at := self.view.keys.index_of(self._came_back_to)) is not None:
            self.view.jump(at)
        self._look()

    @abstractmethod
    def items_of(self, page: Any) -> dict[str, Item]:
        """Return the items of an answer, in order, by key."""

    def joined(self, known: Mapping[str, Item], page: dict[str, Item]) -> dict[str, Item]:
        """Return the items to show after a page has arrived."""
        return {**known, **page} if self._before is not None else page

    def _look(self) -> None:
        self.run_worker(self._fetch(), exclusive=True, exit_on_error=False)

    async def _fetch(self) -> None:
        try:
            page = await self.session.connection.call(self.QUERY(before=self._before))
        except FolkmootError as error:
            self.view.say(f"{describe_error(error)} {self.HERE_ONLY}")
            return
        items = self.joined(self.view.items, self.items_of(page))
        following: str | None = page.next_before
        # Stop if the server leads in circles.
        self._before = following if following != self._before else None
        self._show(items, more=self._before is not None)

    def _show(self, items: Mapping[str, Item], *, more: bool) -> None:
        # An empty page may lead to one with items.
        self.view.fill(items, "" if items or more else self.EMPTY, more=more)

    def chosen(self, key: str) -> None:
        """Answer with what the item leads to, if it does; below the last one, fetch older items."""
        if key == END:
            if self.view.has_more:
                self._look()
        elif (found := self.leads_to(self.view.items[key])) is not None:
            self.session.trail.keep(key)
            self.dismiss(found)

    def leads_to(self, item: Item) -> Post | Line | Notice | None:
        """Return the post, line or notice that an item leads to; None if it leads nowhere."""
        return item.post
