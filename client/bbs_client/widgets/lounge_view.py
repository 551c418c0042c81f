"""A lounge: lines of talk, oldest first, with the newest kept in view while the reader is at the end.

Time and speaker have columns of their own that no line can reach, so none can forge a speaker.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from textual.content import Content
from textual.message import Message

from bbs.features.members.author_text import BY_SCRIPT
from bbs.features.threads.views import ContentState, Line
from bbs.powers import Way
from bbs_client.actions.surface import Step
from bbs_client.keys import key_of
from bbs_client.safe_text import handle_of
from bbs_client.session.session import Session
from bbs_client.session.unsent import UnsentItem
from bbs_client.widgets import times
from bbs_client.widgets.block_view import BlockView
from bbs_client.widgets.post_rows import GONE, marker_of, own_name, unsent_state

SPEAKER_COLUMNS = 12
TIME_COLUMNS = 5
TALK_COLUMNS_MAX = 90  # longer rows are hard to read
LINES_PAGE = 200
_GONE = GONE | {ContentState.WITHDRAWN: "(taken back)"}


class LoungeView(BlockView):
    """The lines of one board's lounge, and the reader's own unsent lines."""

    ALLOW_SELECT = True
    CURSOR_ROLE = None

    @dataclass
    class OlderLinesWanted(Message):
        """The reader came to the oldest line that is here."""

        board: str

    def __init__(self, session: Session, *, id: str | None = None) -> None:
        """Make an empty view.

        Args:
            session: The session with lines, names and time.
        """
        super().__init__(id=id)
        self.session = session
        self.board: str | None = None
        self._lines: dict[str, Line] = {}
        self._waiting: dict[str, UnsentItem] = {}
        self._shown_max = LINES_PAGE
        self._marked: str | None = None

    def open(self, board: str) -> None:
        """Show a board's lounge from its newest line back."""
        if board == self.board:
            self.reload()
            return
        self.close()
        self.board = board
        self._shown_max = LINES_PAGE
        self.reload()
        self.jump(-1)

    def close(self) -> None:
        """Show nothing."""
        self.board = None
        self._marked = None
        self.set_keys(())

    def reload(self) -> None:
        """Read the lines from the mirror again; a cursor on the newest line moves to the new one.

        Any other cursor stays, so that the line that the reader is about to withdraw does not
        change.
        """
        if self.board is None:
            return
        follow = self.cursor >= len(self.keys) - 1
        lines = self.session.cache.lines(self.board, limit=self._shown_max)
        self._lines = {item.id: item for item in lines}
        waiting = self.session.pending_lines(self.board)
        self._waiting = {item.key: item for item in waiting if item.post not in self._lines}
        self.set_keys((*self._lines, *self._waiting))
        if follow:
            self.jump(-1)

    def step(self, step: Step) -> bool:
        """Go on by a page; the lounge is not part of a round."""
        return step is Step.PAGE and self.page_on()

    def beyond(self, step: int) -> None:
        """Show a page of older lines before the first, and ask for more of them."""
        if step < 0 and self.board is not None:
            self._shown_max += LINES_PAGE
            self.reload()
            self.post_message(self.OlderLinesWanted(self.board))

    def current_line(self) -> Line | None:
        """Return the line the cursor is on; None for an unsent one."""
        return self._lines.get(self.current or "")

    def current_pending(self) -> UnsentItem | None:
        """Return the unsent item under the cursor."""
        return self._waiting.get(self.current or "")

    def mark(self) -> list[Line]:
        """Mark the line under the cursor; if a line is marked, return all lines from there to here.

        Lines whose text is gone are left out. The first call returns none.
        """
        if self.current_line() is None:
            return []
        if self._marked not in self._lines:
            self._marked = self.current
            self.redraw(self.keys)
            return []
        lines = (self._lines.get(self.keys[place]) for place in self._marked_places())
        return [line for line in lines if line is not None and line.body is not None]

    @property
    def is_marking(self) -> bool:
        """Whether a line is marked."""
        return self._marked is not None

    def clear_mark(self) -> bool:
        """Remove the mark; return whether there was one."""
        marked, self._marked = self._marked, None
        if marked is not None:
            self.redraw(self.keys)
        return marked is not None

    def cursor_moved(self) -> None:
        """Show the range of marked lines."""
        if self._marked is not None:
            self.redraw(self.keys)

    def _marked_places(self) -> range:
        """Return the places of the lines from the marked one to the cursor."""
        begin = self.keys.index_of(self._marked or "")
        if begin is None:
            return range(0)
        return range(min(begin, self.cursor), max(begin, self.cursor) + 1)

    def empty_text(self) -> Content:
        """Return the sentence for a lounge without recent lines, and how to write one."""
        says = f"Nobody has said anything here lately: {key_of('reply')} breaks the silence."
        return Content(f"\n {says}").stylize("dim")

    def draw(self, index: int, width: int) -> list[Content]:
        """Return a line as rows, below the date if it is the first line of its day."""
        from bbs_client.widgets.markdown import raw, wrap

        key = self.keys[index]
        room = min(width - TIME_COLUMNS - SPEAKER_COLUMNS - 4, TALK_COLUMNS_MAX)
        if key in self._waiting:
            item = self._waiting[key]
            note = unsent_state(self.session, item)
            return self._spoken("", own_name(self.session), [*wrap(raw(item.body), room), note])
        said = self._lines[key]
        speaker = handle_of(said.author, self.session.members)
        if said.body is None:
            body = [Content(marker_of(self.session, said, _GONE)).stylize("dim")]
        else:
            body = wrap(raw(said.body), room)
        if said.via is Way.SCRIPT:
            body = _with_note(body, f" · {BY_SCRIPT}", room)
        at = times.local(said.at, self.session.zone)
        clock = f"{at.hour:02}:{at.minute:02}" if at else ""
        marked = said.body is not None and index in self._marked_places()
        rows = self._spoken(clock, speaker, body, marked=marked)
        if self._day(index) != self._day(index - 1):
            day = times.day(said.at, self.session.now(), self.session.zone)
            rows.insert(0, Content.assemble((f"── {day} ──", "dim")))
        return rows

    def _day(self, index: int) -> date | None:
        said = self._lines.get(self.keys[index]) if index >= 0 else None
        at = times.local(said.at, self.session.zone) if said else None
        return at.date() if at else None

    def _spoken(
        self, clock: str, speaker: str, body: Sequence[Content], *, marked: bool = False
    ) -> list[Content]:
        who = Content(speaker).truncate(SPEAKER_COLUMNS, ellipsis=True)
        space = " " * (SPEAKER_COLUMNS - who.cell_length)
        bar = (" ┃ ", "new") if marked else (" │ ", "dim")
        head = Content.assemble(
            (f"{clock:<{TIME_COLUMNS}} ", "dim"), space, (who.plain, "name"), bar
        )
        blank = Content.assemble(" " * (TIME_COLUMNS + 1 + SPEAKER_COLUMNS), bar)
        return [(blank if row else head) + text for row, text in enumerate(body)]


def _with_note(body: Sequence[Content], note: str, room: int) -> list[Content]:
    """Return the rows of a line with a note of ours after the last row, or below it.

    The note is dim. A line's own text can never be dim, so it cannot imitate a note (P13).
    """
    *above, last = body
    if last.cell_length + len(note) <= room:
        return [*above, last + Content.styled(note, "dim")]
    return [*body, Content.styled(note.lstrip(), "dim")]
