"""Rules of boards that end: when their members are asked, and when the end comes. Pure."""

from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta

from bbs import limits
from bbs.clock import DAY_MS, Ms, instant, is_expressible
from bbs.errors import BadParams
from bbs.features.boards.end_views import AtEnd, BoardEnd, EndState

END_TRANSITIONS: dict[EndState | None, frozenset[EndState | None]] = {
    None: frozenset({EndState.OPEN}),
    EndState.OPEN: frozenset({EndState.OPEN, EndState.ASKED, None}),
    EndState.ASKED: frozenset({EndState.OPEN, EndState.RENEWED, EndState.ARCHIVED, None}),
    EndState.RENEWED: frozenset({EndState.OPEN, EndState.ASKED, None}),
    EndState.ARCHIVED: frozenset({None}),
}
"""The states that may follow each state of a board's end; None for a board without one."""


_MOMENT = "%Y-%m-%d %H:%M UTC"


def check_end(ends_at: Ms, now: Ms, *, field: str = "ends_at") -> None:
    """Refuse an end that is too near or too far.

    Raises:
        BadParams: If it is.
    """
    least, most = limits.ENDS_DAYS_MIN, limits.ENDS_DAYS_MAX
    if not now + least * DAY_MS <= ends_at <= now + most * DAY_MS:
        raise BadParams(
            field=field,
            rule=f"name a day or moment {least} to {most} days ahead; to stop a board now, archive it",
        )


def check_at_end(at_end: AtEnd, *, has_end: bool) -> None:
    """Refuse to say what happens at the end of a board that has none.

    Raises:
        BadParams: If its words were to be forgotten at an end that it does not have.
    """
    if at_end is AtEnd.FORGET and not has_end:
        raise BadParams(field="at_end", rule="say when the board ends, too")


def days_until(ends_at: Ms, now: Ms) -> int:
    """Return how many days an end is ahead, begun days as whole ones."""
    return -((now - ends_at) // DAY_MS)


def asked_from(ends_at: Ms, days: int) -> Ms:
    """Return from when on members are asked: 30 days before, or when half of a shorter time is over.

    Args:
        days: For how many days the board was opened or renewed.
    """
    return ends_at - min(limits.ENDS_ASKED_DAYS * DAY_MS, days * DAY_MS // 2)


def due_from(ends_at: Ms, days: int, asked_at: Ms) -> Ms:
    """Return from when on silence archives: at the end, and never before members could answer.

    Args:
        days: As `asked_from` takes them.
        asked_at: When the members were asked; late, if the server did not run.
    """
    answered = min(limits.ENDS_DAYS_MIN * DAY_MS, days * DAY_MS // 2)
    return max(ends_at, asked_at + answered)


def renew_until(ends_at: Ms, days: int, until: Ms | None, now: Ms) -> tuple[Ms, int]:
    """Return the new end of a board that is renewed, and for how many days that is.

    Args:
        until: The day or moment that the seat holder named; None: the same time once more.

    Raises:
        BadParams: If it is not later than the present end, or too far.
    """
    begins = max(ends_at, now)
    if until is None:
        return min(begins + days * DAY_MS, now + limits.ENDS_DAYS_MAX * DAY_MS), days
    check_end(until, now, field="until")
    if until <= ends_at:
        raise BadParams(field="until", rule="name a day or moment later than the present end")
    return until, days_until(until, now)


def end_day(at: datetime) -> str:
    """Return the end as people say it: the last day, or the moment in UTC where it is no midnight."""
    if (at.hour, at.minute, at.second) == (0, 0, 0):
        return f"{at - timedelta(days=1):%Y-%m-%d}"
    return f"{at:%Y-%m-%d %H:%M} UTC"


DAY_RULE = "write a day, as in 2027-06-30, or a moment with its zone, as in 2027-06-30T12:00Z"
"""How an end is written."""


def parse_end(text: str) -> datetime | None:
    """Return the end that a text names; a day means its last moment in UTC. None if it names none."""
    with suppress(ValueError, OverflowError):
        return datetime.combine(date.fromisoformat(text), time(), UTC) + timedelta(days=1)
    with suppress(ValueError):
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo is not None and is_expressible(moment) else None
    return None


def typed_end(at: datetime) -> str:
    """Return an end as it is typed; the inverse of `parse_end`."""
    if (at.hour, at.minute, at.second) == (0, 0, 0):
        return end_day(at)
    return f"{at:%Y-%m-%dT%H:%MZ}"


def forgets_at(end: BoardEnd | None) -> str | None:
    """Return when the words of a board are forgotten, as its log says it; None for never."""
    return None if end is None or end.then is not AtEnd.FORGET else moment_text(end.at)


def ends_at(end: BoardEnd | None) -> str | None:
    """Return when a board ends, as its log says it; None for never."""
    return None if end is None else moment_text(end.at)


def moment_text(at: datetime) -> str:
    """Return a moment in the form of the log, in which an earlier one comes first."""
    return at.strftime(_MOMENT)


def moment_of(text: str) -> datetime | None:
    """Return the moment that `moment_text` wrote; None for any other text."""
    with suppress(ValueError):
        return datetime.strptime(text, _MOMENT).replace(tzinfo=UTC)
    return None


def moment_day(text: str) -> str:
    """Return a moment of the log as people say it; unchanged if it has not the form of one."""
    at = moment_of(text)
    return text if at is None else end_day(at)


def reason_at_end(ends_at: Ms, then: AtEnd) -> str:
    """Return the reason of the act by which the server archives a board."""
    forgets = " What was written here is forgotten, as was decided." if then is AtEnd.FORGET else ""
    return f"It ended ({end_day(instant(ends_at))}), and nobody renewed it.{forgets}"
