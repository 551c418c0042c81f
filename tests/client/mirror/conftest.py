"""Fixtures of the mirror's tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.client.mirror.linked import House


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    house = House(tmp_path)
    yield house
    await house.stop()
