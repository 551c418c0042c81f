"""Creates a community: the commons, its first norms, its epoch and its keys; brings older ones along."""

import uuid

from bbs.features.boards.settings import SETTINGS
from bbs.features.norms.templates import find_template
from bbs.ids import COMMONS
from bbs.settings import SettingsError
from bbs_server.features.boards.records import insert_board
from bbs_server.features.moderation.from_events import bring_acts_along
from bbs_server.features.norms.records import VersionRow, insert_version
from bbs_server.features.reading.notices import bring_notices_along
from bbs_server.handler_api import Context
from bbs_server.settings import NO_BOARD, ServerSettings
from bbs_server.store import claim_noise, signing_key, tags
from bbs_server.store.api import Tx
from bbs_server.store.meta import EPOCH, FIRST_BOARD, find_meta, upsert_meta

COMMONS_SLUG = "commons"
COMMONS_CHARTER = (
    "The board everybody has a seat on. What concerns all of us is said here; what has a theme of"
    " its own finds or opens a board of its own."
)


def create_community(tx: Tx, ctx: Context, settings: ServerSettings) -> str:
    """Make the commons if there is none; return the epoch.

    Older databases get their keys here, and acts made from their events.

    Args:
        settings: Title, seats, first norms and first board of the community; used only the first
            time.

    Raises:
        SettingsError: If a new community would have more seats than its ceiling.
    """
    tags.draw_key(tx, ctx.random_bytes)
    signing_key.draw(tx, ctx.random_bytes)
    claim_noise.draw(tx, ctx.random_bytes)
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
