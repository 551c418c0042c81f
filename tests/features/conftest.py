"""A running community, a board of it and somebody who sits there."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bbs.ids import BoardId
from tests.support.founded import open_founded
from tests.support.moot import Line, Moot
from tests.support.talk import seated


@pytest.fixture
async def moot(tmp_path: Path) -> AsyncIterator[Moot]:
    """A running community."""
    async with open_founded(tmp_path / "data") as running:
        yield running


@pytest.fixture
async def board(moot: Moot) -> BoardId:
    """A public board."""
    return await moot.board(moot.sysop, "garden")


@pytest.fixture
async def ana(moot: Moot, board: BoardId) -> Line:
    """A member with a seat on it."""
    return await seated(moot, "ana", board)
