"""Members as they are known, in the mirror."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from msgspec.json import Decoder

from bbs.features.members.views import Member
from bbs.ids import COMMONS
from bbs_client.mirror.database import MirrorDatabase
from bbs_client.mirror.docs import encode

if TYPE_CHECKING:
    from bbs_client.mirror.transaction import MirrorTransaction

_member_decoder = Decoder(Member)


class StoredMember(NamedTuple):
    """A row of `members`."""

    id: str
    revision: int
    doc: bytes


def put_member(pen: "MirrorTransaction", member: Member) -> None:
    """Keep a member, unless a later revision is known."""
    row = StoredMember(member.id, member.revision, encode(member))
    if pen.put("members", row, "id", "members.revision <= excluded.revision"):
        pen.touch("members")


def drop_others(pen: "MirrorTransaction", board: str) -> None:
    """Drop all members but the reader, if it is the stream of the commons that is dropped."""
    if board == COMMONS:
        pen.run("DELETE FROM members WHERE id IS NOT ?", pen.me)
        pen.touch("members")


def members(mirror: MirrorDatabase) -> Mapping[str, Member]:
    """Return all members by id; the same view until one changes."""

    def find() -> Mapping[str, Member]:
        rows = mirror.fetch_all("SELECT doc FROM members")
        found = (_member_decoder.decode(doc) for (doc,) in rows)
        return MappingProxyType({member.id: member for member in found})

    return mirror.remembered("members", find)


def me(mirror: MirrorDatabase) -> Member | None:
    """Return the reader as a member; None before the first sync."""
    return members(mirror).get(mirror.reader) if mirror.reader else None
