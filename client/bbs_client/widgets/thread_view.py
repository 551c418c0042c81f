"""A thread as one reads it: posts in tree order, indented, ten thousand of them if need be.

Every row of a post begins with the bar of its post: its header with a corner, its body with a line.
So no body can pass for a header, whatever is in it (P13).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from textual.cache import LRUCache
from textual.content import Content
from textual.message import Message
from textual.timer import Timer

from bbs.features.threads.views import Post, WordsState
from bbs_client.keys import BY_ID, shown
from bbs_client.mirror.reads import OutlineRow
from bbs_client.widgets import times
from bbs_client.widgets.block_view import BlockView
from bbs_client.widgets.house import House, Pending
from bbs_client.widgets.words import counted, handle_of, line, name_of

INDENT_COLUMNS = 2
INDENT_MAX = 8  # levels: at 80 columns the deepest text still has 60
BODY_COLUMNS_MIN = 40  # narrower screens indent less
READ_COLUMNS_MAX = 96  # longer rows are hard to follow with the eye
GUESS_ROWS = 4  # a header, two rows of text, a blank one: the mirror's lists hold no lengths
POSTS_KEPT = 600  # decoded posts; a screen shows twenty
CHUNK = 24  # posts read from the mirror at once

_WHILE_HELD = (("edit", "edit"), ("withdraw", "take back"))
_GONE = {
    WordsState.WITHDRAWN: "(withdrawn by its author)",
    WordsState.FADED: "(faded)",
}


class Waiting(NamedTuple):
    """A post that waits to be sent, and where it will stand."""

    pending: Pending
    depth: int


class ThreadView(BlockView):
    """The posts of one thread."""

    ROWS_GUESSED = GUESS_ROWS

    @dataclass
    class Wanted(Message):
        """Words that are not in the mirror came into view."""

        thread: str

    def __init__(self, house: House, *, id: str | None = None) -> None:
        """Make an empty view.

        Args:
            house: Where posts, names and the time come from.
        """
        super().__init__(id=id)
        self.house = house
        self.thread: str | None = None
        self._entries: list[OutlineRow | Waiting] = []
        self._posts: LRUCache[str, Post] = LRUCache(POSTS_KEPT)
        self._ticking: Timer | None = None
        self._asked = False
        self.on_passed: Callable[[str, list[int]], None] | None = None

    # What it shows

    def open(self, thread: str) -> None:
        """Show a thread from its first unread post on, or from where the reader left it."""
        if thread != self.thread:
            self.thread = thread
            self.forget()
            self.reload()
            unread = self.next_unread(-1)
            self.jump(0 if unread is None else unread, top=True)
        else:
            self.reload()

    def close(self) -> None:
        """Show nothing."""
        self.thread = None
        self._entries = []
        self._posts.clear()
        self.show(())

    def reload(self) -> None:
        """Read the thread's shape from the mirror again; what is seen stays where it is."""
        if self.thread is None:
            return
        outline = self.house.cache.outline(self.thread)
        sent = self.current_pending()
        self._entries = [*outline]
        pending = self.house.pending_posts(self.thread)
        known = {row.post for row in outline} if pending or sent else set()
        for item in pending:
            if item.post not in known:
                self._insert(item)
        self._posts.clear()
        self._asked = False
        self.show(map(_key, self._entries))
        if sent is not None and sent.post in known:
            # The reader's own post has arrived; the cursor stays on it.
            self.jump(self.find(sent.post or "") or self.cursor)
        # One's own that wait to be published come last.
        self._tick(bool(outline) and outline[-1].number is None)

    def _insert(self, item: Pending) -> None:
        """Put what waits where it will stand: after all that answers the same post."""
        parent = self.find(item.parent) if item.parent else None
        if parent is None:
            self._entries.append(Waiting(item, 0))
            return
        depth = self._entries[parent].depth
        place = parent + 1
        while place < len(self._entries) and self._entries[place].depth > depth:
            place += 1
        self._entries.insert(place, Waiting(item, depth + 1))

    def _row(self, index: int) -> OutlineRow | None:
        """Return the post at a place; None for one that waits to be sent."""
        entry = self._entries[index]
        return entry if isinstance(entry, OutlineRow) else None

    def _tick(self, held: bool) -> None:
        """Count down while a post of one's own is held, and only then."""
        if held and self._ticking is None:
            self._ticking = self.set_interval(1.0, self._redraw_held)
        elif not held and self._ticking is not None:
            self._ticking.stop()
            self._ticking = None

    def _redraw_held(self) -> None:
        self.redraw(key for key in self.keys if key.startswith("held:"))

    def current_post(self) -> Post | None:
        """Return the post the cursor is on; None for one that is not here or not sent yet."""
        return self._post(self.cursor) if self._entries else None

    def current_pending(self) -> Pending | None:
        """Return what waits to be sent where the cursor is."""
        entry = self._entries[self.cursor] if self._entries else None
        return entry.pending if isinstance(entry, Waiting) else None

    def next_unread(self, after: int) -> int | None:
        """Return the place of the first unread post after a place, in tree order."""
        for index in range(after + 1, len(self._entries)):
            row = self._row(index)
            if row is not None and row.unread:
                return index
        return None

    def previous_unread(self, before: int) -> int | None:
        """Return the place of the last unread post before a place, in tree order."""
        for index in range(min(before, len(self._entries)) - 1, -1, -1):
            row = self._row(index)
            if row is not None and row.unread:
                return index
        return None

    def passed(self, keys: Sequence[str]) -> None:
        """Hand on the numbers of unread posts the reader went on from."""
        numbers = self.numbers_of(keys, unread=True)
        if numbers and self.thread is not None and self.on_passed is not None:
            self.on_passed(self.thread, numbers)

    def numbers_of(self, keys: Iterable[str], *, unread: bool) -> list[int]:
        """Return the numbers of posts, sorted.

        Args:
            keys: As messages of this view carry them.
            unread: True for the unread ones only.
        """
        numbers = []
        for key in keys:
            place = self.place_of(key)
            row = self._row(place) if place is not None else None
            if row is not None and row.number is not None and (row.unread or not unread):
                numbers.append(row.number)
        return sorted(numbers)

    def find(self, post: str) -> int | None:
        """Return the place of a post by its id."""
        return next(
            (
                at
                for at, entry in enumerate(self._entries)
                if isinstance(entry, OutlineRow) and entry.post == post
            ),
            None,
        )

    # Drawing

    def empty_text(self) -> Content:
        """Say that there is nothing to read."""
        return Content("Nothing of this thread is on this device yet.").stylize("dim")

    def draw(self, index: int, width: int) -> list[Content]:
        """Return a post as rows: header, body, a blank row."""
        entry = self._entries[index]
        levels = min(INDENT_MAX, max(0, width - BODY_COLUMNS_MIN) // INDENT_COLUMNS)
        indent = " " * (INDENT_COLUMNS * min(entry.depth, levels))
        room = min(width, READ_COLUMNS_MAX + len(indent)) - len(indent) - 2
        if isinstance(entry, Waiting):
            header, body = self._draw_pending(entry.pending, room)
        else:
            header, body = self._draw_post(index, entry, room)
        corner = Content.assemble(indent, ("┌ ", "dim"))
        bar = Content.assemble(indent, ("│ ", "dim"))
        rows = [corner + header.truncate(room, ellipsis=True)]
        rows.extend(bar + row for row in body)
        rows.append(Content(""))
        return rows

    def _draw_post(
        self, index: int, row: OutlineRow, room: int
    ) -> tuple[Content, Sequence[Content]]:
        post = self._post(index)
        if post is None:
            self._want()
            header = Content.assemble((f"#{row.number}", "dim"))
            return header, [Content("(not on this device yet)").stylize("dim")]
        header = self._header(post, row)
        if post.body is None:
            return header, [Content(_GONE.get(post.state, "(gone)")).stylize("dim")]
        return header, _body(post.body, room)

    def _want(self) -> None:
        """Ask for the missing words, once until something new is here."""
        if self.thread is not None and not self._asked:
            self._asked = True
            self.post_message(self.Wanted(self.thread))

    def _header(self, post: Post, row: OutlineRow) -> Content:
        house = self.house
        now = house.now()
        handle = handle_of(post.author, house.members)
        name = name_of(post.author, house.members)
        parts: list[str | tuple[str, str]] = []
        if row.unread:
            parts.append(("NEW ", "new"))
        parts.append((handle, "name"))
        if name:
            parts.append((f" {name}", "dim"))
        facts = self._facts(post, row.parent)
        facts.append(times.moment(post.at, now, house.zone))
        if post.state is WordsState.HELD:
            wait = (post.visible_at - now).total_seconds()
            facts.append(f"publishes in {times.span(wait)}" if wait > 0 else "being published")
            facts += [f"{shown(BY_ID[key].keys[0])} {does}" for key, does in _WHILE_HELD]
        if post.edits:
            facts.append("edited")
        if post.fades_at is not None and post.body is not None:
            facts.append(f"fades on {times.day(post.fades_at, now, house.zone)}")
        parts.append((" · " + " · ".join(facts), "dim"))
        return Content.assemble(*parts)

    def _facts(self, post: Post, parent: int | None) -> list[str]:
        facts = []
        if post.number is not None:
            facts.append(f"#{post.number}" + (f" to #{parent}" if parent else ""))
        if self.house.me is not None and self.house.me.id in post.mentions:
            facts.append("calls you")
        return facts

    def _draw_pending(self, item: Pending, room: int) -> tuple[Content, Sequence[Content]]:
        who = line(self.house.me.handle if self.house.me else None, "you")
        header = Content.assemble((who, "name"), " · ", (item.says, item.role))
        return header, _body(item.body, room)

    def _post(self, index: int) -> Post | None:
        row = self._row(index)
        if row is None or row.post is None:
            return None
        post = self._posts.get(row.post)
        if post is None:
            around = self._entries[max(0, index - 2) : index + CHUNK]
            wanted = [near.post for near in around if isinstance(near, OutlineRow) and near.post]
            for found in self.house.cache.posts(self.thread or "", wanted):
                self._posts[found.id] = found
            post = self._posts.get(row.post)
        return post

    def summary(self) -> str:
        """Return how many posts there are and how many are unread, for the head of the pane."""
        rows = [entry for entry in self._entries if isinstance(entry, OutlineRow)]
        unread, posts = sum(row.unread for row in rows), len(rows)
        return counted(posts, "post") + (f", {unread} new" if unread else "")


def _key(entry: OutlineRow | Waiting) -> str:
    """Return a block's key: the same while the post is there, also when its words arrive late."""
    if isinstance(entry, Waiting):
        return f"out:{entry.pending.id}"
    return f"#{entry.number}" if entry.number is not None else f"held:{entry.post}"


def _body(text: str, room: int) -> Sequence[Content]:
    # Late: the lists are painted before any body is (DESIGN 9).
    from bbs_client.widgets import markdown

    return markdown.wrap(markdown.rows(text), room)
