"""The outbox: waiting and refused items, the reasons, and the reader's decisions."""

from collections.abc import Callable
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from bbs.errors import FolkmootError
from bbs_client.safe_text import describe_error, safe_line
from bbs_client.session.session import Session
from bbs_client.session.unsent import UnsentItem
from bbs_client.widgets.block_view import BlockView
from bbs_client.widgets.markdown import plain
from bbs_client.widgets.page import Page, item_rows
from bbs_client.widgets.post_rows import unsent_state
from bbs_client.widgets.rows import Row

_WHAT = {
    "threads.start": "new thread",
    "threads.post": "answer",
    "threads.edit": "edit",
    "threads.withdraw": "taking back a post",
    "threads.say": "line",
    "threads.thank": "thanks",
    "threads.unsay": "taking back a line",
    "boards.take_seat": "taking a seat",
    "boards.leave_seat": "leaving a seat",
}


_ABOUT = "What waits for the connection, and what the server refused."


class OutboxList(BlockView):
    """Two or three rows an item: its kind, its beginning, the reason of a refusal."""

    EMPTY = "Everything is sent."
    ROWS_GUESSED = 2

    def __init__(self, session: Session) -> None:
        """Make an empty list."""
        super().__init__()
        self._session = session
        self.items: dict[str, UnsentItem] = {}

    def reload(self) -> None:
        """Read the outbox again."""
        self.items = {item.key: item for item in self._session.pending()}
        self.set_keys(self.items)

    def draw(self, index: int, width: int) -> list[Row]:
        """Return an item."""
        item = self.items[self.keys[index]]
        what = _WHAT.get(item.method, safe_line(item.method))
        refused = Content.styled("refused", "error")
        state = refused if item.reason else unsent_state(self._session, item)
        head = Content.assemble((what, "name"), f"{self._where(item)} · ", state)
        words = Content(f"  {safe_line(item.title) or plain(item.body)}").stylize("dim")
        below = [words.truncate(width, ellipsis=True)]
        if item.reason:
            below += Content(f"  {item.reason}").stylize("error").wrap(width)
        return item_rows(head.truncate(width, ellipsis=True), *below)

    def _where(self, item: UnsentItem) -> str:
        """Return the destination of an item: a board's slug, or a thread's title."""
        if item.board:
            return f" in {self._session.slug(item.board)}"
        row = self._session.cache.thread(item.thread) if item.thread else None
        return f" in {safe_line(row.thread.title, 'a thread')}" if row else ""


class OutboxPage(Page[int]):
    """The list and its decisions; answers with the id of the item to write on."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("r", "retry"),
        ("e", "enter"),
        ("x", "discard"),
    ]

    def __init__(self, session: Session) -> None:
        """Show the outbox.

        Args:
            session: The session with the items.
        """
        self._list = OutboxList(session)
        about = Static(_ABOUT, classes="about", markup=False)
        super().__init__(session, "To be sent", about, self._list)

    def on_mount(self) -> None:
        """Fill it."""
        self.refresh_live()

    def refresh_live(self) -> None:
        """Show the items as they are now."""
        self._list.reload()
        keys = (
            [("r", "try again")] if any(item.reason for item in self._list.items.values()) else []
        )
        if self._list.items:
            keys += [("e", "edit"), ("x", "throw away")]
        self.offer_keys(keys)

    def _current(self) -> UnsentItem | None:
        """Return the item under the cursor as it is now, because the server may have answered it."""
        pending = self.session.pending()
        return next((item for item in pending if item.key == self._list.current), None)

    def chosen(self, _: str) -> None:
        """Put an item's text back into the composer."""
        item = self._current()
        if item is None:
            return
        if item.may_come_back and item.body:
            self.dismiss(item.id)
        else:
            self.notify("You can take back only posts that are not being sent.", markup=False)

    def action_retry(self) -> None:
        """Queue a refused item again."""
        item = self._current()
        if item is not None and item.reason:
            self._change(self.session.connection.retry, item)

    def action_discard(self) -> None:
        """Discard an item."""
        item = self._current()
        if item is not None and item.may_come_back:
            self._change(self.session.connection.discard, item)
        elif item is not None:
            self.notify("What is under way cannot be thrown away.", markup=False)

    def _change(self, change: Callable[[int], None], item: UnsentItem) -> None:
        """Change the outbox and show it, or show why this device could not."""
        try:
            change(item.id)
        except FolkmootError as error:
            self.notify(describe_error(error), severity="warning", markup=False)
        self.refresh_live()
