"""Deleting a stream whose owner is gone, with the texts that belong to its events alone."""

from bbs_server.store import texts
from bbs_server.store.api import Tx
from bbs_server.store.event_log import own_texts
from bbs_server.store.hops import in_time


def forget_events(tx: Tx, stream: str, limit: int) -> bool:
    """Delete up to `limit` events of a stream whose owner is gone; return whether there were any."""
    found = tx.fetch_all(
        "SELECT seq FROM events WHERE stream = ? ORDER BY seq LIMIT ?", stream, limit
    )
    for (seq,) in in_time(tx, found):
        texts.delete_texts(tx, own_texts(tx, stream, seq))
        tx.execute("DELETE FROM events WHERE stream = ? AND seq = ?", stream, seq)
    return bool(found)


def forget_stream(tx: Tx, stream: str) -> None:
    """Delete what is kept of a stream that has no events any more."""
    tx.execute("DELETE FROM streams WHERE stream = ?", stream)
