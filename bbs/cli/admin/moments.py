"""Read days and moments from options."""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, time, timedelta

import click

from bbs.clock import MOMENT_RULE, is_expressible
from bbs.errors import BadParams
from bbs.features.boards.end_rules import DAY_RULE, parse_end

_AGO = re.compile(r"([1-9][0-9]{0,3})(m|h|d|w)").fullmatch
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def read_moment(_ctx: click.Context, option: click.Parameter, text: str | None) -> datetime | None:
    """Return the moment that an option names, as its callback; a day means its midnight in UTC.

    Args:
        option: The option with the text.
        text: A day, or a moment with its zone; None if the option was not given.

    Raises:
        click.UsageError: If the text is neither, or some zone cannot express the moment.
    """
    if text is None:
        return None
    _check_calendar(option, text)
    moment = _moment(text)
    if moment is None or moment.tzinfo is None:
        raise click.UsageError(
            f"{option.opts[0]} {text}: write a day, as in 2027-03-01, or a moment with its zone, as in"
            " 2027-03-01T12:00Z"
        )
    if not is_expressible(moment):
        raise click.UsageError(f"{option.opts[0]} {text}: {MOMENT_RULE}")
    return moment


def read_ago(context: click.Context, option: click.Parameter, text: str | None) -> datetime | None:
    """Return the moment that an option names, as its callback: `2d` ago, a day, or a moment.

    Raises:
        click.UsageError: If the text is none of them.
    """
    found = None if text is None else _AGO(text)
    if found is None:
        try:
            return read_moment(context, option, text)
        except click.UsageError as error:
            says = f"{error.format_message()}; or how long ago, as in 30m, 12h, 2d, 1w"
            raise click.UsageError(says) from None
    return datetime.now(UTC) - timedelta(**{_UNITS[found[2]]: int(found[1])})


def read_last_day(
    _ctx: click.Context, option: click.Parameter, text: str | None
) -> datetime | None:
    """Return the end that an option names, as its callback; a day means its last moment in UTC.

    Raises:
        click.UsageError: If the text is neither a day nor a moment, or such a day does not exist.
    """
    if text is None:
        return None
    _check_calendar(option, text)
    if (moment := parse_end(text)) is None:
        raise click.UsageError(f"{option.opts[0]} {text}: {DAY_RULE}")
    return moment


@contextmanager
def typed_until(*fields: str) -> Iterator[None]:
    """Name the option `--until` in what the server refuses of one of these fields.

    Raises:
        BadParams: What was refused.
    """
    try:
        yield
    except BadParams as error:
        if error.field not in fields:
            raise
        option = "--until"
        raise BadParams(option, error.rule) from None


_is_day = re.compile(r"\d{4}-\d{2}-\d{2}").fullmatch


def _check_calendar(option: click.Parameter, text: str) -> None:
    if _is_day(text) is None:
        return
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise click.UsageError(f"{option.opts[0]} {text}: the calendar has no such day") from None
    if not is_expressible(datetime.combine(day, time(), UTC)):
        raise click.UsageError(f"{option.opts[0]} {text}: {MOMENT_RULE}")


def _moment(text: str) -> datetime | None:
    with suppress(ValueError):
        return datetime.combine(date.fromisoformat(text), time(), UTC)
    with suppress(ValueError):
        return datetime.fromisoformat(text)
    return None
