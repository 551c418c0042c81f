"""The text field of the composer: typed and pasted text is cleaned, names are completed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.actions import SkipAction
from textual.binding import BindingType
from textual.document._document_navigator import DocumentNavigator
from textual.message import Message
from textual.widgets import TextArea

from bbs import limits
from bbs.plural import counted
from bbs_client.actions.action import KeyScope
from bbs_client.keys import bindings, keys_of
from bbs_client.safe_text import unsafe
from bbs_client.widgets.completion import Popup, emoji_before
from bbs_client.widgets.paste import LongPaste
from bbs_client.widgets.tab_stops import SPARE_COLUMNS, TabStops

_NO_SIGN = "\ufffd"  # as in `bbs.text`, which the first painting does not load

_acts = re.compile(f"(?!\t){unsafe.pattern}").sub  # a tab is drawn as blanks

_MENDED = {
    "controls": ("control character",),
    "invisible": ("invisible character",),
    "unreadable": ("unreadable character",),
    "marks": ("stacked mark",),
    "bare_marks": ("mark without a letter", "marks without a letter"),
    "cut": ("character beyond the limit", "characters beyond the limit"),
}
"""Losses of a paste that its writer would miss; changed line breaks and spaces are not among them.
"""


def lost(counts: Mapping[str, int]) -> str:
    """Return the counted losses of normalizing a text; empty if its writer would miss nothing."""
    parts = ((counts.get(reason, 0), words) for reason, words in _MENDED.items())
    return ", ".join(counted(count, *words) for count, words in parts if count)


class SafeTextArea(TextArea):
    """A text of several lines, drawn so that nothing in it acts on the terminal (P13).

    Its tabs are drawn as wide as they count.
    """

    @property
    def wrap_width(self) -> int:
        """The columns of a row, apart from those that tabs may need beyond."""
        width: int = super().wrap_width
        return max(1, width - SPARE_COLUMNS) if width else width

    def _set_document(self, text: str, language: str | None) -> None:
        super()._set_document(text, language)
        self.wrapped_document = TabStops(self.document, tab_width=self.indent_width)
        self.navigator = DocumentNavigator(self.wrapped_document)
        self._rewrap_and_refresh_virtual_size()

    def get_line(self, line_index: int) -> Text:
        """Return a row as drawn, with signs in place of control characters (P13)."""
        plain = super().get_line(line_index).plain
        return Text(_acts(_NO_SIGN, plain), end="", no_wrap=True)


class Editor(SafeTextArea):
    """The text field. Enter sends in a lounge, and begins a new line elsewhere."""

    # These replace the base class's keys. The composer handles actions that this class does not
    # have.
    BINDINGS: ClassVar[list[BindingType]] = bindings(KeyScope.COMPOSER)

    @dataclass
    class PasteNormalized(Message):
        """A paste was cleaned; counts by reason."""

        counts: dict[str, int]

    @dataclass
    class Asked(Message):
        """The writer asks the composer for an action, by its name."""

        action: str

    def __init__(self, popup: Popup) -> None:
        """Make an empty field.

        Args:
            popup: The popup with completions.
        """
        super().__init__(id="body", compact=True, highlight_cursor_line=False)
        self.one_line = False
        self.chars_max = limits.BODY_CHARS_MAX
        self.bytes_max = limits.BODY_BYTES_MAX
        self._popup = popup

    @property
    def before(self) -> str:
        """The text before the cursor in its line."""
        row, column = self.cursor_location
        return self.document.get_line(row)[:column]

    async def _on_key(self, event: events.Key) -> None:
        # Bind before the base class, which would take Enter as text and Down as a move.
        if self._popup.try_key(event.key):
            if event.key == "enter":
                self._complete()
        elif event.key in keys_of("send_line") and self.one_line:
            self.action_send_line()
        elif event.character == ":" and (named := emoji_before(self.before)) is not None:
            self._replace(*named)
        else:
            return
        event.stop()
        event.prevent_default()

    async def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        from bbs.text import normalize_body

        text, counts = normalize_body(
            event.text, chars_max=self.chars_max, bytes_max=self.bytes_max
        )
        self.insert(text)
        if isinstance(event, LongPaste):
            counts["cut"] = counts.get("cut", 0) + event.lost
        if lost(counts):
            self.post_message(self.PasteNormalized(counts))

    def offer(self, *, asked: bool = False) -> bool:
        """Show the completions of the word before the cursor, if there are any.

        Args:
            asked: Whether the writer pressed Tab; otherwise complete only after a sign such as `@`.

        Returns:
            Whether there is any.
        """
        return self._popup.offer(self.before, self.cursor_screen_offset, asked=asked)

    def _complete(self) -> None:
        self._replace(*self._popup.choose())

    def _replace(self, chars: int, text: str) -> None:
        """Replace that many characters before the cursor by a text, as one step to undo."""
        row, column = self.cursor_location
        self.replace(text, (row, column - chars), (row, column), maintain_selection_offset=False)

    def action_complete(self) -> None:
        """Complete the word before the cursor; without completions, move on."""
        if self._popup.is_open or (self.offer(asked=True) and self._popup.is_sure):
            self._complete()
        elif not self._popup.is_open:
            self.post_message(self.Asked("other_field"))

    def action_send_line(self) -> None:
        """Send the line, in a lounge."""
        self.post_message(self.Asked("send"))

    def action_newline(self) -> None:
        """Begin a new line."""
        self.insert("\n")

    def action_undo_edit(self) -> None:
        """Undo the last change of the text."""
        self.undo()

    def action_redo_edit(self) -> None:
        """Make the last change again that was undone."""
        self.redo()

    def action_keep_draft(self) -> None:
        """Close the completions; without them, go back to reading."""
        if not self._popup.is_open:
            raise SkipAction
        self._popup.close()
