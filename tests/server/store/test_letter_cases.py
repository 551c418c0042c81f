"""Letters of an earlier version: open reports become cases, and words being taken are due (protocol 20.7, 20.8)."""

import sqlite3
from importlib import resources
from pathlib import Path

from bbs.ids import COMMONS
from bbs_server.store.sqlite.open import _statements

_MIGRATION = "letter_cases.sql"
_LETTER_WORDS = "words_of_letters.sql"


def _scripts() -> list[tuple[str, str]]:
    folder = resources.files("bbs_server.store") / "migrations"
    paths = sorted((path for path in folder.iterdir()), key=lambda path: path.name)
    return [(path.name, path.read_text("utf-8")) for path in paths if path.name.endswith(".sql")]


def _run(connection: sqlite3.Connection, script: str) -> None:
    for statement in _statements(script):
        connection.execute(statement)


def test_open_reports_become_cases(tmp_path: Path) -> None:
    """About the other's newest post, with all copies and words; no table of before is left.

    Nothing is left of a report (r3) whose posts were all purged.
    """
    connection = sqlite3.connect(tmp_path / "old.db", isolation_level=None)
    scripts = _scripts()
    at = next(place for place, (name, _) in enumerate(scripts) if name.endswith(_MIGRATION))
    for _, script in scripts[:at]:
        _run(connection, script)
    connection.execute("PRAGMA foreign_keys = OFF")
    for report, reporter, words in (("r1", "ana", "w1"), ("r2", "ben", None), ("r3", "cy", "w3")):
        connection.execute(
            "INSERT INTO letter_reports (id, reporter, at, until, norm, norms_version, words_text)"
            " VALUES (?, ?, 10, 20, 2, 3, ?)",
            (report, reporter, words),
        )
    connection.execute(
        "INSERT INTO texts (id, body, salt) VALUES ('w1', 'A', 'a'), ('w3', 'B', 'b')"
    )
    quotes = (("r1", 0, "p1", "ben"), ("r1", 1, "p2", "ben"), ("r1", 2, "p3", "ana"))
    for report, place, post, author in (*quotes, ("r2", 0, "p4", "ben")):
        connection.execute(
            "INSERT INTO letter_quotes (report, place, post, author, at, body_text)"
            " VALUES (?, ?, ?, ?, 5, ?)",
            (report, place, post, author, f"text-{post}"),
        )
    _run(connection, scripts[at][1])
    cases = connection.execute(
        "SELECT id, board, number, state, level, matter, is_letter, about, norm, of_commons,"
        " opened_at, decide_by FROM cases ORDER BY number"
    ).fetchall()
    assert cases == [
        ("r1", COMMONS, 1, "open", "commons", "p2", 1, "ben", 2, 1, 10, 20),
        ("r2", COMMONS, 2, "open", "commons", "p4", 1, "ben", 2, 1, 10, 20),
    ]
    copies = connection.execute(
        "SELECT of_case, post, author, body_text, is_context FROM evidence ORDER BY of_case, place"
    ).fetchall()
    assert copies == [
        ("r1", "p1", "ben", "text-p1", 0),
        ("r1", "p2", "ben", "text-p2", 0),
        ("r1", "p3", "ana", "text-p3", 1),
        ("r2", "p4", "ben", "text-p4", 0),
    ]
    reports = connection.execute(
        "SELECT id, of_case, reporter, post, words_text FROM case_reports ORDER BY id"
    ).fetchall()
    assert reports == [("r1", "r1", "ana", "p2", "w1"), ("r2", "r2", "ben", "p4", None)]
    entries = connection.execute("SELECT kind, by_member, said_text FROM case_entries").fetchall()
    assert sorted(entries, key=str) == [("reported", None, "w1"), ("reported", None, None)]
    assert connection.execute("SELECT last FROM case_numbers").fetchall() == [(2,)]
    assert connection.execute("SELECT id FROM texts").fetchall() == [("w1",)]
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema")]
    assert not [name for name in tables if name.startswith(("letter_reports", "letter_quotes"))]
    assert "letter_cases" not in tables
    connection.close()


def test_words_being_taken_from_letters_are_due(tmp_path: Path) -> None:
    """Who left before with their words was promised that they go at once; nobody is forgotten (20.7)."""
    connection = sqlite3.connect(tmp_path / "old.db", isolation_level=None)
    scripts = _scripts()
    at = next(place for place, (name, _) in enumerate(scripts) if name.endswith(_LETTER_WORDS))
    for _, script in scripts[:at]:
        _run(connection, script)
    connection.execute("PRAGMA foreign_keys = OFF")
    for letter, state in (("l1", "open"), ("l2", "ended")):
        connection.execute(
            "INSERT INTO letters (id, asked_by, asked_at, asked, state, thread, moved_at)"
            " VALUES (?, 'ana', 5, 1, ?, 't', 10)",
            (letter, state),
        )
        connection.execute("INSERT INTO letter_takings VALUES (?, 'ana')", (letter,))
    _run(connection, scripts[at][1])
    found = "SELECT member, board, words, state, left_at, erase_at, step FROM leavings"
    assert connection.execute(found).fetchall() == [
        ("ana", "l1", "taken", "leaving", 10, 10, "restored")
    ]
    table = "SELECT count(*) FROM sqlite_master WHERE name = 'letter_takings'"
    assert connection.execute(table).fetchone() == (0,)
