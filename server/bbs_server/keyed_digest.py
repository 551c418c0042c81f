"""HMAC-SHA256 of short messages, which every post needs several times. Pure."""

import hashlib

_BLOCK_BYTES = 64
_INNER = bytes(byte ^ 0x36 for byte in range(256))
_OUTER = bytes(byte ^ 0x5C for byte in range(256))


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
