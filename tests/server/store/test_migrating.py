"""A database of an earlier version is brought up to this one: whole, and nothing of it lost."""

import os
import sqlite3
from importlib import resources
from pathlib import Path

import pytest

from bbs import limits
from bbs.clock import DAY_MS
from bbs.streams import board_stream
from bbs.testing import FakeClock
from bbs.testing.clock import NOON
from bbs_server.store.sqlite.open import (
    APPLICATION_ID,
    DATABASE,
    PROGRAM_SCHEMA,
    _statements,
    open_store,
    schema_of,
)
from bbs_server.store.sqlite.upgrade_copy import end_copies, list_upgrade_copies
from tests.support.moments import in_order
from tests.support.older import FIRST_INDEX

COPY = "folkmoot-before-0002.db"
ANA, BO, GARDEN, THREAD = "ana-id", "bo-id", "garden-id", "thread-id"


def first_version(folder: Path) -> None:
    """Make a database as the first version made it, with a few words in it."""
    connection = sqlite3.connect(folder / DATABASE, isolation_level=None)
    script = resources.files("bbs_server.store") / "migrations" / "0001_spine.sql"
    for statement in _statements(script.read_text("utf-8")):
        connection.execute(statement)
    connection.execute(FIRST_INDEX)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    for key in ("schema_version", "compat_version"):
        connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, '1')", (key,))
    connection.execute(
        "INSERT INTO boards (id, slug, slug_text, number, title_text, charter_text, visibility,"
        " seats, lounge_hours, opened_at, lines)"
        " VALUES (?, 'garden', '', 1, '', '', 'members', 9, 72, 1, 5)",
        (GARDEN,),
    )
    rows = ((1, "first", None, ANA), (2, "second", "first", BO), (3, "third", None, ANA))
    for number, post, parent, author in rows:
        connection.execute(
            "INSERT INTO posts (n, id, board, thread, number, parent, author_kind, author, at,"
            " visible_at, norms_version, body_text, state)"
            " VALUES (?, ?, ?, ?, ?, ?, 'member', ?, 1, 1, 1, ?, 'published')",
            (number, post, GARDEN, THREAD, number, parent, author, f"text-{post}"),
        )
        connection.execute(
            "INSERT INTO texts (id, body, salt) VALUES (?, ?, x'00')", (f"text-{post}", "tüll")
        )
    connection.execute(
        "INSERT INTO lines (id, board, number, author_kind, author, at, fades_at, state)"
        " VALUES ('line', ?, 1, 'member', ?, 1, 2, 'withdrawn')",
        (GARDEN, ANA),
    )
    connection.execute(
        "INSERT INTO threads (id, board, number, author_kind, author, title_text, at, state)"
        " VALUES (?, ?, 1, 'member', ?, NULL, 1, 'published')",
        (THREAD, GARDEN, BO),
    )
    connection.close()


async def test_words_and_facts_of_the_first_version_are_kept(tmp_path: Path) -> None:
    """What was stored is there after the step, and what the new version wants to know is filled in."""
    first_version(tmp_path)
    await (await open_store(tmp_path)).close()
    connection = sqlite3.connect(tmp_path / DATABASE)
    assert schema_of(connection) == (PROGRAM_SCHEMA, PROGRAM_SCHEMA)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    found = connection.execute("SELECT id, body_text, answers FROM posts ORDER BY n").fetchall()
    assert found == [
        ("first", "text-first", BO),  # without a parent: who began the thread
        ("second", "text-second", ANA),
        ("third", "text-third", BO),
    ]
    words = connection.execute("SELECT id, body, salt FROM texts ORDER BY n").fetchall()
    assert words == [(f"text-{post}", "tüll", b"\0") for post in ("first", "second", "third")]
    sizes = connection.execute("SELECT stream, words_bytes, lines FROM streams").fetchall()
    assert sizes == [(board_stream(GARDEN), 3 * len("tüll".encode()), 5)]
    connection.execute("UPDATE posts SET state = 'purged' WHERE number = 1")
    assert connection.execute("SELECT norms_version FROM lines").fetchall() == [(1,)]
    connection.execute("UPDATE lines SET state = 'purged'")
    connection.close()


async def test_an_old_database_becomes_what_a_new_one_is(tmp_path: Path) -> None:
    """Brought up step by step, the tables are those of a database made today; the search index is
    made anew after that."""
    old, new = tmp_path / "old", tmp_path / "new"
    schemas = []
    for folder in (old, new):
        folder.mkdir()
        if folder is old:
            first_version(folder)
        store = await open_store(folder)
        assert await store.run_maintenance()
        await store.close()
        connection = sqlite3.connect(folder / DATABASE)
        schemas.append(
            connection.execute(
                "SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'search\\_1%' ESCAPE '\\'"
            ).fetchall()
        )
        connection.close()
    assert sorted(schemas[0]) == sorted(schemas[1])


