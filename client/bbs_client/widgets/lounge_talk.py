"""What is said in a lounge as rows: by speaker, day by day, with what is new below a divider."""

from collections.abc import Sequence
from datetime import date, timedelta

from textual.content import Content

from bbs import limits
from bbs.features.members.author_text import BY_SCRIPT
from bbs.features.threads.views import Line
from bbs.powers import Way
from bbs_client.hues import hue_of
from bbs_client.safe_text import handle_of
from bbs_client.session.session import Session
from bbs_client.session.times import local
from bbs_client.session.unsent import UnsentItem
from bbs_client.widgets.grid import LIST_COLUMNS_MAX
from bbs_client.widgets.lounge_rows import (
    BAR,
    MARKED_BAR,
    OWN_BAR,
    Speaking,
    quiet_row,
    room_for,
    spoken,
)
from bbs_client.widgets.post_rows import marker_of, own_hue, own_name, roles_of, unsent_state
from bbs_client.widgets.rows import Row, day_divider, new_divider

PAUSE = timedelta(minutes=5)  # who says more after it is named anew


class Talk:
    """The lines of a lounge at a moment, and the reader's own unsent ones below them.

    Attributes:
        lines: By id, oldest first.
        waiting: By key.
        keys: The keys of all, as they stand.
        newest: The id of the line said last; None for none.
    """

    def __init__(
        self,
        session: Session,
        lines: Sequence[Line] = (),
        waiting: Sequence[UnsentItem] = (),
        since: int = 0,
    ) -> None:
        """Take lines.

        Args:
            session: The session with names and times.
            lines: Those that were said.
            waiting: Those to be sent, and those said by now.
            since: The number of the line up to which the reader had looked; 0 for never.
        """
        self.session = session
        self.lines = {line.id: line for line in lines}
        self.waiting = {item.key: item for item in waiting if item.post not in self.lines}
        self.keys = (*self.lines, *self.waiting)
        self.newest = next(reversed(self.lines), None)
        self._headings: dict[tuple[int, int, bool], list[Row]] = {}
        new = (line for line in lines if line.number > since > 0)
        self._first_new = next((line.id for line in new if not session.is_mine(line)), None)

    def heading(self, index: int, width: int, *, is_high: bool) -> list[Row]:
        """Return the rows that divide a line from the lines before: a day, and what is new.

        Args:
            index: Its place.
            width: Columns.
            is_high: Whether there is room for a blank row above what is new.
        """
        place = (index, width, is_high)
        if place not in self._headings:
            self._headings[place] = self._heading(*place)
        return self._headings[place]

    def _heading(self, index: int, width: int, is_high: bool) -> list[Row]:
        said, width = self.lines.get(self.keys[index]), min(width, LIST_COLUMNS_MAX)
        if said is None:
            return []
        rows: list[Row] = []
        if index == 0 and said.number > 1 and len(self.lines) < limits.PAGE_ITEMS_MAX:
            rows += (quiet_row("Lines before these have faded."),)
        if self._day(index) != self._day(index - 1):
            rows += (quiet_row(""), day_divider(self.session.times.whole_day(said.at), width))
        if said.id == self._first_new:
            rows += (*[quiet_row("")] * (is_high and not rows), new_divider(width))
        return rows

    def rows(self, index: int, width: int, *, marked: bool) -> list[Row]:
        """Return a line as rows behind its speaker.

        Args:
            index: Its place.
            width: Columns.
            marked: Whether the reader marked it, for a thread.
        """
        from bbs_client.widgets.markdown import laid, raw

        key, room = self.keys[index], room_for(width)
        if key in self.waiting:
            item = self.waiting[key]
            body = laid(raw(item.body), room, strip=False)
            note = unsent_state(self.session, item)
            rows = [*body, *(Row(row, len(row), "") for row in note.wrap(room))]
            return spoken(self._own(index), rows, width)
        said = self.lines[key]
        if said.body is None:
            marker = Content.styled(f"· {marker_of(self.session, said)}", "dim")
            body = [Row(row) for row in marker.wrap(room)]
        else:
            called = roles_of(self.session, said.mentions)
            body = laid(raw(said.body, called), room, strip=False)
        if said.via is Way.SCRIPT:
            body = _with_note(body, BY_SCRIPT, room)
        return spoken(self._speaking(index, said, marked=marked), body, width)

    def _speaking(self, index: int, said: Line, *, marked: bool) -> Speaking:
        """Return how a line begins: with time and name, unless they stand above it."""
        session, me = self.session, self.session.me
        name, role = handle_of(said.author, session.members), hue_of(said.author)
        bar, bar_role = BAR, role if role.startswith("hue") else "rail"
        if session.is_mine(said):
            bar = OWN_BAR
        elif me is not None and me.id in said.mentions:
            bar, bar_role = OWN_BAR, "new"
        if said.body is not None and marked:
            bar, bar_role = MARKED_BAR, "act"
        clock = session.times.clock(said.at)
        above = self.lines.get(self.keys[index - 1]) if index else None
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
        name, role = own_name(self.session), own_hue(self.session)
        is_more = index > 0 and self.keys[index - 1] in self.waiting
        return Speaking("◌", "" if is_more else name, role, OWN_BAR, role, f"{name}: ", "warn")

    def _day(self, index: int) -> date | None:
        said = self.lines.get(self.keys[index]) if index >= 0 else None
        at = local(said.at, self.session.zone) if said else None
        return at.date() if at else None


def _with_note(body: list[Row], note: str, room: int) -> list[Row]:
    """Return the rows of a line with a note of ours after the last row, or below it.

    The note is dim. A line's own text can never be dim, so it cannot imitate a note (P13).
    """
    *above, last = body
    if last.content.cell_length + len(note) + 3 <= room:
        return [*above, last._replace(content=last.content + Content.styled(f" · {note}", "dim"))]
    return [*body, Row(Content.styled(note, "dim"), joint=" ")]
