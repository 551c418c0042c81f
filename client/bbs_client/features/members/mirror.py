"""Writes members into the mirror."""

from bbs.features.members.views import Member
from bbs.ids import COMMONS
from bbs_client.mirror.transaction import MirrorTransaction


def put_member(pen: MirrorTransaction, member: Member) -> None:
    """Store a member, unless a later revision is stored."""
    if pen.put("members", member, "id", "members.revision <= excluded.revision"):
        pen.touch("members")


def drop_others(pen: MirrorTransaction, board: str) -> None:
    """Drop all members but the reader, if the stream of the commons is dropped."""
    if board == COMMONS:
        pen.run("DELETE FROM members WHERE id IS NOT ?", pen.me)
        pen.touch("members")
