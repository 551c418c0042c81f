"""A reader for every test of the fan-out."""

import pytest

from tests.server.fanout.readers import Reader


@pytest.fixture
def reader() -> Reader:
    """A reader that has read everything so far."""
    return Reader()
