"""Who is here, in the mirror's memory only (P11)."""

from typing import TYPE_CHECKING

from bbs_client.mirror.database import MirrorDatabase

if TYPE_CHECKING:
    from bbs.features.presence.messages import PresenceChanged, PresenceResult
    from bbs_client.mirror.transaction import MirrorTransaction


def set_here(pen: "MirrorTransaction", message: "PresenceChanged | PresenceResult") -> None:
    """Take over who is here."""
    pen.remember("here", frozenset(message.members))


def here(mirror: MirrorDatabase) -> frozenset[str]:
    """Return the ids of the members who are here and seen."""
    return mirror.remembered("here", frozenset)
