"""A wall clock that is wrong destroys nothing, on the server's side (P4, P10)."""

import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bbs import limits
from bbs.clock import DAY_MS, instant
from bbs.errors import BadParams, ClockInDoubt
from bbs.features.boards.seat_messages import TakeSeat
from bbs.features.community.messages import AnnounceClosing, ConfirmClock, GetClock
from bbs.features.members.messages import GetAccount, Resume
from bbs.features.moderation.messages import Acted
from bbs.features.threads.messages import (
    EditPost,
    GetHistory,
    ListLines,
    ListPosts,
    PostPublished,
    Retitle,
    Say,
    StartThread,
    Thank,
    Unsay,
    WithdrawPost,
    WritePost,
)
from bbs.features.threads.views import ContentState
from bbs.ids import COMMONS, new_id
from bbs.refusals import CommunityClosed, NotSignedIn, SignInFailed
from bbs.streams import COMMONS_STREAM
from bbs.testing import FakeClock
from bbs_server import scheduler
from bbs_server.composition import JOBS
from tests.support.moot import Line, Moot, open_moot
from tests.support.people import secret

pytestmark = pytest.mark.faults

YEAR = 365
PUBLISHING = "publish held posts"
"""Publishes and never destroys: it may go by the wall clock while that is in step."""


class Garden:
    """A board that keeps words for 90 days, with a thread, a lounge and somebody who wrote there."""

    def __init__(self, moot: Moot, board: str, thread: str, ana: Line) -> None:
        self.moot, self.board, self.thread, self.ana = moot, board, thread, ana

    async def bodies(self, line: Line | None = None) -> list[str | None]:
        """Return what the thread's posts say."""
        page = await (line or self.ana).ask(ListPosts(thread=self.thread, limit=100))
        return [post.body for post in page.posts]


async def _plant(moot: Moot, retention_days: int = 90) -> Garden:
    board = await moot.board(moot.sysop, "garden", retention_days=retention_days)
    thread = new_id()
    ana = await moot.join("ana")
    await ana.ask(TakeSeat(board=board, norms_version=1))
    await ana.ask(StartThread(board=board, thread=thread, post=new_id(), title="T", body="0"))
    for number in range(1, 51):
        await ana.ask(WritePost(thread=thread, post=new_id(), body=str(number)))
    await ana.ask(Say(board=board, line=new_id(), body="Now"))
    # Older than its clock's first day, a community believes a step only when it lasts.
    moot.clock.jump(days=2)
    await moot.running.watch.check()
    return Garden(moot, board, thread, ana)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder."""
    return tmp_path / "data"


@pytest.fixture
def clock() -> FakeClock:
    """A machine's clocks."""
    return FakeClock()


@pytest.fixture
async def moot(folder: Path, clock: FakeClock) -> AsyncIterator[Moot]:
    """A running community."""
    async with open_moot(folder, clock) as running:
        yield running


@pytest.mark.parametrize("name", [job.name for job in JOBS if job.name != PUBLISHING])
async def test_no_job_destroys_by_a_clock_that_is_not_proven(moot: Moot, name: str) -> None:
    """A year ahead, each timed job finds nothing to do, whatever is over by then (P10)."""
    garden = await _plant(moot)
    await moot.do_jobs()
    before = await moot.dump()
    moot.clock.step(days=YEAR)
    (job,) = [job for job in JOBS if job.name == name]
    await scheduler.run_slices(moot.running.dispatcher, job)
    assert await moot.dump() == before
    moot.clock.step(days=-YEAR)
    assert await garden.bodies() == [str(number) for number in range(51)]


async def test_a_start_a_year_ahead_destroys_no_word_and_no_session(
    folder: Path, clock: FakeClock
) -> None:
    """Started for 4 s with its clock a year ahead, a server hides what is over and erases nothing;
    who comes back meanwhile is told to try again, never that they are signed out (P4, P10).
    """
    async with open_moot(folder, clock) as moot:
        garden = await _plant(moot)
        person = garden.ana.person
    clock.reboot(seconds=20)
    clock.step(days=YEAR)
    async with open_moot(folder, clock) as moot:
        line = moot.line(person)
        assert isinstance(await line.refused(Resume(token=secret(person.session))), ClockInDoubt)
        await moot.do_jobs()
        clock.jump(seconds=4)
        await moot.do_jobs()
        assert moot.running.watch.dispatcher.store.time.moment().doubt is not None
    clock.reboot(seconds=20)
    clock.step(days=-YEAR)
    async with open_moot(folder, clock) as moot:
        line = moot.line(person)
        await line.ask(Resume(token=secret(person.session)))
        garden.moot = moot
        assert await garden.bodies(line) == [str(number) for number in range(51)]
        assert moot.running.watch.dispatcher.store.time.moment().doubt is None


