"""How long the tests of each folder may take, and a red line at the end of a run that took longer.

`make test` stays under three minutes on two cores; a folder that grows past its share says so before
the whole does. Taken in by tests/conftest.py; only whole runs are judged.
"""

from collections import defaultdict
from pathlib import PurePosixPath
from typing import Any

import pytest

# Seconds of test time on one core, all workers together: room for a slow machine, not for a habit.
BUDGETS_S: dict[str, float] = {
    "tests": 10,
    "tests/bench": 0,
    "tests/cli": 40,
    "tests/client": 135,
    "tests/docs": 12,
    "tests/faults": 0,
    "tests/features": 35,
    "tests/journeys": 50,
    "tests/sdk": 10,
    "tests/server": 57,
    "tests/shape": 20,
    "tests/store": 8,
    "tests/wire": 18,
}
HELPERS = frozenset({"tests/support", "tests/tools"})
WHOLE_S = 360.0
"""Three minutes on two cores."""

_spent: dict[str, float] = defaultdict(float)


def folder_of(node_id: str) -> str:
    """Return the folder a test's time is counted for."""
    parts = PurePosixPath(node_id.partition("::")[0]).parts
    return "/".join(parts[:2]) if len(parts) > 2 else "tests"


def over_budget(spent: dict[str, float]) -> list[str]:
    """Return a line for each folder that took longer than it may; no budget means none is needed."""
    return [
        f"{folder}: {seconds:.1f} s of {BUDGETS_S[folder]:g}"
        for folder, seconds in sorted(spent.items())
        if BUDGETS_S.get(folder) and seconds > BUDGETS_S[folder]
    ]


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Count what a test took, its fixtures included."""
    _spent[folder_of(report.nodeid)] += report.duration


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say which folders are past their budget."""
    for line in over_budget(_spent):
        terminalreporter.write_line(f"past its budget: {line}", red=True)
