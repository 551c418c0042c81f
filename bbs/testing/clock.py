"""A clock that stands still until it is told to jump."""

from datetime import UTC, datetime

from bbs.clock import DAY_MS, HOUR_MS, SECOND_MS, Ms, to_ms

NOON: Ms = to_ms(datetime(2026, 3, 1, 12, 0, tzinfo=UTC))
"""Where a fake clock begins unless told otherwise."""


class FakeClock:
    """A `bbs.clock.Clock` whose time is what a test says it is."""

    def __init__(self, now: Ms = NOON) -> None:
        self._now = now

    def __call__(self) -> Ms:
        """Return the time, in milliseconds since 1970 UTC."""
        return self._now

    def jump(self, *, days: float = 0, hours: float = 0, seconds: float = 0) -> Ms:
        """Move on (or back, if negative) and return the new time, to the whole millisecond."""
        self._now += round(days * DAY_MS + hours * HOUR_MS + seconds * SECOND_MS)
        return self._now