async def test_what_is_over_by_an_unproven_clock_is_hidden_and_not_called_faded(moot: Moot) -> None:
    """A page of a server whose clock is ahead shows no words that are over, and tells no mirror that
    they have faded: a mirror that was told so would never show them again (P10).
    """
    garden = await _plant(moot, retention_days=20)
    before = await garden.ana.ask(ListPosts(thread=garden.thread, limit=100))
    moot.clock.step(days=25)
    page = await garden.ana.ask(ListPosts(thread=garden.thread, limit=100))
    assert [post.body for post in page.posts] == [None] * 51
    assert {post.state for post in page.posts} == {ContentState.PUBLISHED}
    assert [post.revision for post in page.posts] == [post.revision for post in before.posts]
    moot.clock.step(days=-25)
    moot.clock.jump(days=25)
    again = await garden.ana.ask(ListPosts(thread=garden.thread, limit=100))
    assert {post.state for post in again.posts} == {ContentState.FADED}


async def test_a_true_outage_is_believed_after_a_day_in_step(
    folder: Path, clock: FakeClock
) -> None:
    """After 40 days without power what is over is hidden at once and erased a day later (P10)."""
    async with open_moot(folder, clock) as moot:
        garden = await _plant(moot)
        person = garden.ana.person
    clock.reboot(days=89)
    async with open_moot(folder, clock) as moot:
        line = moot.line(person)
        await line.ask(person.with_password())
        garden.moot = moot
        assert await garden.bodies(line) == [None] * 51
        await moot.do_jobs()
        assert (await moot.read(lambda tx: tx.fetch_one("SELECT count(*) FROM texts")))[0] > 51
        clock.jump(hours=25)
        await moot.do_jobs()
        page = await line.ask(ListPosts(thread=garden.thread, limit=100))
        assert {post.state for post in page.posts} == {ContentState.FADED}


async def test_a_session_that_is_over_for_certain_is_over(moot: Moot) -> None:
    """Once the time is proven, an expired session ends as ever."""
    garden = await _plant(moot)
    moot.clock.jump(days=2 * limits.SESSION_DAYS_MAX)
    again = moot.line(garden.ana.person)
    assert isinstance(
        await again.refused(Resume(token=secret(garden.ana.person.session))), SignInFailed
    )
    assert isinstance(await garden.ana.refused(GetAccount()), NotSignedIn)


