"""Opening a SQLite store: locks the folder, checks, migrates and tunes the database."""

import fcntl
import logging
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from importlib import resources
from pathlib import Path
from typing import TypeVar

import aiosqlite

from bbs import limits
from bbs.clock import MachineClock, system_clock
from bbs.folders import make_private
from bbs.streams import StreamKind, stream_bounds
from bbs_server.store import event_log
from bbs_server.store.hops import Hops
from bbs_server.store.meta import EPOCH, META, find_meta
from bbs_server.store.names import Names
from bbs_server.store.proven_time import ProvenTime
from bbs_server.store.removals import REMOVALS, Removals, RemovalsError
from bbs_server.store.sqlite.care import BUSY_MS
from bbs_server.store.sqlite.faults import storage_fault_of
from bbs_server.store.sqlite.followed import followed
from bbs_server.store.sqlite.partitions import adopt_first_table
from bbs_server.store.sqlite.unit_of_work import SqliteTx
from bbs_server.store.sqlite.upgrade_copy import UpgradeCopyError, end_copies, make_upgrade_copy
from bbs_server.store.sqlite.writer import (
    READERS,
    WAL_PAGES_MAX,
    WRITER_CACHE_KIB,
    SqliteStore,
)
from bbs_server.store.stored_time import store_belief, stored_belief

_log = logging.getLogger("bbs.store")

V = TypeVar("V")

DATABASE = "folkmoot.db"
LOCK = "lock"
APPLICATION_ID = 0x464D4F54  # "FMOT"
SQLITE_MIN = (3, 40, 0)  # Debian 12; older ones lack STRICT and RETURNING details we rely on
PROGRAM_SCHEMA = 69
"""The schema this program writes. A database whose `compat_version` is higher is refused."""


class StoreOpenError(Exception):
    """The store cannot be opened; the message is one line for the sysop with the next step."""


