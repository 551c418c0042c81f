"""The start of a community: is it there and complete, and has it a sysop who lets others in?"""

import secrets
from collections.abc import Callable
from typing import NamedTuple

from bbs.ids import new_id
from bbs_server.features.boards.offices import has_sysop
from bbs_server.features.members.credentials import secret_hash
from bbs_server.features.members.records import make_sysop_invitation
from bbs_server.settings import ServerSettings
from bbs_server.store import claim_noise, signing_key, tags
from bbs_server.store.api import Store, Tx
from bbs_server.store.meta import ACTS_BROUGHT, EPOCH, NOTICES_BROUGHT, find_meta

SYSOP_INVITATION_DAYS = 7


async def ensure_community(store: Store, settings: ServerSettings) -> str:
    """Found the community, or bring an older one along, if need be; return its epoch.

    Raises:
        SettingsError: If a new community would have more seats than its ceiling.
    """
    epoch = await store.read(_epoch_if_complete)
    if epoch is not None:
        return epoch
    # Late: nearly every start finds all in place, and this loads every feature.
    from bbs_server.composition import make_table
    from bbs_server.creation import create_community
    from bbs_server.handler_api import Context

    ctx = Context(store.time.moment(), secrets.token_bytes, make_table().readers)
    return await store.write(lambda tx: create_community(tx, ctx, settings))


def _epoch_if_complete(tx: Tx) -> str | None:
    """Return the epoch; None if there is anything left that `create_community` does."""
    brought = (find_meta(tx, key) for key in (ACTS_BROUGHT, NOTICES_BROUGHT))
    drawn = (tags.key_of(tx), signing_key.public_key(tx), claim_noise.find_secret(tx))
    if None in drawn or None in brought:
        return None
    return find_meta(tx, EPOCH)


class _Chance(NamedTuple):
    """A source of random bytes."""

    random_bytes: Callable[[int], bytes]


async def create_sysop_code(store: Store, *, even_with_sysop: bool) -> str | None:
    """Make an invitation, valid once, that makes a sysop; revoke earlier unused ones.

    Args:
        even_with_sysop: Whether to make it even if there is a sysop, who may be locked out; this
            writes an act on the commons (P8).

    Returns:
        Its code; None if there is a sysop already.
    """
    code = secrets.token_urlsafe(24)
    moment = store.time.moment()
    now, unproven = moment.now, not moment.is_proven

    def make(tx: Tx) -> bool:
        if not even_with_sysop and has_sysop(tx):
            return False
        tx.execute("UPDATE invitations SET revoked = 1 WHERE sysop = 1 AND uses_left > 0")
        make_sysop_invitation(tx, now, new_id(), secret_hash(code), SYSOP_INVITATION_DAYS)
        if even_with_sysop:
            # Late: only the command line asks for it, beside a server that is stopped.
            from bbs_server.features.moderation.records import append_machine_act

            chance = _Chance(secrets.token_bytes)
            append_machine_act(tx, chance, now, "server.sysop_invite", unproven=unproven)
        return True

    return code if await store.write(make) else None
