"""What the command line tells those who left a board and can still come back (P9, protocol 28)."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

from bbs.features.ownership.leaving_messages import ListLeavings
from bbs.features.ownership.views import Leaving, LeavingState
from bbs.ids import COMMONS, BoardId
from bbs.leaving_refusals import LeavingBoard
from bbs.refusals import NormsFirst, NotAllowed, SeatNeeded
from bbs.terminal.leaving_text import describe_leaving
from bbs.terminal.output import local_time

if TYPE_CHECKING:
    from bbs.sdk.community import Community


async def find_leaving(community: "Community", board: BoardId | None) -> Leaving | None:
    """Return the caller's leaving of a board they can come back to; None of board: the community.

    A token may not ask, and learns of none.
    """
    try:
        listed = (await community.call(ListLeavings())).leavings
    except NotAllowed:
        return None
    left = (each for each in listed if each.state is LeavingState.LEAVING)
    return next((each for each in left if each.board == board), None)


async def tell_of_leaving(community: "Community", board: BoardId, slug: str) -> tuple[str, ...]:
    """Return until when the caller can come back to a board that they left, and how; else nothing."""
    leaving = await find_leaving(community, board)
    if leaving is None:
        return ()
    return describe_leaving(leaving, slug, local_time), f"{_way_back(slug)}."


@asynccontextmanager
async def note_seat_command(community: "Community", slug: str) -> AsyncIterator[None]:
    """Add a note to a refusal that a seat would prevent: it names the command that gives the seat."""
    try:
        yield
    except (SeatNeeded, NormsFirst) as error:
        if await find_leaving(community, error.board) is not None:
            error.add_note(f"you left {slug}: {_way_back(slug)}")
            raise
        where = "commons" if error.board == COMMONS else slug
        error.add_note(f"bbs seat {where} shows you the board's norms and takes a seat")
        raise


@contextmanager
def note_way_back(slug: str) -> Iterator[None]:
    """Add a note to a refusal of a seat to who left the board: it names the command that comes back."""
    try:
        yield
    except LeavingBoard as error:
        error.add_note(_way_back(slug))
        raise


def _way_back(slug: str) -> str:
    return f"bbs come-back {slug} brings you back, with your words"
