"""Norms of a database of the version before: the update keeps them as the first version (P5)."""

import sqlite3
from pathlib import Path

from bbs_server.features.moderation.records import cited_clauses
from bbs_server.features.norms import records
from bbs_server.features.norms.records import VersionRow
from bbs_server.store.sqlite.open import DATABASE, open_store
from tests.support.older import tables_before

GARDEN, OPENED = "garden-id", 1_000


async def test_norms_of_before_are_the_first_version(tmp_path: Path) -> None:
    """They have been in force since the board was opened; acts and wordings of before were theirs."""
    connection = sqlite3.connect(tmp_path / DATABASE, isolation_level=None)
    tables_before(connection, "_norms.sql")
    connection.execute(
        "INSERT INTO boards (id, slug, slug_text, number, title_text, charter_text, visibility,"
        " seats, lounge_hours, opened_at) VALUES (?, 'g', '', 1, '', '', 'members', 9, 72, ?)",
        (GARDEN, OPENED),
    )
    connection.execute("INSERT INTO norms VALUES (?, 1, 1, 'text', 'why')", (GARDEN,))
    connection.execute(
        "INSERT INTO acts (board, number, id, at, power, norm) VALUES (?, 1, 'a', 1, 'purge', 1)",
        (GARDEN,),
    )
    connection.close()
    store = await open_store(tmp_path)
    try:
        [version] = await store.read(lambda tx: records.list_versions(tx, GARDEN))
        [clause] = await store.read(lambda tx: records.list_clause_rows(tx, GARDEN, 1))
        cited = await store.read(lambda tx: cited_clauses(tx, GARDEN))
    finally:
        await store.close()
    assert version == VersionRow(GARDEN, 1, OPENED)
    assert (clause.example_text, clause.judgement) == (None, 0)
    assert cited == {(1, 1): 1}
