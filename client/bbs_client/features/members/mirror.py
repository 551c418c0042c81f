"""Members as they are known: how they are written into the mirror."""

from bbs.features.members.views import Member
from bbs.ids import COMMONS
from bbs_client.mirror.transaction import MirrorTransaction


def put_member(pen: MirrorTransaction, member: Member) -> None:
    """Keep a member, unless a later revision is known."""
    if pen.put("members", member, "id", "members.revision <= excluded.revision"):
        pen.touch("members")


def drop_others(pen: MirrorTransaction, board: str) -> None:
    """Drop all members but the reader, if it is the stream of the commons that is dropped."""
    if board == COMMONS:
        pen.run("DELETE FROM members WHERE id IS NOT ?", pen.me)
        pen.touch("members")
