"""The sample community in a mirror, and a real server with members, each opened for tests and closed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bbs_client.session.session import Session
from tests.cli.house import House, furnished, running_server
from tests.client.app.sample import a_session


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """A session with the sample in its mirror."""
    opened = a_session(tmp_path)
    yield opened
    opened.cache.close()
    opened.outbox.close()


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A real server with two members and a board, for all tests of a worker."""
    yield from new_house(tmp_path_factory)


def new_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Run a real server with two members and a board, where nothing of other tests stands."""
    folder = tmp_path_factory.mktemp("plain")
    with pytest.MonkeyPatch.context() as env:
        env.setenv("BBS_MOTD", "Plant nothing before the ice saints.")
        with running_server(folder / "data") as invitation:
            yield furnished(folder, invitation)
