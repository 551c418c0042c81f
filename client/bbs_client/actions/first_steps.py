"""Runs a founder's first steps: each is another action at its place."""

from bbs.ids import COMMONS
from bbs_client.actions.boards import configure_board, open_board
from bbs_client.actions.inviting import invite
from bbs_client.actions.places import show_seat
from bbs_client.actions.surface import Surface
from bbs_client.actions.writing import begin
from bbs_client.session.destination import Destination, DestinationKind

KEYS = {"board": "open_board", "invitation": "invite", "thread": "new_thread"}
"""The action of each step that has a key, everywhere or on its board."""

VERBS = {
    "name": "configure commons",
    "norms": "seat commons",
    "board": "open-board",
    "invitation": "invite",
    "thread": "new-thread BOARD TITLE",
}
"""The verb to type for each step, in lines."""


async def take_step(surface: Surface, step: str) -> None:
    """Run one of the first steps.

    Args:
        surface: The reader's surface.
        step: The id of a `FirstStep`.

    Raises:
        FolkmootError: The server's error.
    """
    cache = surface.session.cache
    commons = cache.board(COMMONS)
    match step:
        case "name" if commons is not None:
            # The commons keeps its slug; people read its title.
            await configure_board(surface, commons, only=("title", "charter"))
        case "norms" if commons is not None:
            await show_seat(surface, commons)
        case "board":
            await open_board(surface, "")
        case "invitation":
            await invite(surface, "")
        case "thread":
            # Prefer the newest board of the founder to the commons.
            board = [row.board.id for row in cache.boards() if row.is_seated][-1]
            surface.show_board(board)
            await begin(surface, Destination(DestinationKind.THREAD, board))
