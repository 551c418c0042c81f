"""Time for what is tested: moments without a server around them, and work that takes none."""

from bbs.clock import Ms
from bbs_server.store.hops import Hops
from bbs_server.store.proven_time import Moment

SLOW_MS = 50


def in_order(now: Ms) -> Moment:
    """Return a moment of a clock that is proven."""
    return Moment(now, now, now)


def unhurried() -> Hops:
    """Return hops that no slow machine cuts: timed work ends by its counts alone."""
    return Hops(lambda: 0.0)


class SlowClock:
    """A work clock by which everything takes its time: each look is 50 ms after the one before."""

    def __init__(self) -> None:
        self.looks = 0

    def __call__(self) -> float:
        self.looks += 1
        return self.looks * SLOW_MS / 1_000
