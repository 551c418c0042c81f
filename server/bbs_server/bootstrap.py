"""The first start: creates the commons, its first norms, the epoch, and the sysop's invitation."""

import secrets
import uuid
from collections.abc import Callable
from typing import NamedTuple

from bbs.features.boards.settings import SETTINGS
from bbs.features.norms.templates import find_template
from bbs.ids import COMMONS, new_id
from bbs.settings import SettingsError
from bbs_server.features.boards.offices import has_sysop
from bbs_server.features.boards.records import insert_board
from bbs_server.features.members.credentials import secret_hash
from bbs_server.features.members.records import make_sysop_invitation
from bbs_server.features.moderation.from_events import bring_acts_along
from bbs_server.features.moderation.records import append_machine_act
from bbs_server.features.norms.records import VersionRow, insert_version
from bbs_server.features.reading.notices import bring_notices_along
from bbs_server.handler_api import Context, FeatureLookups
from bbs_server.settings import NO_BOARD, ServerSettings
from bbs_server.store import tags
from bbs_server.store.api import Store, Tx
from bbs_server.store.meta import EPOCH, FIRST_BOARD, find_meta, upsert_meta

COMMONS_SLUG = "commons"
COMMONS_CHARTER = (
    "The board everybody has a seat on. What concerns all of us is said here; what has a theme of"
    " its own finds or opens a board of its own."
)
SYSOP_INVITATION_DAYS = 7


def create_community(tx: Tx, ctx: Context, settings: ServerSettings) -> str:
    """Make the commons if there is none; return the epoch.

    Older databases get their key here, and acts made from their events.

    Args:
        settings: Title, seats, first norms and first board of the community; used only the first
            time.

    Raises:
        SettingsError: If a new community would have more seats than its ceiling.
    """
    tags.draw_key(tx, ctx.random_bytes)
    bring_acts_along(tx, ctx)
    bring_notices_along(tx)
    if (epoch := find_meta(tx, EPOCH)) is not None:
        return epoch
    seats = settings.seats or settings.members_max
    if seats > settings.members_max:
        raise SettingsError(
            f"seats = {seats}",
            f"members_max = {settings.members_max} allows no more; raise members_max too, or"
            " leave seats out",
        )
    epoch = str(uuid.UUID(bytes=ctx.random_bytes(16), version=4))
    upsert_meta(tx, EPOCH, epoch)
    settings_of_commons = {
        **{name: setting.at_opening for name, setting in SETTINGS.items()},
        "slug": COMMONS_SLUG,
        "title": settings.title,
        "charter": COMMONS_CHARTER,
        "seats": seats,
    }
    if settings.sample:
        settings_of_commons["hold_s"] = 0
    insert_board(tx, ctx, COMMONS, ctx.now, settings_of_commons)
    if settings.first_board != NO_BOARD:
        upsert_meta(tx, FIRST_BOARD, settings.first_board)
    first = VersionRow(COMMONS, 1, ctx.now)
    insert_version(tx, ctx, first, find_template(settings.template).clauses)
    return epoch


async def ensure_community(store: Store, readers: FeatureLookups, settings: ServerSettings) -> str:
    """Found the community if need be; return its epoch.

    Raises:
        SettingsError: If a new community would have more seats than its ceiling.
    """
    ctx = Context(store.time.moment(), secrets.token_bytes, readers)
    return await store.write(lambda tx: create_community(tx, ctx, settings))


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
            chance = _Chance(secrets.token_bytes)
            append_machine_act(tx, chance, now, "server.sysop_invite", unproven=unproven)
        return True

    return code if await store.write(make) else None
