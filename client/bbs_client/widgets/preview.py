"""The preview below a text that is being written: drawn by the renderer of the thread (looks 5)."""

from collections.abc import Callable, Sequence

from textual.containers import Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import TextArea

from bbs.features.threads.tree import Tree
from bbs_client.keys import key_of
from bbs_client.session.destination import Destination, DestinationKind
from bbs_client.widgets import post_rows
from bbs_client.widgets.blocks import Blocks
from bbs_client.widgets.rails import Rails, edge_of
from bbs_client.widgets.rows import Row, aligned, frame
from bbs_client.widgets.thread_posts import ThreadPosts

FOLLOW_SECONDS = 0.05
AT_ONCE_SECONDS = 0.001
_ONLY = "post"

Draw = Callable[[int], Sequence[Row]]
"""Returns the rows of what is being written, for a width in columns."""


def rows_of(
    view: ThreadPosts, destination: Destination, title: str, body: str, width: int
) -> list[Row]:
    """Return a text as readers will see it, where it will stand.

    Args:
        view: The view of the thread that it will stand in, if that is open.
        destination: Its destination, of a post.
        title: The title of a new thread; empty for none.
        body: As typed.
        width: Columns.
    """
    session, edge = view.session, edge_of(width)
    number: int | None = 1 if destination.kind is DestinationKind.THREAD else None
    at, answers = Rails(Tree.build((1,), (None,)), width).frame(0), Content("")
    post = session.cache.post(destination.post or "")
    if post is not None and post.number is not None and post.thread == view.thread:
        if destination.is_edit:
            at, answers = view.stands(post, width)
            number = post.number
        else:
            at, answers, number = view.next_answer(post, width)
    head = post_rows.preview_header(session, answers, number)
    named = [frame(Content.styled(title, "strong")), frame(Content(""))] if title else []
    words = post_rows.body(session, body, at.room, here=view.address)
    return [*named, *post_rows.framed(head, words, at, edge=edge)]


class Preview(Blocks, can_focus=False):
    """What is being written, scrolled to where the writer is in it."""

    def __init__(self, draw: Draw) -> None:
        """Make an empty preview.

        Args:
            draw: Draws the text as it is by now.
        """
        super().__init__(id="preview")
        self._draw = draw

    def follow(self, part: float) -> None:
        """Draw the text again, and scroll to a part of it.

        Args:
            part: How far the writer is in the text, from 0 to 1.
        """
        self.set_keys((_ONLY,))
        rows = self._measure(0)
        above = max(0, round(part * rows) - self.size.height // 2)
        self._viewport.to_row(min(above, max(0, rows - self.size.height)))
        self._settle()

    def draw(self, index: int, width: int) -> Sequence[Row]:
        """Return the text as rows; no mark stands beside them."""
        return [row._replace(is_marked=False) for row in self._draw(width)]


class Heading(Widget):
    """A row with a name at the left, a fact at the right, and a rule below, as wide as the place."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._said, self._fact = Content(""), ""

    def say(self, said: Content, fact: str = "") -> None:
        """Show a name, cleaned, and a fact of ours."""
        self._said, self._fact = said, fact
        self.refresh()

    def render(self) -> Content:
        """Return the row; the name is cut first."""
        fact = Content.styled(self._fact, "$quiet")
        return aligned(self._said, fact, self.content_size.width)


class PreviewPane(Vertical):
    """The preview of a text field below its heading, made when it is shown first."""

    def __init__(self, editor: TextArea, draw: Draw, *, id: str) -> None:
        """Make an empty preview.

        Args:
            editor: Where the text is written.
            draw: Draws the text as it is by now.
        """
        super().__init__(id=id)
        self._editor = editor
        self._heading = Heading(id="seen-as")
        self._preview = Preview(draw)
        self._waiting: Timer | None = None

    def follow_soon(self) -> None:
        """Draw the text again, once for a burst of letters."""
        if self._waiting is None and self.display:
            seconds = FOLLOW_SECONDS if self._preview.is_attached else AT_ONCE_SECONDS
            self._waiting = self.set_timer(seconds, self._follow)

    async def _follow(self) -> None:
        if not self._preview.is_attached:
            await self.mount(self._heading, self._preview)
        self._waiting = None
        says = Content.styled("As readers will see it", "bold")
        self._heading.say(says, f"{key_of('preview')} hides it")
        row, _ = self._editor.cursor_location
        self._preview.follow((row + 1) / max(1, self._editor.document.line_count))
