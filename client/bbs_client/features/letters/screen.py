"""The page of letters: open ones, what is asked of the reader, and what the reader asked."""

from collections.abc import Callable
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from bbs.clock import instant
from bbs.features.letters.views import LetterState
from bbs.features.members.author_text import member_name
from bbs.features.threads.views import Post
from bbs.ids import BoardId
from bbs.plural import counted
from bbs_client.actions.letters import ABOUT, EMPTY, LetterWord
from bbs_client.hues import member_hue
from bbs_client.mirror.reads import LetterRow
from bbs_client.safe_text import letter_title, safe_line, writer_of
from bbs_client.session.letter_names import people_of
from bbs_client.session.letters import name_people, who_may_come
from bbs_client.session.session import Session
from bbs_client.widgets.block_view import BlockView
from bbs_client.widgets.markdown import plain
from bbs_client.widgets.page import Page, item_rows
from bbs_client.widgets.rows import Row, aligned

_KEYS = {
    "t": LetterWord.NEW,
    "a": LetterWord.ACCEPT,
    "x": LetterWord.DECLINE,
    "S": LetterWord.LEAVE,
    "equals_sign": LetterWord.BLOCKS,
}
_SHOWN = {"equals_sign": "="}
_OF_YOU, _BY_YOU = "Asked of you", "Asked by you"


class LetterList(BlockView):
    """Two rows for each letter: who, title and when; and its newest words."""

    ROWS_GUESSED = 3

    def __init__(self, session: Session, on_move: Callable[[], None]) -> None:
        """Make an empty list.

        Args:
            session: The session with the letters.
            on_move: Told when the cursor stands on another letter.
        """
        super().__init__()
        self.session = session
        self._on_move = on_move
        self.rows: dict[str, LetterRow] = {}

    def reload(self) -> None:
        """Read letters and requests again; the cursor stays on its letter."""
        cache = self.session.cache
        mine = [row for row in cache.letter_requests() if row.letter.asked_by == cache.reader]
        found = (*cache.letters(), *cache.asked_of_me(), *mine)
        self.rows = {row.letter.id: row for row in found}
        self.set_keys(self.rows)

    def cursor_moved(self) -> None:
        """Tell the page."""
        self._on_move()

    def empty_text(self) -> Content:
        """Say that there are none, and how one begins."""
        return Content(EMPTY.format(key="t")).stylize("dim")

    def words(self) -> tuple[LetterWord, ...]:
        """Return what can be done with the letter under the cursor."""
        row = self.rows.get(self.current or "")
        if row is None:
            return ()
        if row.letter.state is LetterState.OPEN:
            return LetterWord.OPEN, LetterWord.LEAVE
        if row.letter.asked_by == self.session.cache.reader:
            return (LetterWord.TAKE_BACK,)
        return LetterWord.ACCEPT, LetterWord.DECLINE

    def rows_before(self, index: int) -> int:
        """Return how many rows of headings stand above a letter."""
        return len(self._above(index))

    def _heading(self, index: int) -> str:
        row = self.rows[self.keys[index]]
        if row.letter.state is LetterState.OPEN:
            return ""
        return _BY_YOU if row.letter.asked_by == self.session.cache.reader else _OF_YOU

    def _above(self, index: int) -> list[Content]:
        heading = self._heading(index)
        before = self._heading(index - 1) if index else ""
        return [] if heading == before else [Content.styled(heading, "strong")]

    def draw(self, index: int, width: int) -> list[Row | Content]:
        """Return a letter or a request."""
        row = self.rows[self.keys[index]]
        is_open = row.letter.state is LetterState.OPEN
        head, below = self._draw_open(row, width) if is_open else self._draw_asked(row, width)
        late = who_may_come(self.session, row.letter.id) if is_open else ""
        rows = Content.styled(late, "warn").wrap(width - 2) if late else []
        more = [Content("  ") + each for each in rows]
        return [*self._above(index), *item_rows(head, below.truncate(width, ellipsis=True), *more)]

    def _draw_open(self, row: LetterRow, width: int) -> tuple[Content, Content]:
        session = self.session
        thread = session.cache.thread(row.letter.thread or "")
        title = letter_title(thread.thread if thread is not None else None)
        bead = ("● ", "new") if row.unread else ("○ ", "rail")
        new = (f"  {row.unread} new", "new") if row.unread else ""
        head = Content.assemble(bead, self._people(row), f"  {title}" if title else "", new)
        at = session.times.short(instant(row.last_ms)) if row.last_ms else ""
        newest = self._newest(row)
        if newest is None:
            return aligned(head, at, width), Content.styled(
                "  Nothing is written in it yet.", "dim"
            )
        is_mine = session.is_mine(newest)
        who = "you" if is_mine else writer_of(newest.author, newest.words_via, session.members)
        words = self._words(newest) or newest.state.marker
        if row.unread:
            head = head.stylize("strong")
        return aligned(head, at, width), Content.styled(f"  {who}: {words}", "dim")

    def _people(self, row: LetterRow) -> Content:
        """Return who is in a letter, each in their hue."""
        session = self.session
        hues = {
            member_name(id, session.members).removeprefix("@"): member_hue(id)
            for id in (row.letter.members or (row.letter.asked_by, *row.letter.others))
        }
        names = people_of(session.cache, row)
        if not names:
            return Content(name_people(session, row))
        return Content(", ").join(Content.styled(name, hues.get(name, "")) for name in names)

    def _newest(self, row: LetterRow) -> Post | None:
        thread = self.session.cache.thread(row.letter.thread or "")
        if thread is None or row.letter.thread is None:
            return None
        return next(iter(self.session.cache.posts(row.letter.thread, (thread.thread.posts,))), None)

    @staticmethod
    def _words(post: Post) -> str:
        """Return the first line of a post's own words: what it quotes stands elsewhere in the letter."""
        lines = (post.body or "").split("\n")
        return plain("\n".join(line for line in lines if not line.startswith(">")))

    def _draw_asked(self, row: LetterRow, width: int) -> tuple[Content, Content]:
        session, letter = self.session, row.letter
        until = f"until {session.times.day(letter.until)}"
        if letter.asked_by == session.cache.reader:
            people = name_people(session, row) if row.asked else counted(letter.asked, "member")
            head = Content.assemble(("◌ ", "warn"), f"you asked {people}")
            says = "It opens with the first yes. Who says no is not told to you."
            return aligned(head, until, width), Content.styled(f"  {says}", "dim")
        who = safe_line(member_name(letter.asked_by, session.members)).removeprefix("@")
        names = [name for name in people_of(session.cache, row) if name != who]
        others = f", with {', '.join(names)}" if names else ""
        name = Content.styled(who, member_hue(letter.asked_by))
        head = Content.assemble(("◌ ", "warn"), name, f" asks to write to you{others}")
        says = f"If you decline, {who} sees only that no letter opened."
        return aligned(head, until, width), Content.styled(f"  {says}", "dim")


