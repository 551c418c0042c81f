"""What the client of a member who waits for a seat in the community has of it."""

import contextlib

from bbs.features.boards.messages import GetBoard
from bbs.features.norms.messages import GetNorms
from bbs.ids import COMMONS
from bbs.refusals import OnWaitingList
from bbs_client.session.pages import Pages


async def fetch_from_outside(pages: Pages) -> None:
    """Fetch what a reader who waits for a seat in the community may know of the commons (19.7).

    Raises as `Pages.ask` does; cancelling is safe.
    """
    with contextlib.suppress(OnWaitingList):  # a server of an earlier version shows nothing
        await pages.ask(GetBoard(board=COMMONS))
        await pages.ask(GetNorms(board=COMMONS))
