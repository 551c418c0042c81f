"""PresenceUpdated: who is here now, for those who choose to be seen. No last-seen, ever (P2, P11)."""

from typing import ClassVar

from bbs.ids import MemberId
from bbs.messages import Command, Ephemeral, Query, Result
from bbs.powers import Need, NeedTarget, Power


class PresenceResult(Result, frozen=True, kw_only=True):
    """Everybody who is here and chose to be seen, by id. Who hides looks like who is away."""

    members: tuple[MemberId, ...]


class SetPresence(Command[PresenceResult], frozen=True, kw_only=True):
    """Be seen, or not, while this connection lasts. Every connection begins unseen."""

    method: ClassVar[str] = "presence.set"
    needs: ClassVar[Need] = Need(Power.READ, private=True)
    visible: bool


class GetPresence(Query[PresenceResult], frozen=True, kw_only=True):
    """Ask who is here."""

    method: ClassVar[str] = "presence.get"
    needs: ClassVar[Need] = Need(Power.READ, on=NeedTarget.COMMONS)


class PresenceChanged(Ephemeral, frozen=True, kw_only=True):
    """The whole set of those who are here and seen; it replaces the last one."""

    kind: ClassVar[str] = "presence.here"
    members: tuple[MemberId, ...]
