"""Handles of people who left, as digests: nobody takes one that reads like them meanwhile (P13)."""

import hashlib
from collections.abc import Iterable

from bbs.refusals import NameTaken
from bbs_server.store.api import Tx


def digest_of(key: str) -> bytes:
    """Return the digest of what a handle reads like, as `name_keys` gives it."""
    return hashlib.sha256(f"folkmoot resting handle\n{key}".encode()).digest()


def refuse_resting(tx: Tx, field: str, keys: Iterable[str]) -> None:
    """Refuse a name that reads like a handle that rests.

    Raises:
        NameTaken: If it does.
    """
    digests = [digest_of(key) for key in keys]
    marks = ",".join("?" * len(digests))
    sql = f"SELECT 1 FROM resting_handles WHERE digest IN ({marks}) LIMIT 1"  # noqa: S608 - only marks
    if tx.fetch_one(sql, *digests) is not None:
        raise NameTaken(field, None)
