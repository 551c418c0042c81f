"""Moments and spans of time as readers see them, in their own zone."""

from datetime import UTC, datetime, tzinfo

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_UNKNOWN = "at an unknown time"


def local(at: datetime, zone: tzinfo | None = None) -> datetime | None:
    """Return `at` in `zone`, or None if the zone cannot express it (a year before 1 or past 9999).

    Args:
        at: An aware moment.
        zone: The reader's zone; None for the machine's own.
    """
    try:
        return at.astimezone(zone)
    except (OverflowError, ValueError, OSError):
        return None


def day(at: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """Return the day of `at`, as in `12 Mar`, with the year if it is not the current one."""
    then = local(at, zone)
    if then is None:
        return _UNKNOWN
    today = local(now, zone) or now.astimezone(UTC)
    shown = f"{then.day} {_MONTHS[then.month - 1]}"
    return shown if then.year == today.year else f"{shown} {then.year}"


def moment(at: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """Return the time of `at` today, as in `14:02`; on another day, with the day before it."""
    then = local(at, zone)
    if then is None:
        return _UNKNOWN
    today = local(now, zone)
    clock = f"{then.hour:02}:{then.minute:02}"
    if today is not None and then.date() == today.date():
        return clock
    return f"{day(at, now, zone)} {clock}"


def exactly(at: datetime, zone: tzinfo | None = None) -> str:
    """Return `at` to the second, with its zone, as in `2026-03-12 14:02:07 +0100`."""
    then = local(at, zone)
    return _UNKNOWN if then is None else then.strftime("%Y-%m-%d %H:%M:%S %z")


def span(seconds: float) -> str:
    """Return a length of time in its largest unit, rounded up so that it never says 0.

    Args:
        seconds: Negative counts as the shortest.
    """
    for unit_s, name in ((86_400, "days"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * unit_s:
            return f"{-(-seconds // unit_s):.0f} {name}"
    return f"{max(1, -(-seconds // 1)):.0f} s"
