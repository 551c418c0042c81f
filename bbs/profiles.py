"""Profiles: a member on a server as this device knows them, in 0600 files, and their folders.

The command line and the client read them. `BBS_HOME` moves everything into another folder; tests
and the demo use it.
"""

import os
import re
import shutil
import stat
from base64 import urlsafe_b64decode
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct

from bbs.errors import BadParams
from bbs.folders import make_private
from bbs.refusals import NotSignedIn, Refused

APP = "folkmoot"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9@._-]{0,99}\Z")
_SECRETS = frozenset({"token", "key_private"})
_ARRIVED, _ANSWERED, _LEFT = "arrived", "answered-offers", "left"


class Profile(Struct, frozen=True, kw_only=True):
    """A member on a server, as this device knows them.

    Attributes:
        name: The profile's name on this device; also its file name.
        url: The server's address, as `bbs.connect` takes it.
        handle: The member's handle.
        member: The member's id.
        session: The id of this device's session.
        token: The secret of that session. Never shown, never logged. When the session is over, the
            server still knows this device by it (protocol 3.3).
        key_private: The device's raw Ed25519 private key in unpadded base64url; None for a
            member who signs in by password only.
        host: The host that signing in with a key signs.
        pin: SHA-256 of the server's certificate in hexadecimal; None for a certificate of a
            public authority.
        server_key: The signing key by which this device knows the server; None before it told one.
    """

    name: str
    url: str
    handle: str
    member: str
    session: str
    token: str
    key_private: str | None = None
    host: str
    pin: str | None = None
    server_key: str | None = None

    @property
    def key(self) -> bytes | None:
        """The raw private key; None if the profile has none."""
        return None if self.key_private is None else urlsafe_b64decode(self.key_private + "==")

    def __repr__(self) -> str:
        """Return the profile without its secrets, because a repr reaches logs and traces (P11)."""
        shown = (f"{name}={value!r}" for name, value in self.__rich_repr__())
        return f"Profile({', '.join(shown)})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """Return the fields that Rich may print; without this method it prints all of them."""
        shown = (name for name in self.__struct_fields__ if name not in _SECRETS)
        return [(name, getattr(self, name)) for name in shown]


class LeftNote(Struct, frozen=True):
    """That the member left the community on this device, which ended its session.

    Attributes:
        until: Until when they can come back.
        community: What the community is called; foreign text, empty if it is not known.
    """

    until: datetime
    community: str = ""


class ProfileMissing(
    NotSignedIn,
    code="profile.missing",
    hint="join with bbs join INVITE, or sign in with bbs sign-in URL",
):
    """The device has no such profile, or no profile at all.

    Attributes:
        name: The missing profile; None if the device has no profile.
    """

    name: str | None = None

    def __str__(self) -> str:
        if self.name is None:
            return "no member is signed in on this device"
        return f"there is no profile {self.name!r} on this device"


class ProfileAmbiguous(
    Refused, code="profile.unclear", hint="name a profile with --profile or BBS_PROFILE"
):
    """The device has several profiles and no default profile."""

    names: list[str]

    def __str__(self) -> str:
        return f"which profile? There are {', '.join(self.names)}"


class ProfileUnsafe(
    Refused,
    code="profile.unsafe",
    sentence="profile {name!r}: {rule}",
    hint="make the file yours alone (chmod 600); if others may have seen it, end the session and sign in anew",
):
    """Others can read the profile's file, or the file holds no profile."""

    name: str
    rule: str


def config_folder() -> Path:
    """Return the folder of settings and profiles: `$BBS_HOME/config`, or the platform's."""
    return _folder("config")


def state_folder(name: str) -> Path:
    """Return the folder of a profile's mirror, outbox and drafts; it need not exist.

    Raises:
        BadParams: If `name` cannot be the name of a profile.
    """
    _check_name(name)
    return _folder("state") / name


def _folder(kind: Literal["config", "state"]) -> Path:
    if home := os.environ.get("BBS_HOME"):
        return Path(home) / kind
    from platformdirs import PlatformDirs  # late: most commands under BBS_HOME never need it

    folders = PlatformDirs(APP)
    return folders.user_config_path if kind == "config" else folders.user_state_path


def list_profiles() -> list[str]:
    """Return the names of the profiles on this device, sorted."""
    folder = config_folder() / "profiles"
    return sorted(path.stem for path in folder.glob("*.json") if _NAME.match(path.stem))


def default_profile() -> str | None:
    """Return the default profile's name, or the only profile's; None if neither exists."""
    try:
        named = (config_folder() / "default").read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        named = ""
    names = list_profiles()
    if named in names:
        return named
    return names[0] if len(names) == 1 else None


def load_profile(name: str | None = None) -> Profile:
    """Read a profile.

    Args:
        name: The profile's name; None for the default profile.

    Raises:
        ProfileMissing: If there is no profile of that name, or no profile at all.
        ProfileAmbiguous: If `name` is None and there are several profiles but no default.
        ProfileUnsafe: If others may read the file, or it holds no profile.
        BadParams: If `name` cannot be the name of a profile.
    """
    if name is None:
        name = default_profile()
        if name is None:
            names = list_profiles()
            raise ProfileAmbiguous(names) if names else ProfileMissing()
    path = _path(name)
    try:
        # fstat of the open file, because the file at the path could be replaced meanwhile.
        with path.open("rb") as file:
            if os.name == "posix" and stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
                raise ProfileUnsafe(name, "others on this machine may read its token")
            profile = msgspec.json.decode(file.read(65_536), type=Profile)
    except FileNotFoundError:
        raise ProfileMissing(name) from None
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise ProfileUnsafe(name, "the file holds no profile") from None
    return msgspec.structs.replace(profile, name=name)


