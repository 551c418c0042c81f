"""Who is here, in the mirror's memory only (P11)."""

from bbs.features.presence.messages import PresenceChanged, PresenceResult
from bbs_client.mirror.transaction import MirrorTransaction


def set_here(pen: MirrorTransaction, told: PresenceChanged | PresenceResult) -> None:
    """Take over who is here."""
    pen.remember("here", frozenset(told.members))
