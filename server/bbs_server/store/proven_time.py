"""The proven time: it decides when the server may do what cannot be undone (P10).

A wall clock may be wrong for seconds or for days, and text erased by a wrong clock is gone. So the
server has a time of its own. It advances with the machine's steady clock, which no program can set,
and follows the wall clock while the two stay in step. A jump of the wall clock (a start, a step, a
paused machine) counts only after the clocks have stayed in step for as long as the jump was, at
most a day, or after the sysop has confirmed the wall clock. Pure, except for `ProvenTime`, which
has the current belief.
"""

import threading
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from bbs import limits
from bbs.clock import HOUR_MS, SECOND_MS, MachineClock, Ms
from bbs.messages import ClockDoubt

_TOLERANCE_US = limits.CLOCK_STEP_SECONDS * 1_000_000
_PROOF_MS = limits.CLOCK_PROOF_HOURS_MAX * HOUR_MS
_FORGIVEN_US_PER_MS = 1  # 1,000 ppm: twice as fast as clocks are slewed
# one for each start with another time; beyond this number the two oldest are joined
_STEPS_MAX = 32


class Step(Struct, frozen=True):
    """A move of the wall clock that is not proven yet.

    Attributes:
        moved_ms: The length of the move; negative if the clock was set back. in_step_ms: How long
            both clocks have run in step since, over all starts that confirmed it.
    """

    moved_ms: Ms
    in_step_ms: Ms

    @property
    def left_ms(self) -> Ms:
        """How much longer the clocks have to stay in step, in ms."""
        return max(0, min(abs(self.moved_ms), _PROOF_MS) - self.in_step_ms)


class Belief(Struct, frozen=True):
    """The server's belief about the time when it last read both clocks.

    Attributes:
        boot, steady, wall: The machine's clocks at that time.
        proven: The proven time then.
        supported_ms: How long the clocks stayed in step at `proven`, up to the longest time ever
            needed.
        drift_us: Small differences that the belief followed and that still count, in microseconds.
        steps: Moves of the wall clock on top of `proven`, in the order they were seen.
    """

    boot: str
    steady: Ms
    wall: Ms
    proven: Ms
    supported_ms: Ms = 0
    drift_us: int = 0
    steps: tuple[Step, ...] = ()