def save_profile(profile: Profile, *, default: bool = False) -> Path:
    """Write a profile to its 0600 file atomically; an interrupted write leaves the old file.

    Args:
        profile: The profile; it replaces a profile of the same name.
        default: Whether to make it the default profile.

    Returns:
        The path of its file.

    Raises:
        BadParams: If the name cannot be the name of a profile.
        OSError: If the disk cannot be written.
    """
    path = _path(profile.name)
    make_private(path.parent)
    replace_file(path, msgspec.json.format(msgspec.json.encode(profile)) + b"\n")
    if default:
        replace_file(config_folder() / "default", profile.name.encode() + b"\n")
    return path


def note_server_key(name: str, key: str) -> None:
    """Note the key by which a profile knows its server from now on.

    A disk that cannot be written loses it: the next connection compares with the key before.
    """
    with suppress(Refused, OSError):
        save_profile(msgspec.structs.replace(load_profile(name), server_key=key))


def note_arrival(profile: Profile) -> None:
    """Note that the member has just joined on this device, so that the client welcomes them.

    Raises:
        OSError: If the disk cannot be written.
    """
    folder = state_folder(profile.name)
    make_private(folder)
    replace_file(folder / _ARRIVED, b"")


def note_left(profile: Profile, left: LeftNote) -> None:
    """Note that the member left the community on this device, which ended its session.

    Args:
        profile: With the session that ended; the note holds for this session alone.
        left: What the device tells from now on.

    Raises:
        OSError: If the disk cannot be written.
    """
    folder = state_folder(profile.name)
    make_private(folder)
    kept = f"{profile.session} {left.until.isoformat()} {left.community}"
    replace_file(folder / _LEFT, kept.encode())


def find_left(profile: Profile) -> LeftNote | None:
    """Return what was noted if the member left on this device, with this session; None if not."""
    try:
        kept = (state_folder(profile.name) / _LEFT).read_text("utf-8")
        session, until, *community = kept.split(" ", 2)
        left = LeftNote(datetime.fromisoformat(until), "".join(community))
        return left if session == profile.session else None
    except (OSError, ValueError):
        return None


def has_arrived_here(name: str) -> bool:
    """Return whether the member of a profile joined on this device."""
    return (state_folder(name) / _ARRIVED).exists()


def forget_arrival(name: str) -> None:
    """Forget that the member joined on this device: who comes back is no newcomer.

    Raises:
        OSError: If the file cannot be deleted.
    """
    (state_folder(name) / _ARRIVED).unlink(missing_ok=True)


def answered_offers(name: str) -> frozenset[str]:
    """Return which offers to a desk the member of a profile has answered on this device."""
    try:
        kept = (state_folder(name) / _ANSWERED).read_text("utf-8")
    except FileNotFoundError:
        return frozenset()
    return frozenset(kept.split())


def note_answered_offer(name: str, offer: str) -> None:
    """Note that an offer to a desk was answered, so that it is made once.

    Raises:
        OSError: If the disk cannot be written.
    """
    folder = state_folder(name)
    make_private(folder)
    kept = sorted({*answered_offers(name), offer})
    replace_file(folder / _ANSWERED, "\n".join(kept).encode())


def set_default(name: str) -> None:
    """Make a profile the default profile.

    Raises:
        ProfileMissing: If there is no profile of that name.
        BadParams: If `name` cannot be the name of a profile.
    """
    if not _path(name).exists():
        raise ProfileMissing(name)
    replace_file(config_folder() / "default", name.encode() + b"\n")


def delete_profile(profile: Profile) -> None:
    """Delete a profile and its mirror, outbox and drafts on this device (P10).

    Missing files are no error. The session on the server goes on.

    Raises:
        BadParams: If the name cannot be the name of a profile.
        OSError: If a file cannot be deleted.
    """
    # The token goes last, so that an interrupted deletion can be repeated.
    state = state_folder(profile.name)
    if state.exists():
        shutil.rmtree(state)
    default = config_folder() / "default"
    if default.exists() and default.read_text("utf-8").strip() == profile.name:
        default.unlink()
    _path(profile.name).unlink(missing_ok=True)


def _check_name(name: str) -> None:
    if not _NAME.match(name) or ".." in name:
        raise BadParams("profile", "letters, digits and @ . _ - only, beginning with the former")


def _path(name: str) -> Path:
    _check_name(name)
    return config_folder() / "profiles" / f"{name}.json"


def replace_file(path: Path, content: bytes) -> None:
    """Replace a file durably and atomically, with the mode 0600 from the first byte on.

    Raises:
        OSError: If the disk refuses; the old file stays.
    """
    beside = path.with_name(f".{path.name}.new")
    beside.unlink(missing_ok=True)
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
