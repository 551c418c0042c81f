"""A dialog over a list that begins with this device's items and goes on with the server's pages."""

from abc import abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Generic, TypeVar

from textual.content import Content
from textual.widgets import Static

from bbs.errors import FolkmootError
from bbs.features.reading.messages import PostInThread
from bbs.features.reading.views import InboxItem
from bbs.features.threads.views import Line, Post
from bbs.messages import Query
from bbs.plural import counted
from bbs_client.safe_text import describe_error
from bbs_client.session.session import Session
from bbs_client.widgets.block_view import BlockView
from bbs_client.widgets.dialog import Dialog

Item = TypeVar("Item", InboxItem, PostInThread)

MORE = "more"  # the key of the last row, which no item has


class PageList(BlockView, Generic[Item]):
    """Two rows for each item, and a last row that leads to older ones."""

    ROWS_GUESSED = 2
    OLDER = "older"

    def __init__(self, session: Session) -> None:
        """Make an empty list.

        Args:
            session: The session with names, addresses and time.
        """
        super().__init__()
        self.session = session
        self.items: Mapping[str, Item] = {}

    def fill(self, items: Mapping[str, Item], *, more: bool) -> None:
        """Show items.

        Args:
            items: By key, in the order of display.
            more: Whether to offer older ones in a last row.
        """
        self.items = items
        self.set_keys((*items, MORE) if more else items)

    def draw(self, index: int, width: int) -> list[Content]:
        """Return an item, or the row that leads to older ones."""
        if self.keys[index] == MORE:
            return [Content(f"  {self.OLDER}: Enter").stylize("strong"), Content("")]
        head, below = self.draw_item(self.items[self.keys[index]])
        return [head.truncate(width, ellipsis=True), below.truncate(width, ellipsis=True)]

    @abstractmethod
    def draw_item(self, item: Item) -> tuple[Content, Content]:
        """Return the two rows of an item, of any width."""


class PageDialog(Dialog[Post | Line], Generic[Item]):
    """The items of the mirror at once, then the server's. Answers the chosen post."""

    ITEM = "item"
    EMPTY = ""
    QUERY: ClassVar[Callable[..., Query[Any]]]
    """Asks for a page."""

    def __init__(self, heading: str, view: PageList[Item], here: Mapping[str, Item]) -> None:
        """Make the list.

        Args:
            heading: Its heading, in a word or two of ours.
            view: The list, empty.
            here: The items of this device, in order, by key.
        """
        self._notes = Static("", markup=False)
        super().__init__(Content(heading), self._notes, view, classes="tall")
        self.view: PageList[Item] = view
        self._here: Mapping[str, Item] = here
        self._before: str | None = None

    def on_mount(self) -> None:
        """Show the items that are here, and ask for the rest."""
        self._show(self._here, more=False)
        self.view.focus()
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
            page = await self.view.session.connection.call(self.QUERY(before=self._before))
        except FolkmootError as error:
            self._say(f"{describe_error(error)} This is what is on this device.")
            return
        items = self.joined(self.view.items, self.items_of(page))
        following: str | None = page.next_before
        # Stop if the server leads in circles.
        self._before = following if following != self._before else None
        self._show(items, more=self._before is not None)

    def _show(self, items: Mapping[str, Item], *, more: bool) -> None:
        self.view.fill(items, more=more)
        found = counted(len(items), self.ITEM) + (" or more" if more else "")
        # An empty page may lead to one with items.
        self._say(found if items or more else self.EMPTY)

    def _say(self, text: str) -> None:
        self._notes.update(Content(text).stylize("$quiet"))

    def chosen(self, key: str) -> None:
        """Answer with what the item leads to, if it does; from the last row, fetch older items."""
        if key == MORE:
            self._look()
        elif (found := self.leads_to(self.view.items[key])) is not None:
            self.dismiss(found)

    def leads_to(self, item: Item) -> Post | Line | None:
        """Return the post or line that an item leads to; None if it leads nowhere."""
        return item.post
