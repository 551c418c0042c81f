"""The set of members who are here and chose to be seen. In memory only: no last-seen (P2, P11)."""

from collections.abc import Hashable

from bbs.ids import MemberId


class PresentMembers:
    """Who is here and seen. Every connection begins unseen and is forgotten when it is gone.

    Somebody with several connections is here while one of them shows it; hiding on the last such
    one, leaving, and never having been here look the same to others.
    """

    def __init__(self) -> None:
        """Begin with nobody here."""
        self._shown: dict[Hashable, MemberId] = {}

    def set(self, connection: Hashable, member: MemberId, visible: bool) -> bool:
        """Let a connection show its member, or not.

        Args:
            connection: Whatever tells connections apart.

        Returns:
            Whether the set of those who are seen changed, so that it has to be told.
        """
        before = self.members()
        self._shown.pop(connection, None)
        if visible:
            self._shown[connection] = member
        return self.members() != before

    def remove(self, connection: Hashable) -> bool:
        """Forget a connection that ended; unknown ones too. Returns as `set`."""
        member = self._shown.pop(connection, None)
        return member is not None and member not in self._shown.values()

    def members(self) -> tuple[MemberId, ...]:
        """Return the ids of those who are seen, sorted: their order tells nothing."""
        return tuple(sorted(set(self._shown.values())))
