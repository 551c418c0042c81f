"""What a key signs to sign in, and how both sides check it (protocol 3.4)."""

import base64
import binascii


def signed_text(host: str, epoch: str, handle: str, nonce: str) -> bytes:
    """Return the exact bytes that are signed: purpose, host, epoch, handle and nonce, a line each.

    Host and epoch keep a signature from being passed on to another server, the nonce from being
    used twice, the first line from meaning anything but signing in.

    Args:
        host: The host one means to reach, as the challenge tells it.
        epoch: The server's epoch, from `hello`.
        handle: The member's handle.
        nonce: From the challenge.

    Raises:
        ValueError: If one of them holds a line break, and so could pass for two.
    """
    parts = (host, epoch, handle, nonce)
    if any(part and part.splitlines() != [part] for part in parts):
        raise ValueError("a signed part holds a line break")
    return "".join(f"{part}\n" for part in ("folkmoot sign-in", *parts)).encode()


def verify(public_key: str, signature: str, text: bytes) -> bool:
    """Tell whether `signature` is the key's over `text`.

    Args:
        public_key: Raw Ed25519, in unpadded base64url (43 characters).
        signature: In unpadded base64url (86 characters).
        text: What `signed_text` gave.

    Returns:
        False for everything that is wrong, malformed input included.
    """
    # Slow to import, and only needed by those who sign in with a key.
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        key = Ed25519PublicKey.from_public_bytes(_from_base64url(public_key))
        key.verify(_from_base64url(signature), text)
    except (InvalidSignature, ValueError):
        return False
    return True


def to_base64url(raw: bytes) -> str:
    """Return `raw` in base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _from_base64url(text: str) -> bytes:
    """Return the bytes of unpadded base64url.

    Raises:
        ValueError: If it is none, or not the one way to write them.
    """
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error:
        raise ValueError("not base64url") from None
    if to_base64url(raw) != text:
        raise ValueError("not canonical base64url")
    return raw
