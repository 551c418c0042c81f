"""How much waits at the desks of the reader's boards, asked when the client comes online."""

from bbs.features.boards.application_messages import ListApplications
from bbs_client.mirror.file import Mirror
from bbs_client.session.pages import Pages


async def ask_desks(cache: Mirror, pages: Pages) -> None:
    """Ask each board that the reader moderates and that asks questions. Cancelling is safe."""
    for row in cache.boards():
        if row.seat is not None and row.seat.moderator and row.board.questions:
            await pages.ask(ListApplications(board=row.board.id))