def test_choices_of_before_count_as_made_with_the_last_change() -> None:
    """Nobody knows when each was made: whoever saw less than the last change has not seen it (5.4)."""
    connection = sqlite3.connect(":memory:")
    folder = resources.files("bbs_server.store") / "migrations"
    for number in ("0002_kept_and_read", "0005_choices_revision"):
        for statement in _statements((folder / f"{number}.sql").read_text("utf-8")):
            if "choices" in statement or "choosing" in statement:
                connection.execute(statement)
        if number.startswith("0002"):
            connection.execute("INSERT INTO choosing VALUES ('ana-id', 7)")
            connection.execute(
                "INSERT INTO choices VALUES ('ana-id', 'thread', 't', 'mute', '{}'),"
                " ('bo-id', 'thread', 't', 'mute', '{}')"
            )
    found = connection.execute("SELECT member, revision FROM choices ORDER BY member").fetchall()
    assert found == [("ana-id", 7), ("bo-id", 0)]
    assert connection.execute("SELECT revision, cleared FROM choosing").fetchall() == [(7, 7)]
    connection.close()


def test_lines_of_before_are_found_by_whom_they_mention() -> None:
    """A mention that was said before the step stands in the inbox after it, one of a line withdrawn
    does not (9.7)."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE members (id TEXT)")
    connection.execute("CREATE TABLE lines (id TEXT, at INTEGER, mentions TEXT)")
    connection.executemany("INSERT INTO members VALUES (?)", [(ANA,), (BO,)])
    lines = [("both", 1, f"{ANA} {BO}"), ("bo", 2, BO), ("nobody", 3, ""), ("withdrawn", 4, "")]
    connection.executemany("INSERT INTO lines VALUES (?, ?, ?)", lines)
    script = resources.files("bbs_server.store") / "migrations" / "0028_mentions_in_lines.sql"
    for statement in _statements(script.read_text("utf-8")):
        connection.execute(statement)
    found = connection.execute("SELECT member, line FROM line_mentions ORDER BY at, member")
    assert found.fetchall() == [(ANA, "both"), (BO, "both"), (BO, "bo")]
    connection.close()


def test_no_label_of_before_stays_in_kept_answers() -> None:
    """A token's label goes from the answers that an earlier version kept with it (P10)."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE ops (method TEXT, result BLOB)")
    kept = b'{"session":{"id":"s","label":"heron","token":true}}'
    rows = [("members.issue_token", kept), (None, kept), ("threads.post", b'{"post":{}}')]
    connection.executemany("INSERT INTO ops VALUES (?, ?)", rows)
    script = resources.files("bbs_server.store") / "migrations" / "0008_no_labels_in_ops.sql"
    for statement in _statements(script.read_text("utf-8")):
        connection.execute(statement)
    found = [
        bytes(result) for (result,) in connection.execute("SELECT result FROM ops ORDER BY rowid")
    ]
    connection.close()
    assert found == [b'{"session":{"id":"s","token":true}}'] * 2 + [b'{"post":{}}']


