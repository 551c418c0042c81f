"""A board's charter and norms, read before the reader takes a seat and again when they change (P5)."""

from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content

from bbs.features.boards.messages import SeatState
from bbs.features.norms.messages import Norms
from bbs.ids import COMMONS
from bbs.plural import counted
from bbs.terminal.norms_text import WHY, diff_lines, norms_lines, version_line
from bbs_client.actions.places import SeatAnswer
from bbs_client.mirror.reads import BoardRow
from bbs_client.safe_text import safe_line
from bbs_client.session.consent import NormsShown, fetch_norms, norms_here, whose_norms
from bbs_client.session.session import Session
from bbs_client.widgets.dialog import TextDialog
from bbs_client.widgets.safe_content import safe_content

Part = Content | str | tuple[str, str]

BOX_COLUMNS_MAX = 72
AROUND_COLUMNS = 7  # its frame and its blanks, and the scrollbar
COLUMNS_MIN = 30


class SeatDialog(TextDialog[tuple[SeatAnswer, int]]):
    """Charter, norms, and where the reader stands. Answers a decision and the norms' version read."""

    BINDINGS: ClassVar[list[BindingType]] = [("a", "take"), ("x", "leave")]

    def __init__(self, session: Session, row: BoardRow) -> None:
        """Show a board.

        Args:
            session: Where norms and seats come from.
            row: The board and the reader's own seat.
        """
        title = safe_content(row.board.title, otherwise=safe_line(row.board.slug, "?"))
        super().__init__(title, Content(""), classes="tall")
        self._session = session
        self._row = row
        self._shown = norms_here(session, row)
        seat, keys = row.seat, []
        accepted = seat is not None and seat.norms_version >= row.board.norms_version
        self._may_take = not (row.is_seated and accepted)
        self._may_leave = seat is not None and row.board.id != COMMONS
        if self._may_take:
            new = "accept the new norms" if row.is_seated else "accept and take a seat"
            keys.append(("a", new))
        if self._may_leave:
            keys.append(("x", "leave the seat"))
        self.extra_keys = keys

    def on_mount(self) -> None:
        """Show what is here, and ask for what is not in force any more."""
        self._show()
        if self._shown.norms is None or (self._has_changed and self._shown.before is None):
            self.run_worker(self._fetch(), exit_on_error=False)

    @property
    def _has_changed(self) -> bool:
        """Whether the reader accepted an earlier version."""
        return self._may_take and self._row.seat is not None and self._row.seat.norms_version > 0

    async def _fetch(self) -> None:
        self._shown = await fetch_norms(self._session, self._row)
        self._show()

    def _show(self) -> None:
        board = self._row.board
        seated = [
            seat for seat in self._session.cache.seats(board.id) if seat.state is SeatState.SEATED
        ]
        seats = counted(board.seats, "seat")
        if seated:
            seats += f", {len(seated)} taken"
        parts: list[Part] = []
        if self._has_changed:
            parts += _changes(self._shown, self.app.size.width)
        parts += [
            safe_content(board.charter, otherwise="This board has no charter yet."),
            (f"\n\n{seats}\n", "$quiet"),
            *_norms(self._shown, "Norms of this board", self.app.size.width),
        ]
        common = self._session.cache.norms(COMMONS)
        if common is not None and board.id != COMMONS:
            parts += _clauses(
                "Norms of the commons, which hold everywhere", common, self.app.size.width
            )
        self.say(Content.assemble(*parts))

    def action_take(self) -> None:
        """Accept what was read."""
        norms = self._shown.norms
        if norms is not None and self._may_take:
            self.dismiss((SeatAnswer.TAKE, norms.version))

    def action_leave(self) -> None:
        """Give the seat up."""
        if self._may_leave:
            self.dismiss((SeatAnswer.LEAVE, self._row.board.norms_version))


class NormsDialog(TextDialog[None]):
    """A board's norms, what changed in them last, and how often each clause was cited."""

    def __init__(self, session: Session, row: BoardRow) -> None:
        """Show the norms of a board.

        Args:
            session: Where they come from.
            row: The board and the reader's own seat.
        """
        heading = Content(f"Norms of {whose_norms(row)}")
        super().__init__(heading, Content(""), classes="tall")
        self._session = session
        self._row = row

    def on_mount(self) -> None:
        """Show what is here, and ask for the rest."""
        self._show(norms_here(self._session, self._row))
        self.run_worker(self._fetch(), exit_on_error=False)

    async def _fetch(self) -> None:
        self._show(await fetch_norms(self._session, self._row))

    def _show(self, shown: NormsShown) -> None:
        width = self.app.size.width
        parts = [*_changes(shown, width), *_norms(shown, "All clauses", width)]
        self.say(Content.assemble(*parts))


def _changes(shown: NormsShown, width: int) -> list[Part]:
    """Return what changed since the version before, with the reason; nothing where that is not here."""
    if shown.norms is None or shown.before is None:
        return []
    heading = f"What changed since version {shown.before.version}"
    lines = diff_lines(shown.before.clauses, shown.norms.clauses, _room(width))
    return [
        (f"{heading}\n", "bold $primary"),
        *_marked(lines),
        "\n",
    ]


def _marked(lines: Iterable[str]) -> Iterator[Part]:
    """Yield the lines of a diff; a clause has the colour of its mark down to its last line."""
    style = ""
    for line in lines:
        if not line.startswith(_HANGING):
            style = _MARKS.get(line[:1], "")
        yield (line, style) if style else line
        yield "\n"


_MARKS = {"+": "$success", "-": "$error", "~": "$warning", ">": "$warning"}
_HANGING = " " * 3


def _norms(shown: NormsShown, heading: str, width: int) -> list[Part]:
    if shown.norms is None:
        return [(f"\n{shown.trouble or 'The norms are being fetched.'}\n", "$warning")]
    return _clauses(heading, shown.norms, width, shown.cited)


def _clauses(heading: str, norms: Norms, width: int, cited: Sequence[int] = ()) -> list[Part]:
    parts: list[Part] = [
        (f"\n{heading}\n", "bold $primary"),
        (f"{version_line(norms)}\n", "$quiet"),
    ]
    is_clause = True
    for line in norms_lines(norms, _room(width), cited):
        # What hangs below a rule is the rule still, down to its why.
        is_clause = line[:1].isdigit() or (is_clause and not line.lstrip().startswith(WHY))
        parts += [line if is_clause else (line, "$quiet"), "\n"]
    return parts


def _room(width: int) -> int:
    """Return the columns of a text in a dialog on a screen of a width."""
    return max(COLUMNS_MIN, min(BOX_COLUMNS_MAX, width) - AROUND_COLUMNS)
