"""A lounge: lines of talk, oldest first, from the bottom up, where the reader writes.

The newest line stays in view while the reader is at the end.
"""

from dataclasses import dataclass

from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from bbs.features.threads.views import Line
from bbs.plural import hours_in_words
from bbs_client.actions.surface import Step
from bbs_client.keys import key_of
from bbs_client.session.events import MirrorChanged
from bbs_client.session.session import Session
from bbs_client.session.unsent import UnsentItem
from bbs_client.widgets.block_view import BlockView
from bbs_client.widgets.lounge_rows import writing_row
from bbs_client.widgets.lounge_talk import Talk
from bbs_client.widgets.painted import Drawn
from bbs_client.widgets.rows import Row

LINES_PAGE = 200


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
        self._talk = Talk(session)
        self._shown_max = LINES_PAGE
        self._marked: str | None = None
        self._since = 0  # the line up to which the reader had looked when they came
        self._looked_at: str | None = None  # the newest line when it was last in view
        self._above = 0  # rows that are free above the first line: the last is at the lower edge
        self._is_high = False  # whether there is room for blank rows

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
        """Read the lines from the mirror again; at its end the view goes on to what is new.

        Elsewhere nothing moves, and the line that the reader is about to withdraw does not change.
        """
        if self.board is None:
            return
        before = self.keys[-1:]
        is_at_end = not self.display or not before or self._viewport.shows_end()
        follow = is_at_end and self.cursor >= len(self.keys) - 1
        lines = self.session.cache.lines(self.board, limit=self._shown_max)
        self._talk = Talk(self.session, lines, self.session.pending_lines(self.board), self._since)
        self.set_keys(self._talk.keys)
        if follow:
            self.jump(-1)
        elif before and (last := self.keys.index_of(before[0])) is not None:
            self.arrived(self.keys[last + 1 :])
        # At once: whatever else shows what is new in lounges is drawn after this.
        self._look()

    def _look(self) -> bool:
        """Note that the reader sees the newest line, if they do; nobody else is told (P2).

        Returns:
            Whether what is new in lounges has changed.
        """
        if self.board is None or not self._may_look() or not self.is_attached:
            return False
        if not (self.screen.is_current and self._viewport.shows_end()):
            return False
        self._looked_at = self._talk.newest
        return self.session.look_into(self.board)

    def _may_look(self) -> bool:
        """Return whether there is a line that was not in view yet, and the lounge is shown."""
        return self.display and self._talk.newest not in (None, self._looked_at)

    def _settle(self) -> None:
        super()._settle()
        if self._may_look():
            self.call_after_refresh(self._look_now)

    def _look_now(self) -> None:
        """Note what is in view after the reader has moved; have what is new drawn again."""
        if self._look():
            self.session.hear(MirrorChanged(tables=frozenset({"lines"})))

    def on_resize(self) -> None:
        """Use the room that there is now."""
        self._is_high = self.screen.has_class("-high")

    def on_show(self) -> None:
        """Note what is in view now."""
        self.call_after_refresh(self._look_now)

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
        return self._talk.lines.get(self.current or "")

    def current_pending(self) -> UnsentItem | None:
        """Return the unsent item under the cursor."""
        return self._talk.waiting.get(self.current or "")

    def mark(self) -> list[Line]:
        """Mark the line under the cursor; if a line is marked, return all lines from there to here.

        Lines whose text is gone are left out. The first call returns none.
        """
        if self.current_line() is None:
            return []
        if self._marked not in self._talk.lines:
            self._marked = self.current
            self.redraw(self.keys)
            return []
        lines = (self._talk.lines.get(self.keys[place]) for place in self._marked_places())
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
        row = self.session.cache.board(self.board) if self.board else None
        if row is None:
            return Content("")
        kept = hours_in_words(row.board.lounge_hours)
        begins = "" if row.only_reads else f" {key_of('reply')} says something."
        says = f"Nobody has said anything in the last {kept}.{begins}"
        return Content.styled(says, "dim")

    # Drawing

    def draw(self, index: int, width: int) -> list[Row | Content]:
        """Return a line as rows, below what divides it from the lines before."""
        rows = self._talk.rows(index, width, marked=index in self._marked_places())
        if index == len(self.keys) - 1:
            # Where the reader writes, the place needs no mark.
            rows = [row._replace(is_marked=False) for row in rows]
        return [*self._heading(index, width), *rows]

    def _heading(self, index: int, width: int) -> list[Row]:
        return self._talk.heading(index, width, is_high=self._is_high)

    def rows_before(self, index: int) -> int:
        """Return the rows that divide a line from the lines before."""
        return len(self._heading(index, self._inner_width()))

    # From the bottom up

    def block_under(self, y: int) -> int | None:
        """Return which line is at row `y` of the view."""
        return None if y < self._above else super().block_under(y - self._above)

    def _row_seen(self, y: int) -> Drawn:
        if self._rows is None:
            self._rows = self._lay_rows()
            self._above = max(0, self.size.height - len(self._rows))
        return self._blank if y < self._above else super()._row_seen(y - self._above)


class PlaceToWrite(Widget):
    """Below a lounge: a rule, and how to write a line, until the composer stands there."""

    def __init__(self, session: Session) -> None:
        """Make it, hidden.

        Args:
            session: The session with the reader's seat.
        """
        super().__init__()
        self._session = session
        self._board: str | None = None

    def show(self, board: str | None, *, is_open: bool) -> None:
        """Show the place of a board's lounge.

        Args:
            board: Its id; None for no lounge.
            is_open: Whether the composer stands below the rule.
        """
        self._board, self.display = board, board is not None
        self.set_class(is_open, "-open")
        self.refresh()

    def render(self) -> Content:
        """Return the rule, and the row below it unless the composer is there."""
        if self._board is None:
            return Content("")
        is_open = self.has_class("-open")
        return writing_row(self._session, self._board, self.size.width, is_open=is_open)
