"""The letter in which the reader is, and whose words are under the cursor there."""

from bbs.errors import BadParams
from bbs.features.boards.kinds import BoardKind
from bbs.features.members.author_text import author_id
from bbs.ids import BoardId
from bbs_client.actions.surface import NothingHere, Surface


def letter_here(surface: Surface) -> BoardId | None:
    """Return the letter in which the reader is; None if they are in none."""
    try:
        board = surface.board_here().board
    except (NothingHere, BadParams):
        return None
    return board.id if board.kind is BoardKind.LETTER else None


def handle_here(surface: Surface) -> str:
    """Return the author of the thing here as an address, like `@ana`; empty if it is no member."""
    thing = surface.thing_here()
    id = author_id(thing.author) if thing is not None else None
    member = surface.session.members.get(id or "")
    if member is None or member.handle is None or member == surface.session.me:
        return ""
    return f"@{member.handle}"
