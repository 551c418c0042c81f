"""What a surface reads of commands that wait for others."""

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from bbs_client.mirror.database import MirrorDatabase

if TYPE_CHECKING:
    from msgspec.json import Decoder

    from bbs.features.proposals.messages import Proposal


class Waiting(NamedTuple):
    """A command that waits, whether the reader's word to it counts, and if they may read its words."""

    proposal: "Proposal"
    may_second: bool
    may_object: bool
    may_read: bool


@cache
def proposal_decoder() -> "Decoder[Proposal]":
    """Return what reads a proposal; late, for the first painting needs none where nothing waits."""
    from msgspec.json import Decoder

    from bbs.features.proposals.messages import Proposal

    return Decoder(Proposal)


def proposals(mirror: MirrorDatabase, board: str | None = None) -> list[Waiting]:
    """Return what waits on a board, what ends first before the others; None for all boards here."""
    rows = mirror.fetch_all(
        "SELECT doc, may_second, may_object, may_read FROM proposals"
        " WHERE waits AND board = coalesce(?, board) ORDER BY until, board, number",
        board,
    )
    return [
        Waiting(proposal_decoder().decode(doc), bool(second), bool(objects), bool(reads))
        for doc, second, objects, reads in rows
    ]
