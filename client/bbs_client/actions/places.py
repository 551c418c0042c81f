"""Going to places (boards, threads, lounges, every address), and the seat on a board."""

from enum import StrEnum

from bbs.features.boards.kinds import BoardKind
from bbs.features.boards.seat_messages import LeaveSeat, TakeSeat
from bbs.features.members.views import MemberAuthor
from bbs.ids import COMMONS, new_id
from bbs.streams import board_stream
from bbs_client.actions.applying import apply, take_back
from bbs_client.actions.lookup import go_to_post, show_member
from bbs_client.actions.surface import Question, Surface
from bbs_client.actions.table import BY_ID
from bbs_client.actions.verbs import find_run
from bbs_client.mirror.file import BoardRow
from bbs_client.session.addresses import Place, PlaceKind, locate
from bbs_client.session.applications import is_applying, is_asked


class PlaceQuestion(Question[Place], frozen=True):
    """Asks for a place, by a few letters of its name or by its address."""


class SeatAnswer(StrEnum):
    """The reader's decision about a seat."""

    TAKE = "take"  # take a seat, or accept new norms on the present seat
    LEAVE = "leave"
    CONSENT = "consent"  # change how the words may go with the board
    CLAIM = "claim"  # of a board that was unpacked: claim old words
    VOUCH = "vouch"  # see whose old words others' are said to be


class SeatQuestion(Question[tuple[SeatAnswer, int]], frozen=True):
    """Asks whether to take or leave a seat, and for the norms version that the reader read (P5).

    Attributes:
        row: The board and the reader's own seat.
    """

    row: BoardRow


class NormsQuestion(Question[tuple[SeatAnswer, int]], frozen=True):
    """Shows a board's norms, with the last changes; asks for a yes where the reader owes one (P5).

    Attributes:
        row: The board and the reader's own seat.
    """

    row: BoardRow


async def boards(surface: Surface, _: str) -> None:
    """Go to the boards."""
    surface.show_boards()


async def threads(surface: Surface, _: str) -> None:
    """Go to the threads of the board that is here; from a letter, to the letters."""
    board = surface.board_here().board
    if board.kind is BoardKind.LETTER:
        from bbs_client.actions.letters import letters  # late: it goes to places, too

        await letters(surface, "")
    else:
        surface.show_board(board.id)


async def lounge(surface: Surface, _: str) -> None:
    """Go to the lounge of the board that is here; from there, to its threads."""
    row = surface.board_here()
    if row.board.kind is BoardKind.LETTER:
        surface.notify("A letter has no lounge.")
    elif surface.in_lounge:
        surface.show_board(row.board.id)
    else:
        surface.show_lounge(row.board.id)


async def visit_lounge(surface: Surface, board: str) -> None:
    """Go to the lounge of a board."""
    surface.show_lounge(board)


async def switch(surface: Surface, address: str) -> None:
    """Go to the place of an address, or ask for a place."""
    if address:
        await go(surface, address)
    elif (place := await surface.ask(PlaceQuestion())) is not None:
        await show(surface, place)


async def go(surface: Surface, address: str) -> None:
    """Go to the place of an address; ask the server only if it is not in the mirror.

    Raises:
        Disconnected: If only the server could know, and it cannot be reached.
        FolkmootError: The server's error; `not_found` if the address names nothing.
    """
    await show(surface, await surface.wait(locate(surface.session, address)))


async def show(surface: Surface, place: Place) -> None:
    """Go to a place; a member is shown over the present one. Raises as `go`."""
    match place.kind:
        case PlaceKind.BOARD:
            surface.show_board(place.id)
        case PlaceKind.LOUNGE:
            surface.show_lounge(place.id, place.post)
        case PlaceKind.THREAD:
            await go_to_post(surface, place.id, place.post)
        case PlaceKind.MEMBER:
            await show_member(surface, MemberAuthor(id=place.id))
        case PlaceKind.ADDRESS:
            await go(surface, place.id)


async def norms(surface: Surface, _: str) -> None:
    """Show the norms of the board here, and their last changes; accept them."""
    row = surface.board_here()
    if row.board.kind is BoardKind.LETTER:
        # The commons' norms alone hold in letters.
        row = surface.session.cache.board(COMMONS) or row
    await show_norms(surface, row)


async def show_norms(surface: Surface, row: BoardRow) -> None:
    """Show the norms of a board, and their last changes; accept them. Raises as `show_seat`."""
    if (answer := await surface.ask(NormsQuestion(row))) is not None:
        await _decide(surface, row, answer)


async def seat(surface: Surface, _: str) -> None:
    """Show charter and norms of the board that is here; take or leave a seat; leave a letter."""
    row = surface.board_here()
    if row.board.kind is BoardKind.LETTER:
        from bbs_client.actions.leaving import leave  # late: few leave

        await leave(surface, "")
    else:
        await show_seat(surface, row)


async def show_seat(surface: Surface, row: BoardRow) -> None:
    """Show charter and norms of a board; take or leave a seat on it (P5).

    Raises:
        FolkmootError: If this device could not keep the decision, or the server did not take the
            reader's answers back.
    """
    if (answer := await surface.ask(SeatQuestion(row))) is not None:
        await _decide(surface, row, answer)


async def _decide(surface: Surface, row: BoardRow, answer: tuple[SeatAnswer, int]) -> None:
    decided, version = answer
    session, board = surface.session, row.board.id
    if decided is SeatAnswer.CONSENT:
        from bbs_client.actions.consenting import choose_consent  # late: few change it

        await choose_consent(surface, row)
        await show_seat(surface, row)
        return
    if decided in (SeatAnswer.CLAIM, SeatAnswer.VOUCH):
        from bbs_client.actions.vouching import show_vouchings  # late: few claim
        from bbs_client.session.pack_origin import own_link

        if decided is SeatAnswer.CLAIM:
            await find_run(BY_ID["claim"])(surface, own_link(session, row))
        else:
            await show_vouchings(surface, row)
        return
    if decided is SeatAnswer.TAKE and is_asked(row):
        await apply(surface, row, version)
        return
    if decided is SeatAnswer.LEAVE and is_applying(row):
        await take_back(surface, row)
        return
    if decided is SeatAnswer.LEAVE and row.is_seated:
        from bbs_client.actions.leaving import leave_board  # late: few leave

        await leave_board(surface, board)
        return
    command = (
        TakeSeat(board=board, norms_version=version, op=new_id())
        if decided is SeatAnswer.TAKE
        else LeaveSeat(board=board, op=new_id())
    )
    session.connection.submit(command, board_stream(board))
    surface.refresh()
    if not session.online:
        surface.notify("Decided; the server hears of it when you are online again.")
