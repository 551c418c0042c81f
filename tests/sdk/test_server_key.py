"""A server is known by its key: the first told is kept, and what it did not sign is refused (protocol 32.2)."""

import asyncio

import pytest
from msgspec.structs import replace

from bbs.clock import instant
from bbs.features.community.keys import key_change_text
from bbs.features.community.views import KeyChange
from bbs.sdk.credentials import make_key
from bbs.sdk.errors import ServerKeyChanged
from bbs.sdk.server_key import KnownServerKey
from bbs.signatures import sign
from bbs.wire.messages import Hello, Welcome
from tests.sdk.peer import Peer, meeting


def _telling(key: str | None, *changes: KeyChange) -> Peer:
    """Return a server that tells this key."""
    peer = Peer()
    welcome = Welcome(
        version="bbs.v1",
        server="peer",
        community="Test",
        epoch=peer.epoch,
        features=(),
        limits={},
        key=key,
        key_changes=changes,
    )
    peer.handlers[Hello] = lambda _: welcome
    return peer


def _change(old: tuple[bytes, str], new: tuple[bytes, str], at: int = 7) -> KeyChange:
    text = key_change_text(old[1], new[1], at)
    return KeyChange(old=old[1], new=new[1], at=instant(at), signature=sign(old[0], text))


async def test_the_first_key_is_kept_and_a_signed_one_takes_its_place() -> None:
    """A device that knew no key keeps the first; later it follows what that key signed (32.2)."""
    first, second, third = make_key(), make_key(), make_key()
    kept: list[str] = []
    known = KnownServerKey(None, kept.append, accept=False)
    async with meeting(_telling(first[1]), server_key=known) as community:
        assert community.online
    changes = _change(first, second), _change(second, third)
    async with meeting(_telling(third[1], *changes), server_key=known) as community:
        assert community.online
    assert kept == [first[1], third[1]]


@pytest.mark.parametrize("tells", ["another", "none", "unsigned", "back"])
async def test_a_key_that_nobody_signed_gets_no_token(tells: str) -> None:
    """Before the token is told, the connection ends for good, and nothing is kept (32.2)."""
    first, second = make_key(), make_key()
    good = _change(first, second)
    peer = {
        "another": _telling(second[1]),
        "none": _telling(None),
        "unsigned": _telling(second[1], replace(good, signature="A" * 86)),
        "back": _telling(first[1], good),
    }[tells]
    kept: list[str] = []
    known = KnownServerKey(second[1] if tells == "back" else first[1], kept.append, accept=False)
    with pytest.raises(ServerKeyChanged) as caught:
        async with meeting(peer, server_key=known, offline_ok=True) as community:
            await asyncio.wait_for(community.wait_online(), 5)
    assert [type(request).method for request in peer.asked] == ["hello"]
    assert peer.opened == 1
    assert not kept
    assert "restored from an old backup, or this is another server" in str(caught.value)


async def test_a_member_may_accept_a_key_that_nobody_signed() -> None:
    """Their word takes its place once; the next strange key is refused again (32.2)."""
    keys = [make_key()[1] for _ in range(3)]
    kept: list[str] = []
    known = KnownServerKey(keys[0], kept.append, accept=False)
    with pytest.raises(ServerKeyChanged):
        async with meeting(_telling(keys[1]), server_key=known):
            pass
    known.accept_refused()
    async with meeting(_telling(keys[1]), server_key=known):
        pass
    asked_for = KnownServerKey(keys[1], kept.append, accept=True)
    async with meeting(_telling(keys[2]), server_key=asked_for):
        pass
    with pytest.raises(ServerKeyChanged):
        async with meeting(_telling(keys[0]), server_key=asked_for):
            pass
    assert kept == [keys[1], keys[2]]
