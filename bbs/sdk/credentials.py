"""Signing up and signing in: keys, secrets, and the calls that open a session (protocol 3)."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar
from urllib.parse import urlsplit

from msgspec.structs import replace

from bbs import limits, signatures
from bbs.errors import Disconnected
from bbs.features.members.messages import GetChallenge, Recover, SignInKey, SignInPassword, SignUp
from bbs.features.members.recovery_codes import format_recovery_code, normalize_recovery_code
from bbs.features.members.signing import confirming_text, signed_text
from bbs.features.members.views import SignInResult
from bbs.ids import MemberId, SessionId, new_id
from bbs.messages import Command, Result
from bbs.sdk.community import Community
from bbs.sdk.errors import WrongHost
from bbs.sdk.websocket import parse_url
from bbs.wire.messages import KNOWN_DEVICES

R = TypeVar("R", bound=Result)

_CHALLENGE_TRIES = 3


@dataclass(frozen=True, slots=True)
class Credentials:
    """The data that a device keeps for its next connection. `repr()` shows no secret.

    Attributes:
        url: The community's address.
        handle: The member's handle.
        member: The member's id.
        session: The id of this device's session.
        token: The session's secret.
        key_private: The device's raw Ed25519 key, 32 bytes; None for a device without a key.
        recovery_codes: The member's recovery codes after signing up; empty otherwise.
        server_key: The signing key that the server told; None if it told none.
    """

    url: str
    handle: str
    member: MemberId
    session: SessionId
    token: str = field(repr=False)
    key_private: bytes | None = field(default=None, repr=False)
    recovery_codes: tuple[str, ...] = field(default=(), repr=False)
    server_key: str | None = None


def new_secret() -> str:
    """Draw a code of 256 bits, as 43 characters that survive links and shells."""
    return secrets.token_urlsafe(32)


def new_recovery_code() -> str:
    """Draw a recovery code of `limits.RECOVERY_CODE_BITS`, written for paper."""
    return format_recovery_code(secrets.randbits(limits.RECOVERY_CODE_BITS))


def new_recovery_codes() -> tuple[str, ...]:
    """Draw as many recovery codes as a member gets at once."""
    return tuple(new_recovery_code() for _ in range(limits.RECOVERY_CODES))


def new_token() -> str:
    """Draw a session's secret; its prefix lets scanners find a published token."""
    return f"bbs_{new_secret()}"


