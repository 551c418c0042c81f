"""The same furnished house as the command line's tests, for the plain client."""

from collections.abc import Iterator

import pytest

from tests.cli.house import House, furnished, running_server


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A real server with two members and a board."""
    folder = tmp_path_factory.mktemp("plain")
    with pytest.MonkeyPatch.context() as env:
        env.setenv("BBS_MOTD", "Plant nothing before the ice saints.")
        with running_server(folder / "data") as invitation:
            yield furnished(folder, invitation)
