"""What a surface reads of norms."""

from typing import TYPE_CHECKING

from bbs_client.mirror.database import MirrorDatabase

if TYPE_CHECKING:
    from bbs.features.norms.messages import Norms


def norms(mirror: MirrorDatabase, board: str) -> "Norms | None":
    """Return a board's norms in the newest version that is here; None if none is."""
    # Late: the first painting needs neither.
    import msgspec

    from bbs.features.norms.messages import Norms

    doc = mirror.fetch_value("SELECT doc FROM norms WHERE board = ?", board)
    return None if doc is None else msgspec.json.decode(doc, type=Norms)
