"""Signing in again on a device whose session has ended: by its key, and after leaving, coming back."""

from msgspec.structs import replace

from bbs.features.ownership.leaving_messages import ComeBack
from bbs.ids import new_id
from bbs.profiles import (
    Profile,
    load_profile,
    save_profile,
)
from bbs.refusals import Refused, SignInFailed
from bbs_client.session.events import SignedInAgain
from bbs_client.session.session import Session


def how_to_sign_in(session: Session) -> str:
    """Return the command that signs in by the password."""
    profile = session.connection.profile
    return f"bbs sign-in {profile.url} --handle {profile.handle}"


async def sign_in_again(session: Session, *, comes_back: bool = False) -> None:
    """Begin a new session by this device's key, and connect with it.

    If a command has signed this profile in meanwhile, its session is taken instead. Cancelling is
    safe; the session may be open then.

    Args:
        session: One that is signed out.
        comes_back: Whether to come back to the community that the member left, too.

    Raises:
        SignInFailed: If there is no key, or the server knows it no more; nothing was changed.
        FolkmootError: What the server answered. Of coming back: this device is signed in.
    """
    old = session.connection.profile
    try:
        kept = load_profile(old.name)
    except Refused:
        kept = old
    if kept.session != old.session:
        _go_on(session, kept)
        return
    if old.key is None:
        raise SignInFailed
    from bbs.sdk.credentials import sign_in_key  # late: few are signed out
    from bbs.terminal.prompts import device_name

    async with session.sign_in(old) as community:
        found = await sign_in_key(community, old.handle, old.key, device_name())
        told = found.server_key or kept.server_key
        new = replace(kept, session=found.session, token=found.token, server_key=told)
        save_profile(new)
        try:
            if comes_back:
                await community.call(ComeBack(board=None, op=new_id()))
        finally:
            _go_on(session, new)


def _go_on(session: Session, profile: Profile) -> None:
    session.connection.profile = profile
    session.signed_out, session.left, session.parting = False, None, ""
    session.hear(SignedInAgain())
