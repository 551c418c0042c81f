"""Writes the announced end of the community into the mirror."""

from bbs.features.community.messages import ClosingAnnounced, ClosingCancelled, ClosingResult
from bbs.wire.messages import Welcome
from bbs_client.mirror.rows import encode
from bbs_client.mirror.transaction import MirrorTransaction


def note_closing(
    pen: MirrorTransaction, told: ClosingAnnounced | ClosingCancelled | ClosingResult | Welcome
) -> None:
    """Store when the community ends, so that it is shown without a connection, too."""
    closing = None if isinstance(told, ClosingCancelled) else told.closing
    doc = None if closing is None else encode(closing).decode()
    if doc != pen.fetch_value("SELECT value FROM meta WHERE name = 'closing'"):
        pen.run("INSERT OR REPLACE INTO meta VALUES ('closing', ?)", doc)
        pen.touch("meta")
