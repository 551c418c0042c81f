"""What narrows the reader, or everybody: how it is written into the mirror (P7)."""

from bbs.features.moderation.messages import RestrictionChanged
from bbs.features.moderation.rules import ABOUT_MEMBERS
from bbs.features.moderation.views import Restriction, RestrictionKind
from bbs_client.features.moderation.reads import restriction_decoder
from bbs_client.mirror.transaction import MirrorTransaction


def put_restriction(pen: MirrorTransaction, restriction: Restriction) -> None:
    """Keep a restriction; if the server told two ends of it, the earlier end is true.

    The end of the community is kept as it was announced, not as restrictions.
    """
    if restriction.kind is RestrictionKind.CLOSING:
        return
    known = pen.fetch_value("SELECT doc FROM restrictions WHERE id = ?", restriction.id)
    if known is not None:
        before = restriction_decoder.decode(known).until
        if before is not None and (restriction.until is None or restriction.until >= before):
            return
    pen.put("restrictions", restriction, "id")
    pen.touch("restrictions", restriction.board)


def tell_edge(pen: MirrorTransaction, message: RestrictionChanged) -> None:
    """Let it be drawn again where a restriction began or ended, also one that was known before."""
    pen.touch("restrictions", message.restriction.board)


def drop_own(pen: MirrorTransaction, member: str) -> None:
    """Drop what a member's own stream told of: the restrictions about them."""
    del member  # only one member's own stream is here
    _drop(pen, "kind IN", ())


def drop_common(pen: MirrorTransaction, board: str) -> None:
    """Drop what a board's stream told of: the restrictions about everybody there."""
    _drop(pen, "board = ? AND kind NOT IN", (board,))


def _drop(pen: MirrorTransaction, which: str, args: tuple[str, ...]) -> None:
    kinds = sorted(ABOUT_MEMBERS)
    marks = ", ".join("?" * len(kinds))
    pen.run(f"DELETE FROM restrictions WHERE {which} ({marks})", *args, *kinds)  # noqa: S608 - our own words
    pen.touch("restrictions")
