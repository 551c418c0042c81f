"""Folders that appear whole or not at all: made beside their place under another name, then renamed."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bbs.folders import make_private
from bbs_server.store.removals import sync_path

PART = ".bbs-part-"
"""The names of unfinished folders begin so: a later backup beside them removes leftovers."""


class TargetError(Exception):
    """The folder cannot be made; the message is one line that says why."""


@contextmanager
def atomic_folder(target: Path) -> Iterator[Path]:
    """Yield an empty 0700 folder to fill; if the block succeeds, it becomes `target`, durably.

    If the block or the disk fails, or the process is killed, nothing is left at `target`. A killed
    process leaves members' text beside it, which the next call there removes (P10).

    Args:
        target: A path that does not exist, or an empty folder.

    Raises:
        TargetError: If the path exists and is no empty folder, or its parent cannot be written.
    """
    check_free(target)
    try:
        parent = target.absolute().parent
        make_private(parent)
        _sweep(parent)
        part, handle = _begin(parent)
    except OSError as error:
        raise TargetError(f"cannot write beside {target}: {error.strerror}") from error
    try:
        yield part
        _sync(part)
        check_free(target)
        # From here on, a failure has to remove the target itself.
        part = part.rename(target)
        sync_path(parent)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    finally:
        os.close(handle)


@contextmanager
def sole_use(folder: Path) -> Iterator[None]:
    """Make other processes that use a folder of backups wait until the block ends.

    The system frees the lock of a killed process.

    Args:
        folder: Made if need be, of mode 0700.

    Raises:
        TargetError: If the folder cannot be made or locked.
    """
    try:
        make_private(folder)
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise TargetError(f"cannot write into {folder}: {error.strerror}") from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
        except OSError as error:
            raise TargetError(f"cannot lock {folder}: {error.strerror}") from error
        yield
    finally:
        os.close(handle)


def check_free(target: Path) -> None:
    """Check that a folder can be created at a path.

    Raises:
        TargetError: If the path exists and is no empty folder.
    """
    try:
        if os.path.lexists(target) and (not target.is_dir() or any(target.iterdir())):
            raise TargetError(f"{target} exists already; name a folder that does not")
    except OSError as error:
        raise TargetError(f"cannot look into {target}: {error.strerror}") from error


def _begin(parent: Path) -> tuple[Path, int]:
    """Make a folder to fill, and lock it for as long as this process works in it."""
    while True:
        part = Path(tempfile.mkdtemp(prefix=PART, dir=parent))
        handle = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        fcntl.flock(handle, fcntl.LOCK_EX)
        if part.exists():  # the sweep of another process may have deleted it before it was locked
            return part, handle
        os.close(handle)


def _sync(folder: Path) -> None:
    for path in folder.iterdir():
        path.chmod(0o600)
        sync_path(path)
    sync_path(folder)


def _sweep(parent: Path) -> None:
    """Remove the folders that killed processes left half filled."""
    for path in parent.glob(f"{PART}*"):
        try:
            handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | os.O_NOFOLLOW)
        except OSError:
            continue
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(path, ignore_errors=True)
        except OSError:
            pass
        finally:
            os.close(handle)
