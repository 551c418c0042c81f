"""Eight clocks gone wrong, by simulated time: what was hidden and erased, when, and what the sysop saw."""

from pathlib import Path
from typing import NamedTuple

import pytest

from bbs.clock import Ms
from bbs.features.boards.seat_messages import TakeSeat
from bbs.features.community.rules import describe_doubt
from bbs.features.threads.messages import StartThread, WritePost
from bbs.ids import new_id
from bbs.testing import FakeClock
from tests.support.moot import Moot, open_moot

pytestmark = [pytest.mark.faults, pytest.mark.timeout(120)]

POSTS = 51
RETENTION_DAYS = 90


class Look(NamedTuple):
    """What there is at a moment.

    Attributes:
        hidden: Posts that are there and not shown.
        erased: Posts whose words are gone.
        doubt: What the sysop is told; empty for nothing.
    """

    hidden: int
    erased: int
    doubt: str


class Trial:
    """A community of two days with 51 posts on a board that keeps words for 90 days."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.clock = folder / "data", FakeClock()
        self.rows: list[str] = []
        self.true: Ms = 0

    async def begin(self) -> None:
        """Write the posts."""
        async with open_moot(self.folder, self.clock) as moot:
            board = await moot.board(moot.sysop, "garden", retention_days=RETENTION_DAYS)
            thread, ana = new_id(), await moot.join("ana")
            await ana.ask(TakeSeat(board=board, norms_version=1))
            await ana.ask(
                StartThread(board=board, thread=thread, post=new_id(), title="T", body="0")
            )
            for number in range(1, POSTS):
                await ana.ask(WritePost(thread=thread, post=new_id(), body=str(number)))
            self.clock.jump(days=2)
            await moot.running.watch.check()
        self.true = self.clock()

    async def look(self, what: str, moot: Moot) -> Look:
        """Do all timed work, and note what there is."""
        await moot.running.watch.check()
        await moot.do_jobs()
        time = moot.running.watch.dispatcher.store.time
        moment = time.moment()
        doubt = moment.doubt
        counted = await moot.read(
            lambda tx: tx.fetch_one(
                "SELECT sum(body_text IS NULL), sum(body_text IS NOT NULL AND fades_at <= ?)"
                " FROM posts WHERE fades_at IS NOT NULL",
                moment.now,
            )
        )
        assert counted is not None
        found = Look(counted[1], counted[0], "" if doubt is None else describe_doubt(doubt))
        self.rows.append(
            f"{what:<44} hidden {found.hidden:>2}  erased {found.erased:>2}  {found.doubt}"
        )
        return found

    def tell(self, name: str) -> None:
        """Print what was noted."""
        print("", name, *(f"  {row}" for row in self.rows), sep="\n")


@pytest.fixture
async def trial(tmp_path: Path) -> Trial:
    """A trial whose posts are written."""
    made = Trial(tmp_path)
    await made.begin()
    return made


NOTHING = Look(0, 0, "")


async def test_a_year_ahead_for_four_seconds_at_boot(trial: Trial) -> None:
    """All is hidden for 4 s and nothing erased; right again, nothing has happened (P10)."""
    trial.clock.reboot(seconds=20)
    trial.clock.step(days=365)
    async with open_moot(trial.folder, trial.clock) as moot:
        wrong = await trial.look("started a year ahead", moot)
        trial.clock.jump(seconds=4)
        await trial.look("4 s later", moot)
    trial.clock.reboot(seconds=20)
    trial.clock.step(days=-365)
    async with open_moot(trial.folder, trial.clock) as moot:
        right = await trial.look("started right", moot)
    trial.tell("+1 year for 4 s at boot")
    assert (wrong.hidden, wrong.erased) == (POSTS, 0)
    assert "365 days ahead" in wrong.doubt
    assert right == NOTHING


@pytest.mark.parametrize("days", [29, -29])
async def test_29_days_off_for_a_minute(trial: Trial, days: int) -> None:
    """Too little to be over: nothing is hidden or erased, and the doubt ends with its cause."""
    async with open_moot(trial.folder, trial.clock) as moot:
        trial.clock.step(days=days)
        wrong = await trial.look(f"stepped {days:+} days", moot)
        trial.clock.jump(seconds=60)
        await trial.look("a minute later", moot)
        trial.clock.step(days=-days)
        right = await trial.look("stepped back", moot)
    trial.tell(f"{days:+} days for a minute")
    assert (wrong.hidden, wrong.erased) == (0, 0)
    assert "29 days" in wrong.doubt
    assert right == NOTHING


async def test_a_machine_paused_for_three_days(trial: Trial) -> None:
    """Three days are believed after a day in step."""
    async with open_moot(trial.folder, trial.clock) as moot:
        trial.clock.step(days=3)
        paused = await trial.look("resumed after three days", moot)
        trial.clock.jump(hours=24)
        later = await trial.look("a day later", moot)
    trial.tell("a machine paused for 3 days")
    assert "3 days ahead" in paused.doubt
    assert later == NOTHING


async def test_a_true_outage_of_forty_days(trial: Trial) -> None:
    """What is over after an outage is hidden at the start and erased a day later."""
    trial.clock.jump(days=55)
    async with open_moot(trial.folder, trial.clock) as moot:
        await trial.look("57 days after the posts", moot)
    trial.clock.reboot(days=40)
    async with open_moot(trial.folder, trial.clock) as moot:
        started = await trial.look("started 40 days later", moot)
        trial.clock.jump(hours=23)
        await trial.look("23 hours later", moot)
        trial.clock.jump(hours=1)
        done = await trial.look("24 hours later", moot)
    trial.tell("a true outage of 40 days")
    assert (started.hidden, started.erased) == (POSTS, 0)
    assert done == (0, POSTS, "")


async def test_daylight_saving(trial: Trial) -> None:
    """An hour that somebody sets by hand is believed after an hour; UTC itself has no summer."""
    async with open_moot(trial.folder, trial.clock) as moot:
        trial.clock.step(hours=1)
        ahead = await trial.look("set an hour ahead", moot)
        trial.clock.jump(hours=1)
        later = await trial.look("an hour later", moot)
    trial.tell("daylight saving")
    assert "60 minutes ahead" in ahead.doubt
    assert later == NOTHING


async def test_slewing_by_500_ppm(trial: Trial) -> None:
    """Two weeks of slewing are two weeks without a doubt."""
    async with open_moot(trial.folder, trial.clock) as moot:
        for _ in range(14 * 24):
            trial.clock.jump(hours=1)
            trial.clock.step(seconds=1.8)
            assert moot.running.watch.dispatcher.store.time.moment().doubt is None
        last = await trial.look("after two weeks", moot)
    trial.tell("slewing by 500 ppm")
    assert last == NOTHING


async def test_the_first_start_on_an_old_database(trial: Trial) -> None:
    """Without a heartbeat the newest event is what is proven, until a day has passed in step."""
    async with open_moot(trial.folder, trial.clock) as moot:
        await moot.change(lambda tx: tx.execute("DELETE FROM meta WHERE key = 'proven_time'"))
        moot.running.watch.dispatcher.store.time.confirm()
        moot.running.watch._beat_at = moot.running.watch.dispatcher.store.time.look().steady
    trial.clock.reboot(days=100)
    async with open_moot(trial.folder, trial.clock) as moot:
        started = await trial.look("first start of this version", moot)
        trial.clock.jump(hours=24)
        done = await trial.look("a day later", moot)
    trial.tell("first start on an old database")
    assert (started.hidden, started.erased) == (POSTS, 0)
    assert done == (0, POSTS, "")


async def test_a_container_without_history(tmp_path: Path) -> None:
    """A new community believes its clock, and a clock that is set back at once: nothing is lost."""
    trial = Trial(tmp_path)
    trial.clock.step(days=365)
    await trial.begin()
    trial.clock.step(days=-365)
    async with open_moot(trial.folder, trial.clock) as moot:
        waiting = await trial.look("set back a year", moot)
        trial.clock.jump(hours=24)
        right = await trial.look("a day later", moot)
    trial.tell("a container without history")
    assert waiting.erased == right.erased == 0
    assert right.doubt == ""
