"""The page of faults: what each proof throws at a promise, and which broken builds the proofs notice."""

from collections.abc import Iterator

from generating.text import doc_of, page, table
from tests.faults.invariants import INVARIANTS, Invariant
from tests.faults.weakened import MISTAKES


def faults() -> str:
    """Return the page of invariants, their proofs, and the mistakes these are seen to notice."""
    lines: list[str] = []
    for invariant in INVARIANTS.values():
        lines += [f"## {invariant.promise.removesuffix('.')}", "", *_proofs(invariant)]
        lines += table(("a build with the mistake to", "is noticed by"), _noticed(invariant))
    intro = (
        "The promises that faults are thrown at, from `tests/faults/invariants.py`, with the tests"
        " that prove them. A test that cannot fail proves nothing: each promise has builds that"
        " break it on purpose, and tests that notice. `make faults` runs all of this page but what"
        " `make test` runs already; `make faults-quick` leaves the broken builds out and tries"
        " less often."
    )
    return page("Faults", intro, lines)


def _proofs(invariant: Invariant) -> Iterator[str]:
    for proof in invariant.proofs:
        yield f"- {_linked(proof)}"
    yield ""


def _noticed(invariant: Invariant) -> Iterator[tuple[str, str]]:
    for test, mistakes in invariant.noticed.items():
        for mistake in mistakes.split():
            does = doc_of(MISTAKES[mistake]).text.rstrip(".")
            yield f"{does[:1].lower()}{does[1:]} (`{mistake}`)", _linked(test)


def _linked(test: str) -> str:
    path, _, name = test.partition("::")
    return f"[`{name}`](../../tests/{path})"
