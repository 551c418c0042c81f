"""What is typed to narrow a log of power: operators as in a search, and words. Pure."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from bbs.features.norms.clause_text import parse_clause_number
from bbs.powers import Power

HINT = "from:@ana power:tend norm:3 after:2026-01-31 cases, or words"
"""What can be typed, for a field and for lines."""

CASES = "cases"


class LogFilter(Struct, frozen=True):
    """What a reader wants of a log.

    Attributes:
        query: The fields of `GetLog` that the server narrows by, but for `by`.
        by: The handle after `from:`, without its sign; None for everybody.
        words: What has to stand in an act's line, each in lower case.
        notes: Sentences on what was perhaps meant otherwise. They quote what was typed: sanitize them.
    """

    query: dict[str, Any] = {}
    by: str | None = None
    words: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def matches(self, line: str) -> bool:
        """Return whether an act's line has all the words."""
        told = line.casefold()
        return all(word in told for word in self.words)


def parse_log_filter(text: str) -> LogFilter:
    """Return what is typed: `from:`, `power:`, `norm:3` or `norm:commons-3`, `after:`, `batch:`, `cases`, words.

    Any text is valid: an operator with a wrong value is left out, and noted.
    """
    query: dict[str, Any] = {}
    by: str | None = None
    words: list[str] = []
    notes: list[str] = []
    for word in text.split():
        name, colon, value = word.partition(":")
        if name.lower() == "from" and colon and value.strip("@"):
            by = value.strip("@").lower()
        elif colon and (read := _OPERATORS.get(name.lower())) is not None:
            found = read(value)
            if found is None:
                notes.append(f"{word} was left out: type {_EXAMPLES[name.lower()]}.")
            else:
                query |= found
        elif word.lower() == CASES:
            query["of_cases"] = True
        else:
            words.append(word.casefold())
    return LogFilter(query, by, tuple(words), tuple(notes))


def _power(value: str) -> dict[str, Any] | None:
    try:
        return {"power": Power(value.lower())}
    except ValueError:
        return None


def _norm(value: str) -> dict[str, Any] | None:
    clause = parse_clause_number(value.replace("-", " "))
    return None if clause is None else clause._asdict()


def _after(value: str) -> dict[str, Any] | None:
    try:
        return {"since": datetime.strptime(value, "%Y-%m-%d").replace(tzinfo=UTC)}
    except ValueError:
        return None


def _batch(value: str) -> dict[str, Any] | None:
    try:
        return {"batch": str(UUID(value))}
    except ValueError:
        return None


_OPERATORS: dict[str, Callable[[str], dict[str, Any] | None]] = {
    "power": _power,
    "norm": _norm,
    "after": _after,
    "batch": _batch,
    "since": _after,
}
_EXAMPLES = {
    "power": "power:tend",
    "norm": "norm:3 or norm:commons-3",
    "after": "after:2026-01-31",
    "batch": "batch: and the id that the line of its start has",
    "since": "since:2026-01-31",
}
