"""The page on which the reader chooses posts of a letter to report."""

from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from bbs.ids import PostId
from bbs_client.actions.blocks import ReportQuestion
from bbs_client.hues import hue_of
from bbs_client.safe_text import writer_of
from bbs_client.session.session import Session
from bbs_client.widgets.block_view import BlockView
from bbs_client.widgets.markdown import plain
from bbs_client.widgets.page import Page, item_rows
from bbs_client.widgets.rows import Row, aligned


class ReportedList(BlockView):
    """Two rows for each post: whether it is chosen, who wrote it and when; and its words."""

    ROWS_GUESSED = 3

    def __init__(self, session: Session, question: ReportQuestion) -> None:
        """Make the list.

        Args:
            session: The session with names and time.
            question: The posts.
        """
        super().__init__()
        self._session = session
        self._posts = {post.id: post for post in question.posts}
        self.marked_posts = {question.chosen} & self._posts.keys()
        self._begin = question.chosen

    def on_mount(self) -> None:
        """Show the posts, the chosen one under the cursor."""
        self.set_keys(self._posts)
        self.jump(self.keys.index_of(self._begin) or 0)

    def draw(self, index: int, width: int) -> list[Row | Content]:
        """Return a post."""
        post, session = self._posts[self.keys[index]], self._session
        sign = ("[x] ", "new") if post.id in self.marked_posts else ("[ ] ", "dim")
        who = writer_of(post.author, post.words_via, session.members)
        head = Content.assemble(sign, (who, hue_of(post.author)), (f"  #{post.number}", "dim"))
        words = Content.styled(f"    {plain(post.body or '')}", "dim")
        at = session.times.short(post.at)
        return [*item_rows(aligned(head, at, width), words.truncate(width, ellipsis=True))]

    def toggle(self, key: str) -> None:
        """Choose a post, or leave it out."""
        self.marked_posts ^= {key}
        self.redraw((key,))


class ReportPage(Page[tuple[PostId, ...]]):
    """The posts of a letter; answers with those to report."""

    BINDINGS: ClassVar[list[BindingType]] = [("r", "report")]
    extra_keys = (("Enter", "choose or leave out"), ("r", "report these"))

    def __init__(self, session: Session, question: ReportQuestion) -> None:
        """Show the posts.

        Args:
            session: The session of the community.
            question: The posts.
        """
        self._list = ReportedList(session, question)
        about = Static(question.about, classes="about", markup=False)
        super().__init__(session, "Report posts", about, self._list, board=question.letter)

    def chosen(self, key: str) -> None:
        """Choose the post, or leave it out."""
        self._list.toggle(key)

    def action_report(self) -> None:
        """Answer with the chosen posts."""
        chosen = tuple(key for key in self._list.keys if key in self._list.marked_posts)
        if chosen:
            self.dismiss(chosen)
        else:
            self.notify("Choose a post first, with Enter.", markup=False)
