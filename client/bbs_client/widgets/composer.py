"""The composer: the destination on top, the text below, and a draft that is saved as typed (P12)."""

from collections.abc import Sequence
from typing import ClassVar, Protocol

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, Static, TextArea

from bbs import limits
from bbs.ids import new_id
from bbs_client.actions.action import KeyScope
from bbs_client.actions.surface import Composition
from bbs_client.keys import bindings
from bbs_client.session.destination import Destination
from bbs_client.session.session import Session
from bbs_client.widgets.completion import Popup
from bbs_client.widgets.editor import Editor, lost
from bbs_client.widgets.paste import LongPaste
from bbs_client.widgets.preview import Heading, PreviewPane
from bbs_client.widgets.rows import Row

SAVE_SECONDS = 0.3  # time from the last keystroke to the draft on disk
NEAR = 0.8  # part of a limit from which the size is shown


class ComposerOwner(Protocol):
    """The owner of a composer, which handles the writer's requests."""

    def open(self, what: Composition) -> None:
        """Open the composer with the draft for a destination, or with its text if there is none."""

    def keep_draft(self, destination: Destination, op: str, title: str, text: str) -> None:
        """Save the draft on disk, as typed; delete it if it is empty."""

    def left(self) -> None:
        """Go on after the writer went back to reading."""

    def submitted(self, destination: Destination, op: str, title: str, body: str) -> None:
        """Send a text; title and body have passed `bbs.text`'s normalization."""

    def editor_requested(self, destination: Destination, text: str) -> None:
        """Open the text, which is saved, in the writer's own editor."""

    def preview_rows(
        self, destination: Destination, title: str, body: str, width: int
    ) -> Sequence[Row]:
        """Return the text as readers will see it, as rows of a width."""


