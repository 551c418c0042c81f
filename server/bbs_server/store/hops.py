"""Hops: how long work holds the writer. A hop ends by time, and the longest is recorded.

A hop is one stay on the writer's thread. Rows differ a thousandfold in cost, so timed work does not
count rows: it checks the clock after each row (`in_time`) and leaves the rest to its next hop.
Members' commands run in between (P14).
"""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from bbs import limits
from bbs_server.store.api import Tx

T = TypeVar("T")

WorkClock = Callable[[], float]
"""A clock in seconds from any beginning, which never goes back. Tests pass their own."""


class Hop:
    """A stay on the writer's thread, which begins when it is made."""

    __slots__ = ("_began", "_clock", "_waited_s")

    def __init__(self, clock: WorkClock = time.perf_counter) -> None:
        self._clock = clock
        self._began = clock()
        self._waited_s = 0.0

    def is_over(self) -> bool:
        """Whether the work should leave its rest to another hop."""
        return (self._clock() - self._began) * 1_000 >= limits.HOP_WORK_MS_MAX

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Do not count the time inside the block, which the disk takes however short the hop is."""
        began = self._clock()
        try:
            yield
        finally:
            self._waited_s += self._clock() - began

    def worked_ms(self) -> float:
        """Return how long it has lasted so far, without the waiting, in ms."""
        return (self._clock() - self._began - self._waited_s) * 1_000


class Hops:
    """All hops of one writer.

    Attributes:
        longest_ms: The longest since the start, without waiting for the disk at its commit.
    """

    def __init__(self, clock: WorkClock = time.perf_counter) -> None:
        self.longest_ms = 0.0
        self._clock = clock

    def run(self, fn: Callable[[Hop], T]) -> T:
        """Run a hop and measure it. Called on the writer's thread."""
        hop = Hop(self._clock)
        try:
            return fn(hop)
        finally:
            self.longest_ms = max(self.longest_ms, hop.worked_ms())


def in_time(tx: Tx, rows: Iterable[T]) -> Iterator[T]:
    """Yield rows, at least the first, until the hop of `tx` has lasted as long as it may.

    The caller finishes all work on a row before the next, and asks for another slice unless every
    row came.
    """
    for row in rows:
        yield row
        if tx.time_is_up():
            return
