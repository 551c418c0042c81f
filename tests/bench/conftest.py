"""What the benches share: one table for the run, and a core for each side."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bench.measure import Table
from tests.bench.pinned import PinnedServer, prepare_load

_TABLE = Table()


@pytest.fixture(scope="session", autouse=True)
def _load() -> None:
    """This process is the load."""
    prepare_load()


@pytest.fixture(scope="session")
def table() -> Table:
    """The table of this run; printed at its end."""
    return _TABLE


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table, and keep it beside the benches."""
    if _TABLE.rows:
        terminalreporter.section("benches: medians ± half the quartiles' distance")
        for line in _TABLE.lines():
            terminalreporter.write_line(line)
        _TABLE.save()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[PinnedServer]:
    """A server that is not started yet; killed afterwards."""
    with PinnedServer(tmp_path) as process:
        yield process
