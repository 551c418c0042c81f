"""A newcomer's note, and the notes to choose from."""

from typing import ClassVar

from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from bbs_client.actions.arriving import NoteAnswer
from bbs_client.hues import member_hue
from bbs_client.session.arriving import (
    note_about,
    note_heading,
    note_here,
    note_news,
    note_rows,
)
from bbs_client.session.session import Session
from bbs_client.widgets.block_view import BlockView
from bbs_client.widgets.page import Flow, Page
from bbs_client.widgets.rows import aligned

_INDENT = "  "
_EMPTY = "Nothing is written here yet. r writes a line."


class NotePage(Page[NoteAnswer]):
    """A note: first who reads it, then its lines. Answers what its reader does next."""

    stays = True

    BINDINGS: ClassVar[list[BindingType]] = [("r", "say"), ("D", "unsay")]
    extra_keys = (("r", "write a line"), ("D", "take back"))

    def __init__(self, session: Session, newcomer: str) -> None:
        """Show a note.

        Args:
            session: Where it comes from.
            newcomer: Whose it is.
        """
        self._newcomer = newcomer
        self._flow = Flow(self._rows)
        note = note_here(session, newcomer)
        name = note_heading(session, note) if note is not None else "A note"
        super().__init__(session, name, VerticalScroll(self._flow, can_focus=True))

    def on_mount(self) -> None:
        """Go to the last line."""
        super().on_mount()
        self.refresh_live()
        self.call_after_refresh(self._to_the_end)

    def action_enter(self) -> None:
        """Stay: there is nothing to open in a note."""
        self.notify("Press r to write a line here, q to go back.", markup=False)

    def _to_the_end(self) -> None:
        self.query_one(VerticalScroll).scroll_end(animate=False)

    def refresh_live(self) -> None:
        """Show it as it is now."""
        self._flow.say(self._rows)

    def _rows(self, width: int) -> list[Content]:
        note = note_here(self.session, self._newcomer)
        if note is None:
            return [Content("This note is over, and its words are erased.")]
        rows: list[Content] = []
        for says in note_about(self.session, note):
            rows += Content.styled(says, "$quiet").wrap(width)
        lines = note_rows(self.session, self._newcomer)
        if not lines:
            rows += [Content(""), Content(_EMPTY)]
        for line in lines:
            bead = ("● ", "$new") if line.is_new else ("○ ", "$rail")
            who = (line.who, f"bold ${member_hue(line.author)}")
            head = Content.assemble(bead, who, "  you" if line.is_mine else "")
            rows += [Content(""), aligned(head, line.when, width)]
            rows += [Content(_INDENT) + row for row in Content(line.text).wrap(max(8, width - 4))]
        return rows

    def action_say(self) -> None:
        """Write a line."""
        self.dismiss(NoteAnswer.SAY)

    def action_unsay(self) -> None:
        """Take one's own last line back."""
        self.dismiss(NoteAnswer.UNSAY)


class NoteList(BlockView):
    """A row for each note that the reader reads."""

    EMPTY = "You read no note."

    def __init__(self, session: Session) -> None:
        """Make an empty list."""
        super().__init__()
        self._session = session

    def reload(self) -> None:
        """Read the notes again."""
        self.set_keys(note.newcomer for note in self._session.cache.notes())

    def draw(self, index: int, width: int) -> list[Content]:
        """Return whose it is, and whether there is something new in it."""
        session = self._session
        newcomer = self.keys[index]
        note = note_here(session, newcomer)
        if note is None:
            return [Content("")]
        is_new = newcomer in dict(note_news(session))
        bead = ("● ", "new") if is_new else ("○ ", "rail")
        head = Content.assemble(bead, note_heading(session, note), "  new" if is_new else "")
        return [aligned(head, session.times.short(note.opened_at), width)]


class NotesPage(Page[str]):
    """The notes; answers with the newcomer of the one to read."""

    extra_keys = (("Enter", "read"),)

    def __init__(self, session: Session) -> None:
        """Show the notes that the reader reads."""
        about = Static(_NOTES, classes="about", markup=False)
        self._list = NoteList(session)
        super().__init__(session, "Notes", about, self._list)

    def on_mount(self) -> None:
        """Fill the list."""
        super().on_mount()
        self.refresh_live()
        self._list.focus()

    def refresh_live(self) -> None:
        """Show them as they are now."""
        self._list.reload()

    def chosen(self, key: str) -> None:
        """Answer with the note."""
        self.dismiss(key)


_NOTES = "A newcomer, their host and the moderators talk here about what a guard holds."
