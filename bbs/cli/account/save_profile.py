"""Save a profile after signing in, and go on to the client."""

import os
import sys
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING

from bbs.address import InvitationLink
from bbs.profiles import Profile, list_profiles, save_profile
from bbs.terminal.output import Output

if TYPE_CHECKING:
    from bbs.sdk.credentials import Credentials


def url_of(invitation: InvitationLink) -> str:
    """Return the URL in an invitation, as `bbs.connect` takes it, without the code."""
    return str(invitation).partition("#")[0]


def profile_from_credentials(
    credentials: "Credentials", *, host: str, pin: str | None = None, name: str | None = None
) -> Profile:
    """Return the profile of a device that has just signed in.

    Args:
        credentials: The credentials from signing in.
        host: The host that key sign-in signs; empty for a unix socket.
        pin: SHA-256 of the server's certificate, in hexadecimal; None if it needs none.
        name: The name of the profile; None for `handle@host`.
    """
    key = credentials.key_private
    place = host.replace(":", "-").strip("-") or "here"
    return Profile(
        name=name or f"{credentials.handle}@{place}",
        url=credentials.url,
        handle=credentials.handle,
        member=credentials.member,
        session=credentials.session,
        token=credentials.token,
        key_private=None if key is None else urlsafe_b64encode(key).rstrip(b"=").decode(),
        host=host,
        pin=pin,
        server_key=credentials.server_key,
    )


def save_credentials(
    credentials: "Credentials", *, host: str, pin: str | None, name: str | None
) -> Profile:
    """Save that profile and make it the default; arguments as for `profile_from_credentials`.

    Raises:
        OSError: If the file cannot be written.
    """
    profile = profile_from_credentials(credentials, host=host, pin=pin, name=name)
    save_profile(profile, default=True)
    return profile


def describe_profile(profile: Profile) -> str:
    """Return a sentence with the member's handle and profile."""
    others = len(list_profiles()) > 1
    return f"You are @{profile.handle}; the profile is {profile.name}" + (
        " and the default one." if others else "."
    )


def open_client(profile: Profile, out: Output, *, connect: bool, plain: bool = False) -> None:
    """Replace this process by `bbs connect` if it has a terminal; return only if it has none.

    Args:
        profile: The profile to open.
        out: The output of this command.
        connect: Whether the client is wanted.
        plain: Whether it is to show lines.
    """
    if not (connect and out.human and sys.stdin.isatty() and sys.stdout.isatty()):
        return
    sys.stdout.flush()
    sys.stderr.flush()
    # A fresh process starts the client as always and keeps nothing of this command.
    words = ("connect", "--profile", profile.name, *(("--plain",) if plain else ()))
    os.execv(  # noqa: S606 - our own program, no shell
        sys.executable, [sys.executable, "-P", "-m", "bbs.cli.main", *words]
    )
