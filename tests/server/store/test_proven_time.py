"""Which time is proven: only what both clocks bear out, or the sysop says (P10)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbs import limits
from bbs.clock import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, Ms
from bbs.testing import FakeClock
from bbs.testing.clock import NOON
from bbs_server.store.proven_time import Moment, ProvenTime, observe

YEAR = 365
LOOK_S = 5.0


class Machine:
    """A server's time on a machine of which both clocks are the test's, and the true time beside."""

    def __init__(self, *, newest: Ms | None = None, age_h: float = 48) -> None:
        self.clock = FakeClock()
        self.true = self.clock()
        self.time = ProvenTime(self.clock, None, newest)
        self.run(hours=age_h)

    def run(self, **passed: float) -> Moment:
        """Let true time pass on the running machine, with a look now and then."""
        before = self.clock()
        after = self.clock.jump(**passed)
        self.true += after - before
        return self.time.moment()

    def off(self, **passed: float) -> Moment:
        """Switch the machine off for so long, and start it and the server again."""
        before = self.clock()
        self.true += self.clock.reboot(**passed) - before
        return self.restart()

    def restart(self) -> Moment:
        """Start the server again, from what it stored."""
        self.time = ProvenTime(self.clock, self.time.look(), None)
        return self.time.moment()

    def behind(self) -> Ms:
        """Return by how much the proven time is behind the true one; never negative in what follows."""
        return self.true - self.time.moment().proven_now


def test_a_year_ahead_for_four_seconds_at_boot_proves_nothing() -> None:
    """What is a year ahead for 4 s is hidden, not erased, and all is as before a moment later (P10)."""
    machine = Machine()
    machine.clock.reboot(seconds=20)
    machine.true += 20 * SECOND_MS
    machine.clock.step(days=YEAR)
    moment = machine.restart()
    assert moment.now > machine.true + 364 * DAY_MS
    machine.run(seconds=4)
    assert 0 <= machine.behind() <= MINUTE_MS
    machine.clock.step(days=-YEAR)
    moment = machine.restart()
    assert machine.time.moment().doubt is None
    assert moment.now == moment.proven_now == machine.true


@pytest.mark.parametrize("days", [29.0, -29.0])
def test_a_month_off_for_a_minute_is_over_when_it_is_over(days: float) -> None:
    """A wall clock that is 29 days off for a minute erases nothing, and nobody waits afterwards."""
    machine = Machine()
    machine.clock.step(days=days)
    moment = machine.run(seconds=60)
    assert machine.time.moment().doubt is not None
    assert moment.proven_now <= machine.true
    assert moment.now >= machine.true
    machine.clock.step(days=-days)
    assert machine.time.moment().doubt is None
    assert machine.time.moment().now == machine.true


def test_a_paused_machine_waits_a_day_at_most() -> None:
    """After three days of pause the time is proven again once the clocks ran in step for a day."""
    machine = Machine()
    machine.true = machine.clock.step(days=3)
    assert machine.behind() == 3 * DAY_MS
    machine.run(hours=23.9)
    assert machine.behind() == 3 * DAY_MS
    machine.run(hours=0.2)
    assert machine.behind() == 0
    assert machine.time.moment().doubt is None


def test_after_a_true_outage_the_wait_is_as_long_as_it_was_at_most_a_day() -> None:
    """An outage of 40 days asks for a day in step, one of ten minutes for ten minutes."""
    machine = Machine()
    machine.off(days=40)
    machine.run(hours=23)
    assert machine.behind() == 40 * DAY_MS
    machine.run(hours=1)
    assert machine.behind() == 0
    machine.off(seconds=600)
    machine.run(seconds=590)
    assert machine.behind() == 10 * MINUTE_MS
    machine.run(seconds=10)
    assert machine.behind() == 0


def test_a_short_restart_is_no_gap() -> None:
    """A start within a minute of the last heartbeat leaves the clock in order."""
    machine = Machine()
    machine.off(seconds=45)
    assert machine.time.moment().doubt is None
    assert machine.behind() == 0


def test_hours_in_step_count_over_starts() -> None:
    """A machine that is off every night proves each night by the hours it ran since (P10)."""
    machine = Machine()
    for _ in range(12):
        machine.off(hours=22)
        machine.run(hours=2)
    # A night of 22 hours asks for as long: the first two were borne out by all the starts since.
    assert machine.behind() == 10 * 22 * HOUR_MS
    machine.run(hours=22)
    assert machine.behind() == 0


def test_what_was_in_step_for_one_time_proves_no_other() -> None:
    """Hours that bore out a true outage do not bear out the year that a later start is ahead."""
    machine = Machine()
    machine.off(days=40)
    machine.run(hours=23)
    machine.clock.reboot()
    machine.clock.step(days=YEAR)
    machine.restart()
    machine.run(hours=2)
    # By now the outage is proven, the year is not.
    assert 0 <= machine.behind() <= MINUTE_MS
    machine.clock.step(days=-YEAR)
    assert machine.time.moment().doubt is None


def test_slewing_is_no_gap() -> None:
    """A clock slewed by 500 ppm for weeks stays believed all the while."""
    machine = Machine()
    for _ in range(14 * 24):
        machine.run(hours=1)
        machine.true = machine.clock.step(seconds=1.8)
        assert machine.time.moment().doubt is None
    assert machine.behind() == 0


def test_small_steps_do_not_creep() -> None:
    """Steps of half a minute, one after the other, are one large step."""
    machine = Machine()
    for _ in range(100):
        machine.clock.step(seconds=30)
        machine.run(seconds=LOOK_S)
    assert machine.time.moment().doubt is not None
    assert machine.time.moment().proven_now <= machine.true + MINUTE_MS


def test_daylight_saving_does_not_reach_the_server() -> None:
    """The wall clock is UTC: an hour of summer set by hand is a step like another (P10)."""
    machine = Machine()
    machine.clock.step(hours=1)
    machine.run(seconds=3_540)
    assert machine.behind() == 0
    assert machine.time.moment().doubt is not None


def test_the_first_start_on_an_old_database_begins_with_its_newest_event() -> None:
    """Before there was a heartbeat, what was written last is all that is proven."""
    machine = Machine(newest=NOON - 30 * DAY_MS, age_h=0)
    assert machine.behind() == 30 * DAY_MS
    machine.run(hours=24)
    assert machine.behind() == 0


def test_a_community_that_begins_believes_its_clock_until_that_is_set_back() -> None:
    """A container without history has nothing to lose: set back, its clock is believed at once."""
    clock = FakeClock(NOON + YEAR * DAY_MS)
    time = ProvenTime(clock, None, None)
    assert time.moment().doubt is None
    clock.jump(hours=1)
    clock.step(days=-YEAR)
    assert time.moment().doubt is None
    assert time.moment().now == time.moment().proven_now == NOON + HOUR_MS


def test_the_sysop_can_confirm_the_time() -> None:
    """On the sysop's word the wall clock is believed at once."""
    machine = Machine()
    machine.off(days=40)
    machine.time.confirm()
    assert machine.time.moment().doubt is None
    assert machine.behind() == 0
    assert machine.restart().proven_now == machine.true