def lock_folder(folder: Path) -> ExitStack:
    """Lock the data folder for this process; make the folder if need be.

    This locks the lock file and the folder itself, because a lock file that was deleted and made
    again is another file, which a second server could lock. Where a folder cannot be locked (NFS),
    only the file is.

    Returns:
        The lock. Closing it lets another server use the folder.

    Raises:
        StoreOpenError: If another server uses the folder, or it cannot be made or written.
    """
    with ExitStack() as lock:
        try:
            make_private(folder)
            file = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            lock.callback(os.close, file)
            inner = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            lock.callback(os.close, inner)
        except OSError as error:
            raise StoreOpenError(f"cannot use {folder}: {error.strerror}") from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise StoreOpenError(f"another server is running on {folder}") from error
        try:
            fcntl.flock(inner, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StoreOpenError(f"another server is running on {folder}") from error
        except OSError:
            _log.info("%s cannot be locked as a folder; its lock file alone is", folder)
        return lock.pop_all()


def _migrations(after: int) -> list[tuple[int, str]]:
    """Return the migrations from a schema on, in order, each with its SQL."""
    folder = resources.files("bbs_server.store") / "migrations"
    return sorted(
        (number, file.read_text(encoding="utf-8"))
        for file in folder.iterdir()
        if (match := re.fullmatch(r"(\d{4})_\w+\.sql", file.name))
        if (number := int(match[1])) > after
    )


def _statements(script: str) -> list[str]:
    """Split a migration into statements at semicolons that end a line."""
    without_comments = re.sub(r"^\s*--.*$", "", script, flags=re.MULTILINE)
    return [
        part.strip()
        for part in re.split(r";\s*$", without_comments, flags=re.MULTILINE)
        if part.strip()
    ]


def schema_of(connection: sqlite3.Connection) -> tuple[int, int]:
    """Return (schema_version, compat_version) of a database; (0, 0) for an empty one."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
        return 0, 0
    found = dict(connection.execute("SELECT key, value FROM meta").fetchall())
    return int(found.get("schema_version", 0)), int(found.get("compat_version", 0))


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Migrate the schema to this program's version, whole or not at all, however many steps it takes.

    Raises:
        StoreOpenError: If the database needs a newer program.
        UpgradeCopyError: If the copy made before the migration cannot be read back; nothing was
            changed.
    """
    version, compat = schema_of(connection)
    if compat > PROGRAM_SCHEMA:
        raise StoreOpenError(
            f"{path} was written by a newer Folkmoot (schema {version}); update this program"
        )
    pending = _migrations(after=version)
    if pending and version > 0:
        make_upgrade_copy(connection, path, version + 1)
    # Off while a migration remakes tables under their old names: otherwise dropping a table would
    # delete the rows that refer to it.
    connection.execute("PRAGMA foreign_keys = OFF")
    with connection:  # commits, or rolls back on an error
        connection.execute("BEGIN IMMEDIATE")
        for number, script in pending:
            for statement in _statements(script):
                connection.execute(statement)
            for key in ("schema_version", "compat_version"):
                connection.execute(META.put, (key, str(number)))
        adopt_first_table(connection)
    connection.execute("PRAGMA foreign_keys = ON")


def prepare_file(path: Path) -> None:
    """Check, migrate and tune the database file, before anything serves from it.

    Raises:
        StoreOpenError: With one line for the sysop, if it is lost, damaged, of another program,
            read-only, full or too new.
    """
    if sqlite3.sqlite_version_info < SQLITE_MIN:
        raise StoreOpenError(f"SQLite {sqlite3.sqlite_version} is too old; 3.40 or newer is needed")
    with _own_connection(path) as connection:
        _tune(connection, writer=True)
        (known,) = connection.execute("PRAGMA application_id").fetchone()
        version, _ = schema_of(connection)
        if known not in (0, APPLICATION_ID) or (
            known == 0 and version == 0 and _has_tables(connection)
        ):
            raise StoreOpenError(f"{path} is a database of another program")
        if known == 0:
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        migrate(connection, path)
        _check_tails(connection, path)


@contextmanager
def _own_connection(path: Path) -> Iterator[sqlite3.Connection]:
    """Yield a connection for work before the store serves; make the file if need be.

    Raises:
        StoreOpenError: With one line for the sysop, if the database is lost, or if the disk or a
            file beside the database makes the block fail.
    """
    try:
        _check_not_lost(path)
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            yield connection
    except sqlite3.Error as error:
        raise StoreOpenError(_one_line(path, error)) from error
    except OSError as error:
        place = error.filename or path.parent
        raise StoreOpenError(f"cannot use {place}: {error.strerror}") from error
    except (UpgradeCopyError, RemovalsError) as error:
        raise StoreOpenError(str(error)) from error


def _check_not_lost(path: Path) -> None:
    """Refuse to create a community over the files that an existing community's lost database left.

    A killed start leaves neither a record nor a log without a database: SQLite writes a first page
    before it has a log, and the record begins when the schema is there.

    Raises:
        StoreOpenError: If there is no database, or an empty one, beside a record or a log.
        OSError: If the folder cannot be read.
    """
    if _bytes_of(path) > 0:
        return
    log_file, record = path.with_name(f"{path.name}-wal"), path.with_name(REMOVALS)
    left = record if record.exists() else log_file if _bytes_of(log_file) > 0 else None
    if left is not None:
        state = "empty" if path.exists() else "not there"
        raise StoreOpenError(
            f"{path} is {state}, but {left.name} beside it belongs to an existing community."
            " The server did not start and changed nothing. Put the database file back, or restore"
            " a backup: bbs restore BACKUP NEWDIR. For a new community choose an empty folder."
        )


def _bytes_of(path: Path) -> int:
    """Return the size of a file; 0 if there is none."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _check_tails(connection: sqlite3.Connection, path: Path) -> None:
    """Check the newest events of every board and lounge, where a torn write shows first."""
    tx = SqliteTx(connection)
    for (stream,) in connection.execute(
        "SELECT stream FROM streams WHERE (stream > ? AND stream < ?) OR (stream > ? AND stream < ?)",
        (*stream_bounds(StreamKind.BOARD), *stream_bounds(StreamKind.LOUNGE)),
    ).fetchall():
        if (seq := event_log.find_broken_seq(tx, stream, limits.CHAIN_TAIL_EVENTS)) is not None:
            raise StoreOpenError(
                f"cannot use {path}: it is damaged; restore a backup (nothing was changed)"
                f" (the history of {stream} is broken at {seq})"
            )


def _take_up_time(path: Path, clock: MachineClock) -> ProvenTime:
    """Continue from the stored belief about the time, and store the belief of this start.

    Raises:
        StoreOpenError: If the database cannot be read or written.
    """
    with _own_connection(path) as connection:
        tx = SqliteTx(connection)
        time = ProvenTime(clock, *stored_belief(tx))
        store_belief(tx, time.look())
        return time


def _open_removals(path: Path, time: ProvenTime) -> Removals:
    """Open the record of removals beside a database.

    Raises:
        StoreOpenError: If it is damaged, cannot be used, or is newer than the database.
    """
    with _own_connection(path) as connection:
        tx = SqliteTx(connection)
        founded = find_meta(tx, EPOCH) is not None
        if founded and not (path.parent / REMOVALS).exists():
            _log.warning(
                "%s was missing and is begun anew: backups made before now can be restored only"
                " with --accept-returning-words",
                REMOVALS,
            )
        return followed(tx, path.parent, time, founded=founded)


def _has_tables(connection: sqlite3.Connection) -> bool:
    return connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is not None


def _one_line(path: Path, error: sqlite3.Error) -> str:
    advice = {
        "full": "the disk is full; free some space and start again",
        "read_only": "it cannot be written; check owner and mode of the file and its folder",
        "corrupt": "it is damaged; restore a backup (nothing was changed)",
        "locked": "another program holds it",
        "failed": "the disk answered with an error",
    }
    return f"cannot use {path}: {advice[storage_fault_of(error)]} ({error})"


def _tune(connection: sqlite3.Connection, *, writer: bool) -> None:
    pragmas = [f"busy_timeout = {BUSY_MS}", "foreign_keys = ON", "temp_store = MEMORY"]
    if writer:
        pragmas += [
            "journal_mode = WAL",
            "synchronous = FULL",  # an acknowledged post survives power loss (P12)
            "secure_delete = ON",  # what is deleted is overwritten (P10)
            f"wal_autocheckpoint = {WAL_PAGES_MAX}",
            f"cache_size = -{WRITER_CACHE_KIB}",
        ]
    else:
        pragmas += ["query_only = ON"]
    for pragma in pragmas:
        connection.execute(f"PRAGMA {pragma}")


def _bind_plainly() -> None:
    """Let Python's module bind None and bytes as they are.

    Unless they have an adapter, it looks for ways to adapt each of these values in vain, which is 3 %
    of a post's instructions.
    """
    sqlite3.register_adapter(type(None), _as_it_is)
    sqlite3.register_adapter(bytes, _as_it_is)


def _as_it_is(value: V) -> V:
    return value


async def _connect(path: Path, *, writer: bool) -> aiosqlite.Connection:
    # Open it before it gets a thread. aiosqlite does not wait for the thread of a connection that
    # failed to open, and the loop may be closed before that thread ends.
    connection = sqlite3.connect(
        path, isolation_level=None, check_same_thread=False, cached_statements=256
    )
    try:
        _tune(connection, writer=writer)
        # SQLite opens a log by its name when it first reads, so read before that name can vanish.
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        connection.close()
        raise
    return await aiosqlite.Connection(lambda: connection, iter_chunk_size=64)


async def open_store(
    folder: Path,
    *,
    readers: int = READERS,
    clock: MachineClock = system_clock,
    hops: Hops | None = None,
) -> SqliteStore:
    """Open the database in `folder`, whose lock the caller holds; make it if need be.

    Args:
        clock: The machine's clocks; the stored belief decides how much of their time is proven.
        hops: Measures how long work holds the writer; None to use the machine's clock.

    Raises:
        StoreOpenError: With one line for the sysop. No file or connection stays open then.
    """
    path = folder / DATABASE
    _bind_plainly()
    prepare_file(path)
    time = _take_up_time(path, clock)
    end_copies(path, time.moment())
    removals = _open_removals(path, time)
    opened: list[aiosqlite.Connection] = []
    try:
        # An open aiosqlite connection would keep the interpreter from exiting.
        for n in range(readers + 1):
            opened.append(await _connect(path, writer=n == 0))  # noqa: PERF401 - all are closed below
    except sqlite3.Error as error:
        for connection in opened:
            await connection.close()
        removals.close()
        raise StoreOpenError(_one_line(path, error)) from error
    names = (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", REMOVALS, LOCK)
    store = SqliteStore(
        *(path, opened[0], opened[1:], removals, time, Names(folder, names)), hops or Hops()
    )
    store.start()
    return store