class Moment(NamedTuple):
    """A moment by the wall clock and by the proven time."""

    now: Ms
    proven_now: Ms
    steady_now: Ms
    left_ms: Ms = 0

    @property
    def is_proven(self) -> bool:
        """Whether a time stored now is known not to be later than the true time."""
        return self.now == self.steady_now

    @property
    def doubt(self) -> ClockDoubt | None:
        """The reason why the server does not believe the wall clock; None if it does."""
        if self.wall == self.steady_now:
            return None
        moved_ms = self.wall - self.steady_now
        return ClockDoubt(moved_s=moved_ms // SECOND_MS, left_s=self.left_ms // SECOND_MS)

    @property
    def wall(self) -> Ms:
        """The time of the wall clock."""
        return self.now + self.proven_now - self.steady_now


def first_belief(boot: str, steady: Ms, wall: Ms, newest: Ms | None) -> Belief:
    """Return the belief of a server that has stored none yet.

    Args:
        boot, steady, wall: The machine's clocks.
        newest: When the newest event was written; None without events, when there is nothing to
            erase yet.
    """
    proven = wall if newest is None else min(newest, wall)
    return observe(Belief(boot, steady, proven, proven), boot, steady, wall)


def observe(belief: Belief, boot: str, steady: Ms, wall: Ms) -> Belief:
    """Return the belief after reading the machine's clocks again."""
    # After a boot it is unknown how long the machine was off.
    ran_ms = max(0, steady - belief.steady) if boot == belief.boot else 0
    expected = belief.proven + ran_ms
    supported_ms = min(belief.supported_ms + ran_ms, _PROOF_MS)
    drift_us = _forgiven(belief.drift_us, ran_ms)
    if not belief.steps and _is_small(wall - expected, drift_us):
        # The same as below, in a quarter of the time, because every request asks for the time.
        drift_us += (wall - expected) * 1_000
        return Belief(boot, steady, wall, wall, supported_ms, drift_us)
    steps = tuple(Step(step.moved_ms, step.in_step_ms + ran_ms) for step in belief.steps)
    seen = Belief(boot, steady, wall, expected, supported_ms, drift_us, steps)
    return _settled(_in_step(seen) or _moved(seen, started=boot != belief.boot))


def confirmed(belief: Belief) -> Belief:
    """Return the belief once the sysop has confirmed the wall clock."""
    return replace(belief, proven=belief.wall, supported_ms=_PROOF_MS, drift_us=0, steps=())


def moment_of(belief: Belief) -> Moment:
    """Return the moment of a belief."""
    wall, proven = belief.wall, belief.proven
    if wall == proven and not belief.steps:
        return Moment(wall, wall, wall)
    left_ms = max(step.left_ms for step in belief.steps) if belief.steps else 0
    return Moment(max(wall, proven), min(wall, proven), proven, left_ms)


def _forgiven(drift_us: int, ran_ms: Ms) -> int:
    forgiven_us = ran_ms * _FORGIVEN_US_PER_MS
    return max(0, drift_us - forgiven_us) if drift_us > 0 else min(0, drift_us + forgiven_us)


def _is_small(differs: Ms, drift_us: int) -> bool:
    # A small step and the differences that still count are added up.
    differs_us = differs * 1_000
    return abs(differs_us) <= _TOLERANCE_US and abs(drift_us + differs_us) <= _TOLERANCE_US


def _in_step(seen: Belief) -> Belief | None:
    """Return the belief if the wall clock has the expected time, or returns to it; else None.

    It is expected at the last step. A clock that returns to an earlier step undoes the later steps.
    """
    for kept in range(len(seen.steps), -1, -1):
        expected = seen.proven + sum(step.moved_ms for step in seen.steps[:kept])
        differs = seen.wall - expected
        if not _is_small(differs, seen.drift_us):
            continue
        drift_us = seen.drift_us + differs * 1_000
        if not kept:
            return replace(seen, proven=seen.wall, drift_us=drift_us, steps=())
        last = seen.steps[kept - 1]
        last = Step(last.moved_ms + differs, last.in_step_ms)
        return replace(seen, drift_us=drift_us, steps=(*seen.steps[: kept - 1], last))
    return None


def _moved(seen: Belief, *, started: bool) -> Belief:
    """Return the belief after a jump of the wall clock.

    Args:
        started: Whether the machine was booted meanwhile; the time it was off may be the whole
            jump.
    """
    steps = seen.steps
    while steps and seen.proven + sum(step.moved_ms for step in steps) > seen.wall:
        steps = steps[:-1]  # drop the steps that the wall clock undoes
    moved = seen.wall - seen.proven - sum(step.moved_ms for step in steps)
    if moved < 0 and seen.supported_ms < Step(moved, 0).left_ms:
        # Nothing shows that the later time is right, and the earlier time harms nobody.
        return replace(seen, proven=seen.wall, supported_ms=0, drift_us=0, steps=())
    # A clock that jumps while the machine runs was not reliable before, so join the steps.
    steps = (*steps, Step(moved, 0)) if started else (_joined(*steps, Step(moved, 0)),)
    if len(steps) > _STEPS_MAX:
        steps = (_joined(*steps[:2]), *steps[2:])
    return replace(seen, drift_us=0, steps=steps)


def _joined(*steps: Step) -> Step:
    in_step_ms = min(step.in_step_ms for step in steps)
    return Step(sum(step.moved_ms for step in steps), in_step_ms)


def _settled(seen: Belief) -> Belief:
    """Return the belief with the steps that are proven by now."""
    settled = [step for step in seen.steps if step.left_ms == 0]
    if not settled:
        return seen
    return replace(
        seen,
        proven=seen.proven + sum(step.moved_ms for step in settled),
        steps=tuple(step for step in seen.steps if step.left_ms > 0),
    )


class ProvenTime:
    """The server's time: it reads the clocks whenever it is asked, from any thread."""

    def __init__(self, clock: MachineClock, belief: Belief | None, newest: Ms | None) -> None:
        """Continue from the stored belief.

        Args:
            clock: The machine's clocks.
            belief: The belief stored last; None if none was.
            newest: As in `first_belief`.
        """
        self._clock = clock
        self._lock = threading.Lock()
        looked = clock.boot, clock.steady(), clock()
        self._belief = observe(belief, *looked) if belief else first_belief(*looked, newest)
        self._moment = moment_of(self._belief)

    def __call__(self) -> Ms:
        """Return `Moment.now`: a `bbs.clock.Clock`."""
        return self.moment().now

    def steady(self) -> Ms:
        """Return the machine's steady clock in ms: for durations, never for dates."""
        return self._clock.steady()

    def moment(self) -> Moment:
        """Return the moment it is."""
        return self._look()[1]

    def look(self) -> Belief:
        """Look at the clocks; return the belief now."""
        return self._look()[0]

    def _look(self) -> tuple[Belief, Moment]:
        boot, steady, wall = self._clock.boot, self._clock.steady(), self._clock()
        with self._lock:
            seen = self._belief
            # Unchanged clocks in the same millisecond add no evidence.
            if wall != seen.wall or steady != seen.steady or boot != seen.boot:
                self._believe(observe(seen, boot, steady, wall))
            return self._belief, self._moment

    def _believe(self, belief: Belief) -> None:
        self._belief, self._moment = belief, moment_of(belief)

    def confirm(self) -> None:
        """Believe the wall clock, because the sysop has confirmed it."""
        looked = self._clock.boot, self._clock.steady(), self._clock()
        with self._lock:
            self._believe(confirmed(observe(self._belief, *looked)))
