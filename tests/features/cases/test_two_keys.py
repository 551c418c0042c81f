"""Some decisions take a second key; what concerns a person is never put to a vote (protocol 15.11)."""

from typing import Any

import pytest

from bbs import limits
from bbs.clock import HOUR_MS, to_ms
from bbs.features.cases.judging_messages import DecideCase, LetBe
from bbs.features.cases.messages import PassCaseOn
from bbs.features.cases.views import CaseState, EntryKind, SanctionKind
from bbs.features.moderation.messages import GetLog
from bbs.features.proposals.messages import ListProposals, ProposalState
from bbs.ids import CaseId
from bbs.refusals import CommandWaits, Conflict
from tests.features.cases.court import decision, heard, sanctions, written
from tests.features.cases.desk import Desk, listed, open_desk
from tests.features.proposals.motions import back, moved, second, sysop_again
from tests.support.moot import Line, Moot


async def _years_later(desk: Desk) -> None:
    """Let everybody be in office for long, and sign in anew."""
    desk.moot.clock.jump(days=limits.GUEST_DAYS + 1)
    await sysop_again(desk.moot)
    for name in ("vera", "mo", "warden", "ann", "tom", "rita"):
        setattr(desk, name, await back(desk.moot, getattr(desk, name)))


@pytest.fixture
async def desk(moot: Moot) -> Desk:
    """A board whose two moderators have been in office for long."""
    desk = await open_desk(moot)
    await _years_later(desk)
    return desk


async def _second_step(desk: Desk, **reported: Any) -> CaseId:
    """Return a heard case about somebody who was spoken to before."""
    await desk.vera.ask(decision(await heard(desk), SanctionKind.WORD))
    return await heard(desk, await written(desk), **reported)


def _month(case: CaseId) -> DecideCase:
    return decision(case, SanctionKind.SILENCE, days=30)


async def _waits(desk: Desk, line: Line) -> list[str]:
    found = (await line.ask(ListProposals(board=desk.board))).proposals
    return [proposal.id for proposal in found]


async def test_more_than_a_week_takes_two(desk: Desk) -> None:
    """The other moderator agrees; until then nothing holds, and the case says that it waits."""
    case = await _second_step(desk)
    waits = await moved(desk.vera, _month(case))
    assert (waits.way, waits.to_few) == ("second_key", True)
    seen = await desk.seen(desk.mo, case)
    assert (seen.head.state, seen.head.decide_by) == (CaseState.MOVED, None)
    assert seen.entries[-1].kind is EntryKind.MOVED
    assert len(await sanctions(desk)) == 1
    for line in (desk.vera, desk.mo):
        for command in (_month(case), LetBe(case=case)):
            assert isinstance(await line.refused(command), Conflict)
    assert await _waits(desk, desk.mo) == [waits.proposal]
    assert await _waits(desk, desk.ann) == await _waits(desk, desk.rita) == []
    done = (await desk.mo.ask(second(desk.mo, waits))).proposal
    assert done.state is ProposalState.CARRIED_OUT
    assert (await desk.seen(desk.mo, case)).head.state is CaseState.DECIDED
    assert (await sanctions(desk))[0].kind is SanctionKind.SILENCE
    acts = (await desk.ann.ask(GetLog(board=desk.board))).acts
    decided = next(act for act in acts if act.method == DecideCase.method)
    assert decided.seconded_by == desk.mo.id


async def test_missing_the_second_key_it_lapses(desk: Desk) -> None:
    """Nobody agreed in time: nothing was done, and the case is to be decided anew, once."""
    case = await _second_step(desk)
    for times in (1, 2):
        await moved(desk.vera, _month(case))
        await desk.jump(limits.SECOND_KEY_HOURS + 1)
        await desk.jump(0)
        seen = await desk.seen(desk.vera if times == 1 else desk.warden, case)
        assert seen.head.state is CaseState.HEARD
        kinds = [entry.kind for entry in seen.entries]
        assert kinds.count(EntryKind.NOT_SECONDED) == times
    # The second time nobody had seconded it, it went to the commons: vera's board had its chance.
    assert await listed(desk.warden) == [case]
    assert len(await sanctions(desk)) == 1


async def test_a_party_gives_no_key(desk: Desk) -> None:
    """Who reported cannot agree, nor hears of it; a moderator of the commons does (P8)."""
    case = await _second_step(desk, reporter=desk.mo)
    waits = await moved(desk.vera, _month(case))
    assert waits.way == "second_key"
    assert await _waits(desk, desk.mo) == []
    refused = await desk.mo.refused(second(desk.mo, waits))
    assert not isinstance(refused, CommandWaits)
    done = (await desk.warden.ask(second(desk.warden, waits))).proposal
    assert done.state is ProposalState.CARRIED_OUT


async def test_where_nobody_can_it_waits_three_days(moot: Moot) -> None:
    """Nobody is long enough in office: it takes effect after 72 hours, told to the person alone."""
    desk = await open_desk(moot)
    case = await _second_step(desk)
    waits = await moved(desk.vera, _month(case))
    assert waits.way == "delay"
    assert to_ms(waits.until) == moot.clock() + limits.PERSON_WAIT_HOURS * HOUR_MS
    assert await _waits(desk, desk.tom) == [waits.proposal]
    assert await _waits(desk, desk.ann) == await _waits(desk, desk.rita) == []
    await desk.jump(limits.PERSON_WAIT_HOURS + 1)
    assert (await sanctions(desk))[0].kind is SanctionKind.SILENCE


async def test_judgement_takes_two_at_any_level(desk: Desk) -> None:
    """Passed on, the other moderators of the commons or the sysop agree."""
    case = await _second_step(desk)
    await desk.vera.ask(PassCaseOn(case=case, text="Please look at it."))
    waits = await moved(desk.warden, _month(case))
    sysop = desk.moot.sysop
    done = (await sysop.ask(second(sysop, waits))).proposal
    assert done.state is ProposalState.CARRIED_OUT
