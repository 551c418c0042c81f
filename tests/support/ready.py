"""An empty database with its schema, made once and copied: a server starts on it in a third of the time."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from bbs.clock import MachineClock, system_clock
from bbs_server.store.sqlite.open import DATABASE, open_store, prepare_file
from bbs_server.store.sqlite.writer import SqliteStore


@cache
def _model() -> Path:
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    prepare_file(folder / DATABASE)
    return folder / DATABASE


def make_file(path: Path) -> None:
    """Write an empty database with its schema."""
    shutil.copy(_model(), path)


def make_ready(folder: Path) -> None:
    """Put an empty database into a data folder that has none; nobody has founded anything in it."""
    if not (folder / DATABASE).exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        make_file(folder / DATABASE)


async def open_ready(folder: Path, *, clock: MachineClock = system_clock) -> SqliteStore:
    """Open the store of a folder, which has an empty database if it had none."""
    make_ready(folder)
    return await open_store(folder, clock=clock)
