"""How long a piece of work holds the writer: it ends by time, and the longest is remembered.

A hop is one stay on the writer's thread. Rows differ a thousandfold in what they cost, so timed
work counts none: it looks at the clock after each row (`in_time`) and leaves the rest to its next
hop. Members' commands come in between (P14).
"""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from bbs import limits
from bbs_server.store.api import Tx

T = TypeVar("T")

WorkClock = Callable[[], float]
"""Returns seconds from any beginning; never goes back. Tests give one of their own."""


class Hop:
    """A stay on the writer's thread, from now on."""

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
        """Do not count the time inside: the disk's, which no cut makes shorter."""
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
        """Do a hop and measure it. Called on the writer's thread."""
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
