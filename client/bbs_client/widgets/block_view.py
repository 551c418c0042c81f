"""A list to read and walk through: a cursor, pages, and what the reader has passed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.binding import BindingType
from textual.message import Message

from bbs_client.actions.action import KeyScope
from bbs_client.keys import bindings
from bbs_client.widgets.blocks import Blocks

if TYPE_CHECKING:
    from bbs_client.actions.surface import Step

WHEEL_ROWS = 3  # rows that most terminals scroll for a notch
OVERLAP_ROWS = 1  # a page repeats the last row, so that the reader finds the place


class BlockView(Blocks):
    """Blocks with a cursor that the reader moves. Every list of this client is such a view."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(
        KeyScope.READING,
        only=("down", "up", "first", "last", "page_on", "page_down", "page_back"),
    )

    @dataclass
    class Chosen(Message):
        """The reader chose a block, by mouse.

        Attributes:
            key: The key of the block.
        """

        key: str

    @dataclass
    class Explained(Message):
        """The view has a message for the reader.

        Attributes:
            text: A sentence of ours.
        """

        text: str

    def blocks_passed(self, keys: Sequence[str]) -> None:
        """The reader went on beyond these blocks, in this order."""

    def beyond(self, step: int) -> None:
        """The reader wants to go beyond the last block (1) or the first (-1)."""

    def step(self, step: "Step") -> bool:
        """Read on or back; return False if the view ends before that, as `Surface.step`."""
        return False

    # The keys of every list

    def action_down(self) -> None:
        """Go to the next block."""
        if not self.move(1):
            self.beyond(1)

    def action_up(self) -> None:
        """Go to the block before."""
        if not self.move(-1):
            self.beyond(-1)

    def action_first(self) -> None:
        """Go to the first block."""
        self.beyond(-1)
        self.jump(0)

    def action_last(self) -> None:
        """Go to the last block."""
        self.jump(-1)

    def action_page_on(self) -> None:
        """Go on by a page."""
        self.page_on()

    action_page_down = action_page_on

    def action_page_back(self) -> None:
        """Go back by a page."""
        if self.cursor == 0:
            self.beyond(-1)
        self._scroll(-max(1, self.size.height - 1 - OVERLAP_ROWS))
        first = self._viewport.top + bool(self._viewport.skip)
        self._put_cursor(min(first, self.cursor), follow=False)

    # Moving

    def move(self, step: int) -> bool:
        """Move the cursor by a block; through a block taller than the view, by a page.

        Args:
            step: 1 down, -1 up.

        Returns:
            Whether anything moved: False at the end of the list.
        """
        if self.scroll_inside(step):
            return True
        goal = self.cursor + step
        if not 0 <= goal < len(self.keys):
            return False
        passed = self.keys[self.cursor : goal]
        self._put_cursor(goal)
        self.blocks_passed(passed)
        return True

    def jump(self, index: int, *, top: bool = False) -> None:
        """Put the cursor on a block without passing the blocks between.

        Args:
            index: Counted from 0; negative counts from the end.
            top: True to bring the block to the top of the view, as far as there is text below.
        """
        if not self.keys:
            return
        count = len(self.keys)
        goal = min(max(index + count if index < 0 else index, 0), count - 1)
        if top:
            self._viewport.top, self._viewport.skip = goal, 0
        self._put_cursor(goal)

    def page_on(self) -> bool:
        """Go on by a page and pass the blocks that leave the view; False if the end was in view."""
        viewport = self._viewport
        if viewport.shows_end(len(self.keys) and self.blank_below(len(self.keys) - 1)):
            return False
        first = viewport.top
        self._scroll(max(1, self.size.height - 1 - OVERLAP_ROWS))
        seen = viewport.top + bool(viewport.skip)
        rows = viewport.heights[viewport.top] - viewport.skip
        if seen >= len(self.keys) or rows >= viewport.rows:
            seen = viewport.top
        passed = self.keys[min(first, self.cursor) : seen]
        if seen > self.cursor:
            self._put_cursor(seen, follow=False)
        self.blocks_passed(passed)
        return True

    def seen(self) -> Sequence[str]:
        """Return the blocks from the cursor to the last that is wholly in view, the cursor's first."""
        if not self.keys:
            return ()
        end = self.cursor + 1
        while end < len(self.keys) and self._end_of(end) <= self.size.height:
            end += 1
        return self.keys[self.cursor : end]

    def pass_rest(self) -> None:
        """Pass everything from the cursor to the end: the reader goes on from here."""
        self.blocks_passed(self.keys[self.cursor :])

    def scroll_inside(self, direction: int) -> bool:
        """Scroll within the cursor's block if it reaches beyond the view; return whether it did.

        Args:
            direction: 1 down, -1 up.
        """
        if not self.keys:
            return False
        start, end = self._viewport.rows_above(self.cursor), self._end_of(self.cursor)
        view = self.size.height
        if direction > 0 and start < view < end:
            self._scroll(min(end - view, max(1, view - 1 - OVERLAP_ROWS)))
            return True
        if direction < 0 and start < 0 < end:
            self._scroll(-min(-start, max(1, view - 1 - OVERLAP_ROWS)))
            return True
        return False

    def _end_of(self, index: int) -> int:
        """Return the row of the view below a block's last one with words."""
        return self._viewport.rows_above(index) + self._measure(index) - self.blank_below(index)

    def _scroll(self, rows: int) -> None:
        self._viewport.scroll(rows)
        self._settle()

    def _put_cursor(self, index: int, *, follow: bool = True) -> None:
        before = self.cursor
        self.cursor = index
        if follow:
            self._viewport.show(index)
        self._settle()
        if index != before:
            self._tell_moved()

    # Focus and mouse

    def watch_has_focus(self, _has_focus: bool) -> None:
        """Draw the cursor strong with the focus, quiet without it."""
        super().watch_has_focus(_has_focus)
        self._rows = None

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll without animation, because heights may change; pass the blocks that leave the
        view.
        """
        event.stop()
        event.prevent_default()
        first = self._viewport.top
        self._scroll(WHEEL_ROWS)
        top = self._viewport.top
        passed = self.keys[min(first, self.cursor) : top]
        if self.cursor < top:
            seen = min(top + bool(self._viewport.skip), len(self.keys) - 1)
            self._put_cursor(seen, follow=False)
        self.blocks_passed(passed)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll without animation."""
        event.stop()
        event.prevent_default()
        self._scroll(-WHEEL_ROWS)

    def on_click(self, event: events.Click) -> None:
        """Put the cursor where the mouse points; a second click chooses.

        If the mouse has just selected text, the cursor stays.
        """
        if self.text_selection is not None:
            return
        index = self.block_under(event.y)
        if index is None:
            return
        again = index == self.cursor
        self._put_cursor(index, follow=False)
        if again:
            self.post_message(self.Chosen(self.keys[index]))
