"""The members who are here, in memory only (P11)."""

from bbs.features.presence.messages import PresenceChanged, PresenceResult
from bbs_client.mirror.transaction import MirrorTransaction


def set_here(pen: MirrorTransaction, told: PresenceChanged | PresenceResult) -> None:
    """Store the members who are here."""
    pen.remember("here", frozenset(told.members))
