"""What the fault tests share: a folder for one server with its log, and a disk that fails."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.faultfs import built
from tests.faults.server_process import ServerProcess


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    """A server that is not started yet; killed afterwards. Its log is shown if the test fails."""
    with ServerProcess(tmp_path) as process:
        yield process
        print(process.log()[-1_500:])


@pytest.fixture(scope="session")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shim that makes a disk fail; skips where it cannot be built."""
    return built(tmp_path_factory.mktemp("shim"))