def test_imported_threads_of_before_are_as_old_as_their_last_mail(tmp_path: Path) -> None:
    """What stood as new since its import gets the date of its newest mail, or of a member's later
    answer; threads that were written here keep theirs (P1)."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE threads (id TEXT, imported INTEGER, last_at INTEGER)")
    connection.execute(
        "CREATE TABLE posts (thread TEXT, number INTEGER, imported INTEGER, at INTEGER,"
        " visible_at INTEGER)"
    )
    connection.execute(
        "INSERT INTO threads VALUES ('old', 1, 90), ('mixed', 1, 95), ('own', 0, 80)"
    )
    connection.execute(
        "INSERT INTO posts VALUES ('old', 1, 1, 7, 90), ('old', 2, 1, 5, 90),"
        " ('mixed', 1, 1, 999, 90), ('mixed', 2, 0, 94, 95), ('mixed', NULL, 0, 97, 98),"
        " ('own', 1, 0, 80, 80)"
    )
    script = resources.files("bbs_server.store") / "migrations" / "0009_subjects.sql"
    for statement in _statements(script.read_text("utf-8")):
        connection.execute(statement)
    found = connection.execute("SELECT id, last_at FROM threads ORDER BY id").fetchall()
    assert found == [("mixed", 95), ("old", 7), ("own", 80)]
    connection.close()


async def test_the_copy_made_before_is_the_old_database(tmp_path: Path) -> None:
    """Before anything is changed a verified copy is laid beside it, whole or not at all, for the
    way back; nobody else may read it (P11), and what a killed start left of one is not kept."""
    first_version(tmp_path)
    (tmp_path / f"{COPY}.part").write_bytes(b"half of it")
    await (await open_store(tmp_path)).close()
    assert (tmp_path / COPY).stat().st_mode & 0o777 == 0o600
    assert not (tmp_path / f"{COPY}.part").exists()
    copy = sqlite3.connect(tmp_path / COPY)
    assert schema_of(copy) == (1, 1)
    with pytest.raises(sqlite3.OperationalError):
        copy.execute("SELECT * FROM board_sizes")
    copy.close()


async def test_the_copy_made_before_has_no_withdrawn_word(tmp_path: Path) -> None:
    """Words withdrawn before the update are in no byte of the copy, which lasts for days (P10)."""
    first_version(tmp_path)
    columns = "rowid, title, body, who, place) VALUES"
    row = (9, "", "zipcanarybody", ANA, GARDEN)
    connection = sqlite3.connect(tmp_path / DATABASE, isolation_level=None)
    connection.execute(f"INSERT INTO search ({columns} (?, ?, ?, ?, ?)", row)
    connection.execute(f"INSERT INTO search (search, {columns} ('delete', ?, ?, ?, ?, ?)", row)
    connection.close()
    assert b"canarybody" in (tmp_path / DATABASE).read_bytes()
    await (await open_store(tmp_path)).close()
    assert b"canarybody" not in (tmp_path / COPY).read_bytes()
    assert [path.name for path, _ in list_upgrade_copies(tmp_path / DATABASE)] == [COPY]


async def test_the_copy_made_before_ends(tmp_path: Path) -> None:
    """It holds words that are taken back later, so it is gone by its day, whole or half made; one
    made by a clock that was ahead, so many days after it is seen (P10)."""
    first_version(tmp_path)
    await (await open_store(tmp_path)).close()
    left = tmp_path / "folkmoot-before-0009.db.part"
    left.touch()
    clock = FakeClock()
    for days in (0, limits.BEFORE_COPY_DAYS - 1):  # the first look: files are newer than the clock
        clock.jump(days=days)
        await (await open_store(tmp_path, clock=clock)).close()
        assert (tmp_path / COPY).exists()
    assert left.exists()
    clock.jump(days=1)
    await (await open_store(tmp_path, clock=clock)).close()
    assert list_upgrade_copies(tmp_path / DATABASE) == []


def test_a_copy_that_cannot_be_deleted_stops_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The log names it, the others end all the same, and the next round tries again (P10)."""
    in_the_way, after = tmp_path / COPY, tmp_path / "folkmoot-before-0009.db"
    in_the_way.mkdir()
    after.touch()
    for copy in (in_the_way, after):
        os.utime(copy, (0, 0))
    end_copies(tmp_path / DATABASE, in_order(NOON))
    assert COPY in caplog.text
    assert list_upgrade_copies(tmp_path / DATABASE) == [
        (in_the_way, limits.BEFORE_COPY_DAYS * DAY_MS)
    ]


def test_devices_signed_in_before_are_known_afterwards() -> None:
    """Whoever is signed in when the server is brought up to date is known by that token (3.3)."""
    connection = sqlite3.connect(":memory:")
    folder = resources.files("bbs_server.store") / "migrations"
    for number in ("0001_spine", "0007_known_devices"):
        for statement in _statements((folder / f"{number}.sql").read_text("utf-8")):
            connection.execute(statement)
        if number == "0001_spine":
            connection.execute(
                "INSERT INTO members (id, handle, handle_text, name_text, state, joined_at,"
                " password, failures, failed_at) VALUES (?, 'ana', '', '', 'seated', 1, 'hash', 99, 1)",
                (ANA,),
            )
            for token, name in enumerate(("laptop", "script")):
                connection.execute(
                    "INSERT INTO sessions (id, member, token_hash, label, token, idle_until, ends_at)"
                    " VALUES (?, ?, ?, '', ?, 1, 1)",
                    (name, ANA, name.encode(), token),
                )
    known = connection.execute("SELECT member, session, token_hash FROM known_devices").fetchall()
    assert known == [(ANA, "laptop", b"laptop")]
    assert connection.execute("SELECT handle, password FROM members").fetchall() == [
        ("ana", "hash")
    ]
    connection.close()
