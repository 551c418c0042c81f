"""Every invariant has proofs that exist, and a build that breaks it."""

import pytest

from tests.faults.invariants import INVARIANTS, Invariant
from tests.faults.weakened import MISTAKES
from tests.shape.tree import ROOT, functions

SOUND = {"pings-often", "does-without-uvloop"}
"""Builds that differ and break no promise."""


def _exists(node: str) -> bool:
    path, _, name = node.partition("::")
    file = ROOT / "tests" / path
    return file.exists() and any(function.name == name for function in functions(file))


@pytest.mark.parametrize("invariant", INVARIANTS.values(), ids=INVARIANTS)
def test_an_invariants_proofs_exist(invariant: Invariant) -> None:
    """Each test the table names is there under that name."""
    named = [*invariant.proofs, *invariant.noticed]
    assert invariant.proofs
    assert [node for node in named if not _exists(node)] == []


@pytest.mark.parametrize("invariant", INVARIANTS.values(), ids=INVARIANTS)
def test_an_invariant_can_be_seen_to_break(invariant: Invariant) -> None:
    """A test that cannot fail proves nothing: a weakened build is seen to fail it."""
    assert invariant.noticed


def test_every_mistake_is_noticed_by_somebody() -> None:
    """No weakened build lies about that no test is held against."""
    used = {
        name
        for one in INVARIANTS.values()
        for names in one.noticed.values()
        for name in names.split()
    }
    assert used == set(MISTAKES) - SOUND
