"""Which function writes which change, and the one transaction they share."""

import sqlite3
from collections.abc import Iterable

from bbs.discovery import merge
from bbs_client.mirror.changes import Change, DropStream, ForgetBoard
from bbs_client.mirror.dropping import drop_stream, forget_board
from bbs_client.mirror.manifest import Writer, find_features
from bbs_client.mirror.transaction import MirrorTransaction

_OWN: dict[type[Change], Writer] = {DropStream: drop_stream, ForgetBoard: forget_board}
_WRITERS = merge((_OWN, *(feature.writers for feature in find_features())))


def write(
    db: sqlite3.Connection,
    me: str | None,
    facts: Iterable[Change],
    cursor: tuple[str, int, str] | None,
) -> MirrorTransaction:
    """Write changes and the cursor of the event they came from, all or nothing.

    Args:
        db: The mirror.
        me: Who reads; see `MirrorTransaction`.
        facts: What changed, in order.
        cursor: A stream, the seq of its event and its tag. A cursor moves only from one seq to the next:
            a stream whose pages are still being fetched has none or an old one, so that an
            interrupted fetch is done again instead of leaving a hole.

    Returns:
        The pen, finished.

    Raises:
        sqlite3.Error: If the file refuses; nothing was changed.
    """
    pen = MirrorTransaction(db, me)
    db.execute("BEGIN IMMEDIATE")
    try:
        for fact in facts:
            _WRITERS[type(fact)](pen, fact)
        pen.complete()
        if cursor is not None:
            stream, seq, tag = cursor
            pen.run(
                "UPDATE cursors SET seq = ?, tag = nullif(?, '') WHERE stream = ? AND seq = ? - 1",
                *(seq, tag, stream, seq),
            )
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    return pen
