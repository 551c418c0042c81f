"""A community whose sysop has joined already, made once and copied: the most frequent beginning of a test."""

import atexit
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from tests.support.moot import Moot, open_moot
from tests.support.people import Person


class _Model(NamedTuple):
    folder: Path
    sysop: Person
    code: str


_models: list[_Model] = []


async def _model() -> _Model:
    if not _models:
        folder = Path(tempfile.mkdtemp())
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        async with open_moot(folder) as moot:
            made = _Model(folder, moot.sysop.person, moot.code)
        _models.append(made)
    return _models[0]


@asynccontextmanager
async def open_founded(folder: Path) -> AsyncIterator[Moot]:
    """Run a server as `open_moot` does, on a new folder, with its sysop connected again.

    All that are opened in a process are copies of one community: where a test has two that must
    be strangers to each other, `open_moot` founds the second.
    """
    model = await _model()
    shutil.copytree(model.folder, folder, dirs_exist_ok=True)
    async with open_moot(folder) as moot:
        moot.code = model.code
        await moot.take_up(replace(model.sysop))
        yield moot
