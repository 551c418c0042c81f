"""Clauses as people write them: a line with rule and why, and how one of many is named. Pure."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from bbs import limits
from bbs.features.norms.messages import Clause

BETWEEN = "::"
"""What stands between a rule, its why and its example."""

BY_TWO = "[two]"
"""What stands before a rule that is a matter of judgement: two people cite it."""

_OF_COMMONS = re.compile(r"(?:(commons)[ /])?\s*([1-9]\d{0,2})", re.ASCII | re.IGNORECASE)


def clause_name(number: int, *, of_commons: bool) -> str:
    """Return how a clause is named in a sentence: `norm 3`, or `norm 3 of the commons`."""
    return f"norm {number} of the commons" if of_commons else f"norm {number}"


class ClauseNumber(NamedTuple):
    """Which clause: its number, and whether it is one of the commons' norms or of the board's own."""

    norm: int
    of_commons: bool


def parse_clause_number(text: str) -> ClauseNumber | None:
    """Return which clause is named by `3`, or by `commons 3`; None if none can be."""
    found = _OF_COMMONS.fullmatch(text.strip())
    if found is None or int(found[2]) > limits.NORMS_MAX:
        return None
    return ClauseNumber(int(found[2]), found[1] is not None)


def parse_clause(line: str) -> Clause | None:
    """Return the clause that a line is; None if its text or its why is missing (P5)."""
    text, why, example, *_ = (*(part.strip() for part in line.split(BETWEEN, 2)), "", "")
    judgement = text.startswith(BY_TWO)
    text = text.removeprefix(BY_TWO).lstrip()
    if not (text and why):
        return None
    return Clause(text=text, why=why, example=example or None, judgement=judgement)


def format_clauses(clauses: Iterable[Clause]) -> str:
    """Return clauses as people type them, a line each; the inverse of `parse_clause` for each."""
    return "\n".join(f" {BETWEEN} ".join(filter(None, _parts(each))) for each in clauses)


def _parts(clause: Clause) -> tuple[str, str, str | None]:
    text = f"{BY_TWO} {clause.text}" if clause.judgement else clause.text
    return text, clause.why, clause.example
