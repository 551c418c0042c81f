"""Tags: a seq with its tag identifies one history of a stream (protocol 6.7).

A tag carries the beginning of the event's digest, signed with a key that only this community has.
So the server can detect a forged tag, even of an event that it has lost.
"""

import hmac
from collections.abc import Callable
from functools import lru_cache
from hashlib import blake2b

from bbs_server.store.api import Tx
from bbs_server.store.meta import find_meta, upsert_meta

KEY_BYTES = 32
# hex digits of the digest: two histories agree by chance at one seq in sixteen million
_SHOWN_BYTES = 3
_SIGNED_BYTES = 5  # a guess is right once in a million million, and each guess costs a whole `sync`
_STREAMS_BEGUN = 1024  # more than are in use at a time; each takes some 500 bytes
_KEY = "history_key"


@lru_cache(_STREAMS_BEGUN)
def maker(key: bytes, stream: str) -> Callable[[int, bytes], str]:
    """Return a function that makes the tag of a stream's event from its seq and digest. Pure.

    A tag consists of hexadecimal digits, so it needs no escaping.
    """
    # Keyed BLAKE2b is a MAC like HMAC, at a fifth of its time. The part that all events of a stream
    # share is hashed once, because the server makes a tag for every event that it writes or reads.
    begun = blake2b(b"%b " % stream.encode(), key=key, digest_size=_SIGNED_BYTES)

    def make(seq: int, digest: bytes) -> str:
        part = digest[:_SHOWN_BYTES]
        signing = begun.copy()
        signing.update(b"%d %b" % (seq, part))
        return part.hex() + signing.hexdigest()

    return make


def shown(digest: bytes) -> bytes:
    """Return the part of a digest that a tag shows; empty at a stream's beginning. Pure."""
    return digest[:_SHOWN_BYTES]


def claimed(key: bytes, stream: str, seq: int, tag: str) -> bytes | None:
    """Return the part of the digest in a tag that this community made for this event. Pure.

    Returns:
        The part, as `shown` returns it; None for a forged tag, or the tag of another event.
    """
    try:
        part = bytes.fromhex(tag)[:-_SIGNED_BYTES]
    except ValueError:
        return None
    return part if hmac.compare_digest(tag, maker(key, stream)(seq, part)) else None


def key_of(tx: Tx) -> bytes | None:
    """Return the community's key; None before one was drawn."""
    return tx.memoize(_key_of)


def _key_of(tx: Tx) -> bytes | None:
    key = find_meta(tx, _KEY)
    return None if key is None else bytes.fromhex(key)


def draw_key(tx: Tx, chance: Callable[[int], bytes], *, anew: bool = False) -> None:
    """Draw the community's key, unless it has one.

    Args:
        anew: Replace an existing key, which makes all earlier tags worthless.
    """
    if anew or key_of(tx) is None:
        upsert_meta(tx, _KEY, chance(KEY_BYTES).hex())


def maker_for(tx: Tx, stream: str) -> Callable[[int, bytes], str]:
    """Return `maker` with the community's key; before there is a key, every tag is empty."""
    key = key_of(tx)
    return _no_tag if key is None else maker(key, stream)


def _no_tag(seq: int, digest: bytes) -> str:
    return ""
