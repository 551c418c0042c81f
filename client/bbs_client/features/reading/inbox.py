"""The inbox: what answers or mentions one, thanks and notices, newest first (P1)."""

from collections.abc import Awaitable, Callable

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from bbs.clock import instant
from bbs.errors import FolkmootError
from bbs.features.members.views import MemberAuthor
from bbs.features.reading.messages import GetInbox, Inbox
from bbs.features.reading.views import InboxItem, InboxKind
from bbs.features.threads.views import Post
from bbs_client.features.reading.screen import MORE
from bbs_client.widgets import times
from bbs_client.widgets.block_view import BlockView
from bbs_client.widgets.dialog import Dialog
from bbs_client.widgets.house import House
from bbs_client.widgets.markdown import plain
from bbs_client.widgets.words import counted, handle_of, line, why

_DOES = {
    InboxKind.ANSWER: "answers you",
    InboxKind.MENTION: "mentions you",
    InboxKind.THANKS: "thanks you, and only you know",
    InboxKind.NOTICE: "notice",
}
_EMPTY = "Nothing was meant for you in particular yet."


class InboxList(BlockView):
    """Two rows an item: who does what where and when, and how the post begins."""

    ROWS_GUESSED = 2

    def __init__(self, house: House) -> None:
        """Make an empty list."""
        super().__init__()
        self._house = house
        self.items: dict[str, InboxItem] = {}

    def fill(self, items: dict[str, InboxItem], *, more: bool) -> None:
        """Show items, newest first, and whether there are older ones."""
        self.items = items
        self.show((*items, MORE) if more else items)

    def draw(self, index: int, width: int) -> list[Content]:
        """Return an item, or the row that leads to older ones."""
        if self.keys[index] == MORE:
            return [Content("  older: Enter").stylize("strong"), Content("")]
        item, house = self.items[self.keys[index]], self._house
        at = times.moment(item.at, house.now(), house.zone)
        if item.seat is not None:
            row = house.cache.board(item.seat.board)
            board = line(row.board.title if row else None, "a board")
            head = Content.assemble((f"notice {at} ", "dim"), board)
            says = f"  your seat: {item.seat.state.value}"
            return [head.truncate(width, ellipsis=True), Content.styled(says, "dim")]
        who = house.members.get(item.by or "")
        author = MemberAuthor(id=who.id) if who else (item.post.author if item.post else None)
        name = handle_of(author, house.members) if author is not None else "somebody"
        where = house.address(item.post) if item.post else ""
        title = line(item.thread.title if item.thread else None)
        head = Content.assemble(
            (name, "name"), f" {_DOES[item.kind]} ", (f"{where} {at} ", "dim"), title
        )
        excerpt = Content(f"  {plain(item.post.body or '') if item.post else ''}").stylize("dim")
        return [head.truncate(width, ellipsis=True), excerpt.truncate(width, ellipsis=True)]


class InboxDialog(Dialog[Post]):
    """What the mirror holds at once, then what the server says. Answers the chosen post."""

    def __init__(self, house: House, ask: Callable[[GetInbox], Awaitable[Inbox]]) -> None:
        """Make the list.

        Args:
            house: Where posts, names and the time come from.
            ask: Asks the server; raises what the link raises.
        """
        super().__init__(Content("Inbox"))
        self.add_class("tall")
        self._house = house
        self._ask = ask
        self._before: str | None = None

    def inside(self) -> ComposeResult:
        """Build the list and a line about it."""
        yield Static("", id="notes", markup=False)
        yield InboxList(self._house)

    def on_mount(self) -> None:
        """Show what is here, and ask for the rest."""
        cache = self._house.cache
        here = []
        for row in cache.inbox():
            thread = cache.thread(row.thread)
            here.append(
                InboxItem(
                    kind=InboxKind(row.kind),
                    at=instant(row.at),
                    post=cache.post(row.post),
                    thread=thread.thread if thread else None,
                    by=row.who,
                )
            )
        self._show({_key(item): item for item in here}, more=False)
        self.query_one(InboxList).focus()
        self._look({})

    def _look(self, known: dict[str, InboxItem]) -> None:
        self.run_worker(self._fetch(known), exclusive=True, exit_on_error=False)

    async def _fetch(self, known: dict[str, InboxItem]) -> None:
        try:
            page = await self._ask(GetInbox(before=self._before))
        except FolkmootError as error:
            self._say(f"{why(error)} This is what is on this device.")
            return
        following = page.next_before
        # A server that leads in circles is not followed.
        self._before = following if following != self._before else None
        found = known | {_key(item): item for item in page.items}
        self._show(found, more=self._before is not None)

    def _show(self, items: dict[str, InboxItem], *, more: bool) -> None:
        self.query_one(InboxList).fill(items, more=more)
        self._say(counted(len(items), "item") if items else _EMPTY)

    def _say(self, text: str) -> None:
        self.query_one("#notes", Static).update(Content(text).stylize("$quiet"))

    def chosen(self, key: str) -> None:
        """Answer with the post; from the last row, look further back."""
        view = self.query_one(InboxList)
        if key == MORE:
            self._look(view.items)
        elif (post := view.items[key].post) is not None:
            self.dismiss(post)


def _key(item: InboxItem) -> str:
    what = item.post.id if item.post else (item.seat.board if item.seat else "")
    return f"{item.kind.value}:{what}:{item.by or ''}:{item.at.isoformat()}"
