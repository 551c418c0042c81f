"""A text is checked against its id whenever it is read: nobody is shown other words (P12)."""

import logging
import sqlite3
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbs.chain import text_commitment
from bbs.ids import COMMONS
from bbs_server.features.norms import records as norms
from bbs_server.store import texts
from bbs_server.store.api import Tx
from bbs_server.store.sqlite.writer import SqliteStore
from tests.support.kept import DICE, kept


def _spoil(store: SqliteStore, change: str, key: str) -> None:
    """Change a text past the server."""
    with closing(sqlite3.connect(store.path, isolation_level=None)) as connection:
        assert connection.execute(f"UPDATE texts SET {change} WHERE id = ?", (key,)).rowcount == 1


WORDS = ("body = 'forged words'", "body = CAST(x'666f726765ff' AS TEXT)", "body = ''")
SALTS = ("salt = x'00'", "salt = zeroblob(100)")


@pytest.mark.parametrize(
    ("change", "read_before"),
    [(change, False) for change in WORDS + SALTS] + [(change, True) for change in WORDS],
)
async def test_an_altered_text_is_shown_to_nobody(
    store: SqliteStore, caplog: pytest.LogCaptureFixture, change: str, read_before: bool
) -> None:
    """It is left out of its page, named once without any words, and becomes the health."""
    good, bad = await kept(store, "good words", "fine words")
    if read_before:
        assert len(await store.read(lambda tx: texts.load_bodies(tx, [good, bad]))) == 2
    _spoil(store, change, bad)
    for _ in range(3):
        found = await store.read(lambda tx: texts.load_bodies(tx, [good, bad, None]))
        assert found == {good: "good words"}
    assert store.health() == "corrupt"
    said = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert len(said) == 1
    assert bad in caplog.text
    assert "forge" not in caplog.text
    assert "words" not in caplog.text


async def test_a_writer_does_not_take_altered_words_either(store: SqliteStore) -> None:
    """A command that reads an altered text gets nothing, and what ails the store is known."""
    [bad] = await kept(store, "fine words")
    _spoil(store, "body = 'forged words'", bad)
    assert await store.write(lambda tx: texts.load_bodies(tx, [bad])) == {}
    assert store.health() == "corrupt"


async def test_an_altered_text_stops_no_writing_and_can_be_withdrawn(store: SqliteStore) -> None:
    """Pages are sound, so members write on, and the author can still take the text back (P9)."""
    good, bad = await kept(store, "good words", "fine words")
    _spoil(store, "body = 'forged words'", bad)
    assert await store.read(lambda tx: texts.load_bodies(tx, [bad])) == {}
    await store.write(lambda tx: texts.delete_texts(tx, [bad]))
    [more] = await kept(store, "more words")
    found = await store.read(lambda tx: texts.load_bodies(tx, [good, bad, more]))
    assert found == {good: "good words", more: "more words"}
    assert await store.prove() == "corrupt"


async def test_an_altered_norm_leaves_the_others_readable(store: SqliteStore) -> None:
    """A clause says that its words are damaged; the norms of its board can still be read (P5)."""

    def write(tx: Tx) -> str:
        tx.execute(
            "INSERT INTO boards (id, slug, slug_text, number, title_text, charter_text, visibility,"
            " seats, lounge_hours, opened_at) VALUES (?, 'c', '', 1, '', '', 'members', 9, 72, 1)",
            COMMONS,
        )
        keys = [
            texts.insert_text(tx, DICE, word)
            for word in ("Be kind.", "We stay.", "No ads.", "Why.")
        ]
        for number in (1, 2):
            text, why = keys[2 * number - 2 : 2 * number]
            tx.execute(
                "INSERT INTO norms (board, version, number, norm_text, why_text)"
                " VALUES (?, 7, ?, ?, ?)",
                *(COMMONS, number, text, why),
            )
        return keys[0]

    _spoil(store, "body = 'Be cruel.'", await store.write(write))
    clauses = await store.read(lambda tx: norms.list_clauses(tx, COMMONS, 7))
    assert [(clause.text, clause.why) for clause in clauses] == [
        (texts.DAMAGED, "We stay."),
        ("No ads.", "Why."),
    ]


@given(salt=st.binary(max_size=64), body=st.text(), other=st.text())
def test_a_text_is_whole_if_and_only_if_its_id_commits_to_it(
    salt: bytes, body: str, other: str
) -> None:
    """The check agrees with the id for any words and any salt (decision 0002)."""
    key = text_commitment(salt, body)
    assert (text_commitment(salt, other) == key) == (other == body)
