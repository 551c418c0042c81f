"""Keeping a board whole on this device, so that it outlives its server (protocol 33.1)."""

from bbs import limits
from bbs.features.threads.messages import ListThreads
from bbs.ids import BoardId
from bbs.plural import counted, size_text
from bbs_client.actions.surface import Confirm, Surface
from bbs_client.kept_boards import keep_board, kept_boards, stop_keeping
from bbs_client.safe_text import board_title, safe_line
from bbs_client.session.pack_words import may_be_taken


async def keep(surface: Surface, _: str) -> None:
    """Keep all of the board here on this device, or stop keeping it.

    Raises:
        FolkmootError: What the server answered.
    """
    row, session = surface.board_here(), surface.session
    board, title = row.board.id, board_title(row.board)
    if not may_be_taken(row):
        surface.notify(
            "The commons and letters stay with their community; nobody takes them along."
        )
        return
    profile = session.connection.profile.name
    try:
        if board in kept_boards(profile):
            question = Confirm(f"Keep {title} whole no longer?", _how_much(surface, board))
            if await surface.ask(question):
                stop_keeping(profile, board)
                surface.notify(f"{title} is followed as any other board. What is here stays.")
            return
        if session.online:
            await surface.wait(_list_threads(surface, board))
        question = Confirm(f"Keep all of {title} on this device?", _how_much(surface, board))
        if await surface.ask(question):
            keep_board(profile, board)
            session.connection.fetch_kept_boards()
            address = safe_line(row.board.slug, "BOARD")
            surface.notify(
                f"{title} is fetched while you read. When its server is gone,"
                f" bbs lifeboat make {address} FILE saves it."
            )
    except OSError as error:
        surface.notify(f"Nothing was changed: {error.strerror or error}.")


async def _list_threads(surface: Surface, board: BoardId) -> None:
    """Fetch the list of all threads, which says how much there is. Raises what the server answers."""
    before: int | None = None
    while True:
        request = ListThreads(board=board, before=before, limit=limits.PAGE_ITEMS_MAX)
        following = (await surface.session.connection.call(request)).next_before
        if following is None or (before is not None and following >= before):
            return
        before = following


def _how_much(surface: Surface, board: BoardId) -> str:
    """Return how much of a board is here, and about how much room all of it takes."""
    here = surface.session.cache.board_here(board)
    whole = f"{counted(here.threads, 'thread')} with {counted(here.posts, 'post')}"
    if here.here >= here.posts:
        return f"It has {whole}, and all are here: {size_text(here.size)}. Nobody is told."
    size = here.size * here.posts // max(here.here, 1)
    return (
        f"It has {whole}; {here.here} are here. All of it takes about {size_text(size)} on this"
        " device. Nobody is told."
    )
