"""The free space and the size of the database, read from the file system."""

import os
from pathlib import Path

from msgspec import Struct

from bbs.errors import StorageUnavailable

MIB = 1_048_576


class DiskSpace(Struct, frozen=True):
    """The sizes around the data folder at one moment.

    Attributes:
        free_bytes: The bytes that this user may still write on the file system.
        total_bytes: The size of the file system.
        database_bytes: The size of the database file.
        log_bytes: The size of its write-ahead log.
    """

    free_bytes: int
    total_bytes: int
    database_bytes: int
    log_bytes: int

    @property
    def free_mb(self) -> int:
        """Whole MiB free."""
        return self.free_bytes // MIB


def disk_space(folder: Path, database: str) -> DiskSpace:
    """Read the sizes around a data folder.

    Args:
        database: The name of the database file in it.

    Raises:
        OSError: If the file system does not answer.
    """
    found = os.statvfs(folder)
    path = folder / database
    return DiskSpace(
        free_bytes=found.f_bavail * found.f_frsize,
        total_bytes=found.f_blocks * found.f_frsize,
        database_bytes=_size(path),
        log_bytes=_size(path.with_name(f"{database}-wal")),
    )


def room_bytes(folder: Path, database: str, low_mb: int) -> int:
    """Return how many bytes may be written before less than `low_mb` MiB is free; 0 for none.

    Raises:
        StorageUnavailable: If the file system does not answer.
    """
    try:
        found = disk_space(folder, database)
    except OSError as error:
        raise StorageUnavailable(reason="failed") from error
    return max(0, found.free_bytes - low_mb * MIB)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
