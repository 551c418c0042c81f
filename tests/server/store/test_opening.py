"""Opening a data folder: one server, our own database, not too new, not damaged; or one clear line."""

import contextlib
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bbs.errors import StorageUnavailable
from bbs_server.store.api import Tx
from bbs_server.store.removals import REMOVALS
from bbs_server.store.sqlite.open import (
    APPLICATION_ID,
    DATABASE,
    PROGRAM_SCHEMA,
    StoreOpenError,
    lock_folder,
    migrate,
    open_store,
    schema_of,
)
from bbs_server.store.sqlite.threads import run_on_thread


@contextlib.contextmanager
def database(folder: Path) -> Iterator[sqlite3.Connection]:
    """Open the database of a folder behind the store's back."""
    connection = sqlite3.connect(folder / DATABASE, isolation_level=None)
    try:
        yield connection
    finally:
        connection.close()


async def made(folder: Path) -> None:
    """Make a database and close it."""
    await (await open_store(folder)).close()


async def refusal(folder: Path) -> str:
    """Return the one line with which a folder is refused."""
    with pytest.raises(StoreOpenError) as refused:
        await open_store(folder)
    line = str(refused.value)
    assert "\n" not in line
    return line


def modes_in(folder: Path) -> dict[str, int]:
    """Return the mode of every file of a folder."""
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


def test_only_one_server_has_a_folder(tmp_path: Path) -> None:
    """A second server on the same data is refused; a released folder is free again."""
    held = lock_folder(tmp_path / "data")
    with pytest.raises(StoreOpenError, match="another server is running"):
        lock_folder(tmp_path / "data")
    held.close()
    lock_folder(tmp_path / "data").close()


def test_the_lock_ends_with_its_process(tmp_path: Path) -> None:
    """A lock left by a killed server stands in nobody's way."""
    script = (
        "import os, sys; from pathlib import Path;"
        " from bbs_server.store.sqlite.open import lock_folder;"
        " lock_folder(Path(sys.argv[1])); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=False)
    assert (tmp_path / "lock").exists()
    lock_folder(tmp_path).close()


def test_the_folder_is_its_owners_alone(tmp_path: Path) -> None:
    """What holds people's words is readable by nobody else on the machine (P11)."""
    lock_folder(tmp_path / "data").close()
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700


async def test_the_files_are_their_owners_alone(tmp_path: Path) -> None:
    """Database and log are made with mode 0600, whatever the umask (P11)."""
    before = os.umask(0)
    try:
        store = await open_store(tmp_path)
        await store.write(lambda tx: tx.execute("INSERT INTO meta VALUES ('k', 'v')"))
        modes = modes_in(tmp_path)
        await store.close()
    finally:
        os.umask(before)
    assert set(modes.values()) == {0o600}, modes


async def test_what_was_written_is_there_again(tmp_path: Path) -> None:
    """Closing and opening loses nothing, and the second opening migrates nothing (P12)."""
    store = await open_store(tmp_path)
    await store.write(lambda tx: tx.execute("INSERT INTO meta VALUES ('k', 'v')"))
    await store.close()
    store = await open_store(tmp_path)
    assert await store.read(lambda tx: tx.fetch_one("SELECT value FROM meta WHERE key = 'k'")) == (
        "v",
    )
    await store.close()
    assert not [name for name in modes_in(tmp_path) if "before" in name]


async def test_a_durable_commit_is_asked_for(tmp_path: Path) -> None:
    """The writer syncs every commit and erases what it deletes; readers cannot write (P10, P12)."""

    def pragmas(tx: Tx) -> dict[str, object]:
        names = ("synchronous", "journal_mode", "secure_delete", "foreign_keys", "query_only")
        return {name: tx.fetch_value(f"PRAGMA {name}") for name in names}

    store = await open_store(tmp_path)
    writer, reader = await store.write(pragmas), await store.read(pragmas)
    await store.close()
    expected = {"synchronous": 2, "journal_mode": "wal", "secure_delete": 1, "foreign_keys": 1}
    assert writer == {**expected, "query_only": 0}
    assert reader["query_only"] == 1


async def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    """A database that needs a newer program is refused by name and left as it is."""
    await made(tmp_path)
    with database(tmp_path) as connection:
        connection.execute("UPDATE meta SET value = '999' WHERE key LIKE '%_version'")
    before = (tmp_path / DATABASE).read_bytes()
    assert "newer Folkmoot (schema 999); update this program" in await refusal(tmp_path)
    assert (tmp_path / DATABASE).read_bytes() == before


async def test_a_newer_schema_that_is_compatible_is_opened(tmp_path: Path) -> None:
    """A newer database that names this program as able to open it is opened."""
    await made(tmp_path)
    with database(tmp_path) as connection:
        connection.execute("UPDATE meta SET value = '999' WHERE key = 'schema_version'")
    await made(tmp_path)


@pytest.mark.parametrize("application", [0, 0x12345678])
async def test_another_programs_database_is_refused(tmp_path: Path, application: int) -> None:
    """Somebody else's database is not touched."""
    with database(tmp_path) as connection:
        connection.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY)")
        connection.execute(f"PRAGMA application_id = {application}")
    assert "database of another program" in await refusal(tmp_path)
    with database(tmp_path) as connection:
        names = connection.execute("SELECT name FROM sqlite_master").fetchall()
        assert names == [("notes",)]
        assert connection.execute("PRAGMA application_id").fetchone() == (application,)


async def test_our_database_says_so(tmp_path: Path) -> None:
    """A database carries our application id, so that others and we can tell."""
    await made(tmp_path)
    with database(tmp_path) as connection:
        assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)


