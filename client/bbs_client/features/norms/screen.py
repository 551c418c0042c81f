"""A board's charter and norms, read before the reader takes a seat and again when they change (P5)."""

from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content

from bbs.errors import FolkmootError
from bbs.features.boards.messages import SeatState
from bbs.features.norms.messages import GetNorms, Norms
from bbs.ids import COMMONS
from bbs.plural import counted
from bbs_client.actions.places import SeatAnswer
from bbs_client.mirror.reads import BoardRow
from bbs_client.safe_text import describe_error, safe_line
from bbs_client.session.session import Session
from bbs_client.widgets.dialog import TextDialog
from bbs_client.widgets.safe_content import safe_content


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
        found = {id: session.cache.norms(id) for id in (COMMONS, row.board.id)}
        self._norms = {id: norms for id, norms in found.items() if norms is not None}
        self._trouble = ""
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
        if self._own() is None:
            self.run_worker(self._fetch(), exit_on_error=False)

    def _own(self) -> Norms | None:
        """Return the board's norms, if the version in force is here."""
        norms = self._norms.get(self._row.board.id)
        current = norms is not None and norms.version >= self._row.board.norms_version
        return norms if current else None

    async def _fetch(self) -> None:
        try:
            norms = await self._session.connection.call(GetNorms(board=self._row.board.id))
        except FolkmootError as error:
            self._trouble = describe_error(error)
        else:
            self._norms[self._row.board.id] = norms
        self._show()

    def _show(self) -> None:
        board = self._row.board
        seated = [
            seat for seat in self._session.cache.seats(board.id) if seat.state is SeatState.SEATED
        ]
        seats = counted(board.seats, "seat")
        if seated:
            seats += f", {len(seated)} taken"
        parts: list[Content | str | tuple[str, str]] = [
            safe_content(board.charter, otherwise="This board has no charter yet."),
            (f"\n\n{seats}\n", "$quiet"),
        ]
        own = self._own()
        if own is None:
            wait = self._trouble or "The norms are being fetched."
            parts.append((f"\n{wait}\n", "$warning"))
        else:
            parts += _clauses(f"Norms of this board, version {own.version}", own)
        common = self._norms.get(COMMONS)
        if common is not None and board.id != COMMONS:
            parts += _clauses("Norms of the commons, which hold everywhere", common)
        self.say(Content.assemble(*parts))

    def action_take(self) -> None:
        """Accept what was read."""
        norms = self._own()
        if norms is not None and self._may_take:
            self.dismiss((SeatAnswer.TAKE, norms.version))

    def action_leave(self) -> None:
        """Give the seat up."""
        if self._may_leave:
            self.dismiss((SeatAnswer.LEAVE, self._row.board.norms_version))


def _clauses(heading: str, norms: Norms) -> list[Content | str | tuple[str, str]]:
    parts: list[Content | str | tuple[str, str]] = [(f"\n{heading}\n", "bold $primary")]
    for number, clause in enumerate(norms.clauses, 1):
        parts += [(f"{number}. ", "bold"), safe_content(clause.text), "\n   "]
        parts += [(f"Why: {safe_line(clause.why)}", "$quiet"), "\n"]
    return parts
