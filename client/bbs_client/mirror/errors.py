"""What can be wrong with the files of a profile on this device."""

from typing import ClassVar

from bbs.errors import RetryableError
from bbs.refusals import Refused


class ProfileBusy(Refused):
    """Another client on this machine holds the profile's outbox."""

    code: ClassVar[str] = "client.profile_busy"
    hint: ClassVar[str] = "use the window that is open, or another profile"

    def __str__(self) -> str:
        return "this profile is open in another window already"


class MirrorTooNew(Refused):
    """The mirror or outbox was made by a later version of this program."""

    code: ClassVar[str] = "client.mirror_too_new"
    hint: ClassVar[str] = "update this program; an earlier one must not touch the files of a later"
    version: int
    spoken: int

    def __str__(self) -> str:
        return (
            f"this device's copy was made by a later version (format {self.version}, "
            f"this program knows {self.spoken})"
        )


class MirrorUnwritable(RetryableError):
    """The disk of this device refuses; nothing was changed, and reading goes on."""

    code: ClassVar[str] = "client.mirror_unwritable"
    hint: ClassVar[str] = "make room on this device's disk, or give its folder back its rights"
    reason: str

    def __str__(self) -> str:
        return f"this device cannot store anything now ({self.reason})"
