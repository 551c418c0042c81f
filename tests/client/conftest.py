"""The sample community, opened for a test and closed after it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bbs_client.session.session import Session
from tests.client.app.sample import a_session


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """A session with the sample in its mirror."""
    opened = a_session(tmp_path)
    yield opened
    opened.cache.close()
    opened.outbox.close()
