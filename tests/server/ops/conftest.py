"""A community with something to lose, served from a folder of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.journeys.community import house
from tests.server.ops.scene import Scene


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    """Everything was said, nothing was taken back yet."""
    (tmp_path / "first").mkdir()
    async with house(tmp_path / "first") as served:
        found = Scene(served)
        await found.say_all()
        yield found
