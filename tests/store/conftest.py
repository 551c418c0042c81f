"""An open store of each engine, in a folder of its own: what `bbs_server.store.api` promises of any."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from bbs_server.store.api import Store
from tests.support.ready import open_ready

ENGINES: dict[str, Callable[[Path], Awaitable[Store]]] = {"sqlite": open_ready}
"""How each engine opens the store of a folder."""


@pytest.fixture(params=sorted(ENGINES))
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    """A fresh store."""
    opened = await ENGINES[request.param](tmp_path)
    yield opened
    await opened.close()
