"""The set of members who are here and chose to be seen. In memory only: no last-seen (P2, P11)."""

from collections.abc import Hashable

from bbs.ids import MemberId


class PresentMembers:
    """The members who are here and chose to be seen, by their connections.

    A connection begins hidden and is removed when it ends. A member with several connections is
    seen while any of them shows the member. Other members cannot know whether a member hides, left,
    or never came.
    """

    def __init__(self) -> None:
        """Begin with an empty set."""
        self._shown: dict[Hashable, MemberId] = {}

    def set(self, connection: Hashable, member: MemberId, visible: bool) -> bool:
        """Show or hide the member of a connection.

        Args:
            connection: Any value that identifies the connection.

        Returns:
            Whether the set of visible members changed, so that it must be sent.
        """
        before = self.members()
        self._shown.pop(connection, None)
        if visible:
            self._shown[connection] = member
        return self.members() != before

    def remove(self, connection: Hashable) -> bool:
        """Remove a connection that ended, known or not. Returns as `set` does."""
        member = self._shown.pop(connection, None)
        return member is not None and member not in self._shown.values()

    def members(self) -> tuple[MemberId, ...]:
        """Return the ids of the visible members, sorted, so that the order reveals nothing."""
        return tuple(sorted(set(self._shown.values())))
