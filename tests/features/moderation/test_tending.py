"""Locks: a moderator closes a thread to writing for a time, with a reason that those it stops read (P7, P8)."""

from bbs import limits
from bbs.clock import DAY_MS, HOUR_MS, instant
from bbs.errors import BadParams
from bbs.features.boards.messages import GetBoard, Visibility
from bbs.features.boards.seat_messages import OfferSeat, TakeSeat
from bbs.features.moderation.messages import GetLog, RestrictionChanged
from bbs.features.moderation.tending_messages import (
    ArchiveBoard,
    LockThread,
    MakeReadOnly,
    ReopenBoard,
    UnlockThread,
)
from bbs.features.threads.messages import EditPost, ListPosts, WithdrawPost, WritePost
from bbs.ids import COMMONS, BoardId, new_id
from bbs.refusals import Conflict
from bbs.restricted import Restricted
from bbs.streams import board_stream
from tests.support.kept import bytes_in
from tests.support.moot import Line, Moot
from tests.support.talk import start, write

WHY = "Sleep over it"


async def test_nobody_writes_in_a_locked_thread_until_its_end(
    moot: Moot, board: BoardId, ana: Line
) -> None:
    """Reading and taking back go on; the refusal names kind, reason, end and next door (P7, P9)."""
    one, other = await start(ana, board), await start(ana, board)
    until = moot.clock() + DAY_MS
    shown = await moot.sysop.ask(LockThread(thread=one.thread, until=instant(until), reason=WHY))
    assert shown.restriction is not None
    answer = WritePost(thread=one.thread, post=new_id(), body="B")
    for line in (ana, moot.sysop):
        told = await line.refused(answer)
        assert isinstance(told, Restricted)
        assert (told.kind, told.thread, told.until) == ("locked", one.thread, instant(until))
        assert "this thread is locked until" in str(told)
        assert f"“{WHY}”" in str(told)
        assert "start another thread" in told.hint
    assert isinstance(await ana.refused(EditPost(post=one.post, body="C")), Restricted)
    assert (await ana.ask(ListPosts(thread=one.thread))).posts
    await write(ana, other.thread)
    await ana.ask(WithdrawPost(post=one.post))
    moot.clock.jump(days=1)
    await write(ana, one.thread)


async def test_a_lock_is_told_with_its_reason_and_listed(
    moot: Moot, board: BoardId, ana: Line
) -> None:
    """Readers hear of it at once and find it with the board; its end can be moved, and ended (P8)."""
    begun = await start(ana, board)
    await ana.listen(board_stream(board))
    ends = [moot.clock() + days * DAY_MS for days in (3, 1, 1)]
    for until in ends:
        lock = LockThread(thread=begun.thread, until=instant(until), reason=WHY)
        await moot.sysop.ask(lock)
    told = await ana.told(RestrictionChanged, 3)
    assert {one.restriction.reason for one in told} == {WHY}
    [listed] = [
        one
        for one in (await ana.ask(GetBoard(board=board))).restrictions
        if one.until == instant(ends[-1])
    ]
    assert (listed.thread, listed.reason) == (begun.thread, WHY)
    await moot.sysop.ask(UnlockThread(thread=begun.thread, reason="They talked"))
    await write(ana, begun.thread)
    acts = (await ana.ask(GetLog(board=board))).acts
    methods = [act.method for act in acts][:3]
    assert methods == ["moderation.unlock", "moderation.lock", "moderation.lock"]
    assert acts[0].reason == "They talked"


async def test_an_end_is_needed_and_bounded(moot: Moot, board: BoardId, ana: Line) -> None:
    """No lock is past already, and none lasts for ever."""
    begun = await start(ana, board)
    for days in (0, -1, limits.LOCK_DAYS_MAX + 1):
        until = instant(moot.clock() + days * DAY_MS)
        lock = LockThread(thread=begun.thread, until=until, reason=WHY)
        assert isinstance(await moot.sysop.refused(lock), BadParams)


async def test_the_reason_goes_with_the_restriction(moot: Moot, board: BoardId, ana: Line) -> None:
    """Once it is over and forgotten, only the act holds the reason, in words of its own (P8, P10)."""
    begun = await start(ana, board)
    until = instant(moot.clock() + HOUR_MS)
    await moot.sysop.ask(LockThread(thread=begun.thread, until=until, reason="Obsidian"))
    count = "SELECT count(*) FROM texts WHERE body = 'Obsidian'"
    assert await moot.read(lambda tx: tx.fetch_value(count)) == 2
    moot.clock.jump(hours=2)
    await moot.do_jobs("announce edges")
    await moot.do_jobs("forget restrictions")
    assert await moot.read(lambda tx: tx.fetch_value(count)) == 1
    assert b"Obsidian" in bytes_in(moot.folder)


async def test_a_board_is_closed_to_writing_and_opened_again(
    moot: Moot, board: BoardId, ana: Line
) -> None:
    """It is read on, words can be taken back, and its moderators open it again (P7, P8, P9)."""
    begun = await start(ana, board)
    for close in (
        MakeReadOnly(board=board, until=instant(moot.clock() + DAY_MS), reason=WHY),
        ArchiveBoard(board=board, reason=WHY),
    ):
        await moot.sysop.ask(close)
        told = await ana.refused(WritePost(thread=begun.thread, post=new_id(), body="B"))
        assert isinstance(told, Restricted)
        assert f"“{WHY}”" in str(told)
        assert (await ana.ask(ListPosts(thread=begun.thread))).posts
    bo = await moot.join("bo")
    assert isinstance(await bo.refused(TakeSeat(board=board, norms_version=1)), Restricted)
    await ana.ask(WithdrawPost(post=begun.post))
    await moot.sysop.ask(ReopenBoard(board=board, reason="We go on"))
    await write(ana, begun.thread)
    await bo.ask(TakeSeat(board=board, norms_version=1))
    acts = (await ana.ask(GetLog(board=board))).acts
    reopened = acts[0]
    assert reopened.method == "moderation.reopen"
    assert [change.field for change in reopened.changes] == ["read_only", "archived"]


async def test_archiving_waits_where_words_would_be_out_of_reach(moot: Moot) -> None:
    """On a private board with words of others a second person or time decides (P8, protocol 15)."""
    ana = await moot.join("ana")
    cellar = await moot.board(moot.sysop, "cellar", visibility=Visibility.PRIVATE)
    await moot.sysop.ask(OfferSeat(board=cellar, member=ana.id))
    await ana.ask(TakeSeat(board=cellar, norms_version=1))
    archive = ArchiveBoard(board=cellar, reason=WHY)
    await moot.sysop.ask(archive)
    await moot.sysop.ask(ReopenBoard(board=cellar, reason=WHY))
    begun = await start(ana, cellar)
    await moot.do_by_delay(moot.sysop, archive)
    told = await ana.refused(WritePost(thread=begun.thread, post=new_id(), body="B"))
    assert isinstance(told, Restricted)
    assert told.kind == "archived"


async def test_the_commons_is_never_archived(moot: Moot) -> None:
    """Every member's board gives out seats as long as the community takes members."""
    refused = await moot.sysop.refused(ArchiveBoard(board=COMMONS, reason=WHY))
    assert isinstance(refused, Conflict)
