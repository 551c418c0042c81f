"""Posts of a thread drawn as a tree or by time, as they come into view."""

from collections.abc import Sequence

from textual.content import Content

from bbs.features.threads.views import Post
from bbs_client.safe_text import handle_of
from bbs_client.widgets import post_rows
from bbs_client.widgets.post_list import PostList
from bbs_client.widgets.rails import DIARY_BEAD, Frame, Rails, diary, edge_of
from bbs_client.widgets.rows import Row, day_divider, frame, new_divider


class ThreadPosts(PostList):
    """The posts of one thread, each behind its signs."""

    _rails: Rails | None = None
    _rails_width = 0  # for which they are found

    def _lay(self) -> None:
        self._rails = None  # the tree may be another
        super()._lay()

    def draw(self, index: int, width: int) -> list[Row]:
        """Return a post as rows, above them what divides it from the post before."""
        code, place, edge = self._roll.codes[index], self._place(index), edge_of(width)
        pending = self._unnumbered[code].pending if code < 0 else None
        post = self._post(code, index) if pending is None else None
        is_folded = not self.flat and code in self._folded
        at = self._frame(place, width, post, folded=is_folded)
        text = pending.body if pending is not None else post.body if post is not None else None
        if pending is not None:
            head = post_rows.pending_header(self.session, pending)
        elif post is None:
            self._want()
            head = post_rows.missing(code)
        else:
            answers = self._answered(index, place, post, edge)
            is_new = code in self._unread or post.id in self._sent
            head = post_rows.header(self.session, post, answers, unread=is_new, clocked=self.flat)
        body = () if text is None else self._body(code, text, at.room, post)
        subject = post.subject if post is not None else None
        rows = post_rows.framed(head, body, at, edge=edge, subject=subject)
        if is_folded:
            rows += self._fold_rows(place, at.fold)
        return [*self._above(index, edge), *rows, frame(at.gap)]

    def _frame(self, place: int, width: int, post: Post | None, *, folded: bool) -> Frame:
        """Return what stands before a post's rows."""
        if self.flat:
            return diary(width, self.session.times.clock(post.at) if post is not None else "")
        return self._rails_of(width).frame(place, folded=folded)

    def _rails_of(self, width: int) -> Rails:
        if self._rails is None or self._rails_width != width:
            self._rails, self._rails_width = Rails(self._tree, width), width
        return self._rails

    def _above(self, index: int, edge: int) -> list[Row]:
        """Return what divides a post from the one before: another day, or the beginning of what is new."""
        rows = []
        if self.flat and (day := self._day(index)) and day != self._day(index - 1):
            rows += [day_divider(day, edge), frame(Content(""))]
        if index == self._divider:
            rows.append(new_divider(edge))
        return rows

    def _day(self, index: int) -> str:
        """Return the day of a post; empty if it is not known."""
        code = self._roll.codes[index] if index >= 0 else 0
        if not code or (code < 0 and self._unnumbered[code].pending):
            return ""
        post = self._post(code, index)
        return self.session.times.whole_day(post.at) if post is not None else ""

    def _answered(self, index: int, place: int, post: Post, edge: int) -> Content:
        """Return what a header says of the post that its own answers, where no rail says it."""
        number = self._tree.parents[place]
        if not number:
            return Content("")
        if not self.flat and (self._rails is None or not self._rails.is_deeper(place)):
            return Content("")
        parent = self._post(number, None)
        name = handle_of(parent.author, self.session.members) if parent is not None else "a post"
        is_above = not self.flat or (index > 0 and self._roll.codes[index - 1] == number)
        if is_above or post.body is None or parent is None or not parent.body:
            return post_rows.answered(name, number, None, 0)
        from bbs_client.widgets import markdown

        own = handle_of(post.author, self.session.members)
        told = f"{own}  to {name} #{number}:   #{post.number}  "
        calls = len("  calls you") * bool(post.mentions)
        room = edge - DIARY_BEAD - 2 - len(told) - calls
        return post_rows.answered(name, number, markdown.plain(parent.body), room)

    def _fold_rows(self, place: int, fold: Content) -> list[Row]:
        """Return the row in place of folded answers, with the number of unread ones."""
        hidden = self._tree.numbers[place + 1 : self._tree.subtree_end(place)]
        unread = sum(1 for number in hidden if number in self._unread)
        return [Row(post_rows.fold_row(len(hidden), unread)).behind(fold)] if hidden else []

    def _body(self, code: int, text: str, room: int, post: Post | None) -> Sequence[Row]:
        here, reveal = self.address, code in self._revealed
        return post_rows.body(self.session, text, room, here=here, reveal=reveal, of=post)

    def stands(self, post: Post, width: int) -> tuple[Frame, Content]:
        """Return what stands before the rows of a numbered post of this thread, and in its header."""
        place = self._tree.index_of(post.number or 0)
        assert place is not None
        at = self._frame(place, width, post, folded=False)
        index = self._roll.at(post.number or 0)
        answers = (
            Content("") if index is None else self._answered(index, place, post, edge_of(width))
        )
        return at, answers

    def next_answer(self, post: Post, width: int) -> tuple[Frame, Content, int]:
        """Return what will stand before the rows of the next answer to a post of this thread, what its
        header will say of that post, and its number, if nobody else is quicker.
        """
        parent = post.number or 0
        number = max(max(self._tree.numbers, default=0), 0) + 1
        name = handle_of(post.author, self.session.members)
        to = post_rows.answered(name, parent, None, 0)
        if self.flat:
            return diary(width, self.session.times.clock(self.session.now())), to, number
        tree = self._tree.copy()
        tree.add(number, parent)
        place = tree.index_of(number)
        assert place is not None
        rails = Rails(tree, width)
        return rails.frame(place), to if rails.is_deeper(place) else Content(""), number
