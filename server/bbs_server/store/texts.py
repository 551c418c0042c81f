"""The table of texts, separate from events, so that a text can be erased (P10).

A text's id is its commitment, HMAC-SHA256 of the body under a random salt, with the place of its row
(`text_keys`). Events and their digest chain hold only ids. Once body and salt are deleted, it is
impossible to recover the text or to test a guess at it. With both, every reader can check that the
text is the author's.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal, NamedTuple, Protocol

from bbs.chain import text_commitment
from bbs_server.store.api import RemovalReason, StoredText, TableSpec, Tx
from bbs_server.store.text_keys import commitment_of, format_key, place_of, split


class TextRow(NamedTuple):
    """A text as it is stored; `n` numbers the texts in the order of writing."""

    n: int
    id: str
    body: str
    salt: bytes


TEXTS = TableSpec("texts", TextRow, ("n",), write_order=1, number="n")
SALT_BYTES = 16
DAMAGED = "(this text is damaged on the server's disk)"
"""Replaces a required text whose stored body does not match its id."""
_CHUNK = 500  # parameters of one statement; every engine accepts more


class RandomSource(Protocol):
    """A source of random bytes, as a handler's context is."""

    @property
    def random_bytes(self) -> Callable[[int], bytes]:
        """A function that returns n random bytes."""
        ...


def insert_text(tx: Tx, at: RandomSource, body: str) -> str:
    """Store a text and return its id."""
    salt = at.random_bytes(SALT_BYTES)
    place = tx.next_number(TEXTS)
    key = format_key(text_commitment(salt, body), place)
    tx.upsert(TEXTS, (place,), TextRow(place, key, body, salt))
    tx.kept[key] = StoredText(body, salt)
    return key


def delete_texts(
    tx: Tx, ids: Iterable[str | None], why: RemovalReason = RemovalReason.REPLACED
) -> None:
    """Delete texts with their salts, for good: a restore deletes them again (P10).

    Unknown ids and None are ignored.
    """
    gone = [key for key in ids if key is not None]
    if not gone:
        return
    _delete(tx, gone)
    tx.record_removal(gone, why)


def drop_texts(tx: Tx, ids: Iterable[str | None]) -> None:
    """Delete texts whose words are stored anew at once: nobody's words end, so no restore deletes them."""
    _delete(tx, [key for key in ids if key is not None])


def _delete(tx: Tx, gone: list[str]) -> None:
    placed = [(place, key) for key in gone if (place := place_of(key)) is not None]
    before = [(key,) for key in gone if place_of(key) is None]
    if placed:
        tx.execute_many("DELETE FROM texts WHERE n = ? AND id = ?", placed)
    if before:
        tx.execute_many("DELETE FROM texts WHERE id = ? AND length(id) = 43", before)
    for key in gone:
        tx.kept.pop(key, None)


def salt_of(tx: Tx, keys: Sequence[str]) -> bytes | None:
    """Return the salts of texts, joined in that order; None if any of them is erased."""
    found = {key: tx.kept[key].salt for key in keys if key in tx.kept}
    found |= _stored(tx, "salt", [key for key in keys if key not in found])
    return b"".join(found[key] for key in keys) if len(found) == len(set(keys)) else None


def lengths(tx: Tx, ids: Iterable[str]) -> dict[str, int]:
    """Return how many code points each text has, by id; erased texts are left out."""
    return _stored(tx, "length(body)", sorted(set(ids)))


def load_bodies(tx: Tx, ids: Iterable[str | None]) -> dict[str, str]:
    """Return the bodies of texts by id; erased texts are left out.

    A text that does not match its id is reported and left out like an erased one: the disk, or a
    person with access to the file, has changed it, so it must not appear under its author's name.
    """
    asked = {key for key in ids if key is not None}
    found = {key: tx.kept[key].body for key in asked if key in tx.kept}
    wanted = sorted(asked - found.keys())
    for start in range(0, len(wanted), _CHUNK):
        rows = tx.stored_texts(wanted[start : start + _CHUNK])
        if not tx.checked.knows(rows):
            rows = _whole(tx, rows)
        found.update(rows)
    return found


def _whole(tx: Tx, rows: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return those rows, id and body of a text each, that match their ids; report the others."""
    salts = _stored(tx, "salt", [key for key, _ in rows])
    whole = []
    for key, body in rows:
        if text_commitment(salts[key], body) == commitment_of(key):
            whole.append((key, body))
        else:
            tx.checked.altered(key)
    tx.checked.add(whole)
    return whole


def _stored(tx: Tx, column: Literal["salt", "length(body)"], keys: Sequence[str]) -> dict[str, Any]:
    """Return the values of a column, by id; erased texts are left out."""
    found: dict[str, Any] = {}
    for start in range(0, len(keys), _CHUNK):
        places, before = split(keys[start : start + _CHUNK])
        if places:
            marks = ",".join("?" * len(places))
            sql = f"SELECT id, {column} FROM texts WHERE n IN ({marks})"  # noqa: S608 - only question marks
            found.update(tx.fetch_all(sql, *places))
        if before:
            marks = ",".join("?" * len(before))
            sql = f"SELECT id, {column} FROM texts WHERE id IN ({marks}) AND length(id) = 43"  # noqa: S608 - only question marks
            found.update(tx.fetch_all(sql, *before))
    return {key: found[key] for key in keys if key in found}
