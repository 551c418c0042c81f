"""An empty database with its schema, made once and copied: a server starts on it in a third of the time."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from bbs_server.store.sqlite.open import DATABASE, prepare_file


@cache
def _model() -> Path:
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    prepare_file(folder / DATABASE)
    return folder / DATABASE


def make_ready(folder: Path) -> None:
    """Put an empty database into a data folder that has none; nobody has founded anything in it."""
    if not (folder / DATABASE).exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copy(_model(), folder / DATABASE)
