"""`bbs sign-in`: sign in on a new device, or renew this device's session."""

import asyncio
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from bbs import terminal
from bbs.address import NAME_RULE, is_name
from bbs.cli.account.save_profile import describe_profile, open_client, save_credentials
from bbs.cli.completion_profiles import complete_profile
from bbs.cli.context import open_community
from bbs.errors import Throttled
from bbs.features.members.recovery_codes import normalize_recovery_code
from bbs.features.members.views import MemberState
from bbs.profiles import Profile, list_profiles, load_profile
from bbs.refusals import Refused, SignInFailed, TextRefused
from bbs.terminal.ended_session import SessionInvalid
from bbs.terminal.output import Output, local_time
from bbs.terminal.output_options import with_output_options
from bbs.terminal.prompts import ask, device_name, new_password, read_password
from bbs.text import sanitize

if TYPE_CHECKING:
    from bbs.sdk.community import Community
    from bbs.sdk.credentials import Credentials
    from bbs.sdk.server_key import KnownServerKey

OTHER_WAYS_IN = (
    "a device you signed in on before need not wait, nor does a recovery code (--recover)"
)
WAYS_IN_OF_THIS_DEVICE = (
    "this device may need no password: try bbs sign-in --profile {}, without a URL; a recovery code"
    " need not wait either (--recover)"
)


@click.command(name="sign-in")
@click.argument("url", required=False)
@click.option("--handle", help="Your handle.")
@click.option("--password-file", metavar="FILE", help="A 0600 file, or - for a line of stdin.")
@click.option("--recover", is_flag=True, help="Use a recovery code and set a new password.")
@click.option("--code-file", metavar="FILE", help="The same, with the recovery code; read first.")
@click.option("--device", help="What to call this device in your list of devices.")
@click.option(
    "--profile",
    metavar="NAME",
    envvar="BBS_PROFILE",
    shell_complete=complete_profile,
    help="The profile to make, or without a URL to renew.",
)
@click.option(
    "--pin", help="The fingerprint (SHA-256) of the server's own certificate, if it is new to you."
)
@click.option(
    "--accept-key",
    is_flag=True,
    help="Go on with a server whose signing key is another than the one this device knows.",
)
@click.option("--connect", is_flag=True, help="Open the client afterwards.")
@with_output_options
def sign_in(
    out: Output,
    url: str | None,
    handle: str | None,
    password_file: str | None,
    recover: bool,
    code_file: str | None,
    device: str | None,
    profile: str | None,
    pin: str | None,
    accept_key: bool,
    connect: bool,
) -> None:
    """Sign in on a new device, at a URL like bbs://moot.example.org:7878.

    Without a URL, renews the session of a profile with this device's key, before or after the
    session expires. If the session was ended, its key has ended too: then give the URL and your
    password. --recover sets a new password with a recovery code and ends every
    other session.
    """
    label = device or device_name()
    if url is None:
        old = load_profile(profile)
        credentials = asyncio.run(sign_in_with_key(old, label, accept_key=accept_key))
        kept = save_credentials(credentials, host=old.host, pin=old.pin, name=old.name)
    else:
        handle = handle or ask("Handle", option="--handle")
        handle = handle.removeprefix("@")
        if not is_name(handle):
            raise TextRefused("handle", NAME_RULE)
        code = ""
        if recover:
            # Check the code first: with a wrong code the member need not think of a password.
            code = normalize_recovery_code(
                read_password(code_file, question="Recovery code", option="--code-file")
            )
            password = new_password(password_file, names=(handle,), question="New password")
        else:
            password = read_password(password_file)
        pin = _known_pin(url) if pin is None else _read_pin(pin)
        known = None if accept_key else _known_key(url)
        credentials = asyncio.run(_with_words(url, pin, handle, password, code, label, known))
        kept = save_credentials(credentials, host=_host(url), pin=pin, name=profile)
    out.result(
        {"profile": kept.name, "session": kept.session, "handle": kept.handle},
        [describe_profile(kept)],
    )
    open_client(kept, out, connect=connect)


