"""The server's Ed25519 signing key: what it signs, others can check without this server (protocol 32.1).

It is not the history key of the cursors' tags, which nobody but the server can check.
"""

from collections.abc import Callable

import msgspec

from bbs import signatures
from bbs.clock import Ms, instant
from bbs.features.community.keys import key_change_text
from bbs.features.community.views import KEY_CHANGES_MAX, KeyChange
from bbs.features.members.views import PublicKey
from bbs_server.store.api import Tx
from bbs_server.store.meta import find_meta, upsert_meta

SEED_BYTES = 32

_SEED = "signing_seed"
_PUBLIC = "signing_key"  # beside its seed, because `hello` tells it before slow parts are loaded
_CHANGES = "signing_key_changes"


def is_drawn(tx: Tx) -> bool:
    """Return whether the community has a signing key."""
    return find_meta(tx, _PUBLIC) is not None


def draw(tx: Tx, chance: Callable[[int], bytes]) -> None:
    """Draw the community's signing key, unless it has one. A restore keeps it."""
    if not is_drawn(tx):
        _store(tx, chance(SEED_BYTES))


def public_key(tx: Tx) -> PublicKey | None:
    """Return the public key; None before one was drawn."""
    return find_meta(tx, _PUBLIC)


def is_sound(tx: Tx) -> bool:
    """Return whether the public key is that of the stored seed."""
    seed = find_meta(tx, _SEED)
    return seed is not None and signatures.public_key_of(bytes.fromhex(seed)) == public_key(tx)


def sign(tx: Tx, text: bytes) -> str:
    """Sign `text` with the community's key; return the signature in unpadded base64url.

    Args:
        text: The bytes of a function in `bbs.features.packs.signing`, so that each signature names
            its purpose.

    Raises:
        LookupError: If no key was drawn; a community that was founded or started has one.
    """
    seed = find_meta(tx, _SEED)
    if seed is None:
        raise LookupError("no signing key was drawn")
    return signatures.sign(bytes.fromhex(seed), text)


def changes(tx: Tx) -> tuple[KeyChange, ...]:
    """Return the last changes of the key, oldest first (protocol 32.2)."""
    stored = find_meta(tx, _CHANGES)
    return () if stored is None else msgspec.json.decode(stored, type=tuple[KeyChange, ...])


def own_keys(tx: Tx) -> frozenset[PublicKey]:
    """Return the key, and as many of those before it as the last changes tell; none before one was drawn."""
    now = public_key(tx)
    return frozenset() if now is None else frozenset({now, *(each.old for each in changes(tx))})


def change(tx: Tx, chance: Callable[[int], bytes], at: Ms) -> KeyChange:
    """Draw a new key and let the old one sign it into its place; return the change.

    Of earlier changes only the last are kept: who pinned a key from before them is asked.

    Raises:
        LookupError: If no key was drawn.
    """
    old, seed = public_key(tx), chance(SEED_BYTES)
    new = signatures.public_key_of(seed)
    if old is None:
        raise LookupError("no signing key was drawn")
    signature = sign(tx, key_change_text(old, new, at))
    made = KeyChange(old=old, new=new, at=instant(at), signature=signature)
    kept = (*changes(tx), made)[-KEY_CHANGES_MAX:]
    upsert_meta(tx, _CHANGES, msgspec.json.encode(kept).decode())
    _store(tx, seed)
    return made


def _store(tx: Tx, seed: bytes) -> None:
    upsert_meta(tx, _SEED, seed.hex())
    upsert_meta(tx, _PUBLIC, signatures.public_key_of(seed))
