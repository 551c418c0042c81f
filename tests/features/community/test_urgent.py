"""Urgent notices: by two keys, to every seat holder, whatever they mute, once a month (P1, P4, P8)."""

from unittest.mock import patch

from bbs import limits
from bbs.features.boards.seat_messages import TakeSeat
from bbs.features.community.notice_messages import GiveUrgentNotice
from bbs.features.moderation.messages import GetLog
from bbs.features.proposals.messages import ListProposals
from bbs.features.reading.messages import GetInbox, ListNotices, Noticed, SetBoardChoice
from bbs.features.reading.views import NoticeKind, Stance
from bbs.refusals import CommandWaits, Conflict, NotAllowed
from bbs.streams import member_stream
from tests.features.proposals.motions import friends, sysop_again
from tests.support.moot import Moot

TEXT = "The dam is full: stay out of the garden"


async def test_everybody_who_sits_there_is_told_past_all_mutes(moot: Moot) -> None:
    """The line comes as a notice at once, in slices where many sit; the log has it, and who moved it."""
    board, [ana, bo] = await friends(moot, "ana", "bo")
    await bo.ask(SetBoardChoice(board=board, stance=Stance.MUTE))
    for line in (ana, bo):
        await line.listen(member_stream(line.id))
    notice = GiveUrgentNotice(board=board, text=TEXT)
    assert isinstance(await ana.refused(notice), NotAllowed)
    with patch.object(limits, "SLICE_ROWS", 1):
        waits = await moot.sysop.refused(notice)
        assert isinstance(waits, CommandWaits)
        assert bo.events(Noticed) == []
        [moved] = (await bo.ask(ListProposals(board=board))).proposals
        assert moved.reason == TEXT  # who may object reads what it would say
        await moot.change(
            lambda tx: tx.execute("UPDATE proposals SET until = moved_at, way = 'delay'")
        )
        await moot.do_jobs("commands that wait")
        for _ in range(4):
            await moot.do_jobs("tell urgent notices")
    for line in (ana, bo):
        [told] = await line.told(Noticed)
        assert (told.notice.kind, told.notice.board) == (NoticeKind.URGENT, board)
        assert told.notice.act is not None
        assert told.notice.act.reason == TEXT
    [kept] = (await bo.ask(ListNotices())).notices
    assert kept.act is not None
    assert kept.act.reason == TEXT
    assert (await bo.ask(GetInbox())).items[0].notice == kept
    assert (await ana.ask(GetLog(board=board))).acts[0].method == "community.notice"


async def test_it_comes_again_after_a_month_for_each_board(moot: Moot) -> None:
    """Another board has one of its own; here nobody shouts twice a month."""
    board, [ana] = await friends(moot, "ana")
    other = await moot.board(moot.sysop, "other")
    await ana.ask(TakeSeat(board=other, norms_version=1))
    await moot.sysop.carry(GiveUrgentNotice(board=board, text=TEXT))
    refused = await moot.sysop.refused(GiveUrgentNotice(board=board, text="Again"))
    assert isinstance(refused, Conflict)
    assert "the next one may be on" in str(refused)
    await moot.sysop.carry(GiveUrgentNotice(board=other, text=TEXT))
    moot.clock.jump(days=limits.URGENT_NOTICE_AGAIN_DAYS)
    await sysop_again(moot)
    assert isinstance(
        await moot.sysop.refused(GiveUrgentNotice(board=board, text="Again")), CommandWaits
    )
