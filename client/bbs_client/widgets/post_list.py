"""The posts of a thread in order, read from the mirror as they come into view, also ten thousand."""

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
from bbs_client.keys import key_of
from bbs_client.session.session import Session
from bbs_client.session.unsent import UnsentItem
from bbs_client.widgets.block_view import BlockView
from bbs_client.widgets.post_keys import PostKeys, post_key

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


class PostList(BlockView):
    """The posts of one thread, in the order that `order` says.

    Attributes:
        flat: Whether posts are in the order of their numbers instead of a tree.
    """

    EMPTY = "These words are not on this device yet; they are being fetched."
    UNBEGUN = "Nothing is written in this letter yet. {key} writes the first words."
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
        self._sent: set[str] = set()  # the reader's own posts that arrived while they were shown
        self._unnumbered: dict[int, Unnumbered] = {}
        self._codes: dict[str, int] = {}
        self._arrived.clear()
        self._asked = False
        self._address: str | None = None
        self._posts.clear()

    def empty_text(self) -> Content:
        """Say why nothing is here yet; of a letter, that it has no words."""
        row = self.session.cache.thread(self.thread or "")
        if row is None or row.thread.posts or not self.session.cache.is_letter(row.thread.board):
            return super().empty_text()
        return Content(self.UNBEGUN.format(key=key_of("reply"))).stylize("dim")

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
        shown, unread = self._all, self._unread
        self._load(self.thread)
        self._lay()
        new = [number for number in self._unread - unread if shown.at(number) is None]
        if new:
            self.arrived(map(post_key, new))
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
        self._sent |= {item.post for item in self.session.pending_posts(thread) if item.post}
        self._sent |= here
        self._address = None
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
        return self._post(self._roll.codes[self.cursor], self.cursor) if self.keys else None

    def current_pending(self) -> UnsentItem | None:
        """Return the unsent item under the cursor."""
        code = self._roll.codes[self.cursor] if self.keys else 0
        return self._unnumbered[code].pending if code < 0 else None

    def find(self, post: str) -> int | None:
        """Return the place of a post by its id; None if it is not shown."""
        number = self._numbered(post)
        return self.keys.index_of(f"held:{post}") if number is None else self._roll.at(number)

    def _place(self, index: int) -> int:
        """Return the place in the tree of a block's post."""
        if self._roll.codes is self._tree.numbers:
            return index
        place = self._tree.index_of(self._roll.codes[index])
        assert place is not None
        return place

    @property
    def address(self) -> str:
        """The address of the thread, before which its posts' numbers stand; empty if it has none."""
        if self._address is None:
            self._address = self._find_address()
        return self._address

    def _find_address(self) -> str:
        row = self.session.cache.thread(self.thread or "")
        if row is None or not row.thread.number:
            return ""
        return self.session.address(row.thread)

    def _want(self) -> None:
        """Ask for the missing posts, once until new ones arrive."""
        if self.thread is not None and not self._asked:
            self._asked = True
            self.post_message(self.PostsWanted(self.thread))

    def _post(self, code: int, index: int | None) -> Post | None:
        """Return a post by its number or code.

        Args:
            code: Of the post.
            index: Its place among the shown posts, around which more are read; None to read it alone.
        """
        post = self._posts.get(code)
        if post is None:
            around: Sequence[int] = (code,)
            if index is not None:
                around = self._roll.codes[max(0, index - 2) : index + CHUNK]
            wanted = [near if near > 0 else self._unnumbered[near].post for near in around]
            which = [one for one in wanted if one is not None]
            for found in self.session.cache.posts(self.thread or "", which):
                self._posts[found.number or self._codes[f"held:{found.id}"]] = found
            post = self._posts.get(code)
        return post

    def summary(self) -> str:
        """Return the numbers of posts and of unread ones, and how they are shown: the first row."""
        posts = sum(1 for one in self._unnumbered.values() if one.post is None)
        unread = len(self._unread)
        said = counted(len(self._tree) - posts, "post")
        said += f", {unread} new" if unread else ""
        return f"{said} · {'by time' if self.flat else 'tree'}"

    def glance(self, index: int) -> Glance:
        """Return what an outline shows of the post at a place."""
        code = self._roll.codes[index]
        level = 0 if self.flat else self._tree.levels[self._place(index)]
        is_unsent = code < 0 and self._unnumbered[code].pending is not None
        post = None if is_unsent else self._post(code, index)
        return Glance(code if code > 0 else None, post, level, code in self._unread, is_unsent)
