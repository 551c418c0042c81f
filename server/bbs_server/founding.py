"""The first start: the commons, its first norms, the epoch, and a way in for the sysop."""

import secrets
import uuid

from bbs import limits
from bbs.features.boards.messages import Visibility
from bbs.ids import COMMONS, new_id
from bbs_server.acting import At, Readers
from bbs_server.config import BadSettings, Settings
from bbs_server.features.members.records import make_sysop_invitation
from bbs_server.features.members.ways_in import secret_hash
from bbs_server.features.norms.commons import FIRST_NORMS
from bbs_server.features.norms.records import adopt_first
from bbs_server.store import tags, texts
from bbs_server.store.engine import Store, Tx

COMMONS_SLUG = "commons"
COMMONS_CHARTER = (
    "The board everybody has a seat on. What concerns all of us is said here; what has a theme of"
    " its own finds or opens a board of its own."
)
SYSOP_INVITATION_DAYS = 7


def found(tx: Tx, at: At, settings: Settings) -> str:
    """Make the commons if there is none; return the epoch. Older databases get their key here.

    Args:
        settings: Title and seats of the community; used only the first time.

    Raises:
        BadSettings: If a new community would have more seats than its ceiling.
    """
    tags.draw_key(tx, at.chance)
    row = tx.one("SELECT value FROM meta WHERE key = 'epoch'")
    if row is not None:
        epoch: str = row[0]
        return epoch
    seats = settings.seats or settings.members_max
    if seats > settings.members_max:
        raise BadSettings(
            f"seats = {seats}: members_max = {settings.members_max} allows no more; raise"
            " members_max too, or leave seats out"
        )
    epoch = str(uuid.UUID(bytes=at.chance(16), version=4))
    tx.run("INSERT INTO meta (key, value) VALUES ('epoch', ?)", epoch)
    tx.run(
        "INSERT INTO boards (id, slug, slug_text, number, title_text, charter_text, visibility,"
        " seats, lounge_hours, hold_s, opened_at) VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?)",
        *(COMMONS, COMMONS_SLUG, texts.keep(tx, at, COMMONS_SLUG)),
        *(texts.keep(tx, at, settings.title), texts.keep(tx, at, COMMONS_CHARTER)),
        *(Visibility.MEMBERS.value, seats, limits.LOUNGE_HOURS_DEFAULT),
        *(0 if settings.sample else limits.HOLD_SECONDS_DEFAULT, at.now),
    )
    adopt_first(tx, at, COMMONS, FIRST_NORMS)
    return epoch


def needs_sysop(tx: Tx) -> bool:
    """Whether nobody runs this community yet."""
    return tx.one("SELECT 1 FROM members WHERE sysop = 1") is None


def invite_sysop(tx: Tx, at: At, code: str) -> None:
    """Make a one-time invitation whose taker becomes sysop; earlier ones not taken end."""
    tx.run("UPDATE invitations SET revoked = 1 WHERE sysop = 1 AND uses_left > 0")
    make_sysop_invitation(tx, at.now, new_id(), secret_hash(code), SYSOP_INVITATION_DAYS)


def system_at(store: Store, readers: Readers) -> At:
    """Return what the system acts at now."""
    return At(store.time.moment(), secrets.token_bytes, readers)


async def begin(store: Store, readers: Readers, settings: Settings) -> str:
    """Found the community if need be; return its epoch."""
    at = system_at(store, readers)
    return await store.write(lambda tx: found(tx, at, settings))


async def sysop_code(store: Store, readers: Readers, *, even_with_sysop: bool) -> str | None:
    """Draw a sysop invitation's code; None where there is a sysop already.

    Args:
        even_with_sysop: Make one all the same: for a sysop who is locked out.
    """
    at = system_at(store, readers)
    code = secrets.token_urlsafe(24)

    def make(tx: Tx) -> bool:
        if not even_with_sysop and not needs_sysop(tx):
            return False
        invite_sysop(tx, at, code)
        return True

    return code if await store.write(make) else None
