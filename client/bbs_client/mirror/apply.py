"""Which function writes which change, and the one transaction they share."""

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
"""What writes each view, message and change."""


def write(
    db: sqlite3.Connection, me: str | None, facts: Iterable[Change], place: EventPlace | None
) -> MirrorTransaction:
    """Write changes and the cursor of the event they came from, all or nothing.

    Args:
        db: The mirror.
        me: Who reads; see `MirrorTransaction`.
        facts: What changed, in order.
        place: Where the event happened; None for what is no event. A cursor moves only from one seq to
            the next: a stream whose pages are still being fetched has none or an old one, so that an
            interrupted fetch is done again instead of leaving a hole.

    Returns:
        The pen, finished.

    Raises:
        sqlite3.Error: If the file refuses; nothing was changed.
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
