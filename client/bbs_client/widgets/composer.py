"""The composer: where it goes on top, the text below, and a draft that is never lost (P12)."""

from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input, Static, TextArea

from bbs import limits
from bbs_client.keys import Context, bindings, keys_of
from bbs_client.widgets.destination import Destination, Kind
from bbs_client.widgets.words import unsafe

SAVE_SECONDS = 0.3  # from the last keystroke to the draft on disk
_NO_SIGN = "\ufffd"  # as in `bbs.text`, which the first painting does not wait for
NEAR = 0.8  # of a limit: from here on the size is shown

_MENDED = {
    "controls": "control characters",
    "invisible": "invisible characters",
    "unreadable": "unreadable characters",
    "marks": "stacked marks",
    "bare_marks": "marks without a letter",
    "cut": "what was too long",
}
"""What a paste can lose that one would miss; changed line breaks and spaces are no news."""


class Editor(TextArea):
    """The text itself. Enter sends where a line is written, and is a new line elsewhere."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Context.COMPOSER)

    @dataclass
    class Mended(Message):
        """A paste was cleaned; counts by reason."""

        counts: dict[str, int]

    def __init__(self) -> None:
        super().__init__(id="body", compact=True, highlight_cursor_line=False)
        self.one_line = False
        self.chars_max = limits.BODY_CHARS_MAX
        self.bytes_max = limits.BODY_BYTES_MAX

    def get_line(self, line_index: int) -> Text:
        """Return a row as it is drawn: what could steer the terminal shows as a sign (P13)."""
        return Text(unsafe.sub(_NO_SIGN, super().get_line(line_index).plain), end="", no_wrap=True)

    async def _on_key(self, event: events.Key) -> None:
        # Before the base class, which would take Enter as text.
        if event.key in keys_of("send_line") and self.one_line:
            event.stop()
            event.prevent_default()
            self.action_send_line()

    async def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        from bbs.text import mend_body

        text, counts = mend_body(event.text, chars_max=self.chars_max, bytes_max=self.bytes_max)
        self.insert(text)
        if counts.keys() & _MENDED.keys():
            self.post_message(self.Mended(counts))

    def action_send(self) -> None:
        """Send what is written."""
        self.post_message(Composer.SendAsked())

    def action_send_line(self) -> None:
        """Send the line, where a line is written."""
        self.post_message(Composer.SendAsked())

    def action_newline(self) -> None:
        """Begin a new line."""
        self.insert("\n")

    def action_leave(self) -> None:
        """Go back to reading."""
        self.post_message(Composer.LeaveAsked())


class Composer(Vertical):
    """One place to write; it shows where to, how much still fits, and what a paste lost."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(Context.COMPOSER, only=("send", "leave")),
        Binding("tab,shift+tab", "other_field", show=False),
    ]

    class SendAsked(Message):
        """The editor was asked to send."""

    class LeaveAsked(Message):
        """The editor was asked to give way to reading."""

    @dataclass
    class Send(Message):
        """Something is to be sent; title and body passed the mending of `bbs.text`."""

        destination: Destination
        title: str
        body: str

    class Left(Message):
        """The writer went back to reading."""

    @dataclass
    class Save(Message):
        """The draft is to be kept as typed; empty: to be forgotten."""

        destination: Destination
        title: str
        text: str

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.destination: Destination | None = None
        self._saving: Timer | None = None
        self._note = ""

    def compose(self) -> ComposeResult:
        """Build the fields."""
        yield Static("", id="where", markup=False)
        yield Input(
            placeholder="Title", id="title", max_length=limits.TITLE_CHARS_MAX, compact=True
        )
        yield Editor()
        yield Static("", id="note", markup=False)

    @property
    def editor(self) -> Editor:
        """The text field."""
        return self.query_one(Editor)

    def open(
        self, destination: Destination, where: Content, *, title: str = "", text: str = ""
    ) -> None:
        """Show a destination with its draft. A draft of another one is kept first.

        Args:
            destination: Where what is written goes.
            where: The same for people, with when it fades; cleaned.
            title: The draft's title, for a new thread.
            text: The draft, or what to begin with.
        """
        self.keep()
        self.destination = destination
        line = destination.kind is Kind.LINE
        self.set_class(line, "line")
        self.query_one("#where", Static).update(where)
        title_field = self.query_one("#title", Input)
        title_field.display = destination.kind is Kind.THREAD
        editor = self.editor
        editor.one_line = line
        editor.chars_max, editor.bytes_max = destination.chars_max, destination.bytes_max
        with self.prevent(TextArea.Changed, Input.Changed):
            title_field.value = title
            editor.load_text(text)
        editor.move_cursor(editor.document.end)
        self._show_note("")
        self.display = True

    def start(self) -> None:
        """Put the cursor into the first field that is still empty."""
        title = self.query_one("#title", Input)
        first = title if title.display and not title.value else self.editor
        # At once, unlike `focus()`: the next letter is text already.
        self.screen.set_focus(first)

    def clear(self) -> None:
        """Empty the fields; the draft is forgotten."""
        with self.prevent(TextArea.Changed, Input.Changed):
            self.query_one("#title", Input).value = ""
            self.editor.load_text("")
        self._show_note("")
        self._stop_saving()

    def close(self) -> None:
        """Keep the draft and show no destination."""
        self.keep()
        self.destination = None
        self.display = False

    def keep(self) -> None:
        """Have the draft kept now, as typed."""
        if self.destination is not None and self._saving is not None:
            self._stop_saving()
            title = self.query_one("#title", Input).value
            self.post_message(self.Save(self.destination, title, self.editor.text))

    def unsaved(self) -> Save | None:
        """Return what is not kept yet; None if everything is. For an end that cannot wait."""
        if self.destination is None or self._saving is None:
            return None
        title = self.query_one("#title", Input).value
        return self.Save(self.destination, title, self.editor.text)

    def _stop_saving(self) -> None:
        if self._saving is not None:
            self._saving.stop()
            self._saving = None

    def _changed(self) -> None:
        if self._saving is not None:
            self._saving.stop()
        self._saving = self.set_timer(SAVE_SECONDS, self.keep)
        self._show_note(self._note)

    def on_text_area_changed(self, message: TextArea.Changed) -> None:
        """Keep the draft soon."""
        message.stop()
        self._note = ""
        self._changed()

    def on_input_changed(self, message: Input.Changed) -> None:
        """Keep the draft soon."""
        message.stop()
        self._changed()

    def on_input_submitted(self, message: Input.Submitted) -> None:
        """Go from the title to the text."""
        message.stop()
        self.editor.focus()

    def on_editor_mended(self, message: Editor.Mended) -> None:
        """Say what a paste lost."""
        message.stop()
        what = ", ".join(_MENDED[reason] for reason in message.counts if reason in _MENDED)
        self._show_note(f"cleaned while pasting: {what}")

    def _show_note(self, note: str) -> None:
        self._note = note
        note_field = self.query_one("#note", Static)
        destination = self.destination
        text = self.editor.text
        parts = [note] if note else []
        if destination is not None and len(text) > NEAR * destination.chars_max:
            parts.append(f"{len(text)} of {destination.chars_max} characters")
        elif destination is not None and 4 * len(text) > NEAR * destination.bytes_max:
            size = len(text.encode(errors="replace"))
            if size > NEAR * destination.bytes_max:
                parts.append(f"{size} of {destination.bytes_max} bytes")
        note_field.update(Content(" · ".join(parts)))
        note_field.display = bool(parts)

    def on_composer_send_asked(self, message: SendAsked) -> None:
        """Check what can be checked here, then hand it on."""
        message.stop()
        self.action_send()

    def action_send(self) -> None:
        """Send what is written, if it is something."""
        destination = self.destination
        if destination is None:
            return
        from bbs.text import mend_body, mend_line

        body, _ = mend_body(self.editor.text, chars_max=10 * destination.chars_max, bytes_max=10**6)
        title, _ = mend_line(
            self.query_one("#title", Input).value, chars_max=limits.TITLE_CHARS_MAX
        )
        if not body.strip():
            self._show_note("there is nothing to send yet")
        elif destination.kind is Kind.THREAD and not title:
            self._show_note("a thread needs a title")
            self.query_one("#title", Input).focus()
        elif len(body) > destination.chars_max:
            self._show_note(f"{len(body) - destination.chars_max} characters too long")
        elif len(body.encode()) > destination.bytes_max:
            self._show_note(f"{len(body.encode()) - destination.bytes_max} bytes too long")
        elif body.count("\n") >= limits.BODY_LINES_MAX:
            self._show_note(f"more than {limits.BODY_LINES_MAX} lines")
        else:
            self.post_message(self.Send(destination, title, body))

    def on_composer_leave_asked(self, message: LeaveAsked) -> None:
        """Go back to reading."""
        message.stop()
        self.action_leave()

    def action_leave(self) -> None:
        """Keep the draft and go back to reading."""
        self.keep()
        self.post_message(self.Left())

    def action_other_field(self) -> None:
        """Change between title and text."""
        title = self.query_one("#title", Input)
        (self.editor if title.has_focus or not title.display else title).focus()
