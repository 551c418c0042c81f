"""Who has or awaits a seat on a board; offering seats; the office of its moderators (P8)."""

from collections.abc import Awaitable, Collection, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from bbs import limits
from bbs.features.boards.seat_messages import (
    Appoint,
    HandOver,
    ListSeats,
    OfferedBy,
    OfferSeat,
    Seat,
    SeatResult,
    SeatState,
    TakeBackOffer,
    TakeUpOffice,
)
from bbs.features.members.author_text import member_name
from bbs.features.members.views import MemberState
from bbs.ids import COMMONS, BoardId, MemberId, new_id
from bbs.terminal.state_text import SEAT_STATES
from bbs_client.actions.boards import configure_board
from bbs_client.actions.forms import FormError, FormField, SettingsQuestion, send_form
from bbs_client.actions.surface import Confirm, Question, Surface
from bbs_client.mirror.file import BoardRow
from bbs_client.safe_text import board_title, safe_line
from bbs_client.session.session import Session


class SeatWord(StrEnum):
    """What the reader may do with a seat, with its holder's office, or with the board's seats."""

    APPOINT = "make moderator"
    END = "end office"
    HAND_OVER = "hand over"
    TAKE_UP = "take up office"
    ADD_SEATS = "more seats"
    OFFER = "offer a seat"
    TAKE_BACK = "take back the offer"


class SeatRow(NamedTuple):
    """A seat, in words; cleaned.

    Attributes:
        member: Whose it is.
        name: What they are called.
        state: What the seat is: seated, waiting, offered; and whether they moderate.
        words: What the reader may do with it, or with their office.
    """

    member: MemberId
    name: str
    state: str
    words: tuple[SeatWord, ...]


class SeatsQuestion(Question[tuple[SeatRow | None, SeatWord]], frozen=True):
    """Who has a seat on a board, and what to do with which; None for a word of the whole board.

    Attributes:
        board: The board.
        heading: Whose seats, in a line; cleaned.
        rows: The seats: the seated, then the waiting and the offered.
        words: What the reader may do whoever sits there.
    """

    board: BoardId
    heading: str
    rows: tuple[SeatRow, ...]
    words: tuple[SeatWord, ...] = ()


class OfferForm(SettingsQuestion, frozen=True, kw_only=True):
    """To whom a seat is offered. Answers with the member's id, under the name of the field.

    Attributes:
        members: Who can be named, by handle.
        seats: What those do who have, await or were offered a seat, by id: "is a moderator".
    """

    members: Mapping[str, MemberId]
    seats: Mapping[MemberId, str]

    def read(self, typed: Mapping[str, str]) -> dict[str, Any]:
        """Return who was named.

        Raises:
            FormError: If that is nobody, or somebody with a seat, an offer or a place in the list.
        """
        handle = super().read(typed)[_MEMBER].removeprefix("@")
        if (member := self.members.get(handle)) is None:
            says = f"nobody here is called @{handle}; type the handle of a member"
            raise FormError(_MEMBER, f"member: {says}.")
        if member in self.seats:
            says = f"@{handle} {self.seats[member]} here already; name a member without a seat"
            raise FormError(_MEMBER, f"member: {says}.")
        return {_MEMBER: member}


_MEMBER = "member"
_CONSEQUENCES = {
    SeatWord.APPOINT: "They may then do on this board what you may: change its settings, look after"
    " threads, seats and reports, and make others moderators. The board's log shows it.",
    SeatWord.END: "They keep their seat. The board's log shows it. To end the office of somebody else"
    " may wait for others.",
    SeatWord.HAND_OVER: "They become moderator and you cease to be, in one act; you keep your seat."
    " The board's log shows it.",
    SeatWord.TAKE_BACK: "The seat is free again. The board's log shows it, and they are told.",
    SeatWord.TAKE_UP: "Nobody moderates this board. Others who sit there can object first, for a day"
    " at least; then you are its moderator. The board's log shows it.",
}

_DONE = {
    SeatWord.APPOINT: "{name} moderates {board} now.",
    SeatWord.END: "{name} does not moderate {board} any more.",
    SeatWord.HAND_OVER: "{name} moderates {board} in your place.",
    SeatWord.TAKE_UP: "You moderate {board} now.",
    SeatWord.TAKE_BACK: "The offer to {name} is taken back.",
}


async def seats(surface: Surface, _: str) -> None:
    """Show who has or awaits a seat on the board that is here; let who may, offer seats and offices.

    Who waits moves up by the list alone (P3): to let them in, moderators add seats.

    Raises:
        FolkmootError: What the server answered; `boards.last_in_office` if nobody would be left,
            `proposals.waits` if others have their say first.
    """
    row, session = surface.board_here(), surface.session
    listed = (await surface.wait(session.connection.call(ListSeats(board=row.board.id)))).seats
    is_headless = not any(seat.moderator for seat in listed)
    rows = tuple(_row(session, row, seat, is_headless=is_headless) for seat in listed)
    may_offer = _moderates(row) and row.board.id != COMMONS
    question = SeatsQuestion(
        row.board.id, _heading(row, listed), rows, words=(SeatWord.OFFER,) if may_offer else ()
    )
    if (answer := await surface.ask(question)) is None:
        return
    match answer:
        case _, SeatWord.ADD_SEATS:
            await configure_board(surface, row, only=("seats",))
        case None, _:
            await _offer(surface, row, listed)
        case whose, word:
            await _change_office(surface, row, whose, word)


