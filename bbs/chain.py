"""What chains the log and proves a text of it: digests of events and commitments to texts. Pure.

Servers write and check them; who reads a pack checks them without a server (decision 0002).
"""

import base64
import hashlib
from collections.abc import Sequence

import msgspec

NO_DIGEST = b""
"""The digest before the first event of a stream."""

_BLOCK_BYTES = 64
_INNER = bytes(byte ^ 0x36 for byte in range(256))
_OUTER = bytes(byte ^ 0x5C for byte in range(256))


def digest_of(before: bytes, stream: str, seq: int, fields: Sequence[object]) -> bytes:
    """Return the digest of an event, chained to the digest before it.

    Args:
        fields: Time in ms, kind, author, subject, data and ids of texts; each but the first a string.
    """
    chained = msgspec.json.encode([before.hex(), stream, seq, *fields])
    return hashlib.sha256(chained).digest()


def keyed_digest(key: bytes, message: bytes) -> bytes:
    """Return the HMAC-SHA256 of a message, 32 bytes.

    It follows the definition (RFC 2104), because `hmac.digest` takes more than twice as long for
    a message of a few hundred bytes.

    Args:
        key: Of any length.
    """
    if len(key) > _BLOCK_BYTES:
        key = hashlib.sha256(key).digest()
    inner = hashlib.sha256(key.translate(_INNER).ljust(_BLOCK_BYTES, b"\x36") + message).digest()
    return hashlib.sha256(key.translate(_OUTER).ljust(_BLOCK_BYTES, b"\x5c") + inner).digest()


def text_commitment(salt: bytes, body: str) -> str:
    """Return the commitment to `body` under `salt`: 43 characters of base64url."""
    return base64.urlsafe_b64encode(keyed_digest(salt, body.encode())).rstrip(b"=").decode()
