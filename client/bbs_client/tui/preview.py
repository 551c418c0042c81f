"""The preview: the text being written, drawn as readers will see it."""

from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content

from bbs_client.actions.action import KeyScope
from bbs_client.keys import Pane, bindings
from bbs_client.safe_text import safe_line
from bbs_client.session.session import Session
from bbs_client.widgets import markdown
from bbs_client.widgets.block_view import BlockView
from bbs_client.widgets.dialog import Dialog
from bbs_client.widgets.post_rows import quoted_from


class PreviewText(BlockView):
    """A title and a body; each line of a paragraph is a block."""

    CURSOR_ROLE = None

    def __init__(self, session: Session, title: str, body: str) -> None:
        """Show a text.

        Args:
            session: The session with the quoted posts.
            title: The title of a new thread; empty for none.
            body: As typed.
        """
        super().__init__()
        self._lines = markdown.rows(body, quoted=quoted_from(session))
        if title:
            heading = markdown.RenderedLine(Content(safe_line(title)), style="heading")
            self._lines = [heading, markdown.RenderedLine(Content("")), *self._lines]

    def on_mount(self) -> None:
        """Lay it out."""
        self.set_keys(str(place) for place in range(len(self._lines)))

    def draw(self, index: int, width: int) -> list[Content]:
        """Return a line of it, wrapped."""
        return markdown.wrap([self._lines[index]], width) or [Content("")]


class Preview(Dialog[None]):
    """The text over the composer; the key that opened it closes it too."""

    footer = Pane.TEXT
    BINDINGS: ClassVar[list[BindingType]] = bindings(KeyScope.COMPOSER, only=("preview",))

    def __init__(self, session: Session, where: Content, title: str, body: str) -> None:
        """Make the preview.

        Args:
            session: The session with the quoted posts.
            where: The destination, cleaned.
            title: The title of a new thread; empty for none.
            body: As typed.
        """
        super().__init__(where, PreviewText(session, title, body), classes="tall")

    def action_preview(self) -> None:
        """Go back to writing."""
        self.dismiss(None)

    def chosen(self, key: str) -> None:
        """Go back to writing."""
        self.dismiss(None)