async def _change_office(surface: Surface, row: BoardRow, whose: SeatRow, word: SeatWord) -> None:
    asked = _asked(whose, word, _title(row))
    if await surface.ask(Confirm(asked, _CONSEQUENCES[word], yes=word.value)):
        command = _command(row, whose, word)
        await surface.wait(surface.session.connection.call(command))
        surface.refresh()
        surface.notify(_DONE[word].format(name=whose.name, board=row.board.label))


async def _offer(surface: Surface, row: BoardRow, listed: Collection[Seat]) -> None:
    """Offer a seat to a member who has none, and no place in the list."""
    session, board = surface.session, row.board
    seats = {seat.member: _standing(seat) for seat in listed}
    members = {
        member.handle: member.id
        for member in session.members.values()
        if member.handle is not None and member.state is MemberState.SEATED
    }
    field = FormField(
        name=_MEMBER,
        label="member",
        help="The handle of a member who has no seat here, such as @ana. They may take it, or not.",
        choices=tuple(f"@{handle}" for handle, id in members.items() if id not in seats),
        chars_max=limits.HANDLE_CHARS_MAX + 1,
        is_required=True,
    )
    heading = f"Offer a seat on {_title(row)}"
    form = OfferForm(heading, (field,), yes="offer", members=members, seats=seats)

    def send(values: dict[str, Any]) -> Awaitable[SeatResult]:
        command = OfferSeat(board=board.id, member=values[_MEMBER], op=new_id())
        return session.connection.call(command)

    done = await send_form(surface, form, send)
    if done is not None:
        surface.refresh()
        surface.notify(f"A seat on {board.label} waits for {_name(session, done.seat)}.")


def _standing(seat: Seat) -> str:
    return "is a moderator" if seat.moderator else SEAT_STATES[seat.state]


def _state_text(session: Session, seat: Seat) -> str:
    """Return the state of a seat, and of an offer its end."""
    says = SEAT_STATES[seat.state]
    if seat.state is not SeatState.OFFERED:
        return says
    until = "" if seat.until is None else f" until {session.times.moment(seat.until)}"
    return f"{says}{until}{', by the list' if seat.offered_by is OfferedBy.QUEUE else ''}"


def _title(row: BoardRow) -> str:
    return board_title(row.board)


def _heading(row: BoardRow, listed: Collection[Seat]) -> str:
    taken = sum(seat.state is SeatState.SEATED for seat in listed)
    waiting = sum(seat.state is SeatState.WAITING for seat in listed)
    offered = sum(seat.state is SeatState.OFFERED for seat in listed)
    more = f", {offered} offered" if offered else ""
    more += f", {waiting} waiting" if waiting else ""
    return f"Seats on {_title(row)}: {taken} of {row.board.seats} taken{more}"


def _name(session: Session, seat: Seat) -> str:
    return safe_line(member_name(seat.member, session.members))


def _moderates(row: BoardRow) -> bool:
    return row.seat is not None and row.seat.moderator


def _row(session: Session, row: BoardRow, seat: Seat, *, is_headless: bool) -> SeatRow:
    words = _words(session, row, seat, is_headless=is_headless)
    state = "moderates" if seat.moderator else _state_text(session, seat)
    return SeatRow(seat.member, _name(session, seat), state, words)


def _words(
    session: Session, row: BoardRow, seat: Seat, *, is_headless: bool
) -> tuple[SeatWord, ...]:
    me, moderates = session.me, _moderates(row)
    if me is None:
        return ()
    if seat.state is SeatState.OFFERED and seat.offered_by is not OfferedBy.QUEUE:
        return (SeatWord.TAKE_BACK,) if moderates else ()
    if seat.state is not SeatState.SEATED:
        return (SeatWord.ADD_SEATS,) if moderates and seat.state is SeatState.WAITING else ()
    if not (moderates or me.sysop):
        return (SeatWord.TAKE_UP,) if is_headless and seat.member == me.id else ()
    if seat.moderator:
        over = (SeatWord.HAND_OVER,) if moderates and seat.member != me.id else ()
        return (SeatWord.END, *over)
    return (SeatWord.APPOINT, SeatWord.HAND_OVER) if moderates else (SeatWord.APPOINT,)


def _asked(whose: SeatRow, word: SeatWord, title: str) -> str:
    match word:
        case SeatWord.APPOINT:
            return f"Make {whose.name} a moderator of {title}?"
        case SeatWord.END:
            return f"End the office of {whose.name} on {title}?"
        case SeatWord.HAND_OVER:
            return f"Make {whose.name} moderator of {title} in your place?"
        case SeatWord.TAKE_UP:
            return f"Become the moderator of {title}?"
        case SeatWord.TAKE_BACK:
            return f"Take back the offer of a seat on {title} to {whose.name}?"
    raise LookupError(word)


def _command(
    row: BoardRow, whose: SeatRow, word: SeatWord
) -> Appoint | HandOver | TakeUpOffice | TakeBackOffer:
    board, member, op = row.board.id, whose.member, new_id()
    if word is SeatWord.TAKE_BACK:
        return TakeBackOffer(board=board, member=member, op=op)
    if word is SeatWord.TAKE_UP:
        return TakeUpOffice(board=board, op=op)
    if word is SeatWord.HAND_OVER:
        return HandOver(board=board, member=member, op=op)
    return Appoint(board=board, member=member, moderator=word is SeatWord.APPOINT, op=op)
