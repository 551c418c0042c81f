"""A clock that stands still until a test moves it."""

from datetime import UTC, datetime

from bbs.clock import DAY_MS, HOUR_MS, SECOND_MS, Ms, to_ms

NOON: Ms = to_ms(datetime(2026, 3, 1, 12, 0, tzinfo=UTC))
"""The default time of a fake clock."""


class FakeClock:
    """A `bbs.clock.MachineClock` whose time the test sets."""

    def __init__(self, now: Ms = NOON) -> None:
        self._now = now
        self._steady: Ms = HOUR_MS
        self._boots = 1

    def __call__(self) -> Ms:
        """Return the wall clock's time, in milliseconds since 1970 UTC."""
        return self._now

    def steady(self) -> Ms:
        """Return how long the machine has run, in ms."""
        return self._steady

    @property
    def boot(self) -> str:
        """The name of this run of the machine."""
        return f"boot {self._boots}"

    def jump(self, *, days: float = 0, hours: float = 0, seconds: float = 0) -> Ms:
        """Let time pass by both clocks and return the new time, to the whole millisecond.

        Raises:
            ValueError: If the time would go back; only the wall clock can, by `step`.
        """
        ms = _ms(days, hours, seconds)
        if ms < 0:
            raise ValueError("time passes forward; step() sets the wall clock back")
        self._steady += ms
        self._now += ms
        return self._now

    def step(self, *, days: float = 0, hours: float = 0, seconds: float = 0) -> Ms:
        """Set the wall clock alone, forward or back, and return the new time."""
        self._now += _ms(days, hours, seconds)
        return self._now

    def reboot(self, *, days: float = 0, hours: float = 0, seconds: float = 0) -> Ms:
        """Start the machine again after a time off; its steady clock starts from zero."""
        self._boots += 1
        self._steady = 0
        return self.step(days=days, hours=hours, seconds=seconds)


def _ms(days: float, hours: float, seconds: float) -> Ms:
    return round(days * DAY_MS + hours * HOUR_MS + seconds * SECOND_MS)
