"""Ed25519 signatures over lines of text: how a text is put together, signed and checked (protocol 3.4)."""

import base64
import binascii


def lines(purpose: str, *parts: str) -> bytes:
    """Return the exact bytes to sign: the purpose and the parts, a line each.

    The purpose makes a signature useless for anything else.

    Raises:
        ValueError: If a part contains a line break, and so could pass for two parts.
    """
    if any(part and part.splitlines() != [part] for part in parts):
        raise ValueError("a signed part holds a line break")
    return "".join(f"{part}\n" for part in (purpose, *parts)).encode()


def sign(key_private: bytes, text: bytes) -> str:
    """Sign `text`; return the signature in unpadded base64url (86 characters).

    Args:
        key_private: Raw Ed25519, 32 bytes.

    Raises:
        ValueError: If `key_private` is not 32 bytes.
    """
    # Slow to import, and most commands sign nothing.
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return to_base64url(Ed25519PrivateKey.from_private_bytes(key_private).sign(text))


def public_key_of(key_private: bytes) -> str:
    """Return the public key of a private one, in unpadded base64url (43 characters).

    Args:
        key_private: Raw Ed25519, 32 bytes.

    Raises:
        ValueError: If `key_private` is not 32 bytes.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.from_private_bytes(key_private)
    return to_base64url(key.public_key().public_bytes_raw())


def verify(public_key: str, signature: str, text: bytes) -> bool:
    """Return whether the signature is by this key and over this text.

    Args:
        public_key: Raw Ed25519, in unpadded base64url (43 characters).
        signature: In unpadded base64url (86 characters).
        text: The result of `lines`.

    Returns:
        False if it is not, also for malformed input.
    """
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        key = Ed25519PublicKey.from_public_bytes(from_base64url(public_key))
        key.verify(from_base64url(signature), text)
    except (InvalidSignature, ValueError):
        return False
    return True


def to_base64url(raw: bytes) -> str:
    """Return `raw` in base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """Return the bytes of unpadded base64url.

    Raises:
        ValueError: If it is no base64url, or not the canonical form.
    """
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error:
        raise ValueError("not base64url") from None
    if to_base64url(raw) != text:
        raise ValueError("not canonical base64url")
    return raw
