"""A board that is to move."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.features.packs.gardens import Garden
from tests.features.proposals.motions import friends
from tests.support.moot import open_moot
from tests.support.talk import start


@pytest.fixture
async def garden(tmp_path: Path) -> AsyncIterator[Garden]:
    """A board on which two wrote."""
    async with open_moot(tmp_path / "data") as moot:
        board, [ana, bo] = await friends(moot, "ana", "bo")
        of_ana, of_bo = await start(ana, board, "Peas."), await start(bo, board, "Beans.")
        yield Garden(moot, board, ana, bo, of_ana, of_bo)
