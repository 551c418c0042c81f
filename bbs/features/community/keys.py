"""Changes of the server's signing key: what the old key signs, and whether a new key follows from it (protocol 32.2)."""

from collections.abc import Iterable

from bbs.clock import Ms, to_ms
from bbs.features.community.views import KeyChange
from bbs.signatures import lines, verify


def key_change_text(old: str, new: str, at: Ms) -> bytes:
    """Return the bytes that the old key signs when a new key takes its place.

    Args:
        old, new: Public keys in unpadded base64url.
        at: When the new key began, ms.
    """
    return lines("folkmoot key change", old, new, str(at))


def follows(pinned: str, told: str, changes: Iterable[KeyChange]) -> bool:
    """Return whether the key that a server tells is the pinned one, or was signed into its place.

    Args:
        pinned: The key that this device knows.
        told: The key that `hello` tells.
        changes: The changes that `hello` tells, oldest first; each is checked only where it
            leads on from the pinned key.
    """
    key = pinned
    for change in changes:
        if key == told:
            break
        if change.old != key:
            continue
        text = key_change_text(change.old, change.new, to_ms(change.at))
        if not verify(change.old, change.signature, text):
            return False
        key = change.new
    return key == told


def key_text(key: str) -> str:
    """Return a public key in groups that people read to each other."""
    return " ".join(key[start : start + 4] for start in range(0, len(key), 4))


def shorten_key(key: str) -> str:
    """Return the beginning of a public key, for people who compare two."""
    return key_text(key[:12])
