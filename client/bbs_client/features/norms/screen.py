"""A board's charter and norms, read before the reader takes a seat and again when they change (P5)."""

from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content

from bbs.features.boards.application_rules import split_questions
from bbs.features.boards.seat_messages import SeatPlace, SeatState
from bbs.ids import COMMONS
from bbs.plural import counted
from bbs_client.actions.places import SeatAnswer
from bbs_client.features.norms.clauses import changed_rows, clause_rows, diff_fact, version_text
from bbs_client.mirror.reads import BoardRow
from bbs_client.session.applications import describe_application, is_applying, is_asked
from bbs_client.session.consent import NormsShown, fetch_norms, norms_here, whose_norms
from bbs_client.session.in_line import describe_place_here, fetch_place, refresh_board
from bbs_client.session.narrowed import archived_at
from bbs_client.session.pack_origin import fetch_origin
from bbs_client.session.pack_words import describe_consents, describe_own_consent, may_be_taken
from bbs_client.session.session import Session
from bbs_client.session.standing import describe_seat, describe_way, is_waiting
from bbs_client.widgets.page import TextPage
from bbs_client.widgets.safe_content import safe_content

_BLANK = Content("")
_LEAVES = {
    SeatState.SEATED: "leave the seat",
    SeatState.WAITING: "wait no longer",
    SeatState.OFFERED: "decline the seat",
    SeatState.APPLIED: "withdraw your answers",
    SeatState.LEFT: "leave the seat",
}


class NormsPage(TextPage[tuple[SeatAnswer, int]]):
    """A board's norms: what changed in them, or the whole text. Answers a yes to the version read."""

    BINDINGS: ClassVar[list[BindingType]] = [("a", "take"), ("v", "turn")]

    def __init__(self, session: Session, row: BoardRow) -> None:
        """Show the norms of a board.

        Args:
            session: Where they come from.
            row: The board and the reader's own seat.
        """
        super().__init__(session, "Norms", board=row.board.id)
        self.row = row
        self.shown = norms_here(session, row)
        self._whole = False

    @property
    def accepted(self) -> int:
        """The version that the reader accepted; 0 for none."""
        return self.row.seat.norms_version if self.row.seat is not None else 0

    @property
    def may_take(self) -> bool:
        """Whether there are norms for the reader to accept on the seat they have."""
        return self.row.is_seated and self.accepted < self.row.board.norms_version

    def on_mount(self) -> None:
        """Show what is here, and ask for the rest."""
        self.show()
        self.run_worker(self._fetch(), exit_on_error=False)

    async def _fetch(self) -> None:
        self.shown = await fetch_norms(self.session, self.row)
        self.show()

    def show(self) -> None:
        """Show the norms as far as they are here, and the keys of what can be done."""
        differs = self.shown.norms is not None and self.shown.before is not None
        turn = (("v", "what changed" if self._whole else "whole text"),) if differs else ()
        self.extra_keys = (*((("a", "accept"),) if self.may_take else ()), *turn)
        self.offer_keys(self.extra_keys)
        self.say_fact(diff_fact(self.shown) if differs else "")
        whole = self._whole or not differs
        self.flow.say(lambda width: self.rows(width, whole=whole))

    def rows(self, width: int, *, whole: bool) -> list[Content]:
        """Return the page's text.

        Args:
            width: Its columns.
            whole: Whether to show all clauses with how often each was cited, not what changed.
        """
        norms, before = self.shown.norms, self.shown.before
        if norms is None:
            return missing(self.shown, width)
        rows = Content.styled(version_text(norms, self.session.times), "$quiet").wrap(width)
        if whole or before is None:
            return [*rows, _BLANK, *clause_rows(norms, width, self.shown.cited)]
        accepted = f"You accepted version {self.accepted}. " if self.may_take else ""
        since = f"{accepted}What changed since version {before.version}:"
        signs = "+ is new, - is gone; all else is as it was."
        rows += Content.styled(f"{since} {signs}", "$quiet").wrap(width)
        rows += [_BLANK, *changed_rows(before, norms, width)]
        return [*rows, *asked(self.row, width)] if self.may_take else rows

    def action_turn(self) -> None:
        """Show the whole text, or what changed."""
        self._whole = not self._whole
        self.show()

    def action_take(self) -> None:
        """Accept what was read."""
        if self.shown.norms is not None and self.may_take:
            self.dismiss((SeatAnswer.TAKE, self.shown.norms.version))


