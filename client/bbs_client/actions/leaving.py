"""Leaving a board, a letter or the community, with the reader's words or without; coming back (P9)."""

from bbs.errors import BadParams, Disconnected, FolkmootError
from bbs.features.boards.seat_messages import LeaveSeat, SeatState
from bbs.features.letters.messages import LeaveLetter
from bbs.features.ownership.leaving_messages import ComeBack, Leave
from bbs.features.ownership.views import LeaveWords, Leaving
from bbs.ids import BoardId, new_id
from bbs.profiles import LeftNote
from bbs.refusals import SignInFailed
from bbs.streams import board_stream
from bbs.terminal.leaving_text import CHOICES, has_words, when_back
from bbs_client.actions.export import export
from bbs_client.actions.sheets import ListingQuestion, SheetQuestion
from bbs_client.actions.surface import Confirm, NothingHere, Surface
from bbs_client.session.addresses import PlaceKind, locate
from bbs_client.session.leaving_sheets import (
    COMMUNITY,
    LeaveWord,
    Left,
    confirm_text,
    leave_sheet,
    leaving_listing,
    leaving_sheet,
    left_of,
    left_sheet,
    letter_confirm_text,
    letter_sheet,
)
from bbs_client.session.returning import how_to_sign_in, sign_in_again
from bbs_client.session.state import OLD_KEY

_WITHOUT_SEAT = {SeatState.OFFERED, SeatState.WAITING, SeatState.APPLIED}


async def leave(surface: Surface, about: str) -> None:
    """Leave the board or the letter here, or the community from home; or come back to it.

    Args:
        surface: The reader's surface.
        about: A board, a letter, or `COMMUNITY`; empty for what is here.

    Raises:
        FolkmootError: What the server answered, such as that a sysop hands over first.
    """
    if surface.session.signed_out and surface.session.left is not None:
        await show_left(surface, "")
        return
    left = await _left(surface, about)
    if left.board is None and not about and surface.session.cache.leavings():
        await _choose(surface)
    else:
        await leave_place(surface, left)


async def leave_board(surface: Surface, board: BoardId) -> None:
    """Leave a board, or show how to come back to it. Raises as `leave`."""
    await leave_place(surface, left_of(surface.session, board))


async def leave_place(surface: Surface, left: Left) -> None:
    """Leave a place, or show how to come back to one that the reader is leaving. Raises as `leave`."""
    session = surface.session
    row = None if left.board is None else session.cache.board(left.board)
    seat = row.seat if row is not None else None
    if (leaving := session.cache.leaving(left.board)) is not None:
        await show_leaving(surface, left, leaving)
    elif left.board is not None and left.is_letter:
        if await leave_letter(surface, left.board):
            surface.show_home()
    elif left.board is not None and seat is not None and seat.state in _WITHOUT_SEAT:
        # Who waits for a seat gives up a place in line, and no words.
        command = LeaveSeat(board=left.board, op=new_id())
        session.connection.submit(command, board_stream(left.board))
        surface.refresh()
    else:
        await _ask_to_leave(surface, left)


async def _left(surface: Surface, about: str) -> Left:
    """Return what is to be left. Raises as `leave`."""
    session = surface.session
    if about == COMMUNITY:
        return left_of(session, None)
    if about:
        place = await surface.wait(locate(session, about))
        if place.kind is PlaceKind.MEMBER:
            raise BadParams("place", f"name a board, a letter, or {COMMUNITY}")
        thread = session.cache.thread(place.id) if place.kind is PlaceKind.THREAD else None
        return left_of(session, thread.thread.board if thread is not None else place.id)
    try:
        return left_of(session, None if surface.at_home else surface.board_here().board.id)
    except (BadParams, NothingHere):
        return left_of(session, None)


async def _choose(surface: Surface) -> None:
    """Ask which of the places that the reader is leaving to show, or to leave the community."""
    session = surface.session
    chosen = await surface.ask(ListingQuestion(leaving_listing(session)))
    if chosen is not None:
        await leave_place(surface, left_of(session, None if chosen == COMMUNITY else chosen))


async def _ask_to_leave(surface: Surface, left: Left) -> None:
    """Show what leaving does, ask what becomes of the words, and leave. Raises as `leave`."""
    session = surface.session
    tried = Leave(board=left.board, words=LeaveWords.LEFT, dry_run=True, op=new_id())
    would = await surface.wait(session.connection.call(tried))
    sheet = leave_sheet(session, left, would.leaving, would.boards)
    while (word := await surface.ask(SheetQuestion(sheet))) is not None:
        if word == LeaveWord.EXPORT:
            await export(surface, "")
        elif word == LeaveWord.COMMUNITY:
            await leave_place(surface, left_of(session, None))
            return
        elif await _leave(surface, left, LeaveWords(word), would.leaving):
            return


