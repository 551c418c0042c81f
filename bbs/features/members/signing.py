"""The texts that a key signs to sign in or to confirm a command (protocol 3.4), and their check."""

import base64
import binascii


def signed_text(host: str, epoch: str, handle: str, nonce: str) -> bytes:
    """Return the exact bytes to sign: purpose, host, epoch, handle and nonce, a line each.

    Host and epoch make the signature useless on another server, the nonce makes it useless a second
    time, and the first line makes it useless for anything but signing in.

    Args:
        host: The host that the client means to reach, as the challenge names it.
        epoch: The server's epoch, from `hello`.
        handle: The member's handle.
        nonce: From the challenge.

    Raises:
        ValueError: If a part contains a line break, and so could pass for two parts.
    """
    return _lines("folkmoot sign-in", host, epoch, handle, nonce)


def confirming_text(
    host: str, epoch: str, handle: str, nonce: str, method: str, about: str
) -> bytes:
    """Return the exact bytes to sign to confirm one command, as `signed_text` does to sign in.

    Args:
        method: The command's method, so that a signature for one vote is not valid for another.
        about: The id of the thing that the command is about.

    Raises:
        ValueError: If a part contains a line break.
    """
    return _lines("folkmoot confirm", host, epoch, handle, nonce, method, about)


def _lines(purpose: str, *parts: str) -> bytes:
    if any(part and part.splitlines() != [part] for part in parts):
        raise ValueError("a signed part holds a line break")
    return "".join(f"{part}\n" for part in (purpose, *parts)).encode()


def verify(public_key: str, signature: str, text: bytes) -> bool:
    """Return whether the signature is by this key and over this text.

    Args:
        public_key: Raw Ed25519, in unpadded base64url (43 characters).
        signature: In unpadded base64url (86 characters).
        text: The result of `signed_text`.

    Returns:
        False if it is not, also for malformed input.
    """
    # Slow to import, and needed only for signing in with a key.
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
        ValueError: If it is no base64url, or not the canonical form.
    """
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error:
        raise ValueError("not base64url") from None
    if to_base64url(raw) != text:
        raise ValueError("not canonical base64url")
    return raw
