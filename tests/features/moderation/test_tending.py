"""Locks: a moderator closes a thread to writing for a time, with a reason that those it stops read (P7, P8)."""

from bbs import limits
from bbs.clock import DAY_MS, HOUR_MS, instant
from bbs.errors import BadParams
from bbs.features.boards.messages import GetBoard
from bbs.features.moderation.messages import GetLog, RestrictionChanged
from bbs.features.moderation.tending_messages import LockThread, UnlockThread
from bbs.features.threads.messages import EditPost, ListPosts, WithdrawPost, WritePost
from bbs.ids import BoardId, new_id
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
