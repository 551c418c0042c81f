"""Connecting, losing the line, coming back, and knowing when not to (protocol 3, 8)."""

import asyncio

import pytest

import bbs
from bbs import connect
from bbs.errors import Disconnected, FolkmootError, Throttled, WrongVersion
from bbs.features.members.messages import Resume
from bbs.features.presence.messages import GetPresence
from bbs.messages import Result
from bbs.refusals import NotSignedIn, SignInFailed
from bbs.sdk.community import Community
from bbs.sdk.errors import AddressRefused, CertificateRefused, HostNotServed
from bbs.sdk.updates import ConnectionChanged, EphemeralHappened
from bbs.wire import close
from bbs.wire.messages import Hello, StopAnnounced
from tests.sdk.peer import BOARD, LOUNGE, MINE, Peer, faded, meeting, next_seqs, signed_in, until


async def states(community: Community, count: int) -> list[ConnectionChanged]:
    found: list[ConnectionChanged] = []
    async for happened in community.events():
        if isinstance(happened, ConnectionChanged):
            found.append(happened)
            if len(found) == count:
                break
    return found


async def test_entering_means_listening() -> None:
    """On entering, one's own stream, the commons and the boards of one's seats are live."""
    peer = Peer()
    peer.tell(BOARD, faded())
    async with meeting(peer) as community:
        assert community.online
        assert community.me is not None
        assert community.welcome is not None
        assert community.welcome.community == "Test"
        assert community.cursors == {MINE: 0, BOARD: 1, LOUNGE: 0}
        peer.tell(BOARD, faded())
        assert await next_seqs(community, 1) == [2]


async def test_listening_is_a_choice() -> None:
    """With `listen=False` a script asks nothing it does not need."""
    peer = Peer()
    async with meeting(peer, listen=False) as community:
        assert community.cursors == {}
        assert [type(request).method for request in peer.asked] == ["hello", "members.resume"]


async def test_without_a_token_one_is_a_stranger() -> None:
    """Without a token nothing is resumed and nothing listened to."""
    peer = Peer()
    async with meeting(peer, token=None) as community:
        assert community.me is None
        assert [type(request).method for request in peer.asked] == ["hello"]


async def test_a_first_connection_that_fails_is_told_at_once() -> None:
    """A script learns that nobody answers instead of waiting for ever."""
    peer = Peer()
    peer.refusals = [ConnectionRefusedError(111, "Connection refused")]
    with pytest.raises(Disconnected, match="nobody answers there"):
        async with meeting(peer):
            pytest.fail("nobody answered")
    assert peer.opened == 1


async def test_offline_is_a_state() -> None:
    """With `offline_ok` one enters at once, and is told when the connection is made."""
    peer = Peer()
    peer.refusals = [OSError("unplugged"), TimeoutError()]
    async with meeting(peer, offline_ok=True) as community:
        assert not community.online
        await community.wait_online()
        assert peer.opened == 3
        assert len(peer.waits_s) == 2
        assert [state.online for state in await states(community, 1)] == [True]


async def test_a_lost_line_is_made_again() -> None:
    """A cut connection is told, made again after a wait, resumed and told (protocol 8.2)."""
    peer = Peer()
    async with meeting(peer) as community:
        reading = asyncio.create_task(states(community, 3))
        await asyncio.sleep(0)
        peer.cut(close.TOO_SLOW, "too slow")
        told = await reading
        assert [state.online for state in told] == [True, False, True]
        assert "too slow" in told[1].reason
        assert peer.opened == 2
        assert [type(r).method for r in peer.asked].count("members.resume") == 2


async def test_the_next_attempt_is_told_and_can_be_made_now() -> None:
    """A reader learns how long the wait is, at most 15 s, and need not wait (protocol 8.2)."""
    peer, waits_s = Peer(), list[float]()

    async def sleep(seconds: float) -> None:
        waits_s.append(seconds)
        await asyncio.Event().wait()

    async with meeting(peer, sleep=sleep) as community:
        reading = asyncio.create_task(states(community, 3))
        peer.cut()
        await until(lambda: waits_s)
        community.try_now()
        told = await reading
        assert [state.retry_s for state in told] == [None, waits_s[0], None]
        assert waits_s[0] <= 15.0
        assert peer.opened == 2


async def test_a_wait_that_the_server_asked_for_is_kept() -> None:
    """Who tries now is no guest who comes before the server has room again."""
    peer, waits_s = Peer(), list[float]()
    gate = asyncio.Event()

    async def sleep(seconds: float) -> None:
        waits_s.append(seconds)
        await gate.wait()

    async with meeting(peer, offline_ok=True, sleep=sleep) as community:
        await community.wait_online()
        welcome, peer.handlers[Hello] = peer.handlers[Hello], lambda _: Throttled(7.0)
        peer.cut()
        await until(lambda: len(waits_s) == 1)
        community.try_now()
        await until(lambda: 7.0 in waits_s)
        community.try_now()
        await asyncio.sleep(0)
        opened = peer.opened
        assert not community.online
        peer.handlers[Hello] = welcome
        gate.set()
        await community.wait_online()
        assert peer.opened == opened + 1


