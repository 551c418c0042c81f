"""The whole of the tests stays within its budget, each folder within its share."""

from tests.shape.budget import BUDGETS_S, HELPERS, WHOLE_S, folder_of, over_budget
from tests.shape.tree import ROOT


def test_every_folder_has_a_budget() -> None:
    """A new folder of tests names what it may cost; together they stay within the whole."""
    found = {
        f"tests/{path.name}"
        for path in (ROOT / "tests").iterdir()
        if path.is_dir() and path.name != "__pycache__"
    }
    assert found - HELPERS <= set(BUDGETS_S)
    assert sum(BUDGETS_S.values()) <= WHOLE_S * 1.1


def test_time_is_counted_for_the_folder() -> None:
    """A test's time counts for the first folder below tests, and only too much is told."""
    assert folder_of("tests/features/members/test_rules.py::test_x") == "tests/features"
    assert folder_of("tests/test_text.py::test_y") == "tests"
    assert over_budget({"tests/wire": BUDGETS_S["tests/wire"] + 1, "tests/sdk": 0.1}) == [
        f"tests/wire: {BUDGETS_S['tests/wire'] + 1:.1f} s of {BUDGETS_S['tests/wire']:g}"
    ]
