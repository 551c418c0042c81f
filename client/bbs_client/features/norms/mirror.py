"""Each board's norms, by version: how they are written into the mirror."""

from bbs.features.norms.messages import Norms
from bbs_client.mirror.transaction import MirrorTransaction


def put_norms(pen: MirrorTransaction, norms: Norms) -> None:
    """Keep a version of a board's norms; no version ever changes."""
    if pen.put("norms", norms, "board, version"):
        pen.touch("norms", norms.board)
