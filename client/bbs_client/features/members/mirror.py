"""Writes members into the mirror."""

from msgspec import Struct
from msgspec.structs import replace

from bbs.clock import Ms
from bbs.features.members.views import Member
from bbs.ids import COMMONS
from bbs_client.features.members.reads import member_decoder
from bbs_client.mirror.transaction import MirrorTransaction


class EndAway(Struct, frozen=True):
    """The words of away lines that ended by `until`, in ms, are erased (P10)."""

    until: Ms


def put_member(pen: MirrorTransaction, member: Member) -> None:
    """Store a member, unless a later revision is stored."""
    had = pen.fetch_value("SELECT away_until FROM members WHERE id = ?", member.id)
    if pen.put("members", member, "id", "members.revision <= excluded.revision"):
        pen.erased |= had is not None
        pen.touch("members")


def end_away(pen: MirrorTransaction, change: EndAway) -> None:
    """Erase the words of away lines that are over."""
    rows = pen.fetch_all("SELECT doc FROM members WHERE away_until <= ?", change.until)
    for (doc,) in rows:
        put_member(pen, replace(member_decoder.decode(doc), away=None, away_until=None))


def drop_others(pen: MirrorTransaction, board: str) -> None:
    """Drop all members but the reader, if the stream of the commons is dropped."""
    if board == COMMONS:
        pen.run("DELETE FROM members WHERE id IS NOT ?", pen.me)
        pen.touch("members")
