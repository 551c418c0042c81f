"""Boxes over the panes: a question, a form, a choice; they answer once, and close with Esc."""

import asyncio
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import ClassVar, Generic, TypeVar

from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.events import DescendantFocus
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Input, Static, TextArea

from bbs_client.actions.action import KeyScope
from bbs_client.keys import Pane, bindings
from bbs_client.widgets.bars import StatusBar
from bbs_client.widgets.block_view import BlockView
from bbs_client.widgets.grid import BESIDE_FROM_COLUMNS, LOW_BELOW_ROWS, NARROW_BELOW_COLUMNS
from bbs_client.widgets.key_bar import KeyBar

T = TypeVar("T")

LABEL_COLUMNS = 14
BOX_COLUMNS = 64  # of text in a box of 72
HEADING_COLUMNS_MAX = 66  # of a box of 72

_SCROLLS = {
    "down": "scroll_down",
    "up": "scroll_up",
    "first": "scroll_home",
    "last": "scroll_end",
    "page_down": "scroll_page_down",
    "page_on": "scroll_page_down",
    "page_back": "scroll_page_up",
}
"""The effect of a list's keys on a text."""


class Opened(ModalScreen[T], Generic[T]):
    """What opens over the panes: it moves by the keys of reading, answers once; Esc answers None.

    A box (`Dialog`) or a page (`bbs_client.widgets.page`).
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings(
        KeyScope.READING, only=(*_SCROLLS, "enter", "back"), runs=True
    )

    HORIZONTAL_BREAKPOINTS = [
        (0, "-slim"),
        (NARROW_BELOW_COLUMNS, "-narrow"),
        (BESIDE_FROM_COLUMNS, "-wide"),
    ]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (LOW_BELOW_ROWS, "-high")]
    footer: ClassVar[Pane] = Pane.DIALOG
    """The pane whose keys its bar shows."""

    stays: ClassVar[bool] = False
    """Whether it stays in sight below what is asked after its answer, until its action ends."""

    extra_keys: Sequence[tuple[str, str]] = ()
    """Keys of its own with their labels, shown before the keys of every other one of its kind."""

    def on_mount(self) -> None:
        """Take away a note on what was before, which would cover the keys of this."""
        self.app.clear_notifications()

    def foot(self) -> ComposeResult:
        """Yield the status bar and the keys, which stand below everything that opens."""
        bar = StatusBar()
        for below in self.app.screen_stack[-2:-1]:
            for same in below.query(StatusBar):
                bar.follow(same)
        yield bar
        yield KeyBar(self.footer, before=self.extra_keys)

    def on_descendant_focus(self, message: DescendantFocus) -> None:
        """Keep the mode in step with the focus."""
        self.show_mode()

    @property
    def is_typing(self) -> bool:
        """Whether letters are text now."""
        return isinstance(self.focused, Input | TextArea)

    def show_mode(self) -> None:
        """Show whether letters are text now."""
        self.query_one(StatusBar).writing = self.is_typing

    def dismiss(self, result: T | None = None) -> AwaitComplete:
        """Close with an answer, once: a key typed ahead may arrive after that.

        Args:
            result: The answer; None for none.
        """
        if self.stays and not self.answered.done():
            self.answered.set_result(result)
            if result is not None:
                return AwaitComplete()
        return super().dismiss(result) if self.is_active else AwaitComplete()

    @cached_property
    def answered(self) -> "asyncio.Future[T | None]":
        """The answer of one that stays."""
        return asyncio.get_running_loop().create_future()

    def action_back(self) -> None:
        """Close without an answer, and without a note on what was seen here."""
        self.app.clear_notifications()
        self.dismiss(None)

    def action_enter(self) -> None:
        """Choose the selected item; without items, close."""
        view = next(iter(self.query(BlockView)), None)
        if view is None:
            self.dismiss(None)
        elif view.current is not None:
            self.chosen(view.current)

    def chosen(self, key: str) -> None:
        """Handle the choice of this entry of the list."""

    def on_block_view_chosen(self, message: BlockView.Chosen) -> None:
        """Choose by mouse."""
        self.chosen(message.key)

    async def action_do(self, id: str) -> None:
        """Handle a key: move in the list, or scroll the text if there is no list."""
        if id not in _SCROLLS:
            await self.run_action(id)
            return
        for view in self.query(BlockView):
            await view.run_action(id)
            return
        for text in self.query(VerticalScroll):
            getattr(text, _SCROLLS[id])(animate=False)
            return


class Dialog(Opened[T], Generic[T]):
    """A box with its subject in the border, a body, and its keys below."""

    def __init__(self, heading: Content, *body: Widget, classes: str | None = None) -> None:
        """Make the dialog.

        Args:
            heading: Its subject, in one line.
            body: The widgets, from top to bottom.
            classes: `tall` for a dialog as high as the screen; None for one as high as its body.
        """
        super().__init__(classes=classes)
        self._box = Vertical(*body, classes="box")
        # As `Content`, of which nothing is parsed (P13).
        self._box.border_title = heading.truncate(HEADING_COLUMNS_MAX, ellipsis=True)

    def compose(self) -> ComposeResult:
        """Build the box around the body."""
        # The box alone, with nothing around it: what is behind it shows through, dimmed.
        yield self._box
        with Vertical(classes="foot"):
            yield from self.foot()


class TextDialog(Dialog[T], Generic[T]):
    """A dialog that shows text to read, scrolled with the reading keys."""

    footer = Pane.TEXT

    def __init__(self, heading: Content, text: Content, *, classes: str | None = None) -> None:
        """Make the dialog.

        Args:
            heading: Its subject, in one line.
            text: The text, with foreign text cleaned already.
            classes: As `Dialog` takes it.
        """
        self._text = Static(text, markup=False)
        super().__init__(heading, VerticalScroll(self._text, can_focus=True), classes=classes)

    def say(self, text: Content) -> None:
        """Show another text, for example after an answer has arrived."""
        self._text.update(text)


def facts(rows: Iterable[tuple[str, str | Content]]) -> Content:
    """Return labels and their values, one below the other; foreign text is cleaned already."""
    parts: list[Content | str | tuple[str, str]] = []
    for label, value in rows:
        parts += [(f"{label:<{LABEL_COLUMNS}}", "$quiet"), value, "\n"]
    return Content.assemble(*parts)


class Confirm(Dialog[bool]):
    """A question: Enter and y say yes, n and Esc say no."""

    footer = Pane.QUESTION
    BINDINGS: ClassVar[list[BindingType]] = [("y", "enter"), ("n", "back")]

    def __init__(self, question: Content, consequence: str, *, yes: str = "yes") -> None:
        """Make the question.

        Args:
            question: The question, in one line.
            consequence: The effect of yes, a sentence of ours.
            yes: A word or two for the key bar.
        """
        super().__init__(question, Static(Content(consequence), markup=False))
        self.extra_keys = (("Enter", yes),)

    def action_enter(self) -> None:
        """Answer yes."""
        self.dismiss(True)

    def action_back(self) -> None:
        """Answer no."""
        self.dismiss(False)
