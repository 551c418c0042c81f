"""Slow mode of a board and cool-down of a thread: for everybody, with an end, and not again at once (P7)."""

from typing import Any

import pytest

from bbs import limits
from bbs.clock import DAY_MS, instant
from bbs.errors import BadParams
from bbs.features.boards.messages import GetBoard
from bbs.features.moderation.calm_messages import EndSlow, SlowDown
from bbs.features.moderation.messages import GetLog, RestrictionChanged
from bbs.features.threads.messages import EditPost, Say, WritePost
from bbs.ids import BoardId, new_id
from bbs.refusals import Conflict, NotFound
from bbs.restricted import Restricted
from bbs.streams import board_stream
from tests.support.moot import Line, Moot
from tests.support.talk import start, write

WHY = "Sleep over it"


def _slow(moot: Moot, board: BoardId, days: float = 1, **more: Any) -> SlowDown:
    until = instant(moot.clock() + int(days * DAY_MS))
    return SlowDown(**{"board": board, "seconds": 600, "until": until, "reason": WHY, **more})


async def test_everybody_writes_more_slowly_on_a_slow_board(
    moot: Moot, board: BoardId, ana: Line
) -> None:
    """Moderators too; the refusal says when again; edits are free; its end ends it (P7)."""
    begun = await start(ana, board)
    await ana.listen(board_stream(board))
    await moot.sysop.ask(_slow(moot, board))
    [told] = await ana.told(RestrictionChanged, 1)
    assert (told.restriction.kind, told.restriction.value) == ("paced", 600)
    answer = WritePost(thread=begun.thread, post=new_id(), body="B")
    for line in (ana, moot.sysop):
        await write(line, begun.thread)
        refused = await line.refused(Say(board=board, line=new_id(), body="C"))
        assert isinstance(refused, Restricted)
        assert refused.again_at == instant(moot.clock() + 600_000)
        assert "everybody can write on this board once in 10 minutes" in str(refused)
    await ana.ask(EditPost(post=begun.post, body="D"))
    moot.clock.jump(seconds=600)
    await ana.ask(answer)
    assert isinstance(await ana.refused(Say(board=board, line=new_id(), body="E")), Restricted)
    moot.clock.jump(days=1)
    await ana.ask(Say(board=board, line=new_id(), body="F"))
    await ana.ask(Say(board=board, line=new_id(), body="G"))


async def test_a_cooled_thread_leaves_the_others_alone(
    moot: Moot, board: BoardId, ana: Line
) -> None:
    """What is written elsewhere on the board neither waits nor lets anybody wait (P7)."""
    hot, other = await start(ana, board), await start(ana, board)
    await moot.sysop.ask(_slow(moot, board, thread=hot.thread))
    await write(ana, other.thread)
    await write(ana, hot.thread)
    await write(ana, other.thread)
    again = WritePost(thread=hot.thread, post=new_id(), body="B")
    refused = await ana.refused(again)
    assert isinstance(refused, Restricted)
    assert (refused.thread, refused.again_at) == (hot.thread, instant(moot.clock() + 600_000))
    await moot.sysop.ask(EndSlow(board=board, thread=hot.thread, reason="They talked"))
    await ana.ask(again)
    acts = (await ana.ask(GetLog(board=board))).acts
    assert [act.method for act in acts[:2]] == ["moderation.end_slow", "moderation.slow_down"]
    assert str(acts[1].changes[0].after).startswith("once in 10 minutes, until ")


@pytest.mark.parametrize("by_hand", [False, True])
async def test_it_comes_again_only_a_week_after_its_end(
    moot: Moot, board: BoardId, ana: Line, by_hand: bool
) -> None:
    """While a slow mode holds, another slow mode can only end sooner; the server remembers it as long (P7)."""
    await moot.sysop.ask(_slow(moot, board, 3))
    assert isinstance(await moot.sysop.refused(_slow(moot, board, 4)), Conflict)
    shown = await moot.sysop.ask(_slow(moot, board, 2, seconds=60))
    assert shown.restriction is not None
    assert shown.restriction.value == 60
    moot.clock.jump(days=1)
    if by_hand:
        await moot.sysop.ask(EndSlow(board=board, reason="They talked"))
    else:
        moot.clock.jump(days=1)
    for _ in range(limits.CALM_AGAIN_DAYS):
        await moot.do_jobs("announce edges")
        await moot.do_jobs("forget restrictions")
        refused = await moot.sysop.refused(_slow(moot, board))
        assert isinstance(refused, Conflict)
        assert "the next one may begin" in str(refused)
        moot.clock.jump(days=1)
    await moot.sysop.ask(_slow(moot, board))
    begun = await start(ana, board)
    await moot.sysop.ask(_slow(moot, board, thread=begun.thread))
    listed = (await ana.ask(GetBoard(board=board))).restrictions
    assert {each.thread for each in listed} == {None, begun.thread}


async def test_it_ends_and_stays_on_its_board(moot: Moot, board: BoardId, ana: Line) -> None:
    """No pace is set for longer than a week, or in a thread of another board."""
    for days in (0, -1, limits.CALM_DAYS_MAX + 1):
        assert isinstance(await moot.sysop.refused(_slow(moot, board, days)), BadParams)
    other = await moot.board(moot.sysop, "other")
    begun = await start(ana, board)
    strange = _slow(moot, other, thread=begun.thread)
    assert isinstance(await moot.sysop.refused(strange), NotFound)
