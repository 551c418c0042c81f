"""Checks of a community by its own tables: digest chains, texts, removed texts."""

import hashlib
from itertools import islice
from pathlib import Path

from bbs_server.store import event_log, removals, texts
from bbs_server.store.api import Tx

COUNTED = ("members", "boards", "seats", "threads", "posts", "lines", "texts", "events")
_CHUNK_IDS = 500


def broken_chains(tx: Tx, last: int | None) -> list[str]:
    """Check the digest chains of all streams.

    Args:
        last: The number of newest events to check in each stream; None for all.

    Returns:
        A line for each stream that is broken.
    """
    streams = tx.fetch_all('SELECT stream, seq FROM streams ORDER BY stream COLLATE "binary"')
    broken = (
        (stream, event_log.find_broken_seq(tx, stream, seq if last is None else last))
        for stream, seq in streams
    )
    return [f"the history of {stream} is broken at {at}" for stream, at in broken if at is not None]


def altered_texts(tx: Tx) -> int:
    """Return how many texts do not match their ids."""
    altered, after = 0, 0
    while rows := tx.fetch_all(
        "SELECT n, id FROM texts WHERE n > ? ORDER BY n LIMIT ?", *(after, _CHUNK_IDS)
    ):
        after, _ = rows[-1]
        altered += len(rows) - len(texts.load_bodies(tx, [key for _, key in rows]))
    return altered


def returned_texts(tx: Tx, record: Path) -> list[str]:
    """Return the ids of texts that a record of removals names and the database still has (P10).

    Raises:
        RemovalsError: If the record is damaged.
    """
    keys = (key for entry in removals.read_entries(record) for key, _ in entry.texts())
    found: list[str] = []
    while some := list(islice(keys, _CHUNK_IDS)):
        found += texts.lengths(tx, some)
    return found


def counts(tx: Tx) -> dict[str, int]:
    """Return the numbers of rows of the main tables."""
    return {
        table: int(tx.fetch_value(f"SELECT count(*) FROM {table}"))  # noqa: S608 - names from above
        for table in COUNTED
    }


def sha256_of(path: Path) -> str:
    """Return a file's SHA-256 in hexadecimal.

    Raises:
        OSError: If it cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
