"""Posts of a thread in order, drawn as they come into view, also ten thousand."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from textual.cache import LRUCache
from textual.content import Content
from textual.message import Message
from textual.timer import Timer

from bbs.features.threads.tree import Tree
from bbs.features.threads.views import Post
from bbs.plural import counted
from bbs_client.session.session import Session
from bbs_client.session.unsent import UnsentItem
from bbs_client.widgets import post_rows
from bbs_client.widgets.block_view import BlockView
from bbs_client.widgets.post_keys import PostKeys

INDENT_COLUMNS = 2
INDENT_MAX = 8  # levels: at 80 columns the deepest text still has 60
BODY_COLUMNS_MIN = 40  # narrower screens indent less
READ_COLUMNS_MAX = 96  # longer rows are hard to read
# a header, two rows of text, a blank one, because the mirror's lists have no lengths
GUESS_ROWS = 4
POSTS_KEPT = 600  # decoded posts; a screen shows twenty
CHUNK = 24  # posts to read from the mirror at once


class Unnumbered(NamedTuple):
    """A post of the reader's own without a number: it is held or unsent.

    Attributes:
        key: The key of its block.
        post: Its id in the mirror; None for an unsent post.
        pending: Its item in the outbox; None for a sent post.
    """

    key: str
    post: str | None = None
    pending: UnsentItem | None = None


class Glance(NamedTuple):
    """What an outline shows of a post.

    Attributes:
        number: Its number; None before it has one.
        post: The post; None for one that is unsent, or not on this device.
        level: How far it is indented, in levels of the tree; 0 in the list by time.
        is_unread: Whether it is new to the reader.
        is_unsent: Whether it is the reader's own, and waits to be sent.
    """

    number: int | None
    post: Post | None
    level: int
    is_unread: bool
    is_unsent: bool


class ThreadPosts(BlockView):
    """The posts of one thread, in the order that `order` says.

    Attributes:
        flat: Whether posts are in the order of their numbers instead of a tree.
    """

    EMPTY = "Nothing of this thread is on this device yet."
    ALLOW_SELECT = True
    CURSOR_ROLE = None
    ROWS_GUESSED = GUESS_ROWS

    @dataclass
    class PostsWanted(Message, namespace="thread_view"):
        """Posts that are not in the mirror came into view."""

        thread: str

    def __init__(self, session: Session, *, id: str | None = None) -> None:
        """Make an empty view.

        Args:
            session: The session with posts, names and time.
        """
        super().__init__(id=id)
        self.session = session
        self.thread: str | None = None
        self.flat = False
        self._posts: LRUCache[int, Post] = LRUCache(POSTS_KEPT)
        self._ticking: Timer | None = None
        self._clear()

    def _clear(self) -> None:
        self._tree = Tree.build((), ())
        self._roll = self._all = PostKeys(array("q"), {})  # the shown posts, with the folded ones
        self._unread: frozenset[int] = frozenset()
        self._new: frozenset[int] = frozenset()  # unread when the thread was opened
        self._divider: int | None = None
        self._folded: set[int] = set()
        self._revealed: set[int] = set()  # posts whose spoilers are shown
        self._unnumbered: dict[int, Unnumbered] = {}
        self._codes: dict[str, int] = {}
        self._asked = False
        self._posts.clear()

    # What it shows

    def order(self) -> "array[int]":
        """Return the codes of the posts to show, in their order."""
        return self._tree.numbers

    def close(self) -> None:
        """Show nothing."""
        self.thread = None
        self._clear()
        self.set_keys(())

    def reload(self) -> None:
        """Read the thread's skeleton from the mirror again; the visible part stays in place."""
        if self.thread is None:
            return
        own, before = self._own_under_cursor(), self.current
        self._load(self.thread)
        self._lay()
        if own is None or self.keys.index_of(before or "") is not None:
            return
        if (place := self.find(own)) is not None:
            # The reader's own post has arrived, or was published; the cursor stays on it.
            self.jump(place)

    def _own_under_cursor(self) -> str | None:
        """Return the id of the post under the cursor if it has no number yet."""
        code = self._roll.codes[self.cursor] if self.keys else 0
        if code >= 0:
            return None
        one = self._unnumbered[code]
        return one.post or (one.pending.post if one.pending else None)

    def _load(self, thread: str) -> None:
        """Read the stored posts of a thread, without their text."""
        cache = self.session.cache
        self._tree = cache.tree(thread)
        self._unread = frozenset(cache.unread(thread))
        held = cache.held(thread)
        self._unnumbered = {}
        for post, parent in held:
            self._add(Unnumbered(f"held:{post}", post=post), parent)
        here = {post for post, _ in held}
        for item in self.session.pending_posts(thread):
            if item.post not in here and not self._numbered(item.post):
                parent = self._numbered(item.parent)
                self._add(Unnumbered(f"out:{item.id}", pending=item), parent)
        self._posts.clear()
        self._asked = False
        self._tick(bool(held))

    def _numbered(self, post: str | None) -> int | None:
        """Return the number of a post of this thread; None if it is not here or has none."""
        found = self.session.cache.post(post) if post else None
        return found.number if found is not None and found.thread == self.thread else None

    def _add(self, one: Unnumbered, parent: int | None) -> None:
        """Insert a post without a number where it will be: after all answers to the same post."""
        if not self._unnumbered:
            self._tree = self._tree.copy()
        code = self._codes.setdefault(one.key, -1 - len(self._codes))
        self._unnumbered[code] = one
        self._tree.add(code, parent)

    def _lay(self) -> None:
        """Put the posts in order; the visible part stays in place."""
        keys = {code: one.key for code, one in self._unnumbered.items()}
        self._roll = PostKeys(self.order(), keys)
        # A thread whose posts are all new needs no line above them.
        self._divider = self._roll.first_of(self._new) or None
        self.set_keys(self._roll)

    def _tick(self, held: bool) -> None:
        """Count down while a post of the reader's own is held."""
        if held and self._ticking is None:
            self._ticking = self.set_interval(1.0, self._redraw_held)
        elif not held and self._ticking is not None:
            self._ticking.stop()
            self._ticking = None

    def _redraw_held(self) -> None:
        self.redraw(one.key for one in self._unnumbered.values() if one.post)

    def current_post(self) -> Post | None:
        """Return the post the cursor is on; None for one that is not here or unsent."""
        return self._post(self.cursor) if self.keys else None

    def current_pending(self) -> UnsentItem | None:
        """Return the unsent item under the cursor."""
        code = self._roll.codes[self.cursor] if self.keys else 0
        return self._unnumbered[code].pending if code < 0 else None

    def find(self, post: str) -> int | None:
        """Return the place of a post by its id; None if it is not shown."""
        number = self._numbered(post)
        return self.keys.index_of(f"held:{post}") if number is None else self._roll.at(number)

    # Drawing

    def draw(self, index: int, width: int) -> list[Content]:
        """Return a post as rows: header, body, a blank row; above them the line before new posts."""
        code = self._roll.codes[index]
        levels = min(INDENT_MAX, max(0, width - BODY_COLUMNS_MIN) // INDENT_COLUMNS)
        place = self._place(index)
        indent = 0 if self.flat else INDENT_COLUMNS * min(self._tree.indents[place], levels)
        room = min(width, READ_COLUMNS_MAX + indent) - indent - 2
        pending = self._unnumbered[code].pending if code < 0 else None
        post = self._post(index) if pending is None else None
        body: Sequence[Content]
        if pending is not None:
            head = post_rows.pending_header(self.session, pending)
            body = self._body(code, pending.body, room)
        elif post is None:
            self._want()
            head, body = post_rows.missing(code)
        else:
            parent, unread = self._tree.parents[place], code in self._unread
            head = post_rows.header(self.session, post, parent, unread=unread)
            text = post.body
            body = (
                post_rows.gone(self.session, post) if text is None else self._body(code, text, room)
            )
        body = [*body, *self._fold_rows(code, place)]
        subject = post.subject if post is not None else None
        rows = post_rows.framed(head, body, indent=indent, room=room, subject=subject)
        return [post_rows.divider(width), *rows] if index == self._divider else rows

    def _fold_rows(self, code: int, place: int) -> list[Content]:
        """Return the row in place of folded answers, with the number of unread ones."""
        if self.flat or code not in self._folded:
            return []
        hidden = self._tree.numbers[place + 1 : self._tree.subtree_end(place)]
        unread = sum(1 for number in hidden if number in self._unread)
        return [post_rows.fold_row(len(hidden), unread)] if hidden else []

    def _place(self, index: int) -> int:
        """Return the place in the tree of a block's post."""
        if self._roll.codes is self._tree.numbers:
            return index
        place = self._tree.index_of(self._roll.codes[index])
        assert place is not None
        return place

    def _body(self, code: int, text: str, room: int) -> Sequence[Content]:
        return post_rows.body(self.session, text, room, reveal=code in self._revealed)

    def _want(self) -> None:
        """Ask for the missing posts, once until new ones arrive."""
        if self.thread is not None and not self._asked:
            self._asked = True
            self.post_message(self.PostsWanted(self.thread))

    def _post(self, index: int) -> Post | None:
        code = self._roll.codes[index]
        post = self._posts.get(code)
        if post is None:
            around = self._roll.codes[max(0, index - 2) : index + CHUNK]
            wanted = [near if near > 0 else self._unnumbered[near].post for near in around]
            which = [one for one in wanted if one is not None]
            for found in self.session.cache.posts(self.thread or "", which):
                self._posts[found.number or self._codes[f"held:{found.id}"]] = found
            post = self._posts.get(code)
        return post

    def summary(self) -> str:
        """Return the numbers of posts and of unread posts, for the head of the pane."""
        posts = sum(1 for one in self._unnumbered.values() if one.post is None)
        unread = len(self._unread)
        said = counted(len(self._tree) - posts, "post")
        return said + (f", {unread} new" if unread else "")

    def glance(self, index: int) -> Glance:
        """Return what an outline shows of the post at a place."""
        code = self._roll.codes[index]
        level = 0 if self.flat else self._tree.indents[self._place(index)]
        is_unsent = code < 0 and self._unnumbered[code].pending is not None
        post = None if is_unsent else self._post(index)
        return Glance(code if code > 0 else None, post, level, code in self._unread, is_unsent)