def make_key() -> tuple[bytes, str]:
    """Draw an Ed25519 key: 32 private bytes, and the public key in unpadded base64url."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    private = key.private_bytes_raw()
    return private, signatures.public_key_of(private)


def sign(key_private: bytes, text: bytes) -> tuple[str, str]:
    """Sign `text`; return the public key and the signature, both in unpadded base64url.

    Raises:
        ValueError: If `key_private` is not 32 bytes.
    """
    return signatures.public_key_of(key_private), signatures.sign(key_private, text)


async def sign_up(
    community: Community,
    invitation: str,
    handle: str,
    name: str,
    password: str,
    device: str,
    *,
    norms_version: int,
    with_key: bool = True,
) -> Credentials:
    """Become a member and sign in (protocol 3.2). Cancelling is safe; the member may exist then.

    Args:
        community: A connection that is not signed in.
        invitation: The invitation's code.
        handle: The handle, ASCII; it can never be changed.
        name: The display name.
        password: At least `limits.PASSWORD_CHARS_MIN` characters.
        device: The name of this device.
        norms_version: The version of the commons' norms that the member accepted (P5).
        with_key: Whether to make a key for this device.

    Raises:
        FolkmootError: As `SignUp` documents.
    """
    codes = new_recovery_codes()
    request = partial(
        SignUp,
        member=new_id(),
        code=invitation,
        handle=handle,
        name=name,
        password=password,
        norms_version=norms_version,
        device=device,
        recovery_codes=codes,
    )
    return await _open_session(community, handle, request, with_key=with_key, codes=codes)


async def sign_in_password(
    community: Community,
    handle: str,
    password: str,
    device: str,
    *,
    with_key: bool = True,
    last_token: str | None = None,
) -> Credentials:
    """Sign in with the password and leave a key of this device (protocol 3.3).

    Cancelling is safe; the session may be open then. Raises as `SignInPassword` documents.

    Args:
        with_key: Whether to make a key for this device.
        last_token: The token this device had in its last session of this member; None if there was
            none. With it, wrong guesses of others do not slow this device down. Kept from servers
            that do not know the field.
    """
    welcome = community.welcome
    if welcome is None or KNOWN_DEVICES not in welcome.features:
        last_token = None
    request = partial(
        SignInPassword,
        handle=handle,
        password=password,
        device=device,
        last_token=last_token,
        script=community.script,
    )
    return await _open_session(community, handle, request, with_key=with_key)


async def recover(
    community: Community, handle: str, code: str, password: str, device: str
) -> Credentials:
    """Set a new password with a recovery code, and sign in (protocol 3.6).

    Cancelling is safe; the password may have changed. Raises as `Recover` documents.

    Args:
        code: The code as the member typed it; see `normalize_recovery_code`.

    Raises:
        BadParams: If `code` can be no recovery code; nothing was sent.
    """
    code = normalize_recovery_code(code)
    request = partial(Recover, handle=handle, code=code, password=password, device=device)
    return await _open_session(community, handle, request)


async def sign_in_key(
    community: Community, handle: str, key_private: bytes, device: str
) -> Credentials:
    """Sign in with a key by signing the server's challenge (protocol 3.4). Cancelling is safe.

    A challenge is valid on its connection only; after a lost connection the client asks for another
    challenge, three times at most.

    Raises:
        WrongHost: If the server calls itself by another name than the host in the address.
        SignInFailed: If the key is not that member's.
        Disconnected: If the connection was lost each time.
    """
    token, session = new_token(), new_id()
    for tries_left in reversed(range(_CHALLENGE_TRIES)):
        key, signature = await _sign_challenge(community, handle, key_private, signed_text)
        request = SignInKey(
            handle=handle,
            key=key,
            signature=signature,
            session=session,
            token=token,
            device=device,
            script=community.script,
        )
        try:
            signed_in = await community.call(request, retry=False)
            return _credentials(community, handle, signed_in, token, key_private)
        except Disconnected:
            if not tries_left:
                raise
    raise AssertionError


async def confirm_with_key(
    community: Community, command: Command[R], handle: str, key_private: bytes, *, about: str
) -> R:
    """Send a command that takes a proof, signed with the device's key (protocol 15.6).

    Cancelling is safe; the server may have carried it out by then.

    Args:
        community: A connection that is signed in, from a device.
        command: A command with the fields `key` and `signature`, without a proof.
        handle: The handle of the member who is signed in.
        key_private: The raw Ed25519 key of this device, 32 bytes.
        about: What the proof is about, as the command documents; of a vote, the id of what waits.

    Raises:
        WrongHost: If the server calls itself by another name than the host in the address.
        SignInFailed: If the key does not belong to that member any more.
        Disconnected: If the connection was lost; the server may have carried it out.
        FolkmootError: As the command documents.
    """
    text_of = partial(confirming_text, method=command.method, about=about)
    key, signature = await _sign_challenge(community, handle, key_private, text_of)
    return await community.call(replace(command, key=key, signature=signature), retry=False)


async def _sign_challenge(
    community: Community, handle: str, key_private: bytes, text_of: Callable[..., bytes]
) -> tuple[str, str]:
    """Ask for a challenge and sign it; return the public key and the signature.

    Args:
        text_of: Makes the bytes to sign from host, epoch, handle and nonce.

    Raises:
        WrongHost: If the server calls itself by another name than the host in the address.
    """
    challenge = await community.call(GetChallenge())
    welcome = community.welcome
    assert welcome is not None
    check_host(community.url, challenge.host)
    return sign(key_private, text_of(challenge.host, welcome.epoch, handle, challenge.nonce))


def check_host(url: str, told: str) -> None:
    """Check that a server calls itself by the host in its address, before a key signs that host.

    Raises:
        WrongHost: If it does not.
    """
    target = parse_url(url)
    try:
        named = urlsplit(f"//{told}").hostname
    except ValueError:
        named = None
    # The path of a unix socket identifies the server, so there is no host name to compare.
    if target.path is None and named != target.host:
        raise WrongHost(target.host, told[:253])


async def _open_session(
    community: Community,
    handle: str,
    request: Callable[..., Command[SignInResult]],
    *,
    with_key: bool = True,
    codes: tuple[str, ...] = (),
) -> Credentials:
    """Send a request that opens a session, with a new token and, if asked for, a new key.

    Args:
        request: Makes the request from `session`, `token` and `key`.
        with_key: Whether to make a key for this device.
        codes: Recovery codes in the request.
    """
    key_private, key = make_key() if with_key else (None, None)
    token = new_token()
    signed_in = await community.call(request(session=new_id(), token=token, key=key))
    return _credentials(community, handle, signed_in, token, key_private, codes)


def _credentials(
    community: Community,
    handle: str,
    signed_in: SignInResult,
    token: str,
    key_private: bytes | None,
    recovery_codes: tuple[str, ...] = (),
) -> Credentials:
    return Credentials(
        community.url,
        handle,
        signed_in.member.id,
        signed_in.session.id,
        token,
        key_private,
        recovery_codes,
        None if community.welcome is None else community.welcome.key,
    )
