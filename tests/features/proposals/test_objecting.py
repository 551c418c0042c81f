"""Who objects to a command that waits, what ends it, and when it can be moved again (protocol 15.3)."""

from bbs.features.boards.messages import ConfigureBoard
from bbs.features.boards.seat_messages import Appoint, LeaveSeat
from bbs.features.proposals.messages import ProposalState, WaitsFor, WithdrawProposal
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
from tests.support.moot import Moot


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
    """Where three sit, whoever neither moved the command nor is its subject can end it (protocol 15.3)."""
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
    shown = (await bo.ask(oppose(bo, waits))).proposal
    assert (shown.state, shown.objections) == (ProposalState.OPEN, 1)
    ended = await cai.ask(oppose(cai, waits))
    assert ended.proposal.state is ProposalState.OBJECTED


async def test_another_value_beside_it_does_not_make_it_another_command(moot: Moot) -> None:
    """What members objected to is refused for 30 days in whatever company (protocol 15.3)."""
    board, (ana,) = await friends(moot, "ana")
    waits = await moved(moot.sysop, shorter(board))
    both = shorter(board, lounge_hours=1)
    for state in ("waits", "objected"):
        refused = await moot.sysop.refused(both)
        assert isinstance(refused, Conflict), state
        assert "retention_days" in refused.what
        if state == "waits":
            await ana.ask(oppose(ana, waits))
    await moved(moot.sysop, ConfigureBoard(board=board, lounge_hours=1))


async def test_taking_it_back_does_not_wipe_objections(moot: Moot) -> None:
    """Withdrawn before enough objected, it is refused for 30 days; without an objection it is not."""
    board, (_, bo, _) = await friends(moot, "ana", "bo", "cai")
    waits = await moved(moot.sysop, shorter(board))
    assert waits.proposal is not None
    await moot.sysop.ask(WithdrawProposal(board=board, proposal=waits.proposal))
    waits = await moved(moot.sysop, shorter(board))
    await bo.ask(oppose(bo, waits))
    assert waits.proposal is not None
    await moot.sysop.ask(WithdrawProposal(board=board, proposal=waits.proposal))
    assert isinstance(await moot.sysop.refused(shorter(board)), Conflict)
    moot.clock.jump(days=31)
    await sysop_again(moot)
    await moved(moot.sysop, shorter(board))


async def test_a_clock_ahead_does_not_end_the_thirty_days(moot: Moot) -> None:
    """The days go by the proven time (protocol 15.8)."""
    board, (ana,) = await friends(moot, "ana")
    waits = await moved(moot.sysop, shorter(board))
    await ana.ask(oppose(ana, waits))
    moot.clock.step(days=31)
    await sysop_again(moot)
    assert isinstance(await moot.sysop.refused(shorter(board)), Conflict)
