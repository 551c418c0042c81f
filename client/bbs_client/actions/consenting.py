"""A board that is taken along: how the reader's words may go with it, and where it moves (29.1, 30)."""

from contextlib import suppress

from bbs.errors import FolkmootError
from bbs.features.packs.consent_messages import PackConsent, SetConsent
from bbs.features.packs.consent_text import CONSENT_EFFECTS
from bbs.features.packs.move_views import MoveState
from bbs.features.proposals.messages import ListProposals
from bbs.ids import new_id
from bbs_client.actions.sheets import SheetQuestion
from bbs_client.actions.surface import Surface
from bbs_client.actions.table import BY_ID
from bbs_client.actions.verbs import find_run
from bbs_client.mirror.file import BoardRow
from bbs_client.safe_text import board_title
from bbs_client.session.pack_words import PackWord, may_be_taken, own_consent, pack_sheet


async def consent(surface: Surface, _: str) -> None:
    """Show where the board that is here moves, and choose how the reader's words may go with it.

    Raises:
        FolkmootError: What the server answered.
    """
    await choose_consent(surface, surface.board_here())


async def choose_consent(surface: Surface, row: BoardRow) -> None:
    """Show where a board moves, and choose how the reader's words may go with it. Raises as `consent`."""
    session, board = surface.session, row.board.id
    if not may_be_taken(row):
        surface.notify("Nobody takes the commons or a letter along; there is nothing to choose.")
        return
    move = session.cache.move_of(board)
    if move is not None and move.state is MoveState.ANNOUNCED:
        # With each seat that is left or taken, another number of objections ends the move.
        with suppress(FolkmootError):  # offline, what is on this device is shown
            await surface.wait(session.connection.call(ListProposals()))
    word = await surface.ask(SheetQuestion(pack_sheet(session, row)))
    if word == PackWord.OBJECT:
        await find_run(BY_ID["proposals"])(surface, "")
    elif word is not None and (chosen := PackConsent(word)) is not own_consent(session, board):
        command = SetConsent(board=board, consent=chosen, op=new_id())
        await surface.wait(session.connection.call(command))
        surface.refresh()
        surface.notify(f"If {board_title(row.board)} is taken along, {CONSENT_EFFECTS[chosen]}.")
