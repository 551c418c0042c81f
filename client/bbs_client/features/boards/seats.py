"""Who has or awaits a seat on a board, as a list, with what the reader may do with which."""

from collections.abc import Callable
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from bbs_client.actions.seats import SeatRow, SeatsQuestion, SeatWord
from bbs_client.session.session import Session
from bbs_client.widgets.block_view import BlockView
from bbs_client.widgets.page import Page

_NAME_COLUMNS = 34
_KEYS = {
    "a": (SeatWord.APPOINT,),
    "x": (SeatWord.END, SeatWord.TAKE_BACK),  # what ends something, by the seat
    "o": (SeatWord.HAND_OVER,),
    "t": (SeatWord.TAKE_UP,),
    "m": (SeatWord.ADD_SEATS,),
    "s": (SeatWord.OFFER,),
}
_NO_WORD = (
    "Only moderators of the board and the sysop give and end offices, of those who sit there;"
    " moderators offer seats."
)


class SeatList(BlockView):
    """A row for each seat: who, and what the seat is."""

    def __init__(self, rows: tuple[SeatRow, ...], on_move: Callable[[], None]) -> None:
        """Make the list.

        Args:
            rows: The seats, in their order.
            on_move: Told when the cursor stands on another seat.
        """
        super().__init__()
        self._on_move = on_move
        self.rows = {row.member: row for row in rows}

    def on_mount(self) -> None:
        """Show the seats."""
        self.set_keys(self.rows)
        self._on_move()

    def cursor_moved(self) -> None:
        """Tell the dialog."""
        self._on_move()

    def empty_text(self) -> Content:
        """Say that nobody sits there."""
        return Content("Nobody has a seat here.").stylize("dim")

    def draw(self, index: int, width: int) -> list[Content]:
        """Return a seat."""
        row = self.rows[self.keys[index]]
        name = Content(row.name).truncate(_NAME_COLUMNS, ellipsis=True, pad=True)
        said = Content.assemble(name.stylize("name"), " ", (row.state, "dim"))
        return [said.truncate(width, ellipsis=True)]


class SeatsPage(Page[tuple[SeatRow | None, SeatWord]]):
    """The list; answers with what to do with which seat, or with the board's."""

    BINDINGS: ClassVar[list[BindingType]] = [(key, f"say({key!r})") for key in _KEYS]

    def __init__(self, session: Session, question: SeatsQuestion) -> None:
        """Show the seats.

        Args:
            session: The session of the community.
            question: Whose, and what the reader may do.
        """
        self._question = question
        self._list = SeatList(question.rows, self._offer_keys)
        about = Static(question.heading, classes="about", markup=False)
        super().__init__(session, "Seats", about, self._list, board=question.board)

    def _offer_keys(self) -> None:
        """Show the keys of what can be done to the seat under the cursor, and to the board's."""
        self.offer_keys([(key, word.value) for key, word in self._ways()])

    def action_say(self, key: str) -> None:
        """Answer with a word for the seat under the cursor, or say which there are."""
        ways = dict(self._ways())
        self._say(ways.get(key, _KEYS[key][0]))

    def chosen(self, key: str) -> None:
        """Answer with the only word there is for this seat; of several, say which keys give them."""
        words = self._list.rows[key].words
        self._say(words[0] if len(words) == 1 else None)

    def _words(self) -> tuple[SeatWord, ...]:
        row = self._list.rows.get(self._list.current or "")
        return (*(row.words if row is not None else ()), *self._question.words)

    def _ways(self) -> list[tuple[str, SeatWord]]:
        """Return the words that can be said now, each with its key."""
        can = self._words()
        return [(key, word) for key, words in _KEYS.items() for word in words if word in can]

    def _say(self, word: SeatWord | None) -> None:
        if word in self._question.words:
            self.dismiss((None, word))
        elif word is not None and word in self._words():
            self.dismiss((self._list.rows[self._list.current or ""], word))
        else:
            ways = [f"{key} ({each.value})" for key, each in self._ways()]
            self.notify(f"Press {' or '.join(ways)}." if ways else _NO_WORD, markup=False)
