"""Writes restrictions of the reader, or of everybody, into the mirror (P7)."""

from bbs.features.moderation.messages import RestrictionChanged
from bbs.features.moderation.rules import ABOUT_MEMBERS
from bbs.features.moderation.views import Restriction, RestrictionKind
from bbs_client.features.moderation.reads import restriction_decoder
from bbs_client.mirror.transaction import MirrorTransaction


def put_restriction(pen: MirrorTransaction, restriction: Restriction) -> None:
    """Store a restriction; of two ends from the server, the earlier one counts.

    The end of the community is stored as announced, not as restrictions.
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
    """Mark the places of a restriction that began or ended for drawing, also of a known one."""
    pen.touch("restrictions", message.restriction.board)


def drop_own(pen: MirrorTransaction, member: str) -> None:
    """Drop the restrictions about a member that came from the member's own stream."""
    del member  # only the reader's own stream is here
    _drop(pen, "kind IN", ())


def drop_common(pen: MirrorTransaction, board: str) -> None:
    """Drop the restrictions about everybody that came from a board's stream."""
    _drop(pen, "board = ? AND kind NOT IN", (board,))


def _drop(pen: MirrorTransaction, which: str, args: tuple[str, ...]) -> None:
    kinds = sorted(ABOUT_MEMBERS)
    marks = ", ".join("?" * len(kinds))
    pen.run(f"DELETE FROM restrictions WHERE {which} ({marks})", *args, *kinds)  # noqa: S608 - our own words
    pen.touch("restrictions")
