"""Queries of members."""

from collections.abc import Mapping
from types import MappingProxyType

from msgspec.json import Decoder

from bbs.clock import Ms
from bbs.features.members.views import Member
from bbs_client.mirror.database import MirrorDatabase

member_decoder = Decoder(Member)


def members(mirror: MirrorDatabase) -> Mapping[str, Member]:
    """Return all members by id; the same view until one changes."""

    def find() -> Mapping[str, Member]:
        rows = mirror.fetch_all("SELECT doc FROM members")
        found = (member_decoder.decode(doc) for (doc,) in rows)
        return MappingProxyType({member.id: member for member in found})

    return mirror.remembered("members", find)


def has_away_before(mirror: MirrorDatabase, until: Ms) -> bool:
    """Return whether an away line that ended by a time, in ms, is stored with its words."""
    sql = "SELECT EXISTS(SELECT 1 FROM members WHERE away_until <= ?)"
    return bool(mirror.fetch_value(sql, until))


def has_invited(mirror: MirrorDatabase) -> bool:
    """Return whether the reader is known to have invited anyone."""
    return mirror.meta("invited") is not None


def note_invited(mirror: MirrorDatabase) -> None:
    """Note that the reader has invited a person. Raises `MirrorUnwritable`."""
    if not has_invited(mirror):
        mirror.set_meta("invited", "yes")


def me(mirror: MirrorDatabase) -> Member | None:
    """Return the reader as a member; None before the first sync."""
    return members(mirror).get(mirror.reader) if mirror.reader else None
