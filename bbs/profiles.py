"""Profiles: who one is on which server, kept in 0600 files, and where each keeps its things.

Read by the command line and by the client. `BBS_HOME` moves everything below one folder, which
is how tests and the demo keep to themselves.
"""

import os
import re
import shutil
import stat
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from bbs.errors import BadParams
from bbs.folders import make_private
from bbs.refusals import NotSignedIn, Refused

APP = "folkmoot"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9@._-]{0,99}\Z")
_SECRETS = frozenset({"token", "key_private"})


class Profile(Struct, frozen=True, kw_only=True):
    """One member on one server, as one device knows them.

    Attributes:
        name: What the profile is called on this device; also its file name.
        url: The server, as `bbs.connect` takes it.
        handle: The member's.
        member: The member's id.
        session: The id of this device's session.
        token: The secret of that session. Never shown, never logged. When the session is over, the
            server still knows this device by it (protocol 3.3).
        key_private: The device's raw Ed25519 private key in unpadded base64url; None for a
            member who signs in by password only.
        host: The host that key sign-in signs.
        pin: SHA-256 of the server's certificate in hexadecimal; None where the usual
            authorities vouch for it.
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

    def __repr__(self) -> str:
        """Return it without token and key, for a repr ends up in logs and traces (P11)."""
        shown = (f"{name}={value!r}" for name, value in self.__rich_repr__())
        return f"Profile({', '.join(shown)})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """Return what Rich may print, which without this would ask the struct for all of it."""
        shown = (name for name in self.__struct_fields__ if name not in _SECRETS)
        return [(name, getattr(self, name)) for name in shown]


class ProfileMissing(
    NotSignedIn,
    code="profile.missing",
    hint="join with bbs join INVITE, or sign in with bbs sign-in URL",
):
    """There is no such profile on this device, or none at all."""

    name: str | None = None

    def __str__(self) -> str:
        if self.name is None:
            return "no member is signed in on this device"
        return f"there is no profile {self.name!r} on this device"


class ProfileAmbiguous(
    Refused, code="profile.unclear", hint="name a profile with --profile or BBS_PROFILE"
):
    """There are several profiles and none is the default."""

    names: list[str]

    def __str__(self) -> str:
        return f"which profile? There are {', '.join(self.names)}"


class ProfileUnsafe(
    Refused,
    code="profile.unsafe",
    sentence="profile {name!r}: {rule}",
    hint="chmod 600 the file if nobody else saw it, else end the session and join",
):
    """The profile's file can be read by others, or cannot be read as a profile."""

    name: str
    rule: str


def config_folder() -> Path:
    """Return the folder of what is kept for good: `$BBS_HOME/config`, or the platform's."""
    home = os.environ.get("BBS_HOME")
    if home:
        return Path(home) / "config"
    import platformdirs  # late: most commands under BBS_HOME never need it

    return Path(platformdirs.user_config_dir(APP))


def state_folder(name: str) -> Path:
    """Return the folder of a profile's mirror, outbox and drafts; it need not exist.

    Raises:
        BadParams: If `name` cannot be a profile's.
    """
    _check_name(name)
    home = os.environ.get("BBS_HOME")
    if home:
        return Path(home) / "state" / name
    import platformdirs

    return Path(platformdirs.user_state_dir(APP)) / name


def list_profiles() -> list[str]:
    """Return the names of the profiles on this device, sorted."""
    folder = config_folder() / "profiles"
    return sorted(path.stem for path in folder.glob("*.json") if _NAME.match(path.stem))


def default_profile() -> str | None:
    """Return the name in the file `default`, or that of the only profile; None: unclear or none."""
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
        name: None for the default one.

    Raises:
        ProfileMissing: If there is none of that name, or none at all.
        ProfileAmbiguous: If `name` is None, there are several, and none is the default.
        ProfileUnsafe: If others may read the file, or it holds no profile.
        BadParams: If `name` cannot be a profile's.
    """
    if name is None:
        name = default_profile()
        if name is None:
            names = list_profiles()
            raise ProfileAmbiguous(names) if names else ProfileMissing()
    path = _path(name)
    try:
        # The open file is judged, not the path: what is checked is what is read.
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
    """Write a profile to its 0600 file in one step; an interrupted write leaves the old one.

    Args:
        profile: A profile of the same name is replaced.
        default: Make it the one that is used when none is named.

    Returns:
        Where it was written.

    Raises:
        BadParams: If the name cannot be a profile's.
        OSError: If the disk refuses.
    """
    path = _path(profile.name)
    make_private(path.parent)
    replace_file(path, msgspec.json.format(msgspec.json.encode(profile)) + b"\n")
    if default:
        replace_file(config_folder() / "default", profile.name.encode() + b"\n")
    return path


def set_default(name: str) -> None:
    """Make a profile the one that is used when none is named.

    Raises:
        ProfileMissing: If there is none of that name.
        BadParams: If `name` cannot be a profile's.
    """
    if not _path(name).exists():
        raise ProfileMissing(name)
    replace_file(config_folder() / "default", name.encode() + b"\n")


def delete_profile(profile: Profile) -> None:
    """Delete a profile and everything it kept here: mirror, outbox, drafts (P10).

    What is gone already is no error. The session on the server is not ended by this.

    Raises:
        BadParams: If the name cannot be a profile's.
        OSError: If something cannot be deleted.
    """
    # The token goes last: as long as it is here, an interrupted forgetting can be repeated.
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
    """Replace a file durably, with 0600 from the first byte on."""
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
