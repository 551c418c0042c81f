"""Who has a seat on a board, as a list, with what the reader may do with whose office."""

from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content

from bbs_client.actions.seats import OfficeWord, SeatRow, SeatsQuestion
from bbs_client.keys import Pane
from bbs_client.widgets.block_view import BlockView
from bbs_client.widgets.dialog import Dialog

_NAME_COLUMNS = 34
_KEYS = {"a": OfficeWord.APPOINT, "x": OfficeWord.END, "o": OfficeWord.HAND_OVER}
_NO_WORD = (
    "Only moderators of the board and the sysop give and end offices, of those who sit there."
)


class SeatList(BlockView):
    """A row for each seat: who, and what the seat is."""

    def __init__(self, rows: tuple[SeatRow, ...]) -> None:
        """Make the list.

        Args:
            rows: The seats, in their order.
        """
        super().__init__()
        self.rows = {row.member: row for row in rows}

    def on_mount(self) -> None:
        """Show the seats."""
        self.set_keys(self.rows)

    def empty_text(self) -> Content:
        """Say that nobody sits there."""
        return Content("Nobody has a seat here.").stylize("dim")

    def draw(self, index: int, width: int) -> list[Content]:
        """Return a seat."""
        row = self.rows[self.keys[index]]
        name = Content(row.name).truncate(_NAME_COLUMNS, ellipsis=True, pad=True)
        said = Content.assemble(name.stylize("name"), " ", (row.state, "dim"))
        return [said.truncate(width, ellipsis=True)]


class SeatsDialog(Dialog[tuple[SeatRow, OfficeWord]]):
    """The list; answers with what to do with whose office."""

    footer = Pane.QUESTION
    BINDINGS: ClassVar[list[BindingType]] = [(key, f"say({key!r})") for key in _KEYS]

    def __init__(self, question: SeatsQuestion) -> None:
        """Show the seats.

        Args:
            question: Whose, and what the reader may do.
        """
        self._list = SeatList(question.rows)
        super().__init__(Content(question.heading), self._list, classes="tall")
        used = {word for row in question.rows for word in row.words}
        self.extra_keys = tuple((key, word.value) for key, word in _KEYS.items() if word in used)

    def action_say(self, key: str) -> None:
        """Answer with a word for the seat under the cursor, or say which there are."""
        self._say(_KEYS[key])

    def chosen(self, key: str) -> None:
        """Answer with the only word there is here; of several, say which keys give them."""
        words = self._list.rows[key].words
        self._say(words[0] if len(words) == 1 else None)

    def _say(self, word: OfficeWord | None) -> None:
        row = self._list.rows.get(self._list.current or "")
        if row is None:
            return
        if word is not None and word in row.words:
            self.dismiss((row, word))
            return
        ways = [f"{key} ({each.value})" for key, each in _KEYS.items() if each in row.words]
        self.notify(f"Press {' or '.join(ways)}." if ways else _NO_WORD, markup=False)
