"""Claim tags: how an author finds their own words in a pack by the key of their device. Pure.

A pack names no key. For each thread and author it has four tags. Only the holder of a key, or of the
board's claim list, can tell that two tags of different threads are one author's (protocol 29.2).
"""

import hmac
from base64 import urlsafe_b64decode
from collections.abc import Iterable, Sequence
from hashlib import sha256

from bbs.features.members.views import PublicKey
from bbs.features.packs.consent_messages import AuthorHashes, ClaimHash
from bbs.features.packs.pack_limits import CLAIM_TAGS
from bbs.features.packs.views import ClaimTag
from bbs.ids import MemberId, ThreadId

AuthorTags = tuple[ClaimTag, ClaimTag, ClaimTag, ClaimTag]


def claim_hash(key: PublicKey) -> ClaimHash:
    """Return the claim hash of a device's key: the SHA-256 of its raw 32 bytes, in hexadecimal."""
    return sha256(urlsafe_b64decode(f"{key}=")).hexdigest()


def claim_tag(claim: ClaimHash, thread: ThreadId) -> ClaimTag:
    """Return the tag of a claim hash in a thread: HMAC-SHA256 of the thread's id, in hexadecimal."""
    return hmac.new(bytes.fromhex(claim), thread.encode("ascii"), sha256).hexdigest()


def noise_hash(secret: bytes, member: MemberId, number: int) -> ClaimHash:
    """Return a hash that looks like one of a key, and that no key has.

    Args:
        secret: The server's own, so that nobody else can tell noise from hashes of keys.
        number: Which of the member's: it is always the same for the same number.
    """
    return hmac.new(secret, f"{member} {number}".encode(), sha256).hexdigest()


def author_hashes(secret: bytes, member: MemberId, keys: Sequence[PublicKey]) -> AuthorHashes:
    """Return the claim hashes of an author, sorted, so that their order tells nothing.

    Args:
        secret: As `noise_hash` takes it.
        keys: The member's keys that are not revoked, the newest first; only the first ones count.
    """
    own = [claim_hash(key) for key in keys[:CLAIM_TAGS]]
    noise = [noise_hash(secret, member, number) for number in range(len(own), CLAIM_TAGS)]
    first, second, third, fourth = sorted(own + noise)
    return first, second, third, fourth


def author_tags(hashes: Iterable[ClaimHash], thread: ThreadId) -> AuthorTags:
    """Return an author's tags in a thread, sorted, so that their order tells nothing."""
    first, second, third, fourth = sorted(claim_tag(each, thread) for each in hashes)
    return first, second, third, fourth


def is_own(key: PublicKey, thread: ThreadId, tags: Iterable[ClaimTag]) -> bool:
    """Return whether words of a thread belong to the holder of a key, by their author's tags."""
    return claim_tag(claim_hash(key), thread) in set(tags)
