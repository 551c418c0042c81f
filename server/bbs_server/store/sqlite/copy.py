"""A copy of a SQLite database: one moment, in one file, without residue of deleted text (P10)."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from bbs_server.store.sqlite import index_care


def write_copy(connection: sqlite3.Connection, to: Path) -> None:
    """Write a database as `connection` sees it at this moment into one new file of mode 0600.

    Until its segments are merged, the search index still contains words of withdrawn posts. The
    server merges them every hour. A copy lasts for days, so this function merges them. It
    writes rows twice, because VACUUM in place would write all text into a temporary file outside
    the folder.

    Args:
        to: The file to write; an existing file is replaced. The caller has to sync it.

    Raises:
        OSError, sqlite3.Error: If it cannot be written; a file left there is incomplete.
    """
    raw = to.with_name(f"{to.name}.raw")
    try:
        _make_private(raw)
        connection.execute("VACUUM INTO ?", (str(raw),))
        with closing(sqlite3.connect(raw, isolation_level=None)) as copy:
            # No rollback is needed: after an error both files are deleted.
            copy.execute("PRAGMA journal_mode = OFF")
            index_care.merge_all(copy)
            _make_private(to)
            copy.execute("VACUUM INTO ?", (str(to),))
    finally:
        raw.unlink(missing_ok=True)


def _make_private(path: Path) -> None:
    """Make an empty private file, because other users could read a file that SQLite makes."""
    path.unlink(missing_ok=True)
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
