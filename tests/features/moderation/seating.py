"""Uses of power about seats and ends of boards, each as a moderator would send it."""

from collections.abc import Awaitable, Callable
from typing import Any

from bbs.clock import DAY_MS, instant
from bbs.features.boards.application_messages import (
    AcceptApplication,
    Apply,
    DeclineApplication,
)
from bbs.features.boards.end_messages import SetEnd
from bbs.features.boards.messages import ConfigureBoard
from bbs.features.boards.seat_messages import OfferSeat, TakeBackOffer
from bbs.ids import ApplicationId, BoardId
from bbs.messages import Command
from tests.support.moot import Line, Moot


async def _applied(moot: Moot, board: BoardId) -> ApplicationId:
    await moot.sysop.ask(ConfigureBoard(board=board, questions="Why?"))
    bo = await moot.join("bo")
    done = await bo.ask(Apply(board=board, norms_version=1, answers=("Figs.",)))
    assert done.application is not None
    return done.application.id


async def _accept(moot: Moot, ana: Line, board: BoardId) -> Command[Any]:
    return AcceptApplication(board=board, application=await _applied(moot, board))


async def _decline(moot: Moot, ana: Line, board: BoardId) -> Command[Any]:
    return DeclineApplication(board=board, application=await _applied(moot, board), word="No.")


async def _take_back(moot: Moot, ana: Line, board: BoardId) -> Command[Any]:
    bo = await moot.join("bo")
    await moot.sysop.ask(OfferSeat(board=board, member=bo.id))
    return TakeBackOffer(board=board, member=bo.id)


async def _end(moot: Moot, ana: Line, board: BoardId) -> Command[Any]:
    return SetEnd(board=board, ends_at=instant(moot.clock() + 100 * DAY_MS))


SEATING: dict[type[Command[Any]], Callable[[Moot, Line, BoardId], Awaitable[Command[Any]]]] = {
    AcceptApplication: _accept,
    DeclineApplication: _decline,
    TakeBackOffer: _take_back,
    SetEnd: _end,
}
