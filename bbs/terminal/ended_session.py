"""What is said on a device whose session has ended: somebody ended it, or the member left."""

from datetime import datetime

from bbs.profiles import Profile, find_left
from bbs.refusals import NotSignedIn


class SessionInvalid(
    NotSignedIn,
    code="session.ended",
    sentence="this session was ended; bbs sign-in {url} with your password brings you back",
    hint="",
):
    """The session of a profile has ended, and the server revoked its key too (protocol 3.4)."""

    url: str


class LeftHere(
    SessionInvalid,
    code="session.left",
    sentence="you left this community; the way back is open until {until:%Y-%m-%d %H:%M} UTC",
    hint="bbs come-back brings you back; bbs sign-in, without a URL, lets you export first",
):
    """The session of a profile ended because the member left the community on this device."""

    until: datetime


def ended_session(profile: Profile) -> SessionInvalid:
    """Return why the session of a profile is none any more, as far as this device knows."""
    left = find_left(profile)
    if left is None:
        return SessionInvalid(profile.url)
    return LeftHere(profile.url, left.until)
