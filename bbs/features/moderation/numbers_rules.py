"""Rules of the numbers for governing: over which months, and where there are any. Pure."""

from datetime import UTC, datetime

from bbs import limits
from bbs.clock import Ms, instant, to_ms


def whole_months(now: Ms) -> tuple[Ms, Ms]:
    """Return when the last `NUMBERS_MONTHS` whole months began, in UTC, and when the last was over.

    Args:
        now: The current time, in ms.
    """
    today = instant(now)
    months = today.year * 12 + today.month - 1
    first, last = (_begin(each) for each in (months - limits.NUMBERS_MONTHS, months))
    return first, last


def _begin(months: int) -> Ms:
    return to_ms(datetime(months // 12, months % 12 + 1, 1, tzinfo=UTC))


def has_numbers(seats: int) -> bool:
    """Return whether a board with so many people on its seats has numbers that name nobody."""
    return seats >= limits.NUMBERS_SEATS_MIN
