"""Checks that the files that a store has open still have their names in its folder (P12).

A process can still write into a deleted or replaced file, but the file is lost when the process
ends: the server would acknowledge writes and lose them. Use `os.stat` alone: closing another
descriptor of the database would drop the engine's locks on it.
"""

import os
import time
from collections.abc import Iterable
from pathlib import Path

_SETTLED_NS = 1_000_000_000  # file systems record changes of a folder in steps of some milliseconds


class FileLost(Exception):
    """A file was deleted or replaced while it was open; the message names it and the remedy."""


class Names:
    """The names of open files, each with the file that it named at first."""

    def __init__(self, folder: Path, names: Iterable[str]) -> None:
        """Record the files of these names; a name without a file is not watched."""
        self._folder = str(folder)
        paths = (folder / name for name in names)
        self._files = {str(path): _file_of(path.stat()) for path in paths if path.exists()}
        self._settled: tuple[int, int, int] | None = None

    def check(self) -> None:
        """Check that each name still names the same file.

        Takes one system call as long as no file in the folder was made, deleted or renamed.

        Raises:
            FileLost: If a name names another file, or none.
        """
        folder = _look_at(self._folder)
        if folder is None:
            return
        state = (folder.st_dev, folder.st_ino, folder.st_mtime_ns)
        if state == self._settled:
            return
        for path, file in self._files.items():
            if (found := _look_at(path)) is not None and _file_of(found) != file:
                raise FileLost(_message(path, "replaced by another file"))
        # A second change in the same step of the clock would leave the folder's time unchanged.
        if time.time_ns() - folder.st_mtime_ns > _SETTLED_NS:
            self._settled = state


def _file_of(found: os.stat_result) -> tuple[int, int]:
    return found.st_dev, found.st_ino


def _look_at(path: str) -> os.stat_result | None:
    """Return the status of a file by its name; None if the system does not report it."""
    try:
        return os.stat(path)  # noqa: PTH116 - called after every commit; Path takes longer
    except (FileNotFoundError, NotADirectoryError):
        raise FileLost(_message(path, "deleted or moved away")) from None
    except OSError:
        return None


def _message(path: str, what: str) -> str:
    return (
        f"{path} was {what} while the server has it open: nothing more is written. Do not stop the"
        f" server yet: what was written is in its open files; copy them from /proc/{os.getpid()}/fd,"
        " then stop it and put them back, or restore a backup"
    )
