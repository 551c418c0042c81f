"""What a surface reads of the places that the reader left."""

from functools import cache
from typing import TYPE_CHECKING

from bbs_client.mirror.database import MirrorDatabase

if TYPE_CHECKING:
    from msgspec.json import Decoder

    from bbs.features.ownership.views import Leaving


@cache
def _decoder() -> "Decoder[Leaving]":
    """Return what reads a leaving; late, for the first painting needs none where nothing was left."""
    from msgspec.json import Decoder

    from bbs.features.ownership.views import Leaving

    return Decoder(Leaving)


def leavings(mirror: MirrorDatabase) -> list["Leaving"]:
    """Return what the reader left and can come back to, or is being erased; the community first."""
    sql = "SELECT doc FROM leavings WHERE state IN ('leaving', 'erasing') ORDER BY place"
    return [_decoder().decode(doc) for (doc,) in mirror.fetch_all(sql)]


def leaving(mirror: MirrorDatabase, board: str | None) -> "Leaving | None":
    """Return how the reader is leaving a board or a letter, by None the community; None if not."""
    found = (each for each in leavings(mirror) if each.board == board)
    return next(found, None)
