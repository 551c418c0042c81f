"""Waiting for a seat in the community with a client: the place in line, the offer, the way in (19.7)."""

from bbs.features.boards.messages import ConfigureBoard, GetBoard, ListBoards
from bbs.features.boards.seat_messages import GetPlace, SeatState, TakeSeat
from bbs.features.threads.messages import ListThreads
from bbs.ids import COMMONS, new_id
from bbs.refusals import OnWaitingList
from bbs.streams import board_stream
from tests.journeys.community import Front, House, open_garden


def _state(front: Front) -> SeatState | None:
    row = front.cache.board(COMMONS)
    return None if row is None or row.seat is None else row.seat.state


async def test_who_waits_for_the_community_sees_the_commons_from_outside(community: House) -> None:
    """A waiting member's client shows the commons' charter, norms and their seat, and no word of others;
    the offer reaches it by itself, and the seat taken there opens the boards (19.7)."""
    garden, _ = await open_garden(community)
    sysop = community.voices["sysanne"]
    await sysop.call(ConfigureBoard(board=COMMONS, seats=2))
    bo = await community.join("bo")
    front = await community.front("bo", "bo", outside=True)
    try:
        await front.until(lambda: _state(front) is SeatState.WAITING)
        cache = front.cache
        await front.until(lambda: cache.norms(COMMONS) is not None)
        assert [row.board.id for row in cache.boards()] == [COMMONS]
        assert cache.cursor(board_stream(COMMONS)) is None
        shown = await bo.call(GetBoard(board=COMMONS))
        assert not shown.as_of, "how much is said inside is nothing for who waits outside"
        for request in (
            ListBoards(),
            GetBoard(board=garden),
            GetBoard(board=new_id()),
            ListThreads(board=COMMONS),
            GetPlace(board=garden),
        ):
            try:
                await bo.call(request)
            except OnWaitingList:
                continue
            raise AssertionError(f"{request.method} was answered")
        await sysop.call(ConfigureBoard(board=COMMONS, seats=3))
        await front.until(lambda: _state(front) is SeatState.OFFERED)
        await front.link.call(TakeSeat(board=COMMONS, norms_version=1, op=new_id()))
        await front.until(lambda: cache.board(garden) is not None)
        await front.until(lambda: cache.cursor(board_stream(COMMONS)) is not None)
        assert _state(front) is SeatState.SEATED
    finally:
        await front.close()
