"""How the reader's words may go with a board that somebody takes along: shown and changed (29.1)."""

from bbs.features.packs.consent_messages import SetConsent
from bbs.features.packs.consent_text import CONSENT_EFFECTS, CONSENT_WORDS
from bbs.ids import new_id
from bbs_client.actions.surface import Surface, TendQuestion
from bbs_client.mirror.file import BoardRow
from bbs_client.safe_text import board_title
from bbs_client.session.pack_words import may_be_taken, own_consent


async def consent(surface: Surface, _: str) -> None:
    """Choose how the reader's words may go with the board that is here.

    Raises:
        FolkmootError: What the server answered.
    """
    await choose_consent(surface, surface.board_here())


async def choose_consent(surface: Surface, row: BoardRow) -> None:
    """Choose how the reader's words may go with a board. Raises as `consent`."""
    session, board = surface.session, row.board.id
    if not may_be_taken(row):
        surface.notify("Nobody takes the commons or a letter along; there is nothing to choose.")
        return
    now = own_consent(session, board)
    doings = {
        name: f"{CONSENT_EFFECTS[each][:1].upper()}{CONSENT_EFFECTS[each][1:]}."
        + (" This is so now." if each is now else "")
        for each, name in CONSENT_WORDS.items()
    }
    name = await surface.ask(TendQuestion(f"If {board_title(row.board)} is taken along", doings))
    chosen = next((each for each, known in CONSENT_WORDS.items() if known == name), None)
    if chosen is None or chosen is now:
        return
    command = SetConsent(board=board, consent=chosen, op=new_id())
    await surface.wait(session.connection.call(command))
    surface.refresh()
    surface.notify(f"If {board_title(row.board)} is taken along, {CONSENT_EFFECTS[chosen]}.")
