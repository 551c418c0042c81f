"""A clause in one line, as people type it: the rule, `::`, and why. Pure."""

from collections.abc import Iterable

from bbs.features.norms.messages import Clause

BETWEEN = "::"
"""What stands between a rule and its why."""


def parse_clause(line: str) -> Clause | None:
    """Return the clause that a line is; None if its text or its why is missing (P5)."""
    text, _, why = (part.strip() for part in line.partition(BETWEEN))
    return Clause(text=text, why=why) if text and why else None


def format_clauses(clauses: Iterable[Clause]) -> str:
    """Return clauses as people type them, a line each; the inverse of `parse_clause` for each."""
    return "\n".join(f"{clause.text} {BETWEEN} {clause.why}" for clause in clauses)
