"""Who objects to a command that waits, what ends it, and when it can be moved again (protocol 15.3)."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from bbs.features.boards.messages import Appoint, LeaveSeat
from bbs.features.proposals.messages import ProposalState, WaitsFor
from bbs.refusals import Conflict, NoSay
from tests.features.proposals.motions import (
    friends,
    moved,
    oppose,
    retention,
    shorter,
    sysop_again,
    waiting,
)
from tests.support.moot import Moot, open_moot


@pytest_asyncio.fixture
async def moot(tmp_path: Path) -> AsyncIterator[Moot]:
    """A community with a sysop."""
    async with open_moot(tmp_path / "data") as running:
        yield running


async def test_seat_holders_end_it_by_objecting(moot: Moot) -> None:
    """A fifth of those seated, two at least, end it; for 30 days it cannot be moved again."""
    board, lines = await friends(moot, "ana", "bo", "cai")
    waits = await moved(moot.sysop, shorter(board))
    await lines[0].ask(oppose(lines[0], waits))
    assert [one.objections for one in await waiting(lines[1], board)] == [1]
    shown = await lines[1].ask(oppose(lines[1], waits))
    assert shown.proposal.state is ProposalState.OBJECTED
    assert [vote.reason for vote in shown.proposal.votes] == ["We want to keep it"] * 2
    moot.clock.jump(days=2)
    await moot.do_jobs()
    assert await retention(lines[0], board) == 0
    assert isinstance(await moot.sysop.refused(shorter(board)), Conflict)
    moot.clock.jump(days=29)
    await sysop_again(moot)
    await moved(moot.sysop, shorter(board))


async def test_with_the_mover_alone_whoever_it_is_about_objects(moot: Moot) -> None:
    """An appointee cannot end the founder's office where nobody but the founder could object."""
    board, (ana,) = await friends(moot, "ana")
    await moot.sysop.ask(Appoint(board=board, member=ana.id))
    command = Appoint(board=board, member=moot.sysop.id, moderator=False)
    waits = await moved(ana, command)
    assert waits.way == WaitsFor.DELAY
    [shown] = await waiting(ana, board)
    assert shown.objections_max == 1
    ended = await moot.sysop.ask(oppose(moot.sysop, waits))
    assert ended.proposal.state is ProposalState.OBJECTED


async def test_whom_it_is_about_is_not_counted_among_those_who_could_object(moot: Moot) -> None:
    """Of three, one moves and one is concerned: the third's objection is everybody's (protocol 15.3)."""
    board, (ana, bo) = await friends(moot, "ana", "bo")
    await moot.sysop.ask(Appoint(board=board, member=ana.id))
    waits = await moved(moot.sysop, Appoint(board=board, member=ana.id, moderator=False))
    assert isinstance(await ana.refused(oppose(ana, waits)), NoSay)
    ended = await bo.ask(oppose(bo, waits))
    assert ended.proposal.state is ProposalState.OBJECTED


async def test_objections_are_counted_again_when_the_delay_ends(moot: Moot) -> None:
    """Others left meanwhile, and who is left objected: it is not carried out."""
    board, (ana, bo) = await friends(moot, "ana", "bo")
    waits = await moved(moot.sysop, shorter(board))
    await ana.ask(oppose(ana, waits))
    await bo.ask(LeaveSeat(board=board))
    moot.clock.jump(hours=24)
    await moot.do_jobs("commands that wait")
    [ended] = await waiting(ana, board, ended=True)
    assert ended.state is ProposalState.OBJECTED
    assert await retention(ana, board) == 0


async def test_whoever_left_the_board_objects_no_more(moot: Moot) -> None:
    """Two have to object, and they have to sit there (protocol 15.3)."""
    board, (ana, bo, cai) = await friends(moot, "ana", "bo", "cai")
    waits = await moved(moot.sysop, shorter(board))
    await ana.ask(oppose(ana, waits))
    await ana.ask(LeaveSeat(board=board))
    shown = await bo.ask(oppose(bo, waits))
    assert shown.proposal.state is ProposalState.OPEN
    ended = await cai.ask(oppose(cai, waits))
    assert ended.proposal.state is ProposalState.OBJECTED
