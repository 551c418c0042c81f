"""A text's id leads to its row; those of before, which have no place, are found by their index (P10)."""

import sqlite3
from contextlib import closing

from bbs.chain import text_commitment
from bbs_server.store import texts
from bbs_server.store.api import RemovalReason
from bbs_server.store.sqlite.writer import SqliteStore
from bbs_server.store.text_keys import commitment_of, place_of
from tests.support.kept import kept

SALT = bytes(texts.SALT_BYTES)
BEFORE = "Words of before"


async def _kept_before(store: SqliteStore) -> str:
    """Store a text as an earlier version did; return its id."""
    key = text_commitment(SALT, BEFORE)
    insert = "INSERT INTO texts (id, body, salt) VALUES (?, ?, ?)"
    await store.write(lambda tx: tx.execute(insert, key, BEFORE, SALT))
    return key


async def test_texts_of_before_are_read_and_erased_with_those_of_now(store: SqliteStore) -> None:
    """Both kinds are found in one page, measured, salted and, once they go, gone for good (P10)."""
    old = await _kept_before(store)
    [new] = await kept(store, "Words of now")
    assert (place_of(old), place_of(new)) == (None, 2)
    assert await store.read(lambda tx: texts.load_bodies(tx, [new, old])) == {
        old: BEFORE,
        new: "Words of now",
    }
    assert await store.read(lambda tx: texts.lengths(tx, [old, new])) == {old: 15, new: 12}
    salt = await store.read(lambda tx: texts.salt_of(tx, [old, new]))
    assert salt is not None
    assert salt.startswith(SALT)
    await store.write(lambda tx: texts.delete_texts(tx, [old, new], RemovalReason.WITHDRAWN))
    assert await store.read(lambda tx: tx.fetch_all("SELECT id FROM texts")) == []


async def test_another_text_in_the_place_is_neither_read_nor_erased(store: SqliteStore) -> None:
    """A restored backup may have another text in a place that a record of removals names (P10)."""
    [stands] = await kept(store, "What stands")
    lost = f"{text_commitment(SALT, 'What is lost')}.{place_of(stands)}"
    assert await store.read(lambda tx: texts.load_bodies(tx, [lost])) == {}
    assert await store.read(lambda tx: texts.lengths(tx, [lost])) == {}
    assert await store.read(lambda tx: texts.salt_of(tx, [lost])) is None
    await store.write(lambda tx: texts.delete_texts(tx, [lost]))
    assert await store.read(lambda tx: texts.load_bodies(tx, [stands])) == {stands: "What stands"}


async def test_the_commitment_of_a_text_covers_its_words(store: SqliteStore) -> None:
    """With body and salt anybody can check that these were the words (decision 0002)."""
    [key] = await kept(store, "What was said")
    body, salt = await store.read(lambda tx: tx.fetch_one("SELECT body, salt FROM texts")) or ()
    assert text_commitment(salt, body) == commitment_of(key)


async def test_no_text_is_looked_for_by_walking_through_all(store: SqliteStore) -> None:
    """A text is found by its place, one of before by the index of those."""
    old = await _kept_before(store)
    [new] = await kept(store, "Words of now")
    asked: list[str] = []
    with closing(sqlite3.connect(store.path)) as connection:
        await store._on_writer(lambda writer, hop: writer.set_trace_callback(asked.append))
        await store.write(lambda tx: texts.lengths(tx, [old, new]))
        await store.write(lambda tx: texts.load_bodies(tx, [old, new]))
        await store.write(lambda tx: texts.delete_texts(tx, [old, new]))
        await store._on_writer(lambda writer, hop: writer.set_trace_callback(None))
        plans = [
            step
            for sql in asked
            if "FROM texts" in sql
            for *_, step in connection.execute(f"EXPLAIN QUERY PLAN {sql}")
        ]
    assert len(plans) == 8
    assert all(step.startswith("SEARCH texts USING") for step in plans), plans