def _known_pin(url: str) -> str | None:
    """Return the pin in this device's profiles of a server; None if they have none."""
    return next((profile.pin for profile in _profiles_at(url) if profile.pin is not None), None)


def _known_key(url: str) -> "KnownServerKey | None":
    """Return the server's key by this device's profiles; None if they know none."""
    from bbs.sdk.server_key import known_to

    known = (known_to(profile) for profile in _profiles_at(url) if profile.server_key is not None)
    return next(known, None)


def _read_pin(text: str) -> str:
    """Return a fingerprint in the form of a profile, from the form of openssl or a person."""
    pin = text.rpartition("=")[2].replace(":", "").strip().lower()
    if len(pin) != 64 or not set(pin) <= set("0123456789abcdef"):
        raise click.UsageError(
            "--pin takes a SHA-256 fingerprint, as `openssl x509 -noout -fingerprint -sha256` prints it"
        )
    return pin


def _profiles_at(url: str) -> Iterator[Profile]:
    """Yield the profiles that this device has on a server."""
    for name in list_profiles():
        try:
            profile = load_profile(name)
        except Refused:
            continue  # `bbs profiles` names those that cannot be read
        if profile.url == url:
            yield profile


def _host(url: str) -> str:
    from bbs.sdk.websocket import parse_url

    target = parse_url(url)
    return "" if target.path is not None else target.host


async def sign_in_with_key(
    profile: Profile, device: str = "", *, accept_key: bool = False, comes_back: bool = False
) -> "Credentials":
    """Open a new session of a profile with this device's key.

    Args:
        profile: The profile.
        device: What to call this device; empty for its usual name.
        accept_key: Whether to take whatever key the server tells, once.
        comes_back: Whether the member is coming back, and need not be told how.

    Raises:
        SessionInvalid: If there is no key, or the server revoked it with the session.
    """
    from bbs.sdk.credentials import sign_in_key
    from bbs.sdk.server_key import known_to

    key = profile.key
    if key is None:
        raise SessionInvalid(profile.url)
    known = known_to(profile, accept=accept_key)
    async with open_community(profile.url, pin=profile.pin, server_key=known) as community:
        try:
            found = await sign_in_key(community, profile.handle, key, device or device_name())
        except SignInFailed:
            # The server revoked the key together with its session.
            raise SessionInvalid(profile.url) from None
        if not comes_back:
            await _tell_of_leaving(community)
        return found


async def _tell_of_leaving(community: "Community") -> None:
    """Tell somebody who is leaving the community until when they can come back, and how."""
    if community.me is None or community.me.member.state is not MemberState.LEAVING:
        return
    from bbs.features.ownership.leaving_messages import ListLeavings
    from bbs.terminal.leaving_text import describe_leaving

    assert community.welcome is not None
    for leaving in (await community.call(ListLeavings())).leavings:
        if leaving.board is None:
            title = sanitize(community.welcome.community)
            terminal.tell(describe_leaving(leaving, title, local_time))
            terminal.tell("bbs come-back brings you back; bbs export takes your words with you.")


async def _with_words(
    url: str,
    pin: str | None,
    handle: str,
    password: str,
    code: str,
    device: str,
    server_key: "KnownServerKey | None",
) -> "Credentials":
    """Sign in with the password, or with a recovery `code` that sets it."""
    from bbs.sdk.credentials import recover, sign_in_password

    async with open_community(url, pin=pin, server_key=server_key) as community:
        if code:
            found = await recover(community, handle, code, password, device)
            await _tell_of_leaving(community)
            return found
        # The last token shows the server that it knows this device.
        known = next((each for each in _profiles_at(url) if each.handle == handle), None)
        token = None if known is None else known.token
        try:
            found = await sign_in_password(community, handle, password, device, last_token=token)
        except Throttled as error:
            error.add_note(
                OTHER_WAYS_IN if known is None else WAYS_IN_OF_THIS_DEVICE.format(known.name)
            )
            raise
        await _tell_of_leaving(community)
        return found
