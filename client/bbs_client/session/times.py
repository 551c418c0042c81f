"""Moments, days and spans as the reader wants them written: by the clock or in ISO form, in their zone."""

from datetime import UTC, datetime, tzinfo
from math import ceil

from msgspec import Struct

from bbs.terminal.seat_text import week_of

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
NEAR_DAYS = 6  # for so many days back the name of the day says which it was
UNKNOWN = "at an unknown time"


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


def span(seconds: float) -> str:
    """Return a length of time in its largest unit, rounded up so that it never says 0.

    Args:
        seconds: Negative counts as the shortest.
    """
    for unit_s, name in ((86_400, "days"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * unit_s:
            return f"{ceil(seconds / unit_s)} {name}"
    return f"{max(1, ceil(seconds))} s"


class Times(Struct, frozen=True):
    """Writes moments at one moment.

    Attributes:
        now: The moment it is.
        zone: The reader's zone; None for the machine's own.
        iso: Whether days are written as `2026-11-24`.
    """

    now: datetime
    zone: tzinfo | None = None
    iso: bool = False

    @property
    def columns(self) -> int:
        """The columns of `short`, at most: of the times in a list."""
        return 10 if self.iso else 6

    def short(self, at: datetime) -> str:
        """Return `at` for a list: `21:40` today, `Thu` within six days, `24 Nov`, or its year."""
        then = local(at, self.zone)
        if then is None:
            return "?"
        today = self._today()
        days = (today.date() - then.date()).days
        if days == 0:
            return f"{then:%H:%M}"
        if not self.iso and 0 < days <= NEAR_DAYS:
            return DAYS[then.weekday()]
        return f"{then:%Y}" if not self.iso and then.year != today.year else self.day(at)

    def clock(self, at: datetime) -> str:
        """Return the time of its day, as in `14:02`."""
        then = local(at, self.zone)
        return "?" if then is None else f"{then:%H:%M}"

    def day(self, at: datetime) -> str:
        """Return the day of `at`, as in `12 Mar`, with the year if it is not the current one."""
        then = local(at, self.zone)
        return UNKNOWN if then is None else self._date(then, MONTHS[then.month - 1][:3])

    def whole_day(self, at: datetime) -> str:
        """Return the day of `at` for a divider: `Sunday, 29 November`, with another year's number."""
        then = local(at, self.zone)
        if then is None:
            return UNKNOWN
        return f"{WEEKDAYS[then.weekday()]}, {self._date(then, MONTHS[then.month - 1])}"

    def week(self, at: datetime) -> str:
        """Return the Monday of the week of `at`, as in `7 December`."""
        then = local(at, self.zone)
        if then is None:
            return UNKNOWN
        monday = week_of(then)
        return self._date(monday, MONTHS[monday.month - 1])

    def moment(self, at: datetime) -> str:
        """Return the time of `at` today, as in `14:02`; on another day, with the day before it."""
        then = local(at, self.zone)
        if then is None:
            return UNKNOWN
        if then.date() == self._today().date():
            return f"{then:%H:%M}"
        return f"{self.day(at)} {then:%H:%M}"

    def near(self, at: datetime) -> str:
        """Return a moment that is soon, or was lately: `14:02` today, `Mon 14:02` within six days."""
        then = local(at, self.zone)
        if then is None or self.iso or abs((self._today().date() - then.date()).days) > NEAR_DAYS:
            return self.moment(at)
        is_today = then.date() == self._today().date()
        return f"{then:%H:%M}" if is_today else f"{DAYS[then.weekday()]} {then:%H:%M}"

    def exactly(self, at: datetime) -> str:
        """Return `at` to the second, with its zone, as in `2026-03-12 14:02:07 +0100`."""
        then = local(at, self.zone)
        return UNKNOWN if then is None else f"{then:%Y-%m-%d %H:%M:%S %z}"

    def publishing(self, at: datetime) -> str:
        """Return when something that is held is published: `published in 40 s`."""
        wait_s = (at - self.now).total_seconds()
        return f"published in {span(wait_s)}" if wait_s > 0 else "being published"

    def _date(self, then: datetime, month: str) -> str:
        """Return the date of a moment in the reader's zone, with the year if it is another."""
        if self.iso:
            return f"{then:%Y-%m-%d}"
        year = "" if then.year == self._today().year else f" {then.year}"
        return f"{then.day} {month}{year}"

    def _today(self) -> datetime:
        return local(self.now, self.zone) or self.now.astimezone(UTC)
