"""What the fault tests share: a folder for one server, and its log when a test fails."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.server_process import ServerProcess


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    """A server that is not started yet; killed afterwards. Its log is shown if the test fails."""
    with ServerProcess(tmp_path) as process:
        yield process
        print(process.log()[-1_500:])