async def _leave(surface: Surface, left: Left, words: LeaveWords, would: Leaving) -> bool:
    """Ask once more, and leave; return whether that was done."""
    session = surface.session
    back = when_back(would, session.times.moment)
    says = confirm_text(session, left, words, back, is_written=has_words(would))
    question = Confirm(f"Leave {left.name}?", says, yes="leave", destructive=True)
    if not await surface.ask(question):
        return False
    command = Leave(board=left.board, words=words, op=new_id())
    if left.board is None:
        # Known before it is sent, for the end of this session can be heard before the answer is.
        session.left = LeftNote(would.erase_at, left.name)
        so = f"Your words {CHOICES[words].is_so}."
        session.parting = so if has_words(would) else "You wrote nothing."
    try:
        done = await surface.wait(session.connection.call(command))
    except Disconnected:
        raise
    except FolkmootError:
        session.left, session.parting = None, ""
        raise
    if left.board is None:
        return True  # the surface tells the rest once the server has signed this device out
    surface.refresh()
    until, key = session.times.near(done.leaving.erase_at), surface.key_of("leave")
    way_back = f"Until {until} the way back is open: go there, then {key}."
    if done.leaving.back_from is not None:
        way_back = f"{when_back(done.leaving, session.times.near)}."
    surface.notify(f"You are leaving {left.name}. {way_back}")
    return True


async def show_leaving(surface: Surface, left: Left, leaving: Leaving) -> None:
    """Show a leaving that can be taken back, and take it back if that is chosen. Raises as `leave`."""
    session = surface.session
    sheet = leaving_sheet(session, left, leaving)
    while (word := await surface.ask(SheetQuestion(sheet))) is not None:
        if word == LeaveWord.EXPORT:
            await export(surface, "")
        else:
            await _come_back(surface, left)
            return


async def keep_out(surface: Surface) -> None:
    """Show a reader who is leaving the community what is left to them, and nothing else.

    Raises:
        FolkmootError: What the server answered.
    """
    session = surface.session
    while not session.signed_out and (leaving := session.cache.leaving(None)) is not None:
        sheet = leaving_sheet(session, left_of(session, None), leaving, is_only=True)
        word = await surface.ask(SheetQuestion(sheet))
        if word is None:
            return
        if word == LeaveWord.EXPORT:
            await export(surface, "")
        else:
            await _come_back(surface, left_of(session, None))


async def show_left(surface: Surface, _: str) -> None:
    """Show a reader whose leaving has signed this device out how to come back, and nothing else.

    Raises:
        SignInFailed: If the server knows this device's key no more.
        FolkmootError: What the server answered.
    """
    session = surface.session
    while session.left is not None and session.signed_out:
        word = await surface.ask(SheetQuestion(left_sheet(session)))
        if word is None:
            return
        comes_back = word == LeaveWord.BACK
        name = session.community
        try:
            await surface.wait(sign_in_again(session, comes_back=comes_back))
        except SignInFailed:
            surface.notify(f"{OLD_KEY}: quit and type {how_to_sign_in(session)}")
            continue
        except Disconnected:
            surface.notify("The server cannot be reached now.")
            continue
        surface.refresh()
        if comes_back:
            surface.notify(f"You are back in {name}.")


async def _come_back(surface: Surface, left: Left) -> None:
    await surface.wait(surface.session.connection.call(ComeBack(board=left.board, op=new_id())))
    surface.refresh()
    says = (
        "what you wrote in it is shown again" if left.is_letter else "what you wrote is shown again"
    )
    surface.notify(
        f"You are back in {left.name}; {says}, within a few minutes where there is much."
    )


async def leave_letter(surface: Surface, letter: BoardId) -> bool:
    """Ask what becomes of the reader's words in a letter, and leave it; return whether that was done.

    Raises:
        FolkmootError: What the server answered.
    """
    session = surface.session
    left = left_of(session, letter)
    while (word := await surface.ask(SheetQuestion(letter_sheet(left)))) is not None:
        if word == LeaveWord.EXPORT:
            await export(surface, "")
            continue
        words = LeaveWords(word)
        asks, says = f"Leave {left.name} for good?", letter_confirm_text(words)
        if await surface.ask(Confirm(asks, says, yes="leave", destructive=True)):
            await surface.wait(
                session.connection.call(LeaveLetter(letter=letter, words=words, op=new_id()))
            )
            surface.refresh()
            surface.notify(f"You have left {left.name}.")
            return True
    return False
