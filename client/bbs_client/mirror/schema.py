"""The tables of the mirror, and how its file is opened, set aside and kept from other eyes."""

import contextlib
import os
import sqlite3
from pathlib import Path

from bbs import folders
from bbs_client.mirror.errors import MirrorTooNew

VERSION = 4
"""Raised with every change of the tables. An older mirror for which `_UPGRADES` says nothing is
thrown away: it is only a copy.
"""

_UPGRADES: dict[int, tuple[str, ...]] = {
    # Version 3 faded by the device's clock alone, which may have been wrong: see `Mirror.note_time`.
    3: ("ALTER TABLE cursors ADD COLUMN tag TEXT", "INSERT INTO meta VALUES ('heal', '1')"),
}
"""For a version, the statements that make its tables those of the next one."""

APPLICATION = 0x666D6D72  # "fmmr": a file that is no mirror is never taken for one

_TABLES = """
CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE cursors(stream TEXT PRIMARY KEY, seq INTEGER NOT NULL, tag TEXT) WITHOUT ROWID;
CREATE TABLE members(id TEXT PRIMARY KEY, revision INTEGER NOT NULL, doc BLOB NOT NULL);
CREATE TABLE boards(
    id TEXT PRIMARY KEY, number INTEGER NOT NULL, visibility TEXT NOT NULL, hold_s INTEGER NOT NULL,
    retention_days INTEGER NOT NULL, words INTEGER NOT NULL, revision INTEGER NOT NULL,
    doc BLOB NOT NULL);
CREATE TABLE seats(
    board TEXT NOT NULL, member TEXT NOT NULL, state TEXT NOT NULL, position INTEGER NOT NULL,
    revision INTEGER NOT NULL, doc BLOB NOT NULL, PRIMARY KEY(board, member)) WITHOUT ROWID;
CREATE TABLE norms(board TEXT PRIMARY KEY, version INTEGER NOT NULL, doc BLOB NOT NULL);
CREATE TABLE threads(
    id TEXT PRIMARY KEY, board TEXT NOT NULL, number INTEGER, state TEXT NOT NULL,
    posts INTEGER NOT NULL, fades_at INTEGER, unread INTEGER NOT NULL DEFAULT 0,
    words INTEGER NOT NULL, revision INTEGER NOT NULL, doc BLOB NOT NULL);
CREATE INDEX threads_of_board ON threads(board, number);
CREATE INDEX threads_unread ON threads(id) WHERE unread > 0;
CREATE TABLE posts(
    key INTEGER PRIMARY KEY, id TEXT UNIQUE, board TEXT NOT NULL, thread TEXT NOT NULL,
    number INTEGER, parent TEXT, parent_number INTEGER, author TEXT, seq INTEGER,
    state TEXT NOT NULL, imported INTEGER NOT NULL, visible_at INTEGER, fades_at INTEGER,
    fresh INTEGER NOT NULL, for_me INTEGER NOT NULL DEFAULT 0, words INTEGER NOT NULL, revision INTEGER NOT NULL, doc BLOB);
CREATE UNIQUE INDEX posts_by_number ON posts(thread, number) WHERE number IS NOT NULL;
CREATE INDEX posts_shape ON posts(thread, number, parent_number, fresh, id, parent);
CREATE INDEX posts_fresh ON posts(thread, number) WHERE fresh = 1;
CREATE INDEX posts_fading ON posts(fades_at) WHERE fades_at IS NOT NULL AND state = 'published';
CREATE INDEX posts_orphaned ON posts(parent) WHERE parent_number IS NULL AND parent IS NOT NULL;
CREATE INDEX posts_for_me ON posts(visible_at) WHERE for_me > 0;
CREATE INDEX posts_of_board ON posts(board, seq);
CREATE TABLE trees(thread TEXT PRIMARY KEY, last INTEGER NOT NULL, columns BLOB NOT NULL);
CREATE TABLE looks(thread TEXT PRIMARY KEY, flat INTEGER NOT NULL, folded TEXT NOT NULL) WITHOUT ROWID;
CREATE TRIGGER trees_grown AFTER INSERT ON posts WHEN new.number IS NOT NULL BEGIN
    DELETE FROM trees WHERE thread = new.thread AND last >= new.number; END;
CREATE TRIGGER trees_cut AFTER DELETE ON posts WHEN old.number IS NOT NULL BEGIN
    DELETE FROM trees WHERE thread = old.thread; END;
CREATE TRIGGER trees_bent AFTER UPDATE OF thread, number, parent_number ON posts
    WHEN old.thread != new.thread OR old.number IS NOT new.number
    OR old.parent_number IS NOT new.parent_number BEGIN
    DELETE FROM trees WHERE thread IN (old.thread, new.thread); END;
CREATE TABLE lines(
    id TEXT PRIMARY KEY, board TEXT NOT NULL, number INTEGER NOT NULL, at INTEGER NOT NULL,
    fades_at INTEGER NOT NULL, state TEXT NOT NULL, words INTEGER NOT NULL,
    revision INTEGER NOT NULL, doc BLOB NOT NULL);
CREATE INDEX lines_of_board ON lines(board, number);
CREATE INDEX lines_fading ON lines(fades_at);
CREATE TABLE shortenings(
    board TEXT NOT NULL, at INTEGER NOT NULL, lounge_hours INTEGER NOT NULL,
    PRIMARY KEY(board, at)) WITHOUT ROWID;
CREATE TABLE marks(
    thread TEXT PRIMARY KEY, board TEXT NOT NULL, revision INTEGER NOT NULL,
    ranges TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE thanks(
    post TEXT NOT NULL, by TEXT NOT NULL, board TEXT NOT NULL, thread TEXT NOT NULL,
    at INTEGER NOT NULL, PRIMARY KEY(post, by)) WITHOUT ROWID;
CREATE TABLE choices(
    kind TEXT NOT NULL, subject TEXT NOT NULL, stance TEXT NOT NULL, revision INTEGER NOT NULL,
    doc BLOB NOT NULL, PRIMARY KEY(kind, subject)) WITHOUT ROWID;
CREATE TABLE floors(board TEXT PRIMARY KEY, seq INTEGER NOT NULL) WITHOUT ROWID;
"""
# `parent_number` is the parent's place where it is known: from the parent itself or a skeleton.
# `fresh` is 1 for a post that is unread unless a mark says otherwise, so that counting is a range
# scan of `posts_fresh`; a muted one is not. `for_me` is 2 for an answer to one, 1 for a mention. A choice that was undone stays, as a default one, until
# all are fetched: what comes late must not bring it back. `trees` hold the order of a long thread's posts up to number `last`: what comes
# later is put in, anything else drops them, and they are made anew. `looks` are how one left a thread on this device. `shortenings` outlast their event: a line said before one may be told after. A row without id is a bone: a post whose words were not fetched yet.


