"""SQLite's files for backup, restore and doctor; see `bbs_server.store.files`."""

import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bbs.clock import MachineClock, Ms
from bbs_server.store.api import Tx
from bbs_server.store.files import DatabaseFileError
from bbs_server.store.proven_time import ProvenTime
from bbs_server.store.sqlite.copy import write_copy
from bbs_server.store.sqlite.open import (
    APPLICATION_ID,
    DATABASE,
    LOCK,
    PROGRAM_SCHEMA,
    StoreOpenError,
    open_store,
    schema_of,
)
from bbs_server.store.sqlite.unit_of_work import SqliteTx
from bbs_server.store.sqlite.upgrade_copy import list_upgrade_copies
from bbs_server.store.sqlite.writer import SqliteStore
from bbs_server.store.stored_time import stored_belief

_SOUND = (3, 51, 3)
_FINDINGS_MAX = 5


@dataclass(frozen=True, slots=True)
class SqliteInspection:
    """See `bbs_server.store.files.DatabaseInspection`."""

    connection: sqlite3.Connection
    tx: SqliteTx

    @property
    def is_folkmoot(self) -> bool:
        return bool(self.tx.fetch_value("PRAGMA application_id") == APPLICATION_ID)

    @property
    def schema(self) -> tuple[int, int]:
        return schema_of(self.connection)

    @property
    def tuning_fault(self) -> str | None:
        mode = self.tx.fetch_value("PRAGMA journal_mode")
        return None if mode == "wal" else f"the journal mode is {mode}, not wal"

    def damage(self, *, deep: bool = False) -> list[str]:
        check = "integrity_check" if deep else "quick_check"
        try:
            rows = self.connection.execute(f"PRAGMA {check}({_FINDINGS_MAX})").fetchall()
            found = [str(line).partition("\n")[0] for (line,) in rows if line != "ok"]
            astray = self.connection.execute("PRAGMA foreign_key_check").fetchmany(_FINDINGS_MAX)
        except sqlite3.DatabaseError as error:
            return [str(error)]
        return found + [
            f"a row of {table} refers to one of {parent} that is not there"
            for table, _, parent, _ in astray
        ]


class SqliteFiles:
    """See `bbs_server.store.files.StoreFiles`."""

    database = DATABASE
    schema = PROGRAM_SCHEMA
    lock = LOCK
    engine = f"SQLite {sqlite3.sqlite_version}"
    flaw = (
        "can lose its log when two connections write or checkpoint at once (corrected in 3.51.3)"
        if sqlite3.sqlite_version_info < _SOUND
        else None
    )

    @contextmanager
    def look(self, folder: Path) -> Iterator[SqliteInspection]:
        path = folder / DATABASE
        uri = f"{path.absolute().as_uri()}?mode=ro"
        try:
            with closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as connection:
                yield SqliteInspection(connection, SqliteTx(connection))
        except sqlite3.Error as error:
            raise DatabaseFileError(f"{path} cannot be read: {error}") from error

    def copy(self, data: Path, folder: Path) -> None:
        with self.look(data) as look:
            write_copy(look.connection, folder / DATABASE)

    def time(self, data: Path, clock: MachineClock) -> ProvenTime:
        with self.look(data) as look:
            return ProvenTime(clock, *stored_belief(look.tx))

    def lost_under_server(self, data: Path) -> str | None:
        handle = os.open(data, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            names = (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm")
            return next((name for name in names if not (data / name).exists()), None)
        except OSError:
            return None  # this file system cannot lock folders, so the answer is unknown
        finally:
            os.close(handle)
        return None

    def list_upgrade_copies(self, data: Path) -> list[tuple[Path, Ms]]:
        return list_upgrade_copies(data / DATABASE)

    async def open(self, folder: Path, clock: MachineClock) -> SqliteStore:
        try:
            return await open_store(folder, readers=1, clock=clock)
        except StoreOpenError as error:
            raise DatabaseFileError(str(error)) from error

    def begin_gone(self, tx: Tx) -> None:
        tx.execute("CREATE TEMPORARY TABLE gone (text TEXT PRIMARY KEY, why TEXT)")

    def replace_gone(self, tx: Tx, new_text: Callable[[], str]) -> None:
        # The tables of all features: columns with ids of texts end in this word.
        columns = [
            (table, name, required)
            for (table,) in tx.fetch_all("SELECT name FROM sqlite_master WHERE type = 'table'")
            for name, required in tx.fetch_all(
                'SELECT name, "notnull" FROM pragma_table_info(?)', table
            )
            if name.endswith("_text")
        ]
        for table, name, required in columns:
            stands = f"SELECT DISTINCT {name} FROM {table} WHERE {name} IN (SELECT text FROM gone)"  # noqa: S608 - names of the schema
            for (key,) in tx.fetch_all(stands):
                other = new_text() if required else None
                tx.execute(f"UPDATE {table} SET {name} = ? WHERE {name} = ?", other, key)  # noqa: S608 - names of the schema

    def end_gone(self, tx: Tx) -> None:
        tx.execute("DROP TABLE gone")


SQLITE = SqliteFiles()
