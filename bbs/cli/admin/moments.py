"""Days and moments as they are typed in options."""

from datetime import UTC, date, datetime, time

import click

from bbs.clock import MOMENT_RULE, is_expressible


def moment_from(text: str, *, option: str) -> datetime:
    """Return the moment somebody named: a day begins at midnight UTC, as a log's days do.

    Args:
        text: A day, or a moment with its zone.
        option: The option it was given with.

    Raises:
        click.UsageError: If it is neither, or a moment that not every zone can express.
    """
    moment = _moment(text)
    if moment is None or moment.tzinfo is None:
        raise click.UsageError(
            f"{option} {text}: write a day, as in 2027-03-01, or a moment with its zone, as in"
            " 2027-03-01T12:00Z"
        )
    if not is_expressible(moment):
        raise click.UsageError(f"{option} {text}: {MOMENT_RULE}")
    return moment


def _moment(text: str) -> datetime | None:
    try:
        return datetime.combine(date.fromisoformat(text), time(), UTC)
    except ValueError:
        pass
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