def open_file(path: Path) -> sqlite3.Connection:
    """Open the mirror's file, or make it; what cannot be read as one is thrown away.

    Args:
        path: The file. Its folder is made with 0700, the file with 0600.

    Returns:
        A connection without transactions of its own making.

    Raises:
        MirrorTooNew: If a later version of this program made the file; it is left alone.
        OSError: If the folder cannot be made.
        sqlite3.OperationalError: If the disk refuses.
    """
    make_private(path)
    try:
        return _connect(path)
    except sqlite3.OperationalError as error:
        # A directory in the way, a full disk or missing rights are not the file's fault.
        if not _is_schema_trouble(error):
            raise
    except sqlite3.DatabaseError:
        pass
    delete_file(path)
    make_private(path)
    return _connect(path)


def make_private(path: Path) -> None:
    """Make a file's folder 0700 and the file 0600 before the first word is in it."""
    folders.make_private(path.parent)
    path.parent.chmod(folders.PRIVATE)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    os.close(handle)
    path.chmod(0o600)


def delete_file(path: Path) -> None:
    """Delete a database with the files SQLite keeps beside it."""
    for suffix in ("-wal", "-shm", "-journal", ""):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _is_schema_trouble(error: sqlite3.OperationalError) -> bool:
    return "no such" in str(error) or "already exists" in str(error) or "malformed" in str(error)


def _connect(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None, timeout=5.0)
    try:
        # Before anything is written: a later version's file must stay as it is.
        (application,) = db.execute("PRAGMA application_id").fetchone()
        (version,) = db.execute("PRAGMA user_version").fetchone()
        if application == APPLICATION and version > VERSION:
            raise MirrorTooNew(version, VERSION)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("PRAGMA secure_delete = ON")
        db.execute("PRAGMA foreign_keys = OFF")
        _prepare(db, application, version)
    except BaseException:
        with contextlib.suppress(sqlite3.Error):
            db.close()
        raise
    return db


def _prepare(db: sqlite3.Connection, application: int, version: int) -> None:
    (tables,) = db.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if tables and application == APPLICATION:
        version = _upgraded(db, version)
    if tables and (application, version) != (APPLICATION, VERSION):
        raise sqlite3.DatabaseError("not a mirror of this version")
    if not tables:
        db.executescript(
            f"BEGIN IMMEDIATE; {_TABLES} PRAGMA application_id = {APPLICATION};"
            f"PRAGMA user_version = {VERSION}; COMMIT;"
        )
    # Cheap, and it touches what every start reads first.
    for table in ("meta", "boards", "threads"):
        db.execute(f"SELECT * FROM {table} LIMIT 1").fetchone()  # noqa: S608 - our own names


def _upgraded(db: sqlite3.Connection, version: int) -> int:
    """Bring an older mirror's tables up to date, each step whole or not at all.

    Returns:
        The version it has now; a lower one than ours if nothing can be done.
    """
    while version in _UPGRADES:
        steps = "; ".join((*_UPGRADES[version], f"PRAGMA user_version = {version + 1}"))
        try:
            db.executescript(f"BEGIN IMMEDIATE; {steps}; COMMIT;")
        except BaseException:
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise
        version += 1
    return version
