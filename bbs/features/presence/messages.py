"""Presence: the members who are here and chose to be seen. There is no last-seen (P2, P11)."""

from typing import ClassVar

from bbs.ids import MemberId
from bbs.messages import Command, Ephemeral, Query, Result
from bbs.powers import Need, NeedTarget, Power


class PresenceResult(Result, frozen=True, kw_only=True):
    """The members who are here and chose to be seen, by id. Hidden members look absent."""

    members: tuple[MemberId, ...]


class SetPresence(Command[PresenceResult], frozen=True, kw_only=True):
    """Show or hide the member while this connection lasts. A new connection hides them."""

    method: ClassVar[str] = "presence.set"
    needs: ClassVar[Need] = Need(Power.READ, private=True)
    visible: bool


class GetPresence(Query[PresenceResult], frozen=True, kw_only=True):
    """Read which members are here and chose to be seen."""

    method: ClassVar[str] = "presence.get"
    needs: ClassVar[Need] = Need(Power.READ, on=NeedTarget.COMMONS)


class PresenceChanged(Ephemeral, frozen=True, kw_only=True):
    """The whole set of members who are here and chose to be seen; it replaces the set before."""

    kind: ClassVar[str] = "presence.here"
    members: tuple[MemberId, ...]
