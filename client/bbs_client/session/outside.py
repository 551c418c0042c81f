"""What the client of a member has of the community who waits for a seat there, or has left it."""

import contextlib

from bbs.errors import FolkmootError
from bbs.features.boards.messages import GetBoard
from bbs.features.norms.messages import GetNorms
from bbs.features.ownership.leaving_messages import ListLeavings
from bbs.ids import COMMONS
from bbs.leaving_refusals import LeavingNow
from bbs.move_refusals import BoardMoved
from bbs.refusals import NotAllowed, NotFound, OnWaitingList
from bbs.restricted import Restricted
from bbs_client.session.pages import Pages

SHUT = (NotFound, NotAllowed, Restricted, BoardMoved)
"""The errors of a board that the reader may not read, or not any more."""

KEPT_OUT = (OnWaitingList, LeavingNow, Restricted)
"""The errors of a server that answers a member, and lets them read nothing."""


async def fetch_from_outside(pages: Pages, error: FolkmootError) -> None:
    """Fetch what a reader may know who is not in the community (19.7, 28).

    Raises as `Pages.ask` does; cancelling is safe.

    Args:
        pages: Fetches the pages.
        error: Why nothing else is answered: one of `KEPT_OUT`.
    """
    if isinstance(error, LeavingNow):
        await pages.ask(ListLeavings())
    elif isinstance(error, OnWaitingList):
        with contextlib.suppress(OnWaitingList):  # a server of an earlier version shows nothing
            await pages.ask(GetBoard(board=COMMONS))
            await pages.ask(GetNorms(board=COMMONS))
