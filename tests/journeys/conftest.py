"""A hall for every journey: a real server on loopback, spoken to by its public protocol only."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.journeys.community import House, house
from tests.support.voices import Hall, open_hall


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    """A running community with a sysop."""
    async with open_hall(tmp_path / "data") as opened:
        yield opened


@pytest.fixture
async def community(tmp_path: Path) -> AsyncIterator[House]:
    """A community with a sysop and ana."""
    async with house(tmp_path) as running:
        await running.join("sysanne")
        await running.join("ana")
        yield running
