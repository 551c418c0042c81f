"""The key by which this device knows a server: compared at every hello, before anything secret is sent (protocol 32.2)."""

from collections.abc import Callable

from bbs.features.community.keys import follows
from bbs.profiles import Profile, note_server_key
from bbs.sdk.errors import ServerKeyChanged
from bbs.wire.messages import Welcome


class KnownServerKey:
    """A server's key as a device knows it; the first key that is told becomes it.

    Attributes:
        key: The key; None before one was told.
        refused: The key that was told last and does not follow from it; None for none.
    """

    def __init__(self, key: str | None, keep: Callable[[str], None], *, accept: bool) -> None:
        """Take what is known.

        Args:
            key: The kept key; None if none is.
            keep: Called with a key to keep from now on.
            accept: Whether to take whatever key is told, once.
        """
        self.key = key
        self.refused: str | None = None
        self._keep = keep
        self._accept = accept

    def check(self, welcome: Welcome) -> None:
        """Compare with what a server tells in its hello, and keep what follows.

        Raises:
            ServerKeyChanged: If the told key is neither the known one nor signed into its place.
        """
        told = welcome.key
        if told == self.key:
            return
        known = self.key is None or (
            told is not None and follows(self.key, told, welcome.key_changes)
        )
        if told is None or not (known or self._accept):
            self.refused = told
            raise ServerKeyChanged(known=self.key or "", told=told)
        self._take(told)

    def accept_refused(self) -> None:
        """Keep the key that was refused last, as the member wants it."""
        if self.refused is not None:
            self._take(self.refused)

    def _take(self, told: str) -> None:
        self.key, self.refused, self._accept = told, None, False
        self._keep(told)


def known_to(profile: Profile, *, accept: bool = False) -> KnownServerKey:
    """Return the server's key as a profile knows it, kept in its file.

    Args:
        profile: The member and the server.
        accept: Whether to take whatever key the server tells, once.
    """
    return KnownServerKey(
        profile.server_key, lambda key: note_server_key(profile.name, key), accept=accept
    )
