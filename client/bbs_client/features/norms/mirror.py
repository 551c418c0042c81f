"""Each board's norms in force, in the mirror."""

from typing import TYPE_CHECKING, NamedTuple

from bbs_client.mirror.database import MirrorDatabase
from bbs_client.mirror.docs import encode

if TYPE_CHECKING:
    from bbs.features.norms.messages import Norms
    from bbs_client.mirror.transaction import MirrorTransaction


class StoredNorms(NamedTuple):
    """A row of `norms`."""

    board: str
    version: int
    doc: bytes


def put_norms(pen: "MirrorTransaction", norms: "Norms") -> None:
    """Keep a board's norms in their newest version."""
    row = StoredNorms(norms.board, norms.version, encode(norms))
    if pen.put("norms", row, "board", "norms.version <= excluded.version"):
        pen.touch("norms", norms.board)


def norms(mirror: MirrorDatabase, board: str) -> "Norms | None":
    """Return a board's norms in the newest version that is here; None if none is."""
    # Late: the first painting needs neither.
    import msgspec

    from bbs.features.norms.messages import Norms

    doc = mirror.fetch_value("SELECT doc FROM norms WHERE board = ?", board)
    return None if doc is None else msgspec.json.decode(doc, type=Norms)
