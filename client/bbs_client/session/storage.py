"""Where a profile keeps its mirror, outbox and drafts, and opening all three at once."""

import sqlite3
from pathlib import Path
from typing import NamedTuple

from bbs.profiles import Profile, state_folder
from bbs_client.mirror.drafts import Drafts
from bbs_client.mirror.errors import MirrorUnwritable
from bbs_client.mirror.file import Mirror
from bbs_client.mirror.outbox import Outbox


class ProfileStorage(NamedTuple):
    """What a profile keeps on this device."""

    cache: Mirror
    outbox: Outbox
    drafts: Drafts

    def close(self) -> None:
        """Close the files; what a window beside another has not sent is a draft again."""
        self.cache.close()
        self.outbox.close()
        if not self.outbox.is_durable:
            self.drafts.bring_back()


def mirror_path(profile: Profile) -> Path:
    """Return the mirror's file; losing it loses nothing."""
    return state_folder(profile.name) / "mirror.db"


def outbox_path(profile: Profile) -> Path:
    """Return the outbox's file: the only copy of what was not sent."""
    return state_folder(profile.name) / "outbox.db"


def drafts_folder(profile: Profile) -> Path:
    """Return the folder of the drafts."""
    return state_folder(profile.name) / "drafts"


def open_storage(profile: Profile) -> ProfileStorage:
    """Open what a profile keeps, so that it can be drawn.

    Args:
        profile: Whose.

    Raises:
        ProfileBusy: If another client has the profile open.
        MirrorTooNew: If a later version of this program made one of the files.
        MirrorUnwritable: If the disk refuses.
    """
    outbox = Outbox.open(outbox_path(profile))
    try:
        cache = Mirror.open(mirror_path(profile), profile.member)
    except BaseException as error:
        outbox.close()
        if isinstance(error, sqlite3.Error):
            raise MirrorUnwritable(f"mirror: {error}") from error
        raise
    drafts = Drafts(drafts_folder(profile))
    if drafts.all():
        drafts.bring_back()
        waiting = [item.command for item in outbox.pending()]
        drafts.forget_sent({str(command.op) for command in waiting if command})
    return ProfileStorage(cache, outbox, drafts)


def open_beside(profile: Profile) -> ProfileStorage:
    """Open what a profile keeps beside another client that holds it: copies, and the same drafts.

    Args:
        profile: Whose.

    Raises:
        MirrorTooNew: If a later version of this program made one of the files.
        MirrorUnwritable: If they cannot be read.
    """
    from bbs_client.mirror.beside import BesideOutbox

    drafts = Drafts(drafts_folder(profile))
    outbox = BesideOutbox.beside(outbox_path(profile), drafts)
    try:
        cache = Mirror.copy(mirror_path(profile), profile.member)
    except BaseException:
        outbox.close()
        raise
    return ProfileStorage(cache, outbox, drafts)
