"""The sample community, opened for a test and closed after it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bbs_client.widgets.house import House
from tests.client.app.sample import a_house


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A house with the sample in its mirror."""
    opened = a_house(tmp_path)
    yield opened
    opened.cache.close()
    opened.outbox.close()
