"""Saved: the posts one put aside, for oneself alone, newest first; into one with Enter."""

from collections.abc import Awaitable, Callable

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from bbs.errors import FolkmootError
from bbs.features.reading.messages import Found, ListSaved, SavedPage
from bbs.features.reading.views import SavedChoice
from bbs.features.threads.views import Post
from bbs_client.features.reading.screen import MORE, FoundList
from bbs_client.widgets.dialog import Dialog
from bbs_client.widgets.house import House
from bbs_client.widgets.words import counted, why

_EMPTY = "Nothing is put aside. In a thread, * keeps a post here, and lets it go again."


class SavedDialog(Dialog[Post]):
    """What the mirror holds at once, then what the server adds. Answers the chosen post."""

    def __init__(self, house: House, ask: Callable[[ListSaved], Awaitable[SavedPage]]) -> None:
        """Make the list.

        Args:
            house: Where posts, names and the time come from.
            ask: Asks the server; raises what the link raises.
        """
        super().__init__(Content("Saved, for you alone"))
        self.add_class("tall")
        self._house = house
        self._ask = ask
        self._before: str | None = None

    def inside(self) -> ComposeResult:
        """Build the list and a line about it."""
        yield Static("", id="notes", markup=False)
        yield FoundList(self._house)

    def on_mount(self) -> None:
        """Show what is here, and ask for the rest."""
        cache = self._house.cache
        here: dict[str, Found] = {}
        for choice in cache.choices().values():
            post = cache.post(choice.post) if isinstance(choice, SavedChoice) else None
            row = cache.thread(post.thread) if post is not None else None
            if post is not None and row is not None:
                here[post.id] = Found(post=post, thread=row.thread)
        self._show(here, more=False)
        self.query_one(FoundList).focus()
        self._look()

    def _look(self) -> None:
        self.run_worker(self._fetch(), exclusive=True, exit_on_error=False)

    async def _fetch(self) -> None:
        view = self.query_one(FoundList)
        try:
            page = await self._ask(ListSaved(before=self._before))
        except FolkmootError as error:
            self._say(f"{why(error)} This is what is on this device.")
            return
        following = page.next_before
        # A server that leads in circles is not followed.
        self._before = following if following != self._before else None
        self._show(view.found | {one.post.id: one for one in page.found}, more=bool(self._before))

    def _show(self, found: dict[str, Found], *, more: bool) -> None:
        ordered = sorted(found.values(), key=lambda one: (one.post.at, one.post.id), reverse=True)
        self.query_one(FoundList).fill({one.post.id: one for one in ordered}, more=more)
        self._say(counted(len(found), "post") if found else _EMPTY)

    def _say(self, text: str) -> None:
        self.query_one("#notes", Static).update(Content(text).stylize("$quiet"))

    def chosen(self, key: str) -> None:
        """Answer with the post; from the last row, look further back."""
        if key == MORE:
            self._look()
        else:
            self.dismiss(self.query_one(FoundList).found[key].post)
