"""The tables of the mirror, and how its file is opened, deleted and protected."""

import contextlib
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

from bbs import folders
from bbs_client.mirror.errors import MirrorTooNew

VERSION = 18
"""Raise it with every change of the tables, of how `bbs.words` cuts texts, and with every new field of
a stored view, which an older program would have dropped. An older mirror is deleted, because it is only a copy.
"""

APPLICATION = 0x666D6D72  # "fmmr": so that no other file is taken for a mirror

_OWN_TABLES = """
CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE cursors(stream TEXT PRIMARY KEY, seq INTEGER NOT NULL, tag TEXT) WITHOUT ROWID;
"""
"""Every other table belongs to a feature and is in the feature's `mirror.sql`."""


def open_file(path: Path) -> sqlite3.Connection:
    """Open the mirror's file, or make it; a file that cannot be read as a mirror is deleted.

    Args:
        path: The file. Its folder is made with 0700, the file with 0600.

    Returns:
        A connection in autocommit mode.

    Raises:
        MirrorTooNew: If a later version of this program made the file, which stays unchanged.
        OSError: If the folder cannot be made.
        sqlite3.OperationalError: If the disk cannot be written.
    """
    make_private(path)
    try:
        return connect(path, _check_and_prepare)
    except sqlite3.DatabaseError as error:
        # A directory at the path, a full disk or missing permissions do not mean that the file is
        # damaged.
        if isinstance(error, sqlite3.OperationalError) and not _is_schema_trouble(error):
            raise
    delete_file(path)
    make_private(path)
    return connect(path, _check_and_prepare)


def open_copy(path: Path | None) -> sqlite3.Connection:
    """Return a copy in memory of a mirror that another process may write.

    Args:
        path: Its file; None for an empty mirror.

    Raises:
        MirrorTooNew: If a later version of this program made the file.
        sqlite3.Error: If it cannot be read.
    """

    def prepare(db: sqlite3.Connection) -> None:
        if path is not None and path.exists():
            with contextlib.closing(sqlite3.connect(path, timeout=5.0)) as source:
                source.backup(db)
        _check_and_prepare(db)

    return connect(":memory:", prepare)


def connect(
    path: Path | str, prepare: Callable[[sqlite3.Connection], object]
) -> sqlite3.Connection:
    """Open a database in autocommit mode, and prepare it.

    Args:
        path: The file, or `:memory:`.
        prepare: Called with the connection. If it raises, the database is closed first.
    """
    db = sqlite3.connect(path, isolation_level=None, timeout=5.0)
    try:
        prepare(db)
    except BaseException:
        with contextlib.suppress(sqlite3.Error):
            db.close()
        raise
    return db


def make_private(path: Path) -> None:
    """Make a file's folder 0700 and the file 0600 before any text is in it."""
    folders.make_private(path.parent)
    path.parent.chmod(folders.PRIVATE)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    os.close(handle)
    path.chmod(0o600)


def delete_file(path: Path) -> None:
    """Delete a database with the files SQLite keeps beside it."""
    for suffix in ("-wal", "-shm", "-journal", ""):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def is_broken(error: sqlite3.Error) -> bool:
    """Return whether an error means that the file is damaged, not that the disk is busy or full."""
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def _is_schema_trouble(error: sqlite3.OperationalError) -> bool:
    return "no such" in str(error) or "already exists" in str(error) or "malformed" in str(error)


def _check_and_prepare(db: sqlite3.Connection) -> None:
    # Check before writing: a later version's file must stay unchanged.
    (application,) = db.execute("PRAGMA application_id").fetchone()
    (version,) = db.execute("PRAGMA user_version").fetchone()
    if application == APPLICATION and version > VERSION:
        raise MirrorTooNew(version, VERSION)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")
    db.execute("PRAGMA secure_delete = ON")
    db.execute("PRAGMA foreign_keys = OFF")
    (tables,) = db.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if tables and (application, version) != (APPLICATION, VERSION):
        raise sqlite3.DatabaseError("not a mirror of this version")
    if not tables:
        from bbs.discovery import feature_texts  # late: an existing mirror needs none of it

        brought = "\n".join((_OWN_TABLES, *feature_texts("bbs_client.features", "mirror.sql")))
        db.executescript(
            f"BEGIN IMMEDIATE; {brought}\nPRAGMA application_id = {APPLICATION};"
            f"PRAGMA user_version = {VERSION}; COMMIT;"
        )
    # Cheap, and it reads the pages that every start needs first.
    for table in ("meta", "boards", "threads"):
        db.execute(f"SELECT * FROM {table} LIMIT 1").fetchone()  # noqa: S608 - our own names
