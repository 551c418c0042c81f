"""Finds the writer of each change, and writes changes in one transaction."""

import sqlite3
from collections.abc import Iterable

from bbs.discovery import merge
from bbs_client.mirror import dropping
from bbs_client.mirror.changes import Change
from bbs_client.mirror.manifest import Feature, find_features
from bbs_client.mirror.places import EventPlace
from bbs_client.mirror.transaction import MirrorTransaction

_BRINGING = (Feature(modules=(dropping,)), *find_features())
WRITERS = merge(writers for feature in _BRINGING for writers in feature.writers)
"""The writer of each view, message and change."""


def write(
    db: sqlite3.Connection, me: str | None, facts: Iterable[Change], place: EventPlace | None
) -> MirrorTransaction:
    """Write changes and the cursor of their event in one transaction.

    Args:
        db: The mirror.
        me: The reader's member id; see `MirrorTransaction`.
        facts: The changes in their order.
        place: The event's place; None if the changes come from no event. A cursor moves only from
            one seq to the next. While the client fetches a stream's pages, the stream has no cursor
            or an old one, so that an interrupted fetch starts again and leaves no gap.

    Returns:
        The completed transaction, which knows what it changed.

    Raises:
        sqlite3.Error: If SQLite cannot write; nothing was changed.
    """
    pen = MirrorTransaction(db, me, place)
    db.execute("BEGIN IMMEDIATE")
    try:
        for fact in facts:
            WRITERS[type(fact)](pen, fact)
        pen.complete()
        if place is not None:
            pen.run(
                "UPDATE cursors SET seq = ?, tag = nullif(?, '') WHERE stream = ? AND seq = ? - 1",
                *(place.seq, place.tag, place.stream, place.seq),
            )
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    return pen
