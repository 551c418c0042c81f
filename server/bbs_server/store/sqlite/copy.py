"""A copy of a SQLite database: one moment's, in one file, without residue of deleted words (P10)."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from bbs_server.store.sqlite import search as sqlite_search


def write_copy(connection: sqlite3.Connection, to: Path) -> None:
    """Write a database as `connection` sees it at this moment into one new file of mode 0600.

    Until its segments are merged, the search index still contains the words of withdrawn posts.
    The server merges them every hour; a copy lasts for days, so it is always merged. Rows are
    written twice: VACUUM in place would put every word into a temporary file outside the folder.

    Args:
        to: Replaced if it is there. Durable only once the caller has synced it.

    Raises:
        OSError, sqlite3.Error: If it cannot be written; a file left there is no whole copy.
    """
    raw = to.with_name(f"{to.name}.raw")
    try:
        _make_private(raw)
        connection.execute("VACUUM INTO ?", (str(raw),))
        with closing(sqlite3.connect(raw, isolation_level=None)) as copy:
            # Nothing needs to be rolled back: after an error both files are thrown away.
            copy.execute("PRAGMA journal_mode = OFF")
            sqlite_search.merge_all(copy)
            _make_private(to)
            copy.execute("VACUUM INTO ?", (str(to),))
    finally:
        raw.unlink(missing_ok=True)


def _make_private(path: Path) -> None:
    """Make an empty file: a file that SQLite made would be open to others."""
    path.unlink(missing_ok=True)
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
