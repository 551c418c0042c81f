"""Runs the first steps of a founder and of a newcomer: each is another action at its place."""

from bbs.features.threads.views import Thread
from bbs.ids import COMMONS
from bbs_client.actions.boards import configure_board, open_board
from bbs_client.actions.inviting import invite
from bbs_client.actions.lookup import who
from bbs_client.actions.places import show_seat
from bbs_client.actions.program import theme
from bbs_client.actions.surface import Surface
from bbs_client.actions.writing import begin
from bbs_client.session.destination import Destination, DestinationKind

KEYS = {
    "board": "open_board",
    "invitation": "invite",
    "thread": "new_thread",
    "seat": "boards",
    "looks": "theme",
    "seen": "who",
}
"""The action of each step that has a key, everywhere or on its board."""

VERBS = {
    "name": "configure commons",
    "norms": "seat commons",
    "board": "open-board",
    "invitation": "invite",
    "thread": "new-thread BOARD TITLE",
    "seat": "boards, then seat BOARD",
    "hello": "new-thread commons Hello, or open commons",
    "seen": "who, or who seen",
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
        case "seat":
            await _choose_seat(surface)
        case "hello":
            await _say_hello(surface)
        case "looks":
            await theme(surface, "")
        case "seen":
            await who(surface, "")


async def _choose_seat(surface: Surface) -> None:
    """Show the seat of the only board there is, or the boards to choose from."""
    others = [row for row in surface.session.cache.boards() if row.board.id != COMMONS]
    if len(others) == 1:
        surface.show_board(others[0].board.id)
        await show_seat(surface, others[0])
    else:
        surface.show_boards()


async def _say_hello(surface: Surface) -> None:
    """Show the thread of the commons that newcomers find; without one, start the first."""
    threads = [row.thread for row in surface.session.cache.threads(COMMONS)]
    if threads:
        # What moderators pinned is meant to be found first.
        surface.show_thread(max(threads, key=_newest_pinned).id)
        surface.notify(f"{surface.key_of('reply')} answers, {surface.key_of('back')} goes back.")
    else:
        surface.show_board(COMMONS)
        await begin(surface, Destination(DestinationKind.THREAD, COMMONS))


def _newest_pinned(thread: Thread) -> tuple[bool, int]:
    return thread.pinned, thread.number or 0