def test_nothing_written_is_dated_before_what_is_proven() -> None:
    """With the wall clock set back, things are dated by the steady clock."""
    machine = Machine()
    machine.clock.step(days=-29)
    assert machine.run(hours=2).now == machine.true
    assert machine.time.moment().is_proven


moves: Any = st.one_of(
    st.tuples(st.just("run"), st.floats(0, 40_000)),
    st.tuples(st.just("step"), st.floats(-4e7, 4e7)),
    st.tuples(st.just("off"), st.floats(0, 4e6)),
    st.tuples(st.just("restart"), st.just(0.0)),
)


@given(st.lists(moves, max_size=40), st.integers(0, 2))
def test_a_wall_clock_that_is_right_for_less_than_it_was_wrong_proves_nothing(
    story: list[tuple[str, float]], newest: int
) -> None:
    """However the clocks behave, what is proven moved on by no more than they ran in step, or than
    a wall clock said that stayed so for as long as it had moved, or for a day (P10).
    """
    clock = FakeClock()
    time = ProvenTime(clock, None, NOON - newest * DAY_MS if newest else None)
    for what, seconds in story:
        before = time.look()
        wall, steady = clock(), clock.steady()
        if what == "run":
            clock.jump(seconds=seconds)
        elif what == "step":
            clock.step(seconds=seconds)
        elif what == "off":
            clock.reboot(seconds=seconds)
        if what in ("off", "restart"):
            time = ProvenTime(clock, before, None)
        after = time.look()
        ran = clock.steady() - steady if what == "run" else 0
        moment = time.moment()
        assert moment.proven_now <= moment.now
        assert after.wall == clock()
        assert observe(after, after.boot, after.steady, after.wall) == after, "no time has passed"
        allowed = before.proven + ran + limits.CLOCK_STEP_SECONDS * SECOND_MS
        for step in before.steps:
            if step.in_step_ms + ran >= min(abs(step.moved_ms), DAY_MS):
                allowed += max(0, step.moved_ms)
        assert moment.proven_now <= allowed
        if what != "run":
            assert moment.proven_now <= max(wall, before.proven) + MINUTE_MS
