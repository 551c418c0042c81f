"""An open store in a folder of its own, on a real file."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bbs_server.store.sqlite.writer import SqliteStore
from tests.support.ready import open_ready


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    """A fresh database."""
    opened = await open_ready(tmp_path)
    yield opened
    await opened.close()
