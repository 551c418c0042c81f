"""A moderator's new title: its author alone learns what it was before, as long as the thread has one (P8, P10)."""

import pytest

from bbs.features.boards.messages import ConfigureBoard
from bbs.features.moderation.messages import GetLog
from bbs.features.reading.messages import ListNotices, Noticed, Search
from bbs.features.reading.views import NoticeKind
from bbs.features.threads.erasing_messages import Purge
from bbs.features.threads.messages import GetThread, ListThreads, ThreadRetitled, WithdrawPost
from bbs.features.threads.tending_messages import ChangeTitle
from bbs.ids import BoardId
from bbs.refusals import Conflict, Gone
from bbs.streams import board_stream, member_stream
from tests.support.moot import Line, Moot
from tests.support.talk import seated, start

WHY = "It says what it is about"


async def test_only_the_author_sees_the_title_before(moot: Moot, board: BoardId, ana: Line) -> None:
    """Board and log learn the new title and why; the notice has the old one (P8)."""
    begun = await start(ana, board, title="Quincunx")
    bo = await seated(moot, "bo", board)
    await bo.listen(board_stream(board))
    await ana.listen(member_stream(ana.id))
    change = ChangeTitle(thread=begun.thread, title="Planting in fives", reason=WHY)
    await moot.sysop.ask(change)
    [told] = await bo.told(ThreadRetitled)
    assert told.thread.title == "Planting in fives"
    [act] = (await bo.ask(GetLog(board=board, limit=1))).acts
    assert (act.method, act.reason, act.changes) == ("threads.change_title", WHY, ())
    assert b"Quincunx" not in bo.sent
    [noticed] = await ana.told(Noticed)
    assert (noticed.notice.kind, noticed.notice.title) == (NoticeKind.WORDS, "Quincunx")
    [listed] = (await ana.ask(ListNotices())).notices
    assert listed == noticed.notice
    assert (await bo.ask(Search(query="fives"))).found
    assert not (await bo.ask(Search(query="quincunx"))).found


@pytest.mark.parametrize("end", ["withdrawn", "purged", "faded"])
async def test_the_title_before_ends_with_the_thread(
    moot: Moot, board: BoardId, ana: Line, end: str
) -> None:
    """With the words of the first post it is gone from notice and files (P10)."""
    begun = await start(ana, board, title="Quincunx")
    change = ChangeTitle(thread=begun.thread, title="Planting in fives", reason=WHY)
    await moot.sysop.ask(change)
    if end == "withdrawn":
        await ana.ask(WithdrawPost(post=begun.post))
    elif end == "purged":
        await moot.sysop.carry(Purge(thread=begun.thread, law="A law", reason="Why"))
    else:
        await moot.sysop.carry(ConfigureBoard(board=board, retention_days=1))
        moot.clock.jump(days=2)
    [notice] = (await ana.ask(ListNotices())).notices[-1:]
    assert (notice.title, notice.act and notice.act.method) == (None, "threads.change_title")
    await moot.do_jobs()
    assert b"Quincunx" not in await _stored(moot)


async def _stored(moot: Moot) -> bytes:
    """Return all texts that are stored."""
    rows = await moot.read(lambda tx: tx.fetch_all("SELECT body FROM texts"))
    return b"\n".join(str(body).encode() for (body,) in rows)


async def test_what_cannot_be_retitled(moot: Moot, board: BoardId, ana: Line) -> None:
    """A thread without a title has none to change, and nobody changes what they have not seen."""
    begun = await start(ana, board)
    change = ChangeTitle(thread=begun.thread, title="Other", reason=WHY, if_revision=9)
    assert isinstance(await moot.sysop.refused(change), Conflict)
    await ana.ask(WithdrawPost(post=begun.post))
    gone = ChangeTitle(thread=begun.thread, title="Other", reason=WHY)
    assert isinstance(await moot.sysop.refused(gone), Gone)
    assert (await ana.ask(GetThread(thread=begun.thread))).thread.title is None
    assert len((await ana.ask(ListThreads(board=board))).threads) == 1