class LettersPage(Page[tuple[BoardId | None, LetterWord]]):
    """The letters; answers with what to do with which, or with the list."""

    BINDINGS: ClassVar[list[BindingType]] = [(key, f"say({key!r})") for key in _KEYS]

    def __init__(self, session: Session, at: str = "") -> None:
        """Show the letters.

        Args:
            session: The session of the community.
            at: The letter under the cursor, by id; empty for the first.
        """
        self._at = session.trail.place() or at
        self._list = LetterList(session, self._offer_keys)
        about = Static(ABOUT, classes="about", markup=False)
        super().__init__(session, "Letters", about, self._list)

    def on_mount(self) -> None:
        """Fill the list, and go to where the reader was."""
        super().on_mount()
        self.refresh_live()
        self._list.focus()
        if (place := self._list.keys.index_of(self._at)) is not None:
            self._list.jump(place)
        self._offer_keys()

    def refresh_live(self) -> None:
        """Show the letters as they are now."""
        self._list.reload()
        self._offer_keys()

    def _offer_keys(self) -> None:
        """Show the keys of what can be done with the letter under the cursor, and of a new one."""
        words = self._list.words()
        enter = {LetterWord.OPEN: "open", LetterWord.ACCEPT: "answer"}
        shown = [("Enter", enter[word]) for word in words if word in enter]
        shown.append(("t", LetterWord.NEW.value))
        if LetterWord.ACCEPT in words:
            shown += [("a", "accept"), ("x", "decline")]
        elif LetterWord.TAKE_BACK in words:
            shown.append(("x", LetterWord.TAKE_BACK.value))
        elif LetterWord.LEAVE in words:
            shown.append(("S", "leave"))
        self.offer_keys([*shown, ("=", "blocked")])

    def action_say(self, key: str) -> None:
        """Answer with a word for the letter under the cursor, or for the list."""
        word = _KEYS[key]
        words = self._list.words()
        if word is LetterWord.DECLINE and LetterWord.TAKE_BACK in words:
            word = LetterWord.TAKE_BACK
        if word in (LetterWord.NEW, LetterWord.BLOCKS):
            self.dismiss((None, word))
        elif word in words:
            self.dismiss((self._list.current, word))
        else:
            self.notify(
                f"{_SHOWN.get(key, key)} is for a request, or for an open letter.", markup=False
            )

    def chosen(self, key: str) -> None:
        """Open the letter; a request to the reader is offered for an answer."""
        words = self._list.words()
        if LetterWord.OPEN in words or LetterWord.ACCEPT in words:
            self.dismiss((key, LetterWord.OPEN))
        else:
            self.notify("It waits for a yes; x takes the request back.", markup=False)
