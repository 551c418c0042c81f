"""A clock that jumps: order, sessions, limits and fading bear it, and it harms nobody."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bbs.errors import ClockInDoubt, Throttled
from bbs.features.boards.messages import ConfigureBoard
from bbs.features.threads.messages import ListPosts, StartThread, WritePost
from bbs.features.threads.views import Post
from bbs.ids import COMMONS, ThreadId, new_id
from bbs.refusals import NotSignedIn
from bbs.streams import COMMONS_STREAM
from bbs.testing import FakeClock
from tests.support.moot import Line, Moot, open_moot

pytestmark = pytest.mark.faults

JUMPS_DAYS = (0.0, -1.0, 1.0, 1 / 24, -1 / 24, 3_652.0, -3_652.0, 0.0)
"""A day back and on again, an hour for summer, ten years on and back, and not at all."""
WAIT_S_MAX = 60.0


@pytest.fixture
async def moot(tmp_path: Path) -> AsyncIterator[Moot]:
    """A community whose limits hold."""
    async with open_moot(tmp_path / "data", FakeClock(), sample=False) as running:
        yield running


async def _again(moot: Moot, line: Line) -> Line:
    """Return a line of the same member: the same one, or after signing in anew."""
    try:
        await line.ask(ListPosts(thread=new_id()))
    except (NotSignedIn, ClockInDoubt):
        fresh = moot.line(line.person)
        await fresh.ask(line.person.with_password())
        return fresh
    except Exception:
        return line
    raise AssertionError("a thread that is nowhere was listed")


async def _write_many(moot: Moot, line: Line, thread: ThreadId) -> list[Post]:
    """Write until it is too much, wait as long as one is told, and write once more."""
    written: list[Post] = []
    waits_s: list[float] = []
    while len(waits_s) < 2:
        post = WritePost(thread=thread, post=new_id(), body=f"{len(written)} of {line.id}")
        try:
            written.append((await line.ask(post)).post)
        except Throttled as error:
            waits_s.append(error.retry_after_s)
            moot.clock.jump(seconds=error.retry_after_s)
    assert all(0 < wait_s <= WAIT_S_MAX for wait_s in waits_s)
    return written


async def test_a_clock_that_jumps_changes_no_order_and_shuts_nobody_out(moot: Moot) -> None:
    """Set back a day, on ten years and back, posts keep the order of seq, limits recover, and who
    has to sign in again can.
    """
    await moot.sysop.ask(ConfigureBoard(board=COMMONS, hold_s=0))
    ana, thread = await moot.join("ana"), new_id()
    await ana.ask(
        StartThread(board=COMMONS, thread=thread, post=new_id(), title="Time", body="Begin.")
    )
    written: list[Post] = []
    for days in JUMPS_DAYS:
        moot.clock.step(days=days)
        await moot.do_jobs()
        ana = await _again(moot, ana)
        written += await _write_many(moot, ana, thread)
    assert [post.number for post in written] == list(range(2, len(written) + 2))
    assert [post.seq for post in written] == sorted(post.seq or 0 for post in written)
    await _shows_in_order(await _again(moot, ana), thread, written)


async def _shows_in_order(line: Line, thread: ThreadId, written: list[Post]) -> None:
    """Check what a page and a replay say of the order."""
    shown: list[Post] = []
    while True:
        after = shown[-1].number or 0 if shown else 0
        page = await line.ask(ListPosts(thread=thread, after=after))
        shown += page.posts
        if not page.more_after:
            break
    assert [post.id for post in shown[1:]] == [post.id for post in written]
    # What is older than streams remember is history by now; the rest is replayed without a gap.
    state = await line.listen(COMMONS_STREAM, cursor=written[-5].seq or 0)
    assert state[COMMONS_STREAM].state == "live"
    await line.settle()
    seqs = [frame.seq for frame in line.frames if frame.stream == COMMONS_STREAM]
    assert seqs == [post.seq for post in written[-4:]]


async def test_a_session_is_neither_ended_nor_prolonged_by_a_clock_set_back(moot: Moot) -> None:
    """What ended stays ended when the clock goes back; what lasted lasts."""
    ana = await moot.join("ana")
    moot.clock.step(days=-1)
    await moot.do_jobs()
    await ana.ask(StartThread(board=COMMONS, thread=new_id(), post=new_id(), title="T", body="B"))
    moot.clock.jump(days=3_652)
    await moot.do_jobs()
    assert isinstance(await ana.refused(ListPosts(thread=new_id())), NotSignedIn)
    moot.clock.step(days=-3_652)
    assert isinstance(await ana.refused(ListPosts(thread=new_id())), NotSignedIn)
    moot.clock.jump(hours=25)  # by now the clock that was set back is believed
    assert isinstance(await ana.refused(ListPosts(thread=new_id())), NotSignedIn)
