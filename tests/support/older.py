"""Databases as earlier versions of the program left them: to be brought along by an update."""

import sqlite3
from importlib import resources

from bbs_server.store.sqlite.open import APPLICATION_ID, _statements
from bbs_server.store.sqlite.partitions import token, words_of
from bbs_server.store.sqlite.unit_of_work import SqliteTx

FIRST_INDEX = """
CREATE VIRTUAL TABLE search USING fts5(
    title, body, who, place,
    content = '', tokenize = "unicode61 remove_diacritics 2"
)
"""
"""The search index before it was in ranges: one table, for words as they were written."""


def put_into_first_index(connection: sqlite3.Connection) -> None:
    """Index every published post, as earlier versions did with each post's own commit."""
    for row in words_of(SqliteTx(connection), 1, 2**53, limit=250).rows:
        connection.execute(
            "INSERT INTO search (rowid, title, body, who, place) VALUES (?, ?, ?, ?, ?)",
            (
                row.row,
                row.title.decode(),
                row.body.decode(),
                token("w", row.who),
                token("p", row.place),
            ),
        )


def tables_before(connection: sqlite3.Connection, migration: str) -> None:
    """Make the tables as they were before a migration.

    Args:
        migration: How the name of its file ends.
    """
    folder = resources.files("bbs_server.store") / "migrations"
    scripts = sorted(folder.iterdir(), key=lambda file: file.name)
    upto = next(place for place, file in enumerate(scripts) if file.name.endswith(migration))
    for script in scripts[:upto]:
        for statement in _statements(script.read_text("utf-8")):
            connection.execute(statement)
    connection.execute(FIRST_INDEX)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    for key in ("schema_version", "compat_version"):
        connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (key, upto))
