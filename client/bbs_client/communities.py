"""The communities of this device: one for each profile, opened when the reader goes there."""

import sqlite3
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct

from bbs.errors import FolkmootError
from bbs.profiles import Profile, has_arrived_here, list_profiles, load_profile
from bbs.refusals import Refused
from bbs_client.mirror.errors import ProfileBusy
from bbs_client.mirror.file import Mirror
from bbs_client.safe_text import safe_line
from bbs_client.session.session import Session
from bbs_client.session.storage import ProfileStorage, mirror_path, open_beside, open_storage

if TYPE_CHECKING:
    from bbs_client.session.connection import Connection, Notify

OPEN_MAX = 8  # each keeps a connection and its files open


class CommunityRow(Struct, frozen=True):
    """A community as the list shows it.

    Attributes:
        name: The name of its profile.
        title: The community's title, cleaned; the profile's name without a mirror.
        unread: Posts that are new to the reader; None without a mirror.
        wrong: The reason why it cannot be opened, a sentence; empty if it can.
    """

    name: str
    title: str
    unread: int | None
    wrong: str = ""


class TooManyOpen(
    Refused,
    code="client.too_many_open",
    sentence="{most} communities are open here already",
    hint="open it in another window: bbs connect --profile NAME",
):
    """So many communities are open that a further one needs another window."""

    most: int


class Communities:
    """Opens the files of profiles, and closes all of them at the end."""

    def __init__(self, first: Profile) -> None:
        """Begin with the profile the client was started for."""
        self.first = first.name
        self._kept: dict[str, ProfileStorage] = {}
        self._profiles = {first.name: first}

    def names(self) -> list[str]:
        """Return the names of the profiles on this device, sorted."""
        return sorted({*list_profiles(), self.first})

    def rows(self) -> list[CommunityRow]:
        """Return the communities by profile name, with the unread counts of their mirrors."""
        return [self._row(name) for name in self.names()]

    def open(self, name: str) -> Session:
        """Open the files of a profile, and return its session.

        Its connection uses this profile alone, so no session ever reaches another server (P11). If
        another client holds the profile, the session opens copies of the files, and unsent text
        becomes a draft at the end.

        Args:
            name: The name of the profile.

        Raises:
            FolkmootError: If there is no such profile, the disk cannot be written, or `OPEN_MAX`
                are open.
        """
        if len(self._kept) >= OPEN_MAX:
            raise TooManyOpen(OPEN_MAX)
        profile = self._profile(name)
        try:
            kept = open_storage(profile)
        except ProfileBusy:
            kept = open_beside(profile)
        self._kept[name] = kept
        session = Session(*kept, partial(_connection, profile, kept))
        session.is_new = has_arrived_here(name)
        return session

    def close(self) -> None:
        """Close all files."""
        for kept in self._kept.values():
            kept.close()
        self._kept.clear()

    def _profile(self, name: str) -> Profile:
        if name not in self._profiles:
            self._profiles[name] = load_profile(name)
        return self._profiles[name]

    def _row(self, name: str) -> CommunityRow:
        try:
            profile = self._profile(name)
            if name in self._kept:
                return _counted(profile, self._kept[name].cache)
            if not mirror_path(profile).exists():
                return CommunityRow(name, name, None)
            with closing(Mirror.open(mirror_path(profile), profile.member)) as cache:
                return _counted(profile, cache)
        except (FolkmootError, sqlite3.Error, OSError) as error:
            return CommunityRow(name, name, None, f"{error}")


def _counted(profile: Profile, cache: Mirror) -> CommunityRow:
    boards = cache.boards()
    title = safe_line(boards[0].board.title, profile.name) if boards else profile.name
    return CommunityRow(profile.name, title, sum(row.unread for row in boards))


def _connection(profile: Profile, kept: ProfileStorage, notify: "Notify") -> "Connection":
    """Make the connection; its module is loaded after the screen is painted."""
    from bbs_client.session.connection import Connection

    return Connection(profile, kept.cache, kept.outbox, notify)
