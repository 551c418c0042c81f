"""Who sees what waits, and how much of it at a time (protocol 15.9)."""

from bbs.errors import BadParams
from bbs.features.boards.messages import Visibility
from bbs.features.boards.seat_messages import Appoint, HandOver, LeaveSeat, OfferSeat, TakeSeat
from bbs.features.community.messages import SetQuota
from bbs.features.ownership.messages import Export
from bbs.features.proposals.messages import ListProposals, ProposalState, WithdrawProposal
from bbs.refusals import NotFound
from bbs.streams import board_stream
from tests.features.proposals.motions import moved, oppose, shorter, waiting
from tests.support.moot import Moot
from tests.support.talk import seated, start


async def test_an_unlisted_board_is_listed_only_to_who_names_it(moot: Moot) -> None:
    """Without a seat there, what waits on an unlisted board is shown only if the board is named."""
    board = await moot.board(moot.sysop, "shed", visibility=Visibility.UNLISTED)
    ana, bo = await seated(moot, "ana", board), await moot.join("bo")
    waits = await moved(moot.sysop, shorter(board))
    assert [each.id for each in (await ana.ask(ListProposals())).proposals] == [waits.proposal]
    shown = await bo.ask(ListProposals())
    assert shown.proposals == ()
    assert board_stream(board) not in shown.as_of
    assert [each.id for each in await waiting(bo, board)] == [waits.proposal]


async def test_ended_ones_come_in_pages_and_each_once(moot: Moot) -> None:
    """Three that ended, two a page: each is given once, the latest end first; what waits comes once."""
    board = await moot.board(moot.sysop, "garden")
    ana = await seated(moot, "ana", board)
    ended = []
    for _ in range(3):
        waits = await moved(moot.sysop, shorter(board))
        assert waits.proposal is not None
        await moot.sysop.ask(WithdrawProposal(board=board, proposal=waits.proposal))
        ended.insert(0, waits.proposal)
        moot.clock.jump(hours=1)
    open_one = await moved(moot.sysop, shorter(board))
    first = await ana.ask(ListProposals(ended=True, limit=2))
    assert [each.id for each in first.proposals] == [open_one.proposal, *ended[:2]]
    last = await ana.ask(ListProposals(ended=True, limit=2, before=first.next_before))
    assert [each.id for each in last.proposals] == ended[2:]
    assert (last.next_before, last.as_of) == (None, {})


async def test_one_is_found_by_its_number(moot: Moot) -> None:
    """Whether it waits or has ended, and only on its board."""
    board = await moot.board(moot.sysop, "garden")
    ana = await seated(moot, "ana", board)
    waits = await moved(moot.sysop, shorter(board))
    assert waits.proposal is not None
    asked = ListProposals(board=board, number=1)
    shown = await ana.ask(asked)
    assert [each.id for each in shown.proposals] == list(shown.may_object) == [waits.proposal]
    assert shown.as_of == {}
    await moot.sysop.ask(WithdrawProposal(board=board, proposal=waits.proposal))
    [ended] = (await ana.ask(asked)).proposals
    assert ended.state is ProposalState.WITHDRAWN
    assert (await ana.ask(ListProposals(board=board, number=2))).proposals == ()
    assert isinstance(await ana.refused(ListProposals(number=1)), BadParams)


async def test_the_mover_sees_and_takes_back_their_own_anywhere(moot: Moot) -> None:
    """Who moved it on a board that they may not read sees their words alone, and nobody else sees it."""
    ana, bo = await moot.join("ana"), await moot.join("bo")
    board = await moot.board(moot.sysop, "den", visibility=Visibility.PRIVATE)
    for line in (ana, bo, await moot.join("dov")):
        await moot.sysop.ask(OfferSeat(board=board, member=line.id))
        await line.ask(TakeSeat(board=board, norms_version=1))
    await moot.sysop.ask(HandOver(board=board, member=ana.id))
    await moot.sysop.ask(LeaveSeat(board=board))
    await start(bo, board, "Some words of the den")
    waits = await moved(moot.sysop, SetQuota(board=board, quota_bytes=1))
    assert waits.proposal is not None
    for asked in (
        ListProposals(),
        ListProposals(board=board),
        ListProposals(board=board, number=1),
    ):
        shown = await moot.sysop.ask(asked)
        assert [each.id for each in shown.proposals] == [waits.proposal]
        assert board_stream(board) not in shown.as_of
    await ana.ask(oppose(ana, waits, "Leave us our words"))
    [own] = (await moot.sysop.ask(ListProposals())).proposals
    assert (own.objections, own.votes) == (1, ())
    assert all(change.said_before is None for change in own.changes)
    stranger = await moot.join("cid")
    withdraw = WithdrawProposal(board=board, proposal=waits.proposal)
    assert isinstance(await stranger.refused(withdraw), NotFound)
    assert isinstance(await stranger.refused(ListProposals(board=board)), NotFound)
    assert (await stranger.ask(ListProposals())).proposals == ()
    shown = await moot.sysop.ask(withdraw)
    assert (shown.proposal.state, shown.proposal.votes) == (ProposalState.WITHDRAWN, ())
    assert (await moot.sysop.ask(ListProposals())).proposals == ()


async def test_an_export_has_the_movers_words_alone(moot: Moot) -> None:
    """What the title was before is another's, and so is why somebody objects (protocol 14.3)."""
    board = await moot.board(moot.sysop, "garden", title="Words of somebody else")
    ana = await seated(moot, "ana", board)
    await moot.sysop.ask(Appoint(board=board, member=ana.id))
    waits = await moved(ana, shorter(board, title="My own words"))
    assert isinstance(waits.proposal, str)
    await moot.sysop.ask(oppose(moot.sysop, waits, "Another reason"))
    page = await ana.ask(Export())
    assert page.next_after is None
    [row] = [each.row for each in page.rows if each.section == "proposals"]
    given = bytes(row).decode()
    assert "My own words" in given
    assert "Words of somebody else" not in given
    assert "Another reason" not in given
