"""What a surface reads of norms."""

from typing import TYPE_CHECKING

from bbs_client.mirror.database import MirrorDatabase

if TYPE_CHECKING:
    from bbs.features.norms.messages import Norms


def norms(mirror: MirrorDatabase, board: str, version: int | None = None) -> "Norms | None":
    """Return a version of a board's norms, None for the newest that is here; None if it is not here."""
    # Late: the first painting needs neither.
    import msgspec

    from bbs.features.norms.messages import Norms

    doc = mirror.fetch_value(
        "SELECT doc FROM norms WHERE board = ? AND version = coalesce(?, version)"
        " ORDER BY version DESC LIMIT 1",
        *(board, version),
    )
    return None if doc is None else msgspec.json.decode(doc, type=Norms)
