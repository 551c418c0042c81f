"""Whoever is suspended can say nothing to a command that waits, and so is not waited for (P7)."""

import pytest

from bbs.features.boards.messages import ConfigureBoard, Visibility
from bbs.features.boards.seat_messages import Appoint
from bbs.features.moderation.views import RestrictionKind
from bbs.features.proposals.messages import ProposalState
from bbs.ids import COMMONS
from bbs.refusals import CommandWaits
from tests.features.proposals.motions import (
    friends,
    moved,
    oppose,
    retention,
    shorter,
    sysop_again,
    waiting,
)
from tests.support.moot import Moot
from tests.support.restricting import lifted, restricted


@pytest.mark.parametrize("everywhere", [False, True])
async def test_a_suspended_moderator_is_no_second_key(moot: Moot, everywhere: bool) -> None:
    """With the only other moderator suspended a command waits by delay, and does not lapse."""
    board, (ana,) = await friends(moot, "ana")
    await moot.sysop.ask(Appoint(board=board, member=ana.id))
    moot.clock.jump(days=31)
    await sysop_again(moot)
    assert (await moved(moot.sysop, shorter(board, dry_run=True))).way == "second_key"
    await restricted(moot, RestrictionKind.SUSPENDED, COMMONS if everywhere else board, ana)
    assert (await moved(moot.sysop, shorter(board))).way == "delay"


async def test_all_moderators_are_those_who_can_speak(moot: Moot) -> None:
    """A wider view waits for all moderators but the suspended one."""
    board, (ana, _) = await friends(moot, "ana", "bo")
    await moot.sysop.ask(ConfigureBoard(board=board, visibility=Visibility.UNLISTED))
    await moot.sysop.ask(Appoint(board=board, member=ana.id))
    wider = ConfigureBoard(board=board, visibility=Visibility.MEMBERS)
    dry = await moot.sysop.refused(
        ConfigureBoard(board=board, visibility=Visibility.MEMBERS, dry_run=True)
    )
    assert isinstance(dry, CommandWaits)
    assert dry.way == "moderators"
    await restricted(moot, RestrictionKind.SUSPENDED, board, ana)
    assert (await moved(moot.sysop, wider)).way == "delay"


async def test_objections_are_asked_of_those_who_can_speak(moot: Moot) -> None:
    """With the third suspended, the only other one's objection ends it (protocol 15.3)."""
    board, (ana, bo) = await friends(moot, "ana", "bo")
    await restricted(moot, RestrictionKind.SUSPENDED, board, bo)
    waits = await moved(moot.sysop, shorter(board))
    ended = await ana.ask(oppose(ana, waits))
    assert ended.proposal.state is ProposalState.OBJECTED


async def test_an_objection_rests_with_its_member(moot: Moot) -> None:
    """One of two objections is of somebody who is suspended then: it ends nothing, and counts again with
    the end of the suspension (16.6)."""
    board, (ana, bo, _) = await friends(moot, "ana", "bo", "cy")
    waits = await moved(moot.sysop, shorter(board))
    await ana.ask(oppose(ana, waits))
    held = await restricted(moot, RestrictionKind.SUSPENDED, board, ana)
    seen = (await bo.ask(oppose(bo, waits))).proposal
    assert (seen.state, seen.objections, seen.objections_max) == (ProposalState.OPEN, 1, 2)
    await lifted(moot, held)
    [seen] = await waiting(bo, board)
    assert seen.objections == 2
    moot.clock.jump(days=2)
    await moot.do_jobs("commands that wait")
    assert await waiting(bo, board) == []
    assert await retention(bo, board) == 0