@pytest.mark.parametrize(
    ("code", "error"), [(close.SESSION_ENDED, NotSignedIn), (close.NOT_WANTED, HostNotServed)]
)
async def test_some_closes_are_final(code: int, error: type[Exception]) -> None:
    """After 4401 and 4403 nothing is tried again; events and calls say why (protocol 8.1)."""
    peer = Peer()
    async with meeting(peer) as community:
        peer.cut(code, "go away")
        with pytest.raises(error):
            async for _ in community.events():
                pass
        with pytest.raises(error):
            await community.call(GetPresence())
        with pytest.raises(error):
            await community.listen({BOARD: 0})
        with pytest.raises(error):
            await community.wait_online()
        assert peer.opened == 1
        assert peer.waits_s == []


async def test_a_final_close_instead_of_a_welcome() -> None:
    """A server that closes with 4403 before any answer is not asked again (protocol 8.1)."""
    peer = Peer()
    peer.handlers[Hello] = lambda _: peer.cut(close.NOT_WANTED, "host")
    with pytest.raises(HostNotServed):
        async with meeting(peer, offline_ok=True) as community:
            await community.wait_online()
    assert peer.opened == 1


async def test_a_full_server_is_no_matter_of_address_and_network() -> None:
    """Whoever comes when all connections are taken is told to come back later (protocol 8.1)."""
    peer = Peer()
    peer.handlers[Hello] = lambda _: peer.cut(close.TOO_MANY, "the server takes 3 connections")
    with pytest.raises(Disconnected, match="takes no more connections") as caught:
        async with meeting(peer):
            pass
    assert caught.value.__notes__ == ["try again later"]


@pytest.mark.parametrize(
    "refusal", [CertificateRefused("expired"), HostNotServed("HTTP 403"), AddressRefused("no")]
)
async def test_what_trying_again_cannot_mend_is_final(refusal: Exception) -> None:
    """A bad certificate is not retried for ever (protocol 1.4)."""
    peer = Peer()
    peer.refusals = [refusal]
    with pytest.raises(type(refusal)):
        async with meeting(peer, offline_ok=True) as community:
            await community.wait_online()
    assert peer.opened == 1


async def test_versions_that_do_not_meet_are_final() -> None:
    """A server of another version is told to the program, not asked again (protocol 3.1)."""
    peer = Peer()
    peer.handlers[Hello] = lambda _: WrongVersion(["bbs.v9"])
    with pytest.raises(WrongVersion, match="versions of the protocol"):
        async with meeting(peer):
            pytest.fail("no version in common")


async def test_a_token_that_ended_is_final() -> None:
    """A resume that is refused stops the client: the session is over (protocol 3.5)."""
    peer = Peer()
    async with meeting(peer) as community:
        peer.handlers[Resume] = lambda _: SignInFailed()
        peer.cut()
        with pytest.raises(SignInFailed):
            async for _ in community.events():
                pass
        assert peer.opened == 2


async def test_a_throttled_welcome_is_waited_out() -> None:
    """Throttled while signing in, the client waits as long as asked before the next attempt."""
    peer = Peer()
    answers: list[Result | FolkmootError] = [Throttled(25.0), signed_in()]
    async with meeting(peer, offline_ok=True) as community:
        peer.handlers[Resume] = lambda _: answers.pop(0)
        await community.wait_online()
    assert [wait_s for wait_s in peer.waits_s if wait_s >= 25.0]


async def test_without_reconnect_a_loss_is_an_error() -> None:
    """With `reconnect=False` the loss of the line is raised, not mended."""
    peer = Peer()
    async with meeting(peer, reconnect=False) as community:
        peer.cut(1006)
        with pytest.raises(Disconnected):
            async for _ in community.events():
                pass
        assert peer.opened == 1


async def test_a_stopping_server_is_given_its_time() -> None:
    """After `server.stopping` the client waits a random share of what was asked (protocol 8.3)."""
    peer = Peer()
    async with meeting(peer) as community:
        peer.say(StopAnnounced(retry_after_s=600.0))
        async for happened in community.events():
            if isinstance(happened, EphemeralHappened):
                break
        peer.cut(close.RESTARTING)
        await until(lambda: peer.opened == 2)
        assert 0 <= peer.waits_s[0] <= 600.0
        assert peer.waits_s[0] > 60.0, "the chance of this test is fixed"


async def test_a_server_that_sends_nonsense_is_left() -> None:
    """A frame that is no message ends the connection, not the program (P13)."""
    peer = Peer()
    async with meeting(peer) as community:
        peer.inject(b"\x00nonsense")
        await until(lambda: peer.opened == 2 and community.online)


async def test_leaving_ends_everything() -> None:
    """After the block events have ended, and calls say so instead of waiting."""
    peer = Peer()
    async with meeting(peer) as community:
        reading = asyncio.create_task(states(community, 99))
        await asyncio.sleep(0)
    assert [state.online for state in await reading] == [True]
    with pytest.raises(Disconnected, match="left"):
        await community.call(GetPresence())
    assert not community.online


async def test_an_address_is_checked_before_anything_else() -> None:
    """Plain text to another machine is refused without a packet sent (protocol 1.4)."""
    with pytest.raises(AddressRefused, match="this machine only"):
        async with connect("ws://example.org:1"):
            pytest.fail("not in plain text")


def test_connect_is_found_lazily() -> None:
    """`bbs.connect` is there; a name that is not, is an AttributeError."""
    assert callable(bbs.connect)
    assert bbs.__version__
    with pytest.raises(AttributeError):
        _ = bbs.no_such_name
