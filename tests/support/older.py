"""Databases as earlier versions of the program left them: to be brought along by an update."""

import sqlite3
from importlib import resources

from bbs_server.store.sqlite import search
from bbs_server.store.sqlite.open import APPLICATION_ID, _statements


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
    connection.execute(search.SCHEMA)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    for key in ("schema_version", "compat_version"):
        connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (key, upto))
