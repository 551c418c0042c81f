"""Names SQLite's faults, and separates faults of the disk from faults of a statement."""

import errno
import sqlite3

from bbs_server.store.fault_names import fault_names

_REASONS = {
    "SQLITE_FULL": "full",
    "SQLITE_READONLY": "read_only",
    "SQLITE_CANTOPEN": "read_only",
    "SQLITE_CORRUPT": "corrupt",
    "SQLITE_NOTADB": "corrupt",
    "SQLITE_BUSY": "locked",
    "SQLITE_LOCKED": "locked",
}

_REASONS_OF_SYSTEM = {
    errno.ENOSPC: "full",
    errno.EDQUOT: "full",
    errno.EROFS: "read_only",
    errno.EACCES: "read_only",
    errno.EPERM: "read_only",
}


def storage_fault_of(error: BaseException) -> str:
    """Return the store's health after a fault: full, read_only, corrupt, locked or failed.

    Args:
        error: An error of SQLite, or of the file of removals beside it.
    """
    if isinstance(error, OSError):
        return _REASONS_OF_SYSTEM.get(error.errno or 0, "failed")
    primary = "_".join((name_of(error) or "").split("_")[:2])
    return _REASONS.get(primary, "failed")


def is_storage_fault(error: BaseException) -> bool:
    """Whether the error is a fault of the disk or the file, not of a statement."""
    if not isinstance(error, sqlite3.Error) or isinstance(error, sqlite3.IntegrityError):
        return False
    # An error without a name comes from Python's module: our value or statement was wrong.
    ours = ("SQLITE_ERROR", "SQLITE_MISUSE", "SQLITE_RANGE", "SQLITE_CONSTRAINT")
    return (name := name_of(error)) is not None and not name.startswith(ours)


def name_of(error: BaseException) -> str | None:
    """Return SQLite's own name of an error; None if it is not an error of the engine."""
    name = getattr(error, "sqlite_errorname", None)
    return name if isinstance(name, str) else None


fault_names.append(name_of)
