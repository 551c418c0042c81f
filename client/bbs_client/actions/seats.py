"""Who has a seat on a board, and the office of its moderators: given, ended, handed over (P8)."""

from enum import StrEnum
from typing import NamedTuple

from bbs.features.boards.messages import Appoint, HandOver, ListSeats, Seat, SeatState
from bbs.features.members.author_text import member_name
from bbs.ids import MemberId, new_id
from bbs.terminal.render import seat_word
from bbs_client.actions.surface import Confirm, Question, Surface
from bbs_client.mirror.file import BoardRow
from bbs_client.safe_text import safe_line
from bbs_client.session.session import Session


class OfficeWord(StrEnum):
    """What the reader may do with somebody's office."""

    APPOINT = "make moderator"
    END = "end office"
    HAND_OVER = "hand over"


class SeatRow(NamedTuple):
    """A seat, in words; cleaned.

    Attributes:
        member: Whose it is.
        name: What they are called.
        state: What the seat is: seated, waiting, offered; and whether they moderate.
        words: What the reader may do with their office.
    """

    member: MemberId
    name: str
    state: str
    words: tuple[OfficeWord, ...]


class SeatsQuestion(Question[tuple[SeatRow, OfficeWord]], frozen=True):
    """Who has a seat on a board, and what to do with whose office.

    Attributes:
        heading: Whose seats, in a line; cleaned.
        rows: The seats: the seated, then the waiting and the offered.
    """

    heading: str
    rows: tuple[SeatRow, ...]


_CONSEQUENCES = {
    OfficeWord.APPOINT: "They may then do on this board what you may: change its settings, look after"
    " threads, seats and reports, and make others moderators. The board's log shows it.",
    OfficeWord.END: "They keep their seat. The board's log shows it. To end the office of somebody else"
    " may wait for others.",
    OfficeWord.HAND_OVER: "They become moderator and you cease to be, in one act; you keep your seat."
    " The board's log shows it.",
}


async def seats(surface: Surface, _: str) -> None:
    """Show who has a seat on the board that is here; let who may give, end or hand over an office.

    Raises:
        FolkmootError: What the server answered; `boards.last_in_office` if nobody would be left,
            `proposals.waits` if others have their say first.
    """
    row, session = surface.board_here(), surface.session
    listed = await surface.wait(session.connection.call(ListSeats(board=row.board.id)))
    rows = tuple(_row(session, row, seat) for seat in listed.seats)
    title = safe_line(row.board.title, row.board.label)
    taken = sum(seat.state is SeatState.SEATED for seat in listed.seats)
    heading = f"Seats on {title}: {taken} of {row.board.seats} taken"
    if (answer := await surface.ask(SeatsQuestion(heading, rows))) is None:
        return
    whose, word = answer
    asked = Confirm(_asked(whose, word, title), _CONSEQUENCES[word], yes=word.value)
    if await surface.ask(asked):
        command = _command(row, whose, word)
        seat = (await surface.wait(session.connection.call(command))).seat
        surface.refresh()
        surface.notify(f"{row.board.label}: {whose.name} {seat_word(seat)}.")


def _row(session: Session, row: BoardRow, seat: Seat) -> SeatRow:
    name = safe_line(member_name(seat.member, session.members))
    return SeatRow(seat.member, name, seat_word(seat), _words(session, row, seat))


def _words(session: Session, row: BoardRow, seat: Seat) -> tuple[OfficeWord, ...]:
    me = session.me
    moderates = row.seat is not None and row.seat.moderator
    if me is None or seat.state is not SeatState.SEATED or not (moderates or me.sysop):
        return ()
    if seat.moderator:
        over = (OfficeWord.HAND_OVER,) if moderates and seat.member != me.id else ()
        return (OfficeWord.END, *over)
    return (OfficeWord.APPOINT, OfficeWord.HAND_OVER) if moderates else (OfficeWord.APPOINT,)


def _asked(whose: SeatRow, word: OfficeWord, title: str) -> str:
    match word:
        case OfficeWord.APPOINT:
            return f"Make {whose.name} a moderator of {title}?"
        case OfficeWord.END:
            return f"End the office of {whose.name} on {title}?"
        case OfficeWord.HAND_OVER:
            return f"Make {whose.name} moderator of {title} in your place?"


def _command(row: BoardRow, whose: SeatRow, word: OfficeWord) -> Appoint | HandOver:
    board, member, op = row.board.id, whose.member, new_id()
    if word is OfficeWord.HAND_OVER:
        return HandOver(board=board, member=member, op=op)
    return Appoint(board=board, member=member, moderator=word is OfficeWord.APPOINT, op=op)
