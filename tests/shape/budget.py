"""What the tests of each folder may cost, and a red line at the end of a run that cost more.

It is the processor's time that counts, the programs that tests start included: a busy machine costs
nobody anything. Taken in by tests/conftest.py.
"""

import os
from collections import defaultdict
from collections.abc import Generator
from pathlib import PurePosixPath
from typing import Any

import pytest

# Seconds of the processor, all workers together: room for a slow machine, not for a habit.
BUDGETS_S: dict[str, float] = {
    "tests": 10,
    "tests/bench": 0,
    "tests/cli": 110,
    "tests/client": 360,
    "tests/docs": 30,
    "tests/faults": 0,
    "tests/features": 130,
    "tests/journeys": 80,
    "tests/sdk": 10,
    "tests/server": 190,
    "tests/shape": 60,
    "tests/store": 8,
    "tests/wire": 36,
}
HELPERS = frozenset({"tests/support", "tests/tools"})
WHOLE_S = 950.0
"""Collecting the tests comes on top, in each worker."""

_spent: dict[str, float] = defaultdict(float)
_begun_s = 0.0


def _processor_s() -> float:
    """Return what this process and those it has waited for have cost so far."""
    return sum(os.times()[:4])


def folder_of(node_id: str) -> str:
    """Return the folder a test's time is counted for."""
    parts = PurePosixPath(node_id.partition("::")[0]).parts
    return "/".join(parts[:2]) if len(parts) > 2 else "tests"


def over_budget(spent: dict[str, float]) -> list[str]:
    """Return a line for each folder that cost more than it may; no budget means none is needed."""
    return [
        f"{folder}: {seconds:.1f} s of {BUDGETS_S[folder]:g}"
        for folder, seconds in sorted(spent.items())
        if BUDGETS_S.get(folder) and seconds > BUDGETS_S[folder]
    ]


def pytest_runtest_logstart() -> None:
    """Begin to count."""
    global _begun_s
    _begun_s = _processor_s()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, Any, Any]:
    """Note in the report of a phase what it cost: a worker's reports go to another process."""
    global _begun_s
    report = yield
    now_s = _processor_s()
    report.processor_s, _begun_s = now_s - _begun_s, now_s
    return report


def pytest_runtest_logreport(report: Any) -> None:
    """Count what a test cost, its fixtures included."""
    _spent[folder_of(report.nodeid)] += getattr(report, "processor_s", 0.0)  # a crash has none


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say which folders are past their budget."""
    for line in over_budget(_spent):
        terminalreporter.write_line(f"past its budget: {line}", red=True)
