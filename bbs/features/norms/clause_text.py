"""A clause in one line, as people type it: the rule, `::`, why, and perhaps `::`, an example. Pure."""

from collections.abc import Iterable

from bbs.features.norms.messages import Clause

BETWEEN = "::"
"""What stands between a rule, its why and its example."""


def parse_clause(line: str) -> Clause | None:
    """Return the clause that a line is; None if its text or its why is missing (P5)."""
    text, why, example, *_ = (*(part.strip() for part in line.split(BETWEEN, 2)), "", "")
    return Clause(text=text, why=why, example=example or None) if text and why else None


def format_clauses(clauses: Iterable[Clause]) -> str:
    """Return clauses as people type them, a line each; the inverse of `parse_clause` for each.

    Whether a clause takes the judgement of two is not said in a line.
    """
    return "\n".join(f" {BETWEEN} ".join(filter(None, _parts(each))) for each in clauses)


def _parts(clause: Clause) -> tuple[str, str, str | None]:
    return clause.text, clause.why, clause.example
