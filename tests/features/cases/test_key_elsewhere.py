"""The second key to a decision on a private board is a commons moderator's, who sees the case alone (15.11)."""

import pytest

from bbs import limits
from bbs.features.boards.messages import ConfigureBoard, GetBoard, Visibility
from bbs.features.cases.messages import GetCase
from bbs.features.cases.views import CaseState, SanctionKind
from bbs.features.proposals.messages import ListProposals, ProposalState
from bbs.features.threads.messages import ListPosts
from bbs.ids import CaseId
from bbs.refusals import NoSay, NotFound
from tests.features.cases.court import decision, heard, written
from tests.features.cases.desk import Desk, open_desk
from tests.features.proposals.motions import back, moved, second, sysop_again
from tests.support.moot import Moot


@pytest.fixture
async def desk(moot: Moot) -> Desk:
    """A private board whose moderators have been in office for long."""
    desk = await open_desk(moot)
    private = ConfigureBoard(board=desk.board, visibility=Visibility.PRIVATE)
    await desk.vera.ask(private)
    desk.moot.clock.jump(days=limits.GUEST_DAYS + 1)
    await sysop_again(moot)
    for name in ("vera", "mo", "warden", "ann", "tom", "rita"):
        setattr(desk, name, await back(moot, getattr(desk, name)))
    return desk


async def _month_by_vera(desk: Desk) -> CaseId:
    """Return a case that mo reported, about somebody who was spoken to before."""
    await desk.vera.ask(decision(await heard(desk), SanctionKind.WORD))
    return await heard(desk, await written(desk), reporter=desk.mo)


async def test_the_case_is_seen_and_the_board_is_not(desk: Desk) -> None:
    """The other moderator is party, so the commons' gives the key: they find the command and the case, and
    no more of the board than before."""
    case = await _month_by_vera(desk)
    waits = await moved(desk.vera, decision(case, SanctionKind.SILENCE, days=30))
    assert waits.way == "second_key"
    listed = await desk.warden.ask(ListProposals())
    assert listed.may_second == (waits.proposal,)
    seen = (await desk.warden.ask(GetCase(case=case))).case
    assert seen.head.state is CaseState.MOVED
    for query in (GetBoard(board=desk.board), ListPosts(thread=desk.thread.thread)):
        assert isinstance(await desk.warden.refused(query), NotFound)
    refused = await desk.mo.refused(second(desk.mo, waits))
    assert isinstance(refused, NoSay)
    assert "you reported this" in str(refused)
    done = (await desk.warden.ask(second(desk.warden, waits))).proposal
    assert done.state is ProposalState.CARRIED_OUT


async def test_without_a_key_of_theirs_the_case_is_not_there(desk: Desk) -> None:
    """Until a decision waits for them a private board's case is no matter of the commons'."""
    case = await _month_by_vera(desk)
    assert isinstance(await desk.warden.refused(GetCase(case=case)), NotFound)
