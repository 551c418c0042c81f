"""Pages: what is read under the top bar in place of the panes, as inbox, search, norms and log."""

from collections.abc import Callable, Sequence
from typing import ClassVar, Generic, TypeVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from bbs_client.actions.action import KeyScope
from bbs_client.actions.table import BY_ID
from bbs_client.keys import Pane, bindings
from bbs_client.session.session import Session
from bbs_client.widgets.bars import TopBar
from bbs_client.widgets.block_view import BlockView
from bbs_client.widgets.dialog import Opened
from bbs_client.widgets.key_bar import KeyBar
from bbs_client.widgets.rows import Row, frame
from bbs_client.widgets.safe_content import place_name

T = TypeVar("T")

ELSEWHERE = (
    "home", "boards", "switch", "inbox", "letters", "saved", "search", "desk", "command_line",
    "command_palette", "settings",
)  # fmt: skip
"""Actions that lead from a page to another place."""


class Page(Opened[T], Generic[T]):
    """A page: top bar, body, status bar, keys. Esc and q go back to where the reader was.

    Attributes:
        session: The session of the community that it is about.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(
            KeyScope.EVERYWHERE,
            only=("command_palette", "help", "keymap", "theme", "tour", "quit"),
            runs=True,
        ),
        *bindings(KeyScope.READING, only=ELSEWHERE, runs=True),
    ]
    footer = Pane.PAGE

    def __init__(
        self,
        session: Session,
        name: str,
        *body: Widget,
        board: str = "",
        fact: str = "",
    ) -> None:
        """Make the page.

        Args:
            session: The session of the community.
            name: Its name, a word or two.
            body: The widgets, from top to bottom.
            board: The board that it is about, by its id; empty for the whole community.
            fact: The one fact at the right of the top bar; our own words.
        """
        super().__init__()
        self.session = session
        row = session.cache.board(board) if board else None
        self._path = [*([place_name(session, row.board)] if row else []), Content(name)]
        self._body = body
        self._fact = fact
        self._top = TopBar()

    def compose(self) -> ComposeResult:
        """Build the frame around the body."""
        yield self._top
        yield Vertical(*self._body, classes="body")
        yield from self.foot()

    def on_mount(self) -> None:
        """Say where the reader is; lists that stay in sight beside the page have no cursor now."""
        self.say_fact(self._fact)
        self._quieten(on=True)

    def on_unmount(self) -> None:
        """Give the lists below their cursor back."""
        self._quieten(on=any(isinstance(screen, Page) for screen in self.app.screen_stack))

    def _quieten(self, *, on: bool) -> None:
        for screen in self.app.screen_stack:
            for view in () if screen is self or screen.is_modal else screen.query(BlockView):
                view.is_beside = on
                view.notify_style_update()
                view.refresh()

    def say_fact(self, fact: str) -> None:
        """Show another fact at the right of the top bar."""
        self._fact = fact
        self._top.say([Content(self.session.community), *self._path], fact)

    def show_mode(self) -> None:
        """Show which key goes back, too: where letters are text, Esc alone."""
        super().show_mode()
        self.query_one(KeyBar).pane = Pane.FIELD if self.is_typing else self.footer

    def offer_keys(self, keys: Sequence[tuple[str, str]]) -> None:
        """Show these keys and labels before those of every page."""
        self.query_one(KeyBar).offer(keys)

    async def action_do(self, id: str) -> None:
        """Move in the body; go elsewhere; what works everywhere is the app's to do."""
        if id in ELSEWHERE:
            if len(self.app.screen_stack) == 2:
                self.dismiss(None)
                self.app.call_later(self.app.run_action, f"do({id!r})", self.app)
            # Below another page nothing would be seen of where it leads: all of them are left.
            elif not (self.stays and self.answered.done()):  # what was answered is done first
                self.app.call_later(self.app.run_action, f"do({id!r}, True)", self.app)
            return
        if BY_ID[id].context is KeyScope.EVERYWHERE:
            await self.app.run_action(f"do({id!r})", self.app)
        else:
            await super().action_do(id)

    async def action_quit(self) -> None:
        """Quit, as everywhere."""
        await self.app.run_action("quit", self.app)


class Flow(Widget):
    """Text that is laid out anew for each width."""

    def __init__(self, draw: Callable[[int], list[Content]]) -> None:
        """Make it.

        Args:
            draw: Returns the rows for a width.
        """
        super().__init__()
        self._draw = draw

    def say(self, draw: Callable[[int], list[Content]]) -> None:
        """Show other rows."""
        self._draw = draw
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return how many rows there are at a width."""
        return len(self._draw(width))

    def render(self) -> Content:
        """Return the rows."""
        return Content("\n").join(self._draw(self.size.width))


class TextPage(Page[T], Generic[T]):
    """A page of text, scrolled with the keys of reading.

    Attributes:
        flow: The text.
    """

    def __init__(self, session: Session, name: str, *, board: str = "", fact: str = "") -> None:
        """Make a page without text yet.

        Args:
            session: The session of the community.
            name: As `Page` takes it.
            board: As `Page` takes it.
            fact: As `Page` takes it.
        """
        self.flow = Flow(lambda width: [])
        view = VerticalScroll(self.flow, can_focus=True)
        super().__init__(session, name, view, board=board, fact=fact)


class Divider(Widget):
    """A rule across a page."""

    def render(self) -> Content:
        """Return the row."""
        return Content.styled("─" * self.size.width, "$rule")


def item_rows(head: Content, *below: Content) -> list[Row]:
    """Return the rows of an item in a list: the cursor lights the first, and marks all; a blank row
    sets the next item apart.
    """
    more = (Row(row, is_lit=False) for row in below)
    return [Row(head, is_spread=True), *more, frame(Content(""))]
