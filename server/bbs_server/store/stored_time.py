"""The stored belief about the time, which survives a crash."""

import msgspec

from bbs.clock import Ms
from bbs_server.store.api import Tx
from bbs_server.store.meta import find_meta, upsert_meta
from bbs_server.store.proven_time import Belief

_KEY = "proven_time"


def stored_belief(tx: Tx) -> tuple[Belief | None, Ms | None]:
    """Return the belief stored last and the newest event's time in ms; None for a missing one."""
    belief = find_meta(tx, _KEY)
    if belief is not None:
        return msgspec.json.decode(belief, type=Belief), None
    newest: Ms | None = tx.fetch_value(
        "SELECT max(e.at) FROM streams s JOIN events e ON e.stream = s.stream AND e.seq = s.seq"
    )
    return None, newest


def store_belief(tx: Tx, belief: Belief) -> None:
    """Store the belief, because after a crash the server knows only the stored belief."""
    upsert_meta(tx, _KEY, msgspec.json.encode(belief).decode())
