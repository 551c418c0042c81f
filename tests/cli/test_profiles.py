"""Profiles: what they tell of themselves when they are printed."""

from rich.pretty import pretty_repr

from bbs.profiles import Profile


def test_a_printed_profile_tells_no_secret() -> None:
    """Neither repr nor Rich, which a trace may use, shows the token or the device's key (P11)."""
    profile = Profile(
        name="ana",
        url="bbs://127.0.0.1:8765",
        handle="ana",
        member="member-id",
        session="session-id",
        token="the-secret-token",
        key_private="the-secret-key",
        host="127.0.0.1",
    )
    for printed in (repr(profile), str(profile), f"{[profile]}", pretty_repr(profile)):
        assert "secret" not in printed
        assert "handle='ana'" in printed
