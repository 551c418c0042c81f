"""Each board's norms in force: how they are written into the mirror."""

from bbs.features.norms.messages import Norms
from bbs_client.mirror.transaction import MirrorTransaction


def put_norms(pen: MirrorTransaction, norms: Norms) -> None:
    """Keep a board's norms in their newest version."""
    if pen.put("norms", norms, "board", "norms.version <= excluded.version"):
        pen.touch("norms", norms.board)
