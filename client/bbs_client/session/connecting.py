"""Opens the community of a profile over the network."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING

from bbs.profiles import Profile

if TYPE_CHECKING:
    from bbs.sdk.community import Community
    from bbs.sdk.server_key import KnownServerKey

Connect = Callable[[], AbstractAsyncContextManager["Community"]]
"""Opens a community for the length of an `async with` block."""


def connect_by_network(
    profile: Profile, server_key: "KnownServerKey"
) -> AbstractAsyncContextManager["Community"]:
    """Open the community of a profile over the network, if its key is the known one."""
    from bbs.sdk.community import connect

    return connect(
        profile.url,
        token=profile.token,
        client="folkmoot",
        listen=False,
        offline_ok=True,
        pin=profile.pin,
        server_key=server_key,
    )


def connect_to_sign_in(profile: Profile) -> AbstractAsyncContextManager["Community"]:
    """Open the community of a profile without its session, which has ended, to begin another."""
    from bbs.sdk.community import connect
    from bbs.sdk.server_key import known_to

    return connect(
        profile.url,
        client="folkmoot",
        listen=False,
        reconnect=False,
        pin=profile.pin,
        server_key=known_to(profile),
    )


def connect_as_stranger(url: str, pin: str | None) -> AbstractAsyncContextManager["Community"]:
    """Open another community, in which nobody signs in: this device's token goes nowhere else (P11).

    Args:
        url: The server's address.
        pin: SHA-256 of its own certificate in hexadecimal; None if it needs none.
    """
    from bbs.sdk.community import connect

    return connect(url, client="folkmoot", listen=False, reconnect=False, pin=pin)
