"""Tending threads: what moderators do is seen, has a reason, and takes nobody's words (P5, P8)."""

from bbs import limits
from bbs.features.moderation.messages import GetLog
from bbs.features.threads.messages import ListThreads
from bbs.features.threads.tending_messages import PinThread, ThreadPinned, UnpinThread
from bbs.ids import BoardId
from bbs.refusals import Conflict, LimitReached, NotAllowed
from bbs.streams import board_stream
from bbs.text import TextRefused
from tests.support.moot import Line, Moot
from tests.support.talk import start

WHY = "Everybody asks for it"


async def test_pinned_threads_stand_in_the_order_of_the_list(
    moot: Moot, board: BoardId, ana: Line
) -> None:
    """The first page has all of them, newest first, whatever the order of pinning (P1)."""
    begun = [await start(ana, board, title=f"T{n}") for n in range(4)]
    for at in (2, 0):
        shown = await moot.sysop.ask(PinThread(thread=begun[at].thread, reason=WHY))
        assert shown.thread.pinned
    page = await ana.ask(ListThreads(board=board, limit=2))
    assert [thread.title for thread in page.threads] == ["T3", "T2"]
    assert [thread.title for thread in page.pinned] == ["T2", "T0"]
    assert not (await ana.ask(ListThreads(board=board, before=3))).pinned
    await moot.sysop.ask(UnpinThread(thread=begun[2].thread, reason=WHY))
    assert [one.title for one in (await ana.ask(ListThreads(board=board))).pinned] == ["T0"]


async def test_pinning_is_told_and_logged_with_its_reason(
    moot: Moot, board: BoardId, ana: Line
) -> None:
    """Readers see the thread as it now is, and who did it and why; without a change is no act (P8)."""
    begun = await start(ana, board, title="Seeds")
    await ana.listen(board_stream(board))
    for _ in range(2):
        await moot.sysop.ask(PinThread(thread=begun.thread, reason=WHY))
    [told] = await ana.told(ThreadPinned)
    assert (told.thread.pinned, told.thread.title) == (True, "Seeds")
    [act] = (await ana.ask(GetLog(board=board, limit=1))).acts
    assert (act.method, act.reason, act.thing.id) == ("threads.pin", WHY, begun.thread)
    assert act.number == (await ana.ask(GetLog(board=board))).acts[0].number
    methods = [one.method for one in (await ana.ask(GetLog(board=board))).acts]
    assert methods.count("threads.pin") == 1


async def test_only_so_many_threads_are_pinned(moot: Moot, board: BoardId, ana: Line) -> None:
    """A list of pins as long as the list would pin nothing; another has to be unpinned first."""
    begun = [await start(ana, board) for _ in range(limits.PINS_MAX + 1)]
    for one in begun[:-1]:
        await moot.sysop.ask(PinThread(thread=one.thread, reason=WHY))
    refused = await moot.sysop.refused(PinThread(thread=begun[-1].thread, reason=WHY))
    assert isinstance(refused, LimitReached)
    await moot.sysop.ask(UnpinThread(thread=begun[0].thread, reason=WHY))
    await moot.sysop.ask(PinThread(thread=begun[-1].thread, reason=WHY))


async def test_pinning_takes_a_moderator_a_reason_and_a_published_thread(
    moot: Moot, board: BoardId, ana: Line
) -> None:
    """Nobody pins their own thread without the office, and nobody a thread that is still held."""
    begun = await start(ana, board)
    assert isinstance(await ana.refused(PinThread(thread=begun.thread, reason=WHY)), NotAllowed)
    ugly = PinThread(thread=begun.thread, reason="two\nlines")
    assert isinstance(await moot.sysop.refused(ugly), TextRefused)
    slow = await moot.board(moot.sysop, "slow", hold_s=60)
    held = await start(moot.sysop, slow)
    refused = await moot.sysop.refused(PinThread(thread=held.thread, reason=WHY))
    assert isinstance(refused, Conflict)
