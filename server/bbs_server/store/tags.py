"""Tags: with a tag a seq names a single history of a stream, not only a number (protocol 6.7).

A tag carries the beginning of the event's digest and is signed with a key that only this community
has. So the server can tell it from a forged tag, even of an event that it has lost.
"""

import hmac
from collections.abc import Callable
from functools import lru_cache
from hashlib import blake2b

from bbs_server.store.api import Tx
from bbs_server.store.meta import find_meta, upsert_meta

KEY_BYTES = 32
_SHOWN_BYTES = 3  # of the digest: two histories agree by chance at one seq of sixteen million
_SIGNED_BYTES = 5  # a guess is right once in a million million, and each costs a whole `sync`
_STREAMS_BEGUN = 1024  # more than are busy at a time; each takes some 500 bytes
_KEY = "history_key"


@lru_cache(_STREAMS_BEGUN)
def maker(key: bytes, stream: str) -> Callable[[int, bytes], str]:
    """Return a function that makes the tag of a stream's event from its seq and digest. Pure.

    A tag can stand anywhere: it is made of hexadecimal digits.
    """
    # Keyed BLAKE2b is a MAC as HMAC is, at a fifth of its time. The part that all events of a stream
    # share is hashed once, for every event that is written or read pays for its tag.
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
    """Return the part of the digest in a tag, if this community made it for this event. Pure.

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
    """Give the community its key, unless it has one.

    Args:
        anew: Replace the key it has: all tags made before become worthless.
    """
    if anew or key_of(tx) is None:
        upsert_meta(tx, _KEY, chance(KEY_BYTES).hex())


def maker_for(tx: Tx, stream: str) -> Callable[[int, bytes], str]:
    """Return `maker` with the community's key; before there is a key, every tag is empty."""
    key = key_of(tx)
    return _no_tag if key is None else maker(key, stream)


def _no_tag(seq: int, digest: bytes) -> str:
    return ""
