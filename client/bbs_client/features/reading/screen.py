"""Search: a query, and its hits, newest first; Enter opens one, and going back leads here again."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.events import DescendantFocus
from textual.timer import Timer
from textual.widgets import Input, Static

from bbs import limits
from bbs.errors import FolkmootError
from bbs.features.reading.messages import PostInThread, Search
from bbs.features.reading.rules import QueryTerm, SearchQuery, parse_search
from bbs.features.threads.views import Line, Post
from bbs.plural import counted
from bbs.text import normalize_line
from bbs.words import Wanted, begins_words, wanted
from bbs_client.actions.action import KeyScope
from bbs_client.features.reading.found import FoundList
from bbs_client.features.reading.pages import END
from bbs_client.keys import bindings, key_of
from bbs_client.links import copy
from bbs_client.safe_text import describe_error, safe_line
from bbs_client.session.session import Session
from bbs_client.widgets.page import Divider, Page

_HINT = 'words, "a phrase", fro*, -not, from:ana'
_BOARD = "board"  # the operator of a search
_NEVER = "Words that faded or were withdrawn are never found."
_ALL = "all you may read, newest first"

# a pause in the typing, so that the mirror is searched for words, not for each letter
LIVE_SECONDS = 0.15


class SearchField(Horizontal):
    """The row with the query, and at its right what is searched."""

    def __init__(self, words: str) -> None:
        """Make the row with a query."""
        super().__init__(classes="field")
        self.line = Input(words, placeholder=_HINT, max_length=limits.QUERY_CHARS_MAX, compact=True)
        self._range = Static(_ALL, classes="range", markup=False)

    def compose(self) -> ComposeResult:
        """Build the row."""
        yield Static("/", classes="sign", markup=False)
        yield self.line
        yield self._range

    def say(self, text: str) -> None:
        """Show what is searched."""
        self._range.update(Content(text))


class SearchPage(Page[Post | Line]):
    """Ask, look, go. Answers the chosen post."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(KeyScope.READING, only=("search", "copy"), runs=True),
        ("b", "this_board"),
    ]
    field_keys = (("Enter", "search"), ("↓", "to the hits"), ("^U", "empty it"))

    def __init__(self, session: Session, words: str = "", here: str = "") -> None:
        """Make a search.

        Args:
            session: The session with names and time.
            words: The first query; empty to begin with the last one.
            here: The slug of the board where the reader is, cleaned; empty for none.
        """
        self._hits = session.trail.hits
        self._came_back = session.trail.place() is not None
        self._here = here
        self._asks = bool(words)
        self._row = SearchField(words or self._hits.words)
        self._field = self._row.line
        self._list = FoundList(session)
        super().__init__(session, "Search", self._row, Divider(), self._list)
        change, copies = key_of("search"), key_of("copy")
        board = (("b", "this board"),) if here else ()
        self.extra_keys = (
            ("Enter", "open"), (change, "change"), *board, (copies, "copy address")
        )  # fmt: skip
        self._words = ""
        self._query = ""
        self._before: int | None = None
        self._typing: Timer | None = None

    def on_mount(self) -> None:
        """Begin with the query, or with the hits of the last one at the same place."""
        if self._asks:
            self._begin(self._field.value)
        elif self._hits.words:
            self._words, self._query = self._hits.words, _normal(self._hits.words)
            self._before = self._hits.before
            self._show({item.post.id: item for item in self._hits.found}, ())
            self._list.jump(self._hits.at)
        if self._came_back and self._list.items:
            self._list.focus()

    def on_descendant_focus(self, message: DescendantFocus) -> None:
        """Offer the keys of the field, or of the hits."""
        self.offer_keys(self.field_keys if self._field.has_focus else self.extra_keys)

    async def action_do(self, id: str) -> None:
        """Go to the next hit; from the field into the list, and back; copy an address."""
        if id == "down" and self._field.has_focus and self._list.items:
            self._list.focus()
            await super().action_do(id)
        elif id == "search":
            self._field.focus()
        elif id == "copy":
            self._copy()
        else:
            await super().action_do(id)

    def _copy(self) -> None:
        item = self._list.items.get(self._list.current or "")
        if item is not None:
            address = self.session.address(item.post)
            copy(self.app, address)
            self.notify(f"{address} copied.", markup=False)

    def action_this_board(self) -> None:
        """Search only the board where the reader was, or again all that they may read."""
        if not self._here:
            return
        narrowed = f"{_BOARD}:{self._here}"
        words = self._field.value.split()
        kept = [word for word in words if word != narrowed]
        self._field.value = " ".join(kept if kept != words else [*words, narrowed])
        self._begin(self._field.value)

    def on_input_changed(self, message: Input.Changed) -> None:
        """Show the hits on this device, once the typing pauses."""
        self._say_range(message.value)
        if self._typing is not None:
            self._typing.stop()
        if message.value.strip():
            self._typing = self.set_timer(LIVE_SECONDS, partial(self._find_here, message.value))
        else:
            self._forget()

    def _say_range(self, words: str) -> None:
        board = parse_search(words).board
        self._row.say(f"{safe_line(board)} alone, newest first" if board else _ALL)

    def _find_here(self, words: str) -> None:
        query = parse_search(words, typing=True)
        if words == self._words:
            return
        if not query.is_searchable:
            self._list.fill({}, "")
            return
        self._list.sought = _sought(query)
        found = self._on_device(query)
        said = f"{_count(len(found))} on this device; Enter asks the server."
        self._list.fill(found, " ".join([said, *_noted(query.notes)]))

    def _on_device(self, query: SearchQuery) -> dict[str, PostInThread]:
        return {item.post.id: item for item in self.session.cache.find(query)}

    def on_input_submitted(self, message: Input.Submitted) -> None:
        """Search everything the reader may read; the same search again goes to its hits."""
        if message.value == self._words and self._list.items:
            self._list.focus()
        else:
            self._begin(message.value)

    def _begin(self, words: str) -> None:
        query = _normal(words)
        self._words = words
        if query:
            self._query, self._before = query, None
            self._look({})
        else:
            self._forget()

    def _forget(self) -> None:
        """Begin without a search: forget the last search."""
        self._hits.words, self._hits.found, self._words = "", (), ""
        self._list.fill({}, "")

    def _look(self, known: Mapping[str, PostInThread]) -> None:
        self._list.say("Searching …")
        self.run_worker(self._search(known), exclusive=True, exit_on_error=False)

    async def _search(self, known: Mapping[str, PostInThread]) -> None:
        """Show the page after the known hits."""
        self._list.sought = _sought(parse_search(self._query))
        try:
            page = await self.session.connection.call(
                Search(query=self._query, before=self._before)
            )
        except FolkmootError as error:
            found = self._on_device(parse_search(self._query))
            self._show({**known, **found}, (describe_error(error), "These are on this device."))
        else:
            following = page.next_before
            # Stop if the server leads in circles.
            if following is not None and self._before is not None and following >= self._before:
                following = None
            self._before = following
            found = {**known, **{item.post.id: item for item in page.found}}
            self._show(found, tuple(_noted(page.notes)))
        if self._list.items:
            self._list.focus()

    def _show(self, found: Mapping[str, PostInThread], notes: tuple[str, ...]) -> None:
        """Show hits, and keep them for the way back."""
        self._list.sought = _sought(parse_search(self._query))
        more = self._before is not None
        if not found and not more:
            said = f"Nothing found for “{safe_line(self._query)}”. {_longer(self._query)}{_NEVER}"
        else:
            said = f"{_count(len(found))}{' so far' if more else ', all shown'}. {_NEVER}"
        self._list.fill(found, " ".join([*notes, said]), more=more)
        self._hits.words, self._hits.before = self._words, self._before
        self._hits.found = tuple(found.values())

    def chosen(self, key: str) -> None:
        """Answer with the post; below the last one, fetch older hits."""
        found = self._list.items
        if key != END:
            self._hits.at = list(found).index(key)
            self.session.trail.keep(key)
            self.dismiss(found[key].post)
        elif self._list.has_more:
            self._look(found)


def _normal(words: str) -> str:
    query, _ = normalize_line(words, chars_max=limits.QUERY_CHARS_MAX)
    return query


def _sought(query: SearchQuery) -> tuple[Wanted, ...]:
    """Return what a hit has to hold."""
    terms = (term for term in query.terms if not term.negated)
    each = (wanted(" ".join(term.words), prefix=term.prefix) for term in terms)
    return tuple(what for what in each if what is not None)


def _longer(words: str) -> str:
    """Return how to look for longer words, if a word was looked for; else nothing."""
    match parse_search(words).terms:
        case (QueryTerm(words=(word,), negated=False, prefix=False),) if begins_words(word):
            # Signs are looked for within longer runs anyway.
            is_longer = wanted(word, prefix=True) != wanted(word)
            return f"{safe_line(word)}* also finds longer words. " if is_longer else ""
        case _:
            return ""


def _count(hits: int) -> str:
    return counted(hits, "hit")


def _noted(notes: tuple[str, ...]) -> Iterator[str]:
    for note in notes:
        clean = safe_line(note)
        yield f"{clean[:1].upper()}{clean[1:]}."
