"""Errors of a profile's files on this device."""

from bbs.errors import RetryableError
from bbs.refusals import Refused


class ProfileBusy(
    Refused,
    code="client.profile_busy",
    sentence="this profile is open in another window already",
    hint="use the window that is open, or another profile",
):
    """Another client on this machine holds the profile's outbox."""


class MirrorTooNew(
    Refused,
    code="client.mirror_too_new",
    sentence=(
        "this device's copy was made by a later version (format {version}, this program"
        " knows {spoken})"
    ),
    hint="update this program; an earlier one must not touch the files of a later",
):
    """The mirror or outbox was made by a later version of this program."""

    version: int
    spoken: int


class MirrorUnwritable(
    RetryableError,
    code="client.mirror_unwritable",
    sentence="this device cannot store anything now ({reason})",
    hint="make room on this device's disk, or give its folder back its rights",
):
    """This device's disk cannot be written; nothing was changed, and reading still works."""

    reason: str
