"""A thread to read: a tree or one list by time, with moves by post, by relatives and by new posts."""

from array import array
from collections.abc import Collection, Sequence

from bbs_client.actions.surface import Step
from bbs_client.keys import key_of
from bbs_client.session.session import Session
from bbs_client.widgets.post_keys import PostKeys, number_of
from bbs_client.widgets.thread_posts import ThreadPosts


class ThreadView(ThreadPosts):
    """The posts of one thread, and ways through them."""

    def open(self, thread: str) -> None:
        """Show a thread from its first unread post on, or from where the reader left it."""
        if thread == self.thread:
            self.reload()
            return
        self.close()
        self.begun.clear()
        self.painted.clear()
        self.thread = thread
        flat, folded = self.session.cache.look(thread)
        self.flat = _usually_flat(self.session) if flat is None else flat
        self._folded = set(folded)
        self._load(thread)
        self._new = self._unread
        self._lay()
        self.jump(self._first_of(self._unread, 0) or 0, top=True)

    def order(self) -> "array[int]":
        """Return the posts in tree order without folded ones, or all of them by number."""
        if self.flat or not self._folded:
            return self._whole()
        return self._tree.visible_numbers(self._folded)

    def _whole(self) -> "array[int]":
        """Return all posts in the order of display, folded ones included."""
        if not self.flat:
            return self._tree.numbers
        # The reader's own held and unsent posts come last.
        return array("q", sorted(self._tree.numbers, key=lambda code: (code < 0, code)))

    def _lay(self) -> None:
        super()._lay()
        shows_all = self.flat or not self._folded
        self._all = self._roll if shows_all else PostKeys(self._whole(), {})

    # Read and unread

    def next_of(self, numbers: Collection[int]) -> int | None:
        """Return the place of the next of these posts from the cursor on, then from the top.

        Posts that hide it are unfolded, so that no new post stays hidden (P4).
        """
        wanted = frozenset(numbers)
        place = self._first_of(wanted, self._here())
        return self._first_of(wanted, 0) if place is None else place

    def _here(self) -> int:
        """Return the place of the post under the cursor among all posts, folded ones included."""
        return (self._all.at(self._roll.codes[self.cursor]) or 0) if self.keys else 0

    def _first_of(self, numbers: Collection[int], start: int) -> int | None:
        """Return the place of the first of these posts among all posts, from `start` on."""
        found = self._all.first_of(numbers, start)
        return None if found is None else self._shown(self._all.codes[found])

    def _shown(self, number: int) -> int | None:
        """Return the place of a post of this thread, after unfolding the posts that hide it."""
        if self._roll.at(number) is None and self._tree.index_of(number) is not None:
            self._folded.difference_update(self._tree.ancestors(number))
            self._lay()
        return self._roll.at(number)

    def find(self, post: str) -> int | None:
        """Return the place of a post by its id, after unfolding the posts that hide it."""
        number = self._numbered(post)
        return super().find(post) if number is None else self._shown(number)

    def blocks_passed(self, keys: Sequence[str]) -> None:
        """Mark unread posts the reader went on from as read; never folded or unpainted ones (P4).

        Keys may come faster than the screen is painted: of a held key, over a slow line.
        """
        begun = self.begun.intersection(keys)
        numbers = sorted(self._unread.intersection(map(number_of, begun)))
        if numbers and self.thread is not None:
            self.session.rounds.mark_passed(self.thread, numbers)

    def beyond(self, step: int) -> None:
        """Pass the last post, because the reader goes on from it."""
        if step > 0:
            self.pass_rest()

    def step(self, step: Step) -> bool:
        """Read on, by a page or to an unread post, or back to one; in a round, the round leads on."""
        in_round = self.session.rounds.is_at(self.thread)
        if step is Step.PAGE:
            if in_round and not self.scroll_inside(1):
                self._pass_painted(self.seen())
            elif in_round or self.page_on():
                return True
            else:
                self.pass_rest()
            return False
        if step is Step.BACK:
            found = self._all.last_of(self._unread, self._here())
            place = None if found is None else self._shown(self._all.codes[found])
        else:
            place = None if in_round else self._first_of(self._unread, self._here() + 1)
            self._pass_painted(self.keys[self.cursor : self.cursor + 1])
        if place is not None:
            self.jump(place, top=True)
        return place is not None

    def _pass_painted(self, keys: Sequence[str]) -> None:
        """Pass the posts that were painted whole; those of a key pressed too soon come again."""
        self.blocks_passed([key for key in keys if key in self.painted])

    # Tree, list, folds

    def action_turn(self) -> None:
        """Change between tree and list by time; the cursor stays on its post."""
        self.flat = not self.flat
        self._keep_look()
        self._lay()
        self.jump(self.cursor)
        key = key_of("turn")
        if self.flat:
            self._explain(f"By time, as in a diary. {key} shows the tree.")
        else:
            self._explain(f"As a tree, answers below their posts. {key} shows it by time.")

    def action_fold(self) -> None:
        """Fold the answers to the post under the cursor, or unfold them.

        On a post without answers, the post that it answers is folded.
        """
        if self.flat or not self.keys:
            self._explain(f"Only a tree can be folded; {key_of('turn')} shows it.")
            return
        place = self._place(self.cursor)
        number = self._tree.numbers[place]
        if self._tree.subtree_end(place) == place + 1:
            number = self._tree.parents[place]
        if number <= 0:
            self._explain("Nothing here to fold.")
            return
        self._folded.symmetric_difference_update({number})
        self._keep_look()
        self._lay()
        self.jump(self._roll.at(number) or 0)

    def _explain(self, text: str) -> None:
        self.post_message(self.Explained(text))

    def _keep_look(self) -> None:
        if self.thread is not None:
            usual = _usually_flat(self.session)
            self.session.cache.keep_look(self.thread, self.flat, self._folded, usual=usual)

    # Relatives

    def action_parent(self) -> None:
        """Go to the post that this one answers."""
        parent = self._tree.parents[self._place(self.cursor)] if self.keys else 0
        self._go_to(parent or None, otherwise="This post answers none that is here.")

    def action_next_sibling(self) -> None:
        """Go to the next answer to the same post, and pass the post under the cursor."""
        sibling = self._sibling(1)
        if sibling is not None:
            self.blocks_passed(self.keys[self.cursor : self.cursor + 1])
        self._go_to(sibling, otherwise="No further answer to the same post.")

    def action_previous_sibling(self) -> None:
        """Go to the answer before, to the same post."""
        self._go_to(self._sibling(-1), otherwise="No earlier answer to the same post.")

    def _sibling(self, step: int) -> int | None:
        return self._tree.sibling(self._roll.codes[self.cursor], step) if self.keys else None

    def _go_to(self, code: int | None, *, otherwise: str) -> None:
        """Go to a post, or show a note if there is none."""
        place = None if code is None else self._roll.at(code)
        if place is None:
            self._explain(otherwise)
        else:
            self.jump(place)

    # Spoilers and links

    def action_uncover(self) -> None:
        """Show the spoilers of the post under the cursor, or cover them again."""
        code = self._roll.codes[self.cursor] if self.keys else 0
        if not code or "||" not in self._text():
            self._explain("This post has no spoilers.")
            return
        self._revealed.symmetric_difference_update({code})
        self.redraw(self.keys[self.cursor : self.cursor + 1])

    def links(self) -> list[str]:
        """Return the targets of the links under the cursor, by the numbers shown."""
        from bbs_client.widgets import markdown

        code = self._roll.codes[self.cursor] if self.keys else 0
        return markdown.links(self._text(), reveal=code in self._revealed)

    def _text(self) -> str:
        pending, post = self.current_pending(), self.current_post()
        return pending.body if pending else (post.body if post else None) or ""


def _usually_flat(session: Session) -> bool:
    """Return whether the reader wants threads in the order of time."""
    return session.settings.threads == "time"


class AncestorsView(ThreadPosts):
    """A post below all posts above it."""

    def __init__(self, session: Session, thread: str, numbers: Sequence[int]) -> None:
        """Make the view.

        Args:
            session: The session with posts, names and time.
            thread: Their thread.
            numbers: The numbers of the posts, the beginning first.
        """
        super().__init__(session)
        self._numbers = numbers
        self.thread = thread
        self.flat = True

    def on_mount(self) -> None:
        """Begin with the post that the given one answers, because the reader asks for it."""
        self.reload()
        self.jump(len(self.keys) - 2, top=True)

    def order(self) -> "array[int]":
        """Return those that are here."""
        here = self._tree.index_of
        return array("q", [one for one in self._numbers if here(one) is not None])
