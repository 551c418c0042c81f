"""Search: a query, and its results, newest first; Enter opens one."""

from collections.abc import Mapping
from functools import partial

from textual.content import Content
from textual.timer import Timer
from textual.widgets import Input, Static

from bbs import limits
from bbs.errors import FolkmootError
from bbs.features.reading.messages import PostInThread, Search
from bbs.features.reading.rules import SearchQuery, parse_search
from bbs.features.threads.views import Post
from bbs.plural import counted
from bbs.text import normalize_line
from bbs_client.features.reading.pages import MORE, PageList
from bbs_client.safe_text import describe_error, safe_line, writer_of
from bbs_client.session.session import Session
from bbs_client.widgets import times
from bbs_client.widgets.dialog import Dialog
from bbs_client.widgets.markdown import plain

_HINT = 'words, "a phrase", -not, from:ana, board:garden, before:2026-11-01, after:…'

# a pause in the typing, so that the mirror is searched for words, not for each letter
LIVE_SECONDS = 0.15


class FoundList(PageList[PostInThread]):
    """Each result with place and author, and how the post begins."""

    OLDER = "older finds"

    def draw_item(self, item: PostInThread) -> tuple[Content, Content]:
        """Return a result."""
        session, post = self.session, item.post
        slug = session.slug(post.board)
        where = f"{slug}/{item.thread.number}/{post.number}"
        who = writer_of(post.author, post.words_via, session.members)
        at = times.moment(post.at, session.now(), session.zone)
        head = Content.assemble(
            (who, "name"),
            (f" {where} {at} ", "dim"),
            (safe_line(post.subject or item.thread.title), ""),
        )
        return head, Content(f"  {plain(post.body or '')}").stylize("dim")


class SearchDialog(Dialog[Post]):
    """Ask, look, go. Answers the chosen post."""

    def __init__(self, session: Session, words: str = "") -> None:
        """Make a search.

        Args:
            session: The session with names and time.
            words: The first query; empty to wait for one.
        """
        self._field = Input(
            words, placeholder=_HINT, max_length=limits.QUERY_CHARS_MAX, compact=True
        )
        self._notes = Static("", markup=False)
        self._list = FoundList(session)
        super().__init__(Content("Search"), self._field, self._notes, self._list, classes="tall")
        self._words = words
        self._query = ""
        self._before: int | None = None
        self._typing: Timer | None = None

    def on_mount(self) -> None:
        """Begin with the query."""
        self._begin(self._words)

    async def action_do(self, id: str) -> None:
        """Go to the next result; from the field into the list, where Enter chooses."""
        if id == "down" and self._field.has_focus and self._list.items:
            self._list.focus()
        await super().action_do(id)

    def on_input_changed(self, message: Input.Changed) -> None:
        """Show the results on this device, once the typing pauses."""
        if self._typing is not None:
            self._typing.stop()
        self._typing = self.set_timer(LIVE_SECONDS, partial(self._find_here, message.value))

    def _find_here(self, words: str) -> None:
        query = parse_search(words)
        if not query.is_searchable or words == self._words:
            return
        notes = [f"{self._fill_from_here(query)}; Enter asks the server"]
        self._say(" · ".join([*notes, *(safe_line(note) for note in query.notes)]))

    def _fill_from_here(self, query: SearchQuery) -> str:
        """Show the results in the mirror; return their number."""
        found = {item.post.id: item for item in self._list.session.cache.find(query)}
        self._list.fill(found, more=False)
        return f"{counted(len(found), 'find')} on this device"

    def on_input_submitted(self, message: Input.Submitted) -> None:
        """Search everything the reader may read."""
        self._begin(message.value)

    def _begin(self, words: str) -> None:
        query, _ = normalize_line(words, chars_max=limits.QUERY_CHARS_MAX)
        if query:
            self._words = words
            self._query, self._before = query, None
            self._look({})

    def _look(self, known: Mapping[str, PostInThread]) -> None:
        self._say("searching…")
        self.run_worker(self._search(known), exclusive=True, exit_on_error=False)

    async def _search(self, known: Mapping[str, PostInThread]) -> None:
        """Show the page after the known results."""
        try:
            page = await self._list.session.connection.call(
                Search(query=self._query, before=self._before)
            )
        except FolkmootError as error:
            self._say(f"{describe_error(error)} {self._fill_from_here(parse_search(self._query))}.")
            if self._list.items:
                self._list.focus()
            return
        following = page.next_before
        # Stop if the server leads in circles.
        if following is not None and self._before is not None and following >= self._before:
            following = None
        self._before = following
        found = {**known, **{item.post.id: item for item in page.found}}
        self._list.fill(found, more=following is not None)
        if page.found and known:
            self._list.jump(len(known))
        more = " or more" if following is not None else ""
        notes = [f"{counted(len(found), 'find')}{more}", *(safe_line(note) for note in page.notes)]
        self._say(" · ".join(notes))
        if found:
            self._list.focus()

    def _say(self, text: str) -> None:
        self._notes.update(Content(text).stylize("$quiet"))

    def chosen(self, key: str) -> None:
        """Answer with the post; from the last row, fetch older results."""
        found = self._list.items
        if key == MORE:
            self._look(found)
        else:
            self.dismiss(found[key].post)
