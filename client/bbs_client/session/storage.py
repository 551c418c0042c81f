"""The files of a profile: mirror, outbox and drafts; opens all three at once."""

import sqlite3
from pathlib import Path
from typing import NamedTuple

from bbs.profiles import Profile, state_folder
from bbs_client.mirror.drafts import Drafts
from bbs_client.mirror.errors import MirrorUnwritable
from bbs_client.mirror.file import Mirror
from bbs_client.mirror.outbox import Outbox


class ProfileStorage(NamedTuple):
    """The open files of a profile on this device."""

    cache: Mirror
    outbox: Outbox
    drafts: Drafts

    def close(self) -> None:
        """Close the files; a second window's unsent texts become drafts again."""
        self.cache.close()
        self.outbox.close()
        if not self.outbox.is_durable:
            self.drafts.bring_back()


def mirror_path(profile: Profile) -> Path:
    """Return the mirror's file, which can be fetched again."""
    return state_folder(profile.name) / "mirror.db"


def outbox_path(profile: Profile) -> Path:
    """Return the outbox's file, which has the only copy of unsent text."""
    return state_folder(profile.name) / "outbox.db"


def drafts_folder(profile: Profile) -> Path:
    """Return the folder of the drafts."""
    return state_folder(profile.name) / "drafts"


def open_storage(profile: Profile) -> ProfileStorage:
    """Open the files of a profile, so that surfaces can draw it.

    Args:
        profile: The profile.

    Raises:
        ProfileBusy: If another client has the profile open.
        MirrorTooNew: If a later version of this program made one of the files.
        MirrorUnwritable: If the disk cannot be written.
    """
    outbox = Outbox.open(outbox_path(profile))
    try:
        cache = Mirror.open(mirror_path(profile), profile.member)
    except BaseException as error:
        outbox.close()
        if isinstance(error, sqlite3.Error):
            raise MirrorUnwritable(f"{error}") from error
        raise
    drafts = Drafts(drafts_folder(profile))
    if drafts.all():
        drafts.bring_back()
        waiting = [item.command for item in outbox.pending()]
        drafts.forget_sent({str(command.op) for command in waiting if command})
    return ProfileStorage(cache, outbox, drafts)


def open_beside(profile: Profile) -> ProfileStorage:
    """Open copies of a profile's files while another client holds them, and the same drafts.

    Args:
        profile: The profile.

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
