"""Clauses as people type them: what is written is what is read."""

from hypothesis import assume, given
from hypothesis import strategies as st

from bbs.features.norms.clause_text import BETWEEN, BY_TWO, format_clauses, parse_clause
from bbs.features.norms.messages import Clause

PARTS = st.text(min_size=1).map(str.strip).filter(lambda text: len(text.splitlines()) == 1)


@given(PARTS, PARTS, st.none() | PARTS, st.booleans())
def test_a_clause_is_read_as_it_was_written(
    text: str, why: str, example: str | None, judgement: bool
) -> None:
    """Two separators part rule, why and example, an example may hold others; a mark before the rule says
    that it is a matter of judgement (P5)."""
    assume(all(BETWEEN not in part and not part.endswith(":") for part in (text, why)))
    assume(not text.startswith(BY_TWO))
    clause = Clause(text=text, why=why, example=example, judgement=judgement)
    assert parse_clause(format_clauses((clause,))) == clause


@given(st.text())
def test_no_line_is_a_clause_without_a_why(line: str) -> None:
    """Whatever is typed: a clause has a rule and a reason, or it is none (P5)."""
    clause = parse_clause(line)
    assert clause is None or (clause.text and clause.why)
