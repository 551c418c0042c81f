"""A thread as it is read: a tree or one list by time, walked by post, by kin and by what is new."""

from array import array
from collections.abc import Callable, Collection, Iterable, Sequence

from bbs_client.keys import key_of
from bbs_client.session.session import Session
from bbs_client.widgets.post_keys import PostKeys, number_of
from bbs_client.widgets.thread_posts import ThreadPosts


class ThreadView(ThreadPosts):
    """The posts of one thread, and ways through them.

    Attributes:
        peeking: Whether the reader only looks: then nothing is handed on as passed.
    """

    def __init__(self, session: Session, *, id: str | None = None) -> None:
        """Make an empty view.

        Args:
            session: Where posts, names and the time come from.
        """
        super().__init__(session, id=id)
        self.peeking = False
        self.on_passed: Callable[[str, list[int]], None] | None = None

    def open(self, thread: str) -> None:
        """Show a thread from its first unread post on, or from where the reader left it."""
        if thread == self.thread:
            self.reload()
            return
        self.thread = thread
        self.clear()
        self._clear()
        self.peeking = False
        self.flat, folded = self.session.cache.look(thread)
        self._folded = set(folded)
        self._load(thread)
        self._new = self._unread
        self._lay()
        unread = self.next_unread(-1)
        self.jump(0 if unread is None else unread, top=True)

    def order(self) -> "array[int]":
        """Return the posts in tree order without what is folded, or all of them by number."""
        if self.flat or not self._folded:
            return self._whole()
        return self._tree.visible_numbers(self._folded)

    def _whole(self) -> "array[int]":
        """Return all posts in the order they are shown, also what is folded."""
        if not self.flat:
            return self._tree.numbers
        # The reader's own that wait come last.
        return array("q", sorted(self._tree.numbers, key=lambda code: (code < 0, code)))

    # Read and unread

    def next_unread(self, after: int) -> int | None:
        """Return the place of the first unread post after a place; what hides it is unfolded.

        Args:
            after: A place; -1 for the beginning.
        """
        if not self._unread:
            return None
        whole, after_code = self._all(), self._roll.codes[after] if after >= 0 else 0
        start = (whole.at(after_code) or 0) + 1 if after_code else 0
        found = whole.first_of(self._unread, start)
        return None if found is None else self._shown(whole.codes[found])

    def next_of(self, numbers: Collection[int]) -> int | None:
        """Return the place of the next of these posts from the cursor on, then from the top.

        What hides it is unfolded: nothing new stays hidden (P4).
        """
        if not self.keys:
            return None
        whole, wanted = self._all(), frozenset(numbers)
        found = whole.first_of(wanted, whole.at(self._roll.codes[self.cursor]) or 0)
        if found is None:
            found = whole.first_of(wanted)
        return None if found is None else self._shown(whole.codes[found])

    def previous_unread(self, before: int) -> int | None:
        """Return the place of the last unread post before a place; what hides it is unfolded."""
        if not self._unread or not self.keys:
            return None
        whole = self._all()
        stop = whole.at(self._roll.codes[min(before, len(self.keys) - 1)])
        found = whole.last_of(self._unread, stop or 0)
        return None if found is None else self._shown(whole.codes[found])

    def _all(self) -> PostKeys:
        """Return all posts as shown, with what is folded."""
        if self.flat or not self._folded:
            return self._roll
        return PostKeys(self._whole(), {})

    def _shown(self, number: int) -> int | None:
        """Return the place of a post of this thread, after unfolding what hides it."""
        if self._roll.at(number) is None and self._tree.index_of(number) is not None:
            self._folded.difference_update(self._tree.ancestors(number))
            self._lay()
        return self._roll.at(number)

    def find(self, post: str) -> int | None:
        """Return the place of a post by its id, after unfolding what hides it."""
        number = self._numbered(post)
        return super().find(post) if number is None else self._shown(number)

    def blocks_passed(self, keys: Sequence[str]) -> None:
        """Hand on the numbers of unread posts the reader went on from; never of folded ones."""
        numbers = self.numbers_of(keys, unread=True)
        if self.peeking or not numbers or self.thread is None:
            return
        if self.on_passed is not None:
            self.on_passed(self.thread, numbers)

    def numbers_of(self, keys: Iterable[str], *, unread: bool) -> list[int]:
        """Return the numbers of posts, sorted.

        Args:
            keys: As messages of this view carry them.
            unread: True for the unread ones only.
        """
        numbers = (number for key in keys if (number := number_of(key)) is not None)
        return sorted(number for number in numbers if number in self._unread or not unread)

    # Tree, list, folds

    def toggle_tree(self) -> str:
        """Change between tree and list by time; the cursor stays on its post.

        Returns:
            What is shown now, for the reader.
        """
        self.flat = not self.flat
        self._keep_look()
        self._lay()
        self.jump(self.cursor)
        return "By time." if self.flat else "As a tree."

    def fold(self) -> str:
        """Fold away what answers the post under the cursor, or show it again.

        On a post that nothing answers, the post it answers is folded.

        Returns:
            Why nothing was folded, for the reader; empty if something was.
        """
        if self.flat:
            return f"Only a tree can be folded; {key_of('turn')} shows it."
        if not self.keys:
            return ""
        place = self._place(self.cursor)
        number = self._tree.numbers[place]
        if self._tree.subtree_end(place) == place + 1:
            number = self._tree.parents[place]
        if number <= 0:
            return "Nothing here to fold."
        self._folded.symmetric_difference_update({number})
        self._keep_look()
        self._lay()
        self.jump(self._roll.at(number) or 0)
        return ""

    def _keep_look(self) -> None:
        if self.thread is not None:
            self.session.cache.keep_look(self.thread, self.flat, self._folded)

    # Kin

    def to_parent(self) -> bool:
        """Go to the post that this one answers; False where there is none."""
        parent = self._tree.parents[self._place(self.cursor)] if self.keys else 0
        return self._go_to(parent or None)

    def to_sibling(self, step: int) -> bool:
        """Go to the next or previous answer to the same post; going on passes this one.

        Args:
            step: 1 for the next, -1 for the previous.

        Returns:
            False where there is none.
        """
        if not self.keys:
            return False
        code = self._roll.codes[self.cursor]
        sibling = self._tree.sibling(code, step)
        if sibling is not None and step > 0:
            self.blocks_passed(self.keys[self.cursor : self.cursor + 1])
        return self._go_to(sibling)

    def _go_to(self, code: int | None) -> bool:
        place = None if code is None else self._roll.at(code)
        if place is not None:
            self.jump(place)
        return place is not None

    def ancestor_numbers(self) -> list[int]:
        """Return the numbers of what the post under the cursor answers, the beginning first, and its own."""
        code = self._roll.codes[self.cursor] if self.keys else 0
        return [*self._tree.ancestors(code), code] if code > 0 else []

    def go_to_number(self, number: int) -> bool:
        """Go to a post of this thread by its number; False if it is not here."""
        place = self._shown(number)
        if place is not None:
            self.jump(place, top=True)
        return place is not None

    # Spoilers and links

    def toggle_spoilers(self) -> bool:
        """Show the spoilers of the post under the cursor, or cover them again; False if it has none."""
        code = self._roll.codes[self.cursor] if self.keys else 0
        if not code or "||" not in self._text():
            return False
        self._revealed.symmetric_difference_update({code})
        self.redraw(self.keys[self.cursor : self.cursor + 1])
        return True

    def links(self) -> list[str]:
        """Return the targets of the links under the cursor, by the numbers they are shown with."""
        from bbs_client.widgets import markdown

        code = self._roll.codes[self.cursor] if self.keys else 0
        return markdown.links(self._text(), reveal=code in self._revealed)

    def _text(self) -> str:
        pending, post = self.current_pending(), self.current_post()
        return pending.body if pending else (post.body if post else None) or ""


class AncestorsView(ThreadPosts):
    """A post below everything it answers."""

    def __init__(self, session: Session, thread: str, numbers: Sequence[int]) -> None:
        """Make the view.

        Args:
            session: Where posts, names and the time come from.
            thread: Their thread.
            numbers: Of the posts, the beginning first.
        """
        super().__init__(session)
        self._numbers = numbers
        self.thread = thread
        self.flat = True

    def on_mount(self) -> None:
        """Begin with what the post answers, which is what the reader asks for."""
        self.reload()
        self.jump(len(self.keys) - 2, top=True)

    def order(self) -> "array[int]":
        """Return those that are here."""
        here = self._tree.index_of
        return array("q", [one for one in self._numbers if here(one) is not None])
