"""A lounge: lines of talk, oldest first, from the bottom up, where one writes.

The newest line stays in view while the reader is at the end.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

from textual.content import Content
from textual.message import Message

from bbs import limits
from bbs.features.members.author_text import BY_SCRIPT
from bbs.features.threads.views import Line
from bbs.plural import hours_in_words
from bbs.powers import Way
from bbs_client.actions.surface import Step
from bbs_client.hues import hue_of, member_hue
from bbs_client.keys import key_of
from bbs_client.safe_text import handle_of
from bbs_client.session.session import Session
from bbs_client.session.unsent import UnsentItem
from bbs_client.widgets import times
from bbs_client.widgets.block_view import BlockView
from bbs_client.widgets.blocks import Drawn
from bbs_client.widgets.lounge_rows import (
    BAR,
    MARKED_BAR,
    OWN_BAR,
    Speaking,
    day_divider,
    new_divider,
    quiet_row,
    room_for,
    spoken,
)
from bbs_client.widgets.post_rows import marker_of, own_name, unsent_state
from bbs_client.widgets.rows import Row

LINES_PAGE = 200
PAUSE = timedelta(minutes=5)  # who says more after it is named anew


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
        self._since = 0  # the line up to which the reader had looked when they came
        self._first_new: str | None = None

    def open(self, board: str) -> None:
        """Show a board's lounge from its newest line back."""
        if board != self.board:
            self.close()
            self.board = board
            self._shown_max = LINES_PAGE
        if not self.display:
            self._since = self.session.cache.looked(board)
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
        new = (line for line in lines if line.number > self._since > 0)
        self._first_new = next((line.id for line in new if not self.session.is_mine(line)), None)
        waiting = self.session.pending_lines(self.board)
        self._waiting = {item.key: item for item in waiting if item.post not in self._lines}
        self.set_keys((*self._lines, *self._waiting))
        if follow:
            self.jump(-1)
        self.call_after_refresh(self._look)

    def _look(self) -> None:
        """Note that the reader sees the newest line, if they do; nobody else is told (P2)."""
        is_seen = self.display and self.is_attached and self.screen.is_current
        if self.board is not None and is_seen and self.keys and self._viewport.shows_end():
            self.session.look_into(self.board)

    def on_show(self) -> None:
        """Note what is in view now."""
        self.call_after_refresh(self._look)

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
        """Show the range of marked lines, and note what is in view."""
        if self._marked is not None:
            self.redraw(self.keys)
        self._look()

    def _marked_places(self) -> range:
        """Return the places of the lines from the marked one to the cursor."""
        begin = self.keys.index_of(self._marked or "")
        if begin is None:
            return range(0)
        return range(min(begin, self.cursor), max(begin, self.cursor) + 1)

    def empty_text(self) -> Content:
        """Return the sentence for a lounge without recent lines, and how to write one."""
        row = self.session.cache.board(self.board) if self.board else None
        if row is None:
            return Content("")
        kept = hours_in_words(row.board.lounge_hours)
        says = f"Nobody has said anything in the last {kept}. {key_of('reply')} says something."
        return Content.styled(says, "dim")

    # Drawing

    def draw(self, index: int, width: int) -> list[Row | Content]:
        """Return a line as rows, below what divides it from the lines before."""
        rows = self._line(index, width)
        if index == len(self.keys) - 1:
            # Where the reader writes, the place needs no mark.
            rows = [row._replace(is_marked=False) for row in rows]
        return [*self._heading(index, width), *rows]

    def rows_before(self, index: int) -> int:
        """Return the rows that divide a line from the lines before."""
        return len(self._heading(index, self._inner_width()))

    def _heading(self, index: int, width: int) -> list[Row]:
        said = self._lines.get(self.keys[index])
        if said is None:
            return []
        rows: list[Row] = []
        if index == 0 and said.number > 1 and len(self._lines) < limits.PAGE_ITEMS_MAX:
            rows += (quiet_row("Lines before these have faded."),)
        if self._day(index) != self._day(index - 1):
            rows += (quiet_row(""), day_divider(self.session.times.whole_day(said.at), width))
        if said.id == self._first_new:
            is_high = self.screen.has_class("-high")
            rows += (*[quiet_row("")] * (is_high and not rows), new_divider(width))
        return rows

    def _line(self, index: int, width: int) -> list[Row]:
        from bbs_client.widgets.markdown import laid, raw

        key, room = self.keys[index], room_for(width)
        if key in self._waiting:
            item = self._waiting[key]
            body = laid(raw(item.body), room, strip=False)
            note = unsent_state(self.session, item)
            rows = [*body, *(Row(row, len(row), "") for row in note.wrap(room))]
            return spoken(self._own(index), rows, width)
        said = self._lines[key]
        if said.body is None:
            marker = Content.styled(f"· {marker_of(self.session, said)}", "dim")
            body = [Row(row) for row in marker.wrap(room)]
        else:
            lines = [replace(line, text=self._called(said, line.text)) for line in raw(said.body)]
            body = laid(lines, room, strip=False)
        if said.via is Way.SCRIPT:
            body = _with_note(body, BY_SCRIPT, room)
        return spoken(self._speaking(index, said), body, width)

    def _called(self, said: Line, text: Content) -> Content:
        """Return words with the handles of the members they mention in their hues."""
        for id in said.mentions:
            member = self.session.members.get(id)
            if member is not None and member.handle:
                handle = rf"(?i)(?<![\w@])@{re.escape(member.handle)}(?![\w-])"
                text = text.highlight_regex(handle, style=member_hue(id))
        return text

    def _speaking(self, index: int, said: Line) -> Speaking:
        """Return how a line begins: with time and name, unless they stand above it."""
        session, me = self.session, self.session.me
        name, role = handle_of(said.author, session.members), hue_of(said.author)
        bar, bar_role = BAR, role if role.startswith("hue") else "rail"
        if session.is_mine(said):
            bar = OWN_BAR
        elif me is not None and me.id in said.mentions:
            bar, bar_role = OWN_BAR, "new"
        if said.body is not None and index in self._marked_places():
            bar, bar_role = MARKED_BAR, "act"
        clock = session.times.clock(said.at)
        above = self._lines.get(self.keys[index - 1]) if index else None
        is_more = above is not None and self._goes_on(index, above, said)
        if is_more and above is not None and session.times.clock(above.at) == clock:
            clock = ""
        return Speaking(clock, "" if is_more else name, role, bar, bar_role, f"{name}: ")

    def _goes_on(self, index: int, above: Line, said: Line) -> bool:
        """Return whether a line goes on with what its speaker said just before."""
        is_same = (above.author, above.via) == (said.author, said.via)
        is_divided = said.id == self._first_new or self._day(index) != self._day(index - 1)
        return is_same and not is_divided and said.at - above.at < PAUSE

    def _own(self, index: int) -> Speaking:
        """Return how an unsent line begins."""
        name, me = own_name(self.session), self.session.me
        role = member_hue(me.id) if me is not None else "strong"
        is_more = index > 0 and self.keys[index - 1] in self._waiting
        return Speaking("◌", "" if is_more else name, role, OWN_BAR, role, f"{name}: ", "warn")

    def _day(self, index: int) -> date | None:
        said = self._lines.get(self.keys[index]) if index >= 0 else None
        at = times.local(said.at, self.session.zone) if said else None
        return at.date() if at else None

    # From the bottom up

    def block_under(self, y: int) -> int | None:
        """Return which line is at row `y` of the view."""
        above = self._rows_above()
        return None if y < above else super().block_under(y - above)

    def _row_seen(self, y: int) -> Drawn:
        above = self._rows_above()
        return self._blank if y < above else super()._row_seen(y - above)

    def _rows_above(self) -> int:
        """Return how many rows are free above the first line: the last stands at the lower edge."""
        if self._rows is None:
            self._rows = self._lay_rows()
        return max(0, self.size.height - len(self._rows))


def _with_note(body: list[Row], note: str, room: int) -> list[Row]:
    """Return the rows of a line with a note of ours after the last row, or below it.

    The note is dim. A line's own text can never be dim, so it cannot imitate a note (P13).
    """
    *above, last = body
    if last.content.cell_length + len(note) + 3 <= room:
        return [*above, last._replace(content=last.content + Content.styled(f" · {note}", "dim"))]
    return [*body, Row(Content.styled(note, "dim"), joint=" ")]
