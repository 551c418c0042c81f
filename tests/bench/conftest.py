"""What the benches share: one table for the run, and houses with many posts in them."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.bench.measure import Table
from tests.bench.seeded import Seeded, seed
from tests.faults.server_process import ServerProcess

_TABLE = Table()


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
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    """A server that is not started yet; killed afterwards."""
    with ServerProcess(tmp_path) as process:
        yield process


@pytest.fixture(scope="module")
def houses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Seeded, Seeded]]:
    """A house with a thread of 1,000 posts, and one with a thread of 20,000."""
    with ExitStack() as stack:
        found = []
        for posts in (1_000, 20_000):
            process = stack.enter_context(ServerProcess(tmp_path_factory.mktemp("house")))
            found.append(asyncio.run(seed(process, posts)))
        yield found[0], found[1]
