"""Maintenance of a SQLite store: checks its database, tries a write, empties its log."""

import secrets
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from bbs import limits
from bbs_server.store.hops import Hop
from bbs_server.store.meta import upsert_meta
from bbs_server.store.sqlite.faults import storage_fault_of
from bbs_server.store.sqlite.unit_of_work import SqliteTx

BUSY_MS = 5_000  # only a backup or a curious shell can hold the lock; both are quick
_STEPS_BETWEEN_LOOKS = 100_000  # a few milliseconds of the engine's work


def write_as_much_as_a_post(tx: SqliteTx) -> None:
    """Write as many bytes as a long post takes."""
    # Write other bytes each time, because SQLite skips unchanged pages of a row. Hex has two
    # characters for a byte, and a post's text is stored twice: as text, and later in the search index.
    upsert_meta(tx, "trial_write", secrets.token_hex(limits.BODY_BYTES_MAX))


def quick_check(path: Path, given_up: Callable[[], bool]) -> str | None:
    """Check a database; return the first fault, without members' text, or None.

    Args:
        given_up: Called now and then; once it returns True, the check ends and returns None.

    Raises:
        sqlite3.Error: If the disk fails in another way than by damaged pages.
    """
    try:
        uri = f"{path.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            connection.set_progress_handler(lambda: int(given_up()), _STEPS_BETWEEN_LOOKS)
            (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        if given_up():
            return None
        if storage_fault_of(error) != "corrupt":
            raise
        return str(error)
    return None if found == "ok" else str(found).partition("\n")[0]


def empty_log(connection: sqlite3.Connection, hop: Hop) -> bool:
    """Move the log into the database and empty it; return False if a reader is active."""
    # Do not wait for readers: a checkpoint that blocks would delay posts. The next run tries again.
    connection.execute("PRAGMA busy_timeout = 0")
    try:
        with hop.waiting():
            busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
    return not busy
