"""One furnished house for all tests of the command line; each test makes its own threads in it."""

from collections.abc import Iterator

import pytest

from tests.cli.house import House, furnished, running_server


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A real server with two members and a board."""
    folder = tmp_path_factory.mktemp("house")
    with running_server(folder / "data") as invitation:
        yield furnished(folder, invitation)
