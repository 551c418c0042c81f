"""The secret behind the noise among claim hashes, which looks like keys to everybody else (29.2).

It stays for the life of the community, also after a restore: noise that changed would show itself.
"""

from collections.abc import Callable

from bbs_server.store.api import Tx
from bbs_server.store.meta import find_meta, upsert_meta

SECRET_BYTES = 32

_KEY = "claim_noise"


def draw(tx: Tx, chance: Callable[[int], bytes]) -> None:
    """Draw the secret, unless the community has one."""
    if find_secret(tx) is None:
        upsert_meta(tx, _KEY, chance(SECRET_BYTES).hex())


def find_secret(tx: Tx) -> bytes | None:
    """Return the secret; None before it was drawn, which a start of the server does."""
    secret = find_meta(tx, _KEY)
    return None if secret is None else bytes.fromhex(secret)
