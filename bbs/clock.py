"""Time, always in UTC: integer milliseconds in tables and code, RFC 3339 on the wire."""

import time
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Protocol

from msgspec import Meta

Instant = Annotated[datetime, Meta(tz=True)]
"""A moment with a time zone; encoded as RFC 3339 in UTC."""

Ms = int
"""Milliseconds since 1970-01-01T00:00:00Z."""

Clock = Callable[[], Ms]
"""Code that needs the time takes a clock as argument; tests pass `bbs.testing.FakeClock`."""

SECOND_MS = 1000
MINUTE_MS = 60 * SECOND_MS
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
WEEK_MS = 7 * DAY_MS

EARLIEST = datetime(1, 1, 2, tzinfo=UTC)
LATEST = datetime(9999, 12, 30, tzinfo=UTC)
"""The calendar's edges, with a day to spare: every time zone can express the moments between."""

MOMENT_RULE = "write a moment between 0001-01-02 and 9999-12-30 in UTC"

_MOMENTS = 1_024  # a post has the same moment three times, and pages of posts are read again
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EARLIEST_MS = (EARLIEST - _EPOCH) // timedelta(milliseconds=1)
_LATEST_MS = (LATEST - _EPOCH) // timedelta(milliseconds=1)


_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
# Only Linux has a clock that counts suspended time too.
_STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


class MachineClock(Protocol):
    """The two clocks of a machine: the wall clock may be wrong, the steady one has no date."""

    def __call__(self) -> Ms:
        """Return the wall clock's time."""
        ...

    def steady(self) -> Ms:
        """Return how long the machine has run since `boot` began, in ms; no program can set it."""
        ...

    @property
    def boot(self) -> str:
        """The name of the machine's run from which `steady` counts."""
        ...


class SystemClock:
    """The clocks of this machine; see `MachineClock`."""

    def __call__(self) -> Ms:
        """Return the wall clock's time, in milliseconds since 1970 UTC."""
        return time.time_ns() // 1_000_000

    def steady(self) -> Ms:
        """Return how long the machine has run, in ms; on Linux with suspended time."""
        return time.clock_gettime_ns(_STEADY) // 1_000_000

    @cached_property
    def boot(self) -> str:
        """The kernel's boot id; without one, a random id for each process."""
        try:
            return _BOOT_ID.read_text("ascii").strip()
        except OSError:
            return str(uuid.uuid4())


system_clock = SystemClock()


@lru_cache(_MOMENTS)
def instant(ms: Ms) -> datetime:
    """Return the moment `ms` as an aware datetime in UTC, exact to the millisecond.

    A moment beyond `EARLIEST` or `LATEST` becomes that edge, because a late moment plus a board's
    retention can leave the calendar, and a view must not fail for that.
    """
    return _EPOCH + timedelta(milliseconds=min(max(ms, _EARLIEST_MS), _LATEST_MS))


def optional_instant(ms: Ms | None) -> datetime | None:
    """Return `instant(ms)`, or None for None."""
    return None if ms is None else instant(ms)


def is_expressible(moment: datetime) -> bool:
    """Return whether every time zone can express an aware `moment`.

    RFC 3339 and Python allow others, such as `0001-01-01T00:00:00+14:00`. They raise
    `OverflowError` when another zone is applied to them. Pure, total.
    """
    return EARLIEST <= moment <= LATEST


def to_ms(moment: datetime) -> Ms:
    """Return an aware `moment` as milliseconds since 1970 UTC, rounding down.

    Raises:
        ValueError: If `moment` has no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def begin_of_day(day: date) -> Ms:
    """Return when a day begins in UTC. Pure."""
    return to_ms(datetime(day.year, day.month, day.day, tzinfo=UTC))


def is_in_force(now: Ms, since: Ms, until: Ms | None) -> bool:
    """Return whether something that lasts from `since` to just before `until` holds at `now`. Pure.

    Args:
        until: In ms, as the others; None without an end.
    """
    return since <= now and (until is None or now < until)
