"""Moments and spans of time as readers see them; `session.times` writes them as the reader chose."""

from datetime import datetime, tzinfo

from bbs_client.session.times import Times, local

__all__ = ["day", "exactly", "local", "moment", "span"]


def day(at: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """Return the day of `at`, as `Times.day`."""
    return Times(now, zone).day(at)


def moment(at: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """Return the time of `at`, as `Times.moment`."""
    return Times(now, zone).moment(at)


def exactly(at: datetime, zone: tzinfo | None = None) -> str:
    """Return `at` to the second, as `Times.exactly`."""
    return Times(at, zone).exactly(at)


def span(seconds: float) -> str:
    """Return a length of time in its largest unit, rounded up so that it never says 0.

    Args:
        seconds: Negative counts as the shortest.
    """
    for unit_s, name in ((86_400, "days"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * unit_s:
            return f"{-(-seconds // unit_s):.0f} {name}"
    return f"{max(1, -(-seconds // 1)):.0f} s"