class SeatPage(TextPage[tuple[SeatAnswer, int]]):
    """Charter, norms, and where the reader stands. Answers a decision and the norms' version read."""

    stays = True

    BINDINGS: ClassVar[list[BindingType]] = [
        ("a", "take"),
        ("x", "leave"),
        ("n", "consent"),
        ("c", "claim"),
        ("v", "vouch"),
    ]

    def __init__(self, session: Session, row: BoardRow) -> None:
        """Show a board.

        Args:
            session: Where norms and seats come from.
            row: The board and the reader's own seat.
        """
        super().__init__(session, "Seat", board=row.board.id, fact=_seats_fact(session, row))
        self._shown = norms_here(session, row)
        self._place: SeatPlace | None = None
        self._origin: list[str] = []
        self._take_in(row)

    def _take_in(self, row: BoardRow) -> None:
        """Note how the board stands, and the keys of what the reader can do."""
        self._row = row
        seat, keys = row.seat, []
        accepted = seat is not None and seat.norms_version >= row.board.norms_version
        self._may_take = not (row.is_seated and accepted) and not is_waiting(row)
        self._may_take = self._may_take and not is_applying(row)
        if not row.is_seated and archived_at(self.session, row.board.id):
            self._may_take = False
        stays = row.board.id == COMMONS and row.is_seated  # they leave with the community alone
        self._may_leave = seat is not None and not stays
        if self._may_take:
            new = "accept the new norms" if row.is_seated else "accept and take the seat"
            if is_asked(row):
                new = "accept, then answer"
            keys.append(("a", new))
        if self._may_leave:
            keys.append(("x", _LEAVES[seat.state] if seat is not None else ""))
        if may_be_taken(row):
            keys.append(("n", "consent"))
        if self._origin:
            keys += [("c", "claim old words"), ("v", "vouch")]
        self.extra_keys = keys

    def on_mount(self) -> None:
        """Show what is here, and ask for what is not in force any more."""
        self.flow.say(self._rows)
        if self._shown.norms is None or (self._has_changed and self._shown.before is None):
            self.run_worker(self._fetch(), exit_on_error=False)
        if not self._row.is_seated:
            self.run_worker(self._fetch_place(), exit_on_error=False)
        self.run_worker(self._fetch_origin(), exit_on_error=False)

    @property
    def _has_changed(self) -> bool:
        """Whether the reader accepted an earlier version."""
        return self._may_take and self._row.seat is not None and self._row.seat.norms_version > 0

    async def _fetch(self) -> None:
        self._shown = await fetch_norms(self.session, self._row)
        self.flow.say(self._rows)

    async def _fetch_origin(self) -> None:
        self._origin = await fetch_origin(self.session, self._row, claim="c", vouch="v")
        if self._origin:
            self._take_in(self._row)
            self.offer_keys(self.extra_keys)
            self.flow.say(self._rows)

    async def _fetch_place(self) -> None:
        self._take_in(await refresh_board(self.session, self._row))
        self.offer_keys(self.extra_keys)
        self.say_fact(_seats_fact(self.session, self._row))
        self._place = await fetch_place(self.session, self._row)
        self.flow.say(self._rows)

    def _stands(self) -> str:
        """Return where the reader stands: the place in line if the server told it."""
        if self._place is None or describe_application(self.session, self._row):
            return describe_seat(self.session, self._row)
        return " ".join(describe_place_here(self.session, self._row, self._place))

    def _rows(self, width: int) -> list[Content]:
        board, norms, before = self._row.board, self._shown.norms, self._shown.before
        way = describe_way(self.session, self._row, "a")
        if is_applying(self._row):
            way = "x takes your answers back."
        if self._may_take:  # the norms stand below: the key does not lead to them
            takes = "" if self._row.is_seated else " and takes a seat"
            if is_asked(self._row):
                count = counted(len(split_questions(board.questions)), "question")
                takes = f" and shows {count}; only the desk of this board reads the answers"
            way = f"a accepts the norms below{takes}."
        stands = f"{self._stands()} {way}".rstrip()
        rows: list[Content] = [*Content.styled(stands, "$quiet").wrap(width), _BLANK]
        if self._origin:
            rows += [piece for says in self._origin for piece in Content(says).wrap(width)]
            rows.append(_BLANK)
        if taken := describe_own_consent(self.session, self._row, "n"):
            rows += [*Content(taken).wrap(width), _BLANK]
        if self._has_changed and norms is not None and before is not None:
            rows += [_heading(f"What changed since version {before.version}"), _BLANK]
            rows += [*changed_rows(before, norms, width), *asked(self._row, width), _BLANK]
        rows += safe_content(board.charter, otherwise="This board has no charter yet.").wrap(width)
        rows += [_BLANK, _heading("Norms of this board")]
        if norms is None:
            rows += missing(self._shown, width)
        else:
            rows += Content.styled(version_text(norms, self.session.times), "$quiet").wrap(width)
            rows += [_BLANK, *clause_rows(norms, width, self._shown.cited)]
        common = self.session.cache.norms(COMMONS)
        if common is not None and board.id != COMMONS:
            rows += [_heading("Norms of the commons, which hold everywhere"), _BLANK]
            rows += clause_rows(common, width)
        if chosen := describe_consents(self.session, board.id):
            rows += [_BLANK, _heading("If this board is taken along"), _BLANK]
            rows += [piece for says in chosen for piece in Content(says).wrap(width)]
        return rows

    def action_consent(self) -> None:
        """Change how the reader's words may go with the board."""
        if may_be_taken(self._row):
            self.dismiss((SeatAnswer.CONSENT, self._row.board.norms_version))

    def action_claim(self) -> None:
        """Claim old words on a board that was unpacked here."""
        if self._origin:
            self.dismiss((SeatAnswer.CLAIM, self._row.board.norms_version))

    def action_vouch(self) -> None:
        """Show whose old words others' are said to be."""
        if self._origin:
            self.dismiss((SeatAnswer.VOUCH, self._row.board.norms_version))

    def action_take(self) -> None:
        """Accept what was read."""
        norms = self._shown.norms
        if norms is not None and self._may_take:
            self.dismiss((SeatAnswer.TAKE, norms.version))

    def action_leave(self) -> None:
        """Give the seat up."""
        if self._may_leave:
            self.dismiss((SeatAnswer.LEAVE, self._row.board.norms_version))


def _seats_fact(session: Session, row: BoardRow) -> str:
    """Return how many seats a board has, and how many are taken if that is known here."""
    seats = counted(row.board.seats, "seat")
    taken = sum(seat.state is SeatState.SEATED for seat in session.cache.seats(row.board.id))
    return f"{seats}, {taken} taken" if taken else seats


def missing(shown: NormsShown, width: int) -> list[Content]:
    """Return why norms are not here, as rows."""
    return Content.styled(shown.trouble or "The norms are being fetched.", "$warning").wrap(width)


def asked(row: BoardRow, width: int) -> list[Content]:
    """Return what accepting is for, and what happens without it, below a rule."""
    where = "anywhere" if row.board.id == COMMONS else "there"
    says = (
        f"You may read {whose_norms(row)} as before. To write {where}, accept these norms.",
        "Not yet? Nothing happens; your seat stays yours.",
    )
    rule = Content.styled("─" * width, "$rule")
    return [rule, *(piece for line in says for piece in Content(line).wrap(width))]


def _heading(text: str) -> Content:
    return Content.styled(text, "bold")
