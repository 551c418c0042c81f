"""The database copy made before a migration: complete or absent, and deleted in time (P10)."""

import logging
import os
import sqlite3
from contextlib import closing
from pathlib import Path

from bbs import limits
from bbs.clock import DAY_MS, Ms
from bbs_server.store.proven_time import Moment
from bbs_server.store.removals import REMOVALS, RemovalsError, read_entries, sync_path
from bbs_server.store.sqlite.copy import write_copy

_log = logging.getLogger("bbs.store")


class UpgradeCopyError(Exception):
    """The copy is damaged; the message is one line that names it."""


def make_upgrade_copy(connection: sqlite3.Connection, path: Path, version: int) -> None:
    """Write a verified copy beside a database whose next schema is `version`, durably.

    Raises:
        UpgradeCopyError: If it cannot be read back.
        OSError, sqlite3.Error: If it cannot be written; then no file has the copy's name.
    """
    copy = path.with_name(f"{path.stem}-before-{version:04}.db")
    part = copy.with_name(f"{copy.name}.part")
    write_copy(connection, part)
    try:
        with closing(sqlite3.connect(part)) as check:
            sound = check.execute("PRAGMA quick_check").fetchone() == ("ok",)
    except sqlite3.DatabaseError as error:
        raise UpgradeCopyError(f"the copy made before migrating cannot be read: {part}") from error
    if not sound:
        raise UpgradeCopyError(f"the copy made before migrating is damaged: {part}")
    sync_path(part)
    part.replace(copy)
    sync_path(copy.parent)


def list_upgrade_copies(path: Path) -> list[tuple[Path, Ms]]:
    """Return the copies beside a database, unfinished ones too, and when each must be deleted, ms."""
    lasts = limits.BEFORE_COPY_DAYS * DAY_MS
    return [
        (copy, copy.stat().st_mtime_ns // 1_000_000 + lasts)
        for copy in sorted(path.parent.glob(f"{path.stem}-before-*"))
    ]


def end_copies(path: Path, moment: Moment) -> None:
    """Delete the copies beside a database that have expired or contain text purged since.

    It logs failures and raises none.
    """
    try:
        copies = list_upgrade_copies(path)
        purged_at = _last_purge(path.with_name(REMOVALS)) if copies else 0
    except OSError as error:
        _log.warning("%s cannot be looked at: %s", error.filename, error.strerror)
        return
    for copy, ends_at in copies:
        try:
            _end_copy(copy, ends_at, purged_at, moment)
        except OSError as error:
            _log.warning("%s cannot be deleted: %s", error.filename, error.strerror)


def _last_purge(record: Path) -> Ms:
    """Return when text was last purged, in ms; 0 for never, or if the record is damaged."""
    if not record.exists():
        return 0
    try:
        purges = (entry.at for entry in read_entries(record) if entry.purged or entry.threads)
        return max(purges, default=0)
    except RemovalsError:  # opening the store reports it
        return 0


def _end_copy(copy: Path, ends_at: Ms, purged_at: Ms, moment: Moment) -> None:
    if ends_at - limits.BEFORE_COPY_DAYS * DAY_MS <= purged_at:
        copy.unlink()
        sync_path(copy.parent)
        _log.info("%s has words that were purged, and is deleted", copy.name)
    elif ends_at <= moment.proven_now:
        copy.unlink()
        sync_path(copy.parent)
        _log.info("%s had its time and is deleted", copy.name)
    elif ends_at > moment.now + limits.BEFORE_COPY_DAYS * DAY_MS:
        # A clock that was ahead made it: count from now, so that it expires all the same.
        os.utime(copy, ns=(moment.now * 1_000_000, moment.now * 1_000_000))