async def test_what_is_no_database_is_refused(tmp_path: Path) -> None:
    """A file of something else is refused and kept as it is."""
    (tmp_path / DATABASE).write_bytes(b"This is a letter to my aunt.\n" * 500)
    assert "damaged; restore a backup" in await refusal(tmp_path)
    assert (tmp_path / DATABASE).read_bytes().startswith(b"This is a letter")


async def test_a_damaged_database_is_refused(tmp_path: Path) -> None:
    """Damage in header or schema is found before anything is served."""
    await made(tmp_path)
    path = tmp_path / DATABASE
    content = bytearray(path.read_bytes())
    content[100:3_100] = b"\xff" * 3_000
    path.write_bytes(bytes(content))
    assert "restore a backup" in await refusal(tmp_path)


async def test_a_truncated_database_is_refused(tmp_path: Path) -> None:
    """A database cut short is refused, not repaired in silence."""
    await made(tmp_path)
    path = tmp_path / DATABASE
    path.write_bytes(path.read_bytes()[: 4096 * 3 + 100])
    assert "restore a backup" in await refusal(tmp_path)


@pytest.mark.parametrize("left", [{REMOVALS}, {f"{DATABASE}-wal"}, {REMOVALS, f"{DATABASE}-wal"}])
@pytest.mark.parametrize("emptied", [False, True], ids=["lost", "emptied"])
async def test_a_lost_database_is_no_reason_for_a_new_community(
    tmp_path: Path, left: set[str], emptied: bool
) -> None:
    """What is left of a community is kept, and one line says the ways back."""
    whole, folder = tmp_path / "whole", tmp_path / "left"
    whole.mkdir()
    folder.mkdir()
    store = await open_store(whole)
    await store.write(lambda tx: tx.execute("INSERT INTO meta VALUES ('k', 'v')"))
    for name in left:
        shutil.copy(whole / name, folder)
    await store.close()
    if emptied:
        (folder / DATABASE).touch()
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert any(before.values())
    said = await refusal(folder)
    assert str(folder / DATABASE) in said
    assert "bbs restore" in said
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.parametrize("stage", ["file", "page", "schema"])
async def test_a_first_start_that_was_killed_is_begun_again(tmp_path: Path, stage: str) -> None:
    """Wherever a first start ended, the next one goes on from there."""
    if stage == "schema":
        await made(tmp_path)
        (tmp_path / REMOVALS).unlink()
    else:
        (tmp_path / DATABASE).touch()
        with database(tmp_path) as connection:
            if stage == "page":
                connection.execute("PRAGMA journal_mode = WAL")
    (tmp_path / f"{REMOVALS}.new").touch()
    await made(tmp_path)
    assert (tmp_path / REMOVALS).exists()


async def test_a_folder_in_the_way_is_refused(tmp_path: Path) -> None:
    """Where the database should be and cannot, one line says so."""
    (tmp_path / DATABASE).mkdir()
    assert DATABASE in await refusal(tmp_path)


async def test_a_read_only_disk_is_named(tmp_path: Path) -> None:
    """What cannot be written says so in one line, and later writes name it (P12)."""
    store = await open_store(tmp_path)
    await run_on_thread(store.writer, lambda sql: sql.execute("PRAGMA query_only = ON"))
    with pytest.raises(StorageUnavailable) as refused:
        await store.write(lambda tx: tx.execute("INSERT INTO meta VALUES ('k', 'v')"))
    assert refused.value.reason == "read_only"
    assert await store.read(lambda tx: tx.fetch_one("SELECT 1 FROM meta WHERE key = 'k'")) is None
    await run_on_thread(store.writer, lambda sql: sql.execute("PRAGMA query_only = OFF"))
    await store.write(lambda tx: tx.execute("INSERT INTO meta VALUES ('k', 'v')"))
    await store.close()


def test_a_crash_inside_a_migration_leaves_nothing(tmp_path: Path) -> None:
    """Killed after any statement of any step, the database is as it was before.

    What a killed process leaves is its files: they are looked at in a copy after each statement, so
    that the steps run once, not once for each of their statements. And an error undoes all of them.
    """
    (living := tmp_path / "living").mkdir()

    def untouched(folder: Path) -> None:
        with database(folder) as looking:
            assert schema_of(looking) == (0, 0)
            assert looking.execute("SELECT name FROM sqlite_master").fetchall() == []

    class Watched(sqlite3.Connection):
        total, dies_at = 0, -1

        def execute(self, sql: str, parameters: Any = ()) -> sqlite3.Cursor:
            if not sql.startswith(("SELECT", "ROLLBACK", "PRAGMA")):
                self.look()
            return super().execute(sql, parameters)

        def __exit__(self, *failed: Any) -> Any:
            if failed[0] is None:
                self.look()
            return super().__exit__(*failed)

        def look(self) -> None:
            if self.total == self.dies_at:
                raise KeyboardInterrupt
            left = shutil.copytree(living, tmp_path / "left")
            untouched(left)
            shutil.rmtree(left)
            self.total += 1

    def run(dies_at: int) -> int:
        path = living / DATABASE
        with contextlib.closing(
            sqlite3.connect(path, isolation_level=None, factory=Watched)
        ) as connection:
            connection.execute("PRAGMA synchronous = OFF")  # the process dies here, not the machine
            connection.dies_at = dies_at
            migrate(connection, path)
            return connection.total

    for dies_at in (1, PROGRAM_SCHEMA, 4 * PROGRAM_SCHEMA):
        with pytest.raises(KeyboardInterrupt):
            run(dies_at)
        untouched(living)
    assert run(dies_at=-1) > 4 * PROGRAM_SCHEMA
    with database(living) as looking:
        assert schema_of(looking) == (PROGRAM_SCHEMA, PROGRAM_SCHEMA)