class TitleField(Input):
    """The title of a thread; keys that send or edit the text work here, too."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(KeyScope.COMPOSER, only=("send", "editor"))

    def _on_paste(self, event: events.Paste) -> None:
        """Take all lines of a paste as one; the field of Textual drops every one but the first."""
        event.stop()
        event.prevent_default()
        from bbs.text import normalize_line

        room = limits.TITLE_CHARS_MAX - len(self.value) + len(self.selected_text)
        text, counts = normalize_line(event.text, chars_max=room)
        self.replace(text, *self.selection)
        if isinstance(event, LongPaste):
            counts["cut"] = counts.get("cut", 0) + event.lost
        if lost(counts):
            self.post_message(Editor.PasteNormalized(counts))


class Composer(Vertical):
    """The place to write; it shows the destination, the room left and the losses of a paste.

    Attributes:
        destination: The destination of the text; None while the composer is closed.
        editor: The text field.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(KeyScope.COMPOSER, only=("send", "keep_draft", "editor", "preview")),
        Binding("tab,shift+tab", "other_field", show=False),
        # With priority over the title: the letter that comes next belongs to the text.
        Binding("tab,enter", "end_title", show=False, priority=True),
    ]

    def __init__(self, session: Session, owner: ComposerOwner, *, id: str | None = None) -> None:
        """Make an empty composer.

        Args:
            session: The session with names to complete.
            owner: Handles the writer's requests.
        """
        super().__init__(id=id)
        self._owner = owner
        self.destination: Destination | None = None
        self._title = TitleField(
            placeholder="Title", id="title", max_length=limits.TITLE_CHARS_MAX, compact=True
        )
        self._popup = Popup(session)
        self.editor = Editor(self._popup)
        self._heading = Heading(id="where")
        self._seen = PreviewPane(self.editor, self._drawn, id="seen")
        self._op = ""
        self._saving: Timer | None = None
        self._kept = ("", "")
        self._note = ""

    def compose(self) -> ComposeResult:
        """Build the fields."""
        yield self._heading
        yield self._title
        yield self.editor
        yield Static("", id="note", markup=False)
        yield self._seen
        yield self._popup

    def open(self, what: Composition, heading: Content, *, op: str) -> None:
        """Show a destination with its draft, or with the given beginning.

        Args:
            what: The text to write; title and text are the draft's, if there is one.
            heading: The destination for people; cleaned.
            op: The draft's op, so that the server applies repeated sends once; empty to draw one.
        """
        self.destination = destination = what.destination
        self._op = op or new_id()
        self.set_class(destination.is_line, "line")
        self._heading.say(heading, what.fades)
        self._title.display = destination.titled
        editor = self.editor
        editor.one_line = destination.is_line
        editor.chars_max, editor.bytes_max = destination.chars_max, destination.bytes_max
        with self.prevent(TextArea.Changed, Input.Changed):
            self._title.value = what.title
            editor.load_text(what.text)
        editor.move_cursor(editor.document.end)
        self._kept = self._typed()
        self._popup.close()
        self.note(what.note)
        self.display = True
        self.screen.set_class(not destination.is_line, "-composing")
        self._seen.follow_soon()

    def start(self) -> None:
        """Put the cursor into the first field that is still empty."""
        title = self._title
        self._go_into(title if title.display and not title.value else self.editor)

    def _go_into(self, field: Widget) -> None:
        # Set the focus at once, unlike `focus()`, because the next letter already belongs to the
        # field.
        self.screen.set_focus(field)

    def clear(self) -> None:
        """Empty the fields; the draft is deleted, and the next text is a new one."""
        self._op = new_id()
        with self.prevent(TextArea.Changed, Input.Changed):
            self._title.value = ""
            self.editor.load_text("")
        self._kept = self._typed()
        self.note("")

    def close(self) -> None:
        """Save the draft and show no destination."""
        self.keep()
        self.destination = None
        self.display = False
        self.screen.remove_class("-composing")
        self._popup.close()

    def keep(self) -> None:
        """Save the draft as typed, unless it is saved; it is on disk when this returns."""
        typed = self._typed()
        if self.destination is not None and typed != self._kept:
            self._kept = typed
            self._owner.keep_draft(self.destination, self._op, *typed)

    def _typed(self) -> tuple[str, str]:
        """Return title and text as typed."""
        return self._title.value, self.editor.text

    def _changed(self) -> None:
        if self._saving is not None:
            self._saving.stop()
        self._saving = self.set_timer(SAVE_SECONDS, self.keep)
        self.note(self._note)
        self._seen.follow_soon()

    @on(TextArea.Changed)
    @on(Input.Changed)
    def _typed_on(self, message: TextArea.Changed | Input.Changed) -> None:
        """Save the draft soon."""
        message.stop()
        in_text = isinstance(message, TextArea.Changed)
        if in_text:
            self._note = ""
        self._changed()
        if in_text and self.editor.has_focus:
            self.editor.offer()

    def on_editor_paste_normalized(self, message: Editor.PasteNormalized) -> None:
        """Show what a paste lost."""
        self.note(f"cleaned while pasting: {lost(message.counts)}")

    def take_in(self, text: str) -> None:
        """Take over the text of the writer's own editor, cleaned; one step to undo.

        Args:
            text: The content of the file.
        """
        destination = self.destination
        if destination is None or text == self.editor.text:
            return
        from bbs.text import normalize_body

        # Text that is too long stays, so that its writer can shorten it.
        text, counts = normalize_body(text, chars_max=len(text), bytes_max=4 * len(text) + 4)
        editor = self.editor
        editor.replace(text, editor.document.start, editor.document.end)
        editor.move_cursor(editor.document.end)
        self._changed()
        self.note(f"cleaned: {lost(counts)}" if lost(counts) else "")

    def note(self, note: str) -> None:
        """Show a note below the text until the next letter, beside the room that is left.

        Args:
            note: Cleaned; empty for nothing.
        """
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

    @on(events.DescendantFocus)
    @on(events.DescendantBlur)
    def _light(self, event: events.Event) -> None:
        """Show whether keys go into the text."""
        self.set_class(isinstance(event, events.DescendantFocus), "-active")

    async def on_editor_asked(self, message: Editor.Asked) -> None:
        """Do what the text field asks for."""
        await self.run_action(message.action)

    def action_send(self) -> None:
        """Check the text as far as this device can, and submit it if it is not empty."""
        destination = self.destination
        if destination is None:
            return
        from bbs.text import normalize_body, normalize_line

        body, _ = normalize_body(
            self.editor.text, chars_max=10 * destination.chars_max, bytes_max=10**6
        )
        title, _ = normalize_line(self._title.value, chars_max=limits.TITLE_CHARS_MAX)
        if destination.is_line:
            body = body.rstrip()  # a row of nothing below a line, as a paste may end
        if not body.strip():
            self.note("there is nothing to send yet")
        elif destination.titled and not title:
            self.note("a thread needs a title")
            self._go_into(self._title)
        elif len(body) > destination.chars_max:
            self.note(f"{len(body) - destination.chars_max} characters too long")
        elif len(body.encode()) > destination.bytes_max:
            self.note(f"{len(body.encode()) - destination.bytes_max} bytes too long")
        elif body.count("\n") >= destination.lines_max:
            self.note(f"more than {destination.lines_max} lines")
        else:
            self._owner.submitted(destination, self._op, title, body)

    def action_keep_draft(self) -> None:
        """Save the draft and go back to reading."""
        self.keep()
        self._owner.left()

    def action_editor(self) -> None:
        """Open the text in the writer's own editor."""
        if self.destination is not None:
            self.keep()
            self._owner.editor_requested(self.destination, self.editor.text)

    def action_preview(self) -> None:
        """Show below the text how readers will see it, or no longer."""
        self._popup.close()
        if self.destination is not None and self.destination.is_line:
            self.note("a line is shown as it is written")
            return
        self.toggle_class("-preview")
        self._seen.follow_soon()

    def _drawn(self, width: int) -> Sequence[Row]:
        """Return the text as readers will see it."""
        if self.destination is None:
            return ()
        title = self._title.value if self._title.display else ""
        return self._owner.preview_rows(self.destination, title, self.editor.text, width)

    def on_popup_clicked(self) -> None:
        """Insert the completion that was clicked."""
        self.editor.action_complete()
        self.editor.focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave Tab to the text while the writer is in it, where it completes."""
        if action == "end_title":
            return self._title.has_focus
        return super().check_action(action, parameters)

    def action_end_title(self) -> None:
        """Go from the title to the text."""
        self._go_into(self.editor)

    def action_other_field(self) -> None:
        """Switch between title and text."""
        title = self._title
        self._go_into(self.editor if title.has_focus or not title.display else title)