async def test_the_sysop_sees_the_doubt_and_can_end_it(moot: Moot) -> None:
    """A doubt is told at sign-in; confirming it is logged for all, and only the right time can be
    confirmed (P8, P10).
    """
    garden = await _plant(moot)
    await garden.ana.listen(COMMONS_STREAM)
    moot.clock.step(days=40)
    await moot.running.watch.check()
    sysop = moot.line(moot.sysop.person)
    signed_in = await sysop.ask(moot.sysop.person.with_password())
    assert signed_in.clock_doubt is not None
    assert signed_in.clock_doubt.moved_s == 40 * DAY_MS // 1000
    shown = await sysop.ask(GetClock())
    assert shown.doubt is not None
    other = shown.now.replace(year=shown.now.year + 1)
    assert isinstance(await sysop.refused(ConfirmClock(at=other)), BadParams)
    confirmed = await sysop.ask(ConfirmClock(at=shown.now))
    assert confirmed.doubt is None
    (told,) = await garden.ana.told(Acted)
    assert [change.before for change in told.act.changes] == [40 * DAY_MS // 1000]
    assert moot.running.watch.dispatcher.store.time.moment().doubt is None
    again = moot.line(moot.sysop.person)
    assert (await again.ask(moot.sysop.person.with_password())).clock_doubt is None


async def test_a_held_post_waits_its_hold_by_the_steady_clock(
    folder: Path, clock: FakeClock
) -> None:
    """A start a year ahead publishes no post early, and keeps none longer than its hold again."""
    async with open_moot(folder, clock) as moot:
        board, thread = await moot.board(moot.sysop, "shed", hold_s=60), new_id()
        ana = await moot.join("ana")
        await ana.ask(TakeSeat(board=board, norms_version=1))
        await ana.ask(StartThread(board=board, thread=thread, post=new_id(), title="T", body="B"))
        clock.jump(seconds=10)
        await moot.running.watch.check()
    clock.reboot()
    clock.step(days=YEAR)
    async with open_moot(folder, clock) as moot:
        await moot.do_jobs()
        held = "SELECT count(*) FROM posts WHERE state = 'held'"
        assert (await moot.read(lambda tx: tx.fetch_one(held))) == (1,)
        clock.jump(seconds=61)
        await moot.do_jobs()
        assert (await moot.read(lambda tx: tx.fetch_one(held))) == (0,)


async def test_times_of_a_doubted_clock_are_marked(moot: Moot) -> None:
    """What is written while the clock is in doubt is told apart: its time raises no floor."""
    garden = await _plant(moot)
    await garden.ana.listen(f"board:{garden.board}")
    moot.clock.step(days=25)
    await garden.ana.ask(WritePost(thread=garden.thread, post=new_id(), body="then"))
    moot.clock.step(days=-25)
    await garden.ana.ask(WritePost(thread=garden.thread, post=new_id(), body="now"))
    posts = [event.post for event in await garden.ana.told(PostPublished, 2)]
    assert posts[0].at > posts[1].at
    sql = "SELECT unproven FROM events WHERE stream = ? ORDER BY seq DESC LIMIT 3"
    rows = await moot.read(lambda tx: tx.fetch_all(sql, f"board:{garden.board}"))
    assert rows == [(0,), (1,), (0,)]
    assert garden.board != COMMONS


async def test_a_clock_that_is_ahead_closes_no_community(moot: Moot) -> None:
    """An announced end comes by the proven time: a year ahead, everything goes on (P10)."""
    garden = await _plant(moot)
    on = instant(moot.clock() + 30 * DAY_MS)
    await moot.sysop.carry(AnnounceClosing(on=on, reason="We are done"))
    moot.clock.step(days=100)
    fresh = moot.line(garden.ana.person)
    await fresh.ask(garden.ana.person.with_password())
    await fresh.ask(WritePost(thread=garden.thread, post=new_id(), body="Still here"))
    moot.clock.jump(hours=25)
    assert isinstance(await fresh.refused(GetAccount()), CommunityClosed)


async def test_words_are_taken_back_whatever_an_unproven_clock_says(moot: Moot) -> None:
    """What only an unproven clock calls over is still its author's to take back (P9); what would
    work with the words is told to try again, not that they are gone.
    """
    garden = await _plant(moot, retention_days=20)
    page = await garden.ana.ask(ListPosts(thread=garden.thread, limit=3))
    first, second, third = page.posts
    line = await garden.ana.ask(Say(board=garden.board, line=new_id(), body="Soon"))
    moot.clock.step(days=25)
    ana = garden.ana
    assert isinstance(await ana.refused(EditPost(post=third.id, body="x")), ClockInDoubt)
    assert isinstance(await ana.refused(GetHistory(post=third.id)), ClockInDoubt)
    assert isinstance(await ana.refused(Retitle(thread=garden.thread, title="x")), ClockInDoubt)
    assert isinstance(await moot.sysop.refused(Thank(post=third.id)), ClockInDoubt)
    await ana.ask(WithdrawPost(post=second.id))
    await ana.ask(Unsay(line=line.line.id))
    moot.clock.step(days=-25)
    page = await ana.ask(ListPosts(thread=garden.thread, limit=3))
    assert [post.body for post in page.posts] == ["0", None, "2"]
    assert page.posts[0].id == first.id
    lines = await ana.ask(ListLines(board=garden.board))
    assert all(one.body != "Soon" for one in lines.lines)


async def test_a_confirmed_time_is_not_lost_to_other_threads(
    folder: Path, clock: FakeClock
) -> None:
    """While others ask for the time all along, the sysop's word stands once it was given (P12)."""
    async with open_moot(folder, clock) as moot:
        time = moot.running.watch.dispatcher.store.time
        done = threading.Event()

        def ask() -> None:
            while not done.is_set():
                time.moment()

        asking = threading.Thread(target=ask)
        asking.start()
        try:
            for _ in range(200):
                clock.step(days=1)
                time.confirm()
                assert time.moment().doubt is None
        finally:
            done.set()
            asking.join()
