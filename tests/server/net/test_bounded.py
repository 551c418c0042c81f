"""What a peer's bytes may cost below the message, and the codes it is sent away with (protocol 2, 8)."""

import asyncio
import socket as sockets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, ExitStack, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from websockets.exceptions import InvalidStatus
from websockets.frames import Frame, Opcode

from bbs import limits
from bbs.features.norms.messages import GetCommonsNorms
from bbs.features.threads.messages import ListThreads, Say
from bbs.ids import COMMONS, new_id
from bbs.wire.codec import encode_call
from bbs.wire.messages import PROTOCOL, Hello
from bbs_server.net.connection import Connection
from bbs_server.net.whole_frame import whole_text
from tests.support.founded import open_founded
from tests.support.moot import Moot, open_moot
from tests.support.raw import PATIENCE_S, Raw, raw

HELLO = encode_call(1, Hello(versions=(PROTOCOL,)))
HANDSHAKE = (
    "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\nSec-WebSocket-Version: 13\r\n"
    f"Sec-WebSocket-Protocol: {PROTOCOL}\r\n"
)


@pytest.fixture
async def moot(tmp_path: Path) -> AsyncIterator[Moot]:
    """A running community."""
    async with open_founded(tmp_path / "data") as running:
        yield running


@pytest.fixture
async def stranger(moot: Moot) -> AsyncIterator[Raw]:
    """A raw connection of nobody's."""
    async with raw(moot.running.url) as line:
        await line.socket.ping()
        yield line


def _served(moot: Moot) -> Connection:
    (connection,) = moot.running.listener.connections
    return connection


def _frames(text: bytes, pieces: int) -> list[bytes]:
    """Return a text message as so many masked fragments, the last ones a byte each."""
    cut = len(text) - pieces + 1
    parts = [text[:cut], *(bytes([byte]) for byte in text[cut:])]
    return [
        Frame(Opcode.CONT if n else Opcode.TEXT, part, fin=n == pieces - 1).serialize(mask=True)
        for n, part in enumerate(parts)
    ]


async def test_a_message_comes_in_a_bounded_number_of_fragments(stranger: Raw) -> None:
    """As many as allowed are put together; one more closes with 1009, unread (protocol 2.1)."""
    stranger.socket.transport.write(b"".join(_frames(HELLO, limits.FRAGMENTS_MAX)))
    assert "result" in await stranger.receive()
    stranger.socket.transport.write(b"".join(_frames(HELLO, limits.FRAGMENTS_MAX + 1)[:-1]))
    assert await stranger.end() == (1009, "a message has at most 32 fragments here")


@pytest.mark.parametrize("cut", [2, 6])
async def test_what_looks_like_a_frame_inside_of_one_is_none(
    moot: Moot, stranger: Raw, cut: int
) -> None:
    """Where a frame's head comes alone, the rest is no message, whatever its bytes are (2.1)."""
    mask = bytearray((0x81, 0x80 | (len(HELLO) - cut), 7, 7))  # a head, if it comes first
    if cut == 6:  # the words come first: let them be a head once they are masked
        mask[:2] = bytes(a ^ b for a, b in zip(mask, HELLO[:2], strict=False))
    payload = bytes(byte ^ mask[at % 4] for at, byte in enumerate(HELLO))
    frame = bytes((0x81, 0x80 | len(HELLO))) + mask + payload
    assert whole_text(frame[cut:], None) is not None
    socket = _served(moot).socket
    socket.data_received(frame[:cut])
    socket.data_received(frame[cut:])
    assert "result" in await stranger.receive()


async def test_of_a_flood_of_fragments_few_are_kept(moot: Moot, stranger: Raw) -> None:
    """What one read brings beyond the bound waits nowhere: a stranger costs no memory (P14, 2.1)."""
    connection = _served(moot)
    stranger.socket.transport.write(b"".join(_frames(b"x" * 40_000, 40_000)))
    assert (await stranger.end())[0] == 1009
    assert len(connection.socket._fragments) <= limits.FRAGMENTS_MAX
    assert connection.socket._held == b""


async def test_a_strangers_message_is_refused_before_it_is_put_together(stranger: Raw) -> None:
    """The bound for strangers holds for what fragments add up to, before the last came (2.1)."""
    half = b"x" * (limits.STRANGER_FRAME_BYTES_MAX // 2 + 1)
    for opcode in (Opcode.TEXT, Opcode.CONT):
        stranger.socket.transport.write(Frame(opcode, half, fin=False).serialize(mask=True))
    assert (await stranger.end())[0] == 1009


async def test_a_member_sends_larger_messages_than_a_stranger(member: Raw) -> None:
    """Signing in raises the bound on the same connection (protocol 2.1)."""
    answer = await member.exchange('"' + "x" * (limits.FRAME_TO_SERVER_BYTES_MAX - 2) + '"')
    assert answer["error"]["code"] == -32600
    assert "result" in await member.ask(ListThreads(board=COMMONS))


async def test_what_comes_at_once_is_answered_in_full(member: Raw) -> None:
    """Calls beyond what is read in one piece wait their turn; none is lost, none answered twice."""
    calls = [encode_call(n, ListThreads(board=COMMONS)) for n in range(1_000, 2_000)]
    frames = [Frame(Opcode.TEXT, call).serialize(mask=True) for call in calls]
    member.socket.transport.write(b"".join(frames))
    answers = [await member.receive() for _ in calls]
    assert sorted(answer["id"] for answer in answers) == list(range(1_000, 2_000))


async def test_what_comes_with_a_close_is_answered_to_nobody(moot: Moot, member: Raw) -> None:
    """After the close frame nothing is written, also to a call that was read together with it (protocol 8)."""
    moot.running.dispatcher.stopping = True  # so that a command is answered at once
    call = encode_call(9, Say(op=new_id(), board=COMMONS, line=new_id(), body="Hello"))
    frames = Frame(Opcode.TEXT, call), Frame(Opcode.CLOSE, b"\x03\xe8")
    _served(moot).socket.data_received(b"".join(each.serialize(mask=True) for each in frames))
    seen = len(member.seen)
    assert await member.end() == (1000, "")
    assert len(member.seen) == seen


async def test_pings_beyond_their_budget_close_with_4429(member: Raw) -> None:
    """Control frames cost as much as messages do and are counted too (protocol 2.5)."""
    ping = Frame(Opcode.PING, b"").serialize(mask=True)
    member.socket.transport.write(ping * limits.CONTROL_FRAMES_BURST)
    assert "result" in await member.ask(ListThreads(board=COMMONS))
    member.socket.transport.write(ping * limits.CONTROL_FRAMES_BURST)
    assert await member.end() == (4429, "too many pings and pongs")


@pytest.mark.parametrize(
    "begun",
    [_frames(HELLO, 1)[0][:2], _frames(HELLO, 1)[0][:-1], _frames(HELLO, 2)[0]],
    ids=["a head", "half a frame", "half a message"],
)
async def test_a_message_that_never_ends_closes_with_4408(
    moot: Moot, stranger: Raw, begun: bytes
) -> None:
    """However slowly bytes come, a message has its time; the line is not called dead (protocol 1.5)."""
    stranger.socket.transport.write(begun)
    connection, loop = _served(moot), asyncio.get_running_loop()
    async with asyncio.timeout(PATIENCE_S):
        while connection.socket._unfinished_since is None:
            await moot.read(lambda tx: None)
    connection.socket.look(loop.time(), connection.outbox.end)
    assert not connection.outbox.closed
    connection.socket.look(loop.time() + limits.UPLOAD_SECONDS_MAX, connection.outbox.end)
    assert await stranger.end() == (4408, "a message took too long to arrive")


async def test_who_answers_no_ping_is_closed_with_4008(moot: Moot, stranger: Raw) -> None:
    """A reader that has stopped hears the documented code once it reads again (protocol 1.5, 8.4)."""
    connection = _served(moot)
    socket, end = connection.socket, connection.outbox.end
    stranger.socket.transport.pause_reading()
    pinged_at = asyncio.get_running_loop().time() + limits.PING_SECONDS
    socket.look(pinged_at, end)
    socket.look(pinged_at + limits.PONG_SECONDS - 2 * limits.SWEEP_SECONDS, end)
    assert not connection.outbox.closed
    socket.look(pinged_at + limits.PONG_SECONDS, end)
    assert connection.outbox.closed
    stranger.socket.transport.resume_reading()
    assert (await stranger.end())[0] == 4008


async def test_who_answers_pings_stays(moot: Moot, stranger: Raw) -> None:
    """A pong, or anything else that comes, is a sign of life (protocol 1.5)."""
    connection = _served(moot)
    socket, loop = connection.socket, asyncio.get_running_loop()
    # As if it had come long ago.
    socket.pinged_at = socket.heard_at = loop.time() - limits.PING_SECONDS
    socket.look(loop.time(), connection.outbox.end)
    pinged_at = socket.pinged_at
    async with asyncio.timeout(PATIENCE_S):
        while socket.heard_at < pinged_at:
            await moot.read(lambda tx: None)
    assert socket.heard_at - pinged_at < PATIENCE_S
    socket.look(pinged_at + limits.PONG_SECONDS, connection.outbox.end)
    assert not connection.outbox.closed


async def test_a_stranger_who_reads_no_answer_is_cut_off(moot: Moot, stranger: Raw) -> None:
    """What waits for somebody unknown is bounded far below what waits for a member (P14, 8.4)."""
    connection = _served(moot)
    stranger.socket.transport.pause_reading()
    connection.wire.write([b'"' + b"x" * 8_000_000 + b'"'])  # more than the kernel takes
    assert connection.outbox.unread_bytes > limits.STRANGER_UNREAD_BYTES_MAX
    await stranger.send(HELLO.decode())
    async with asyncio.timeout(PATIENCE_S):
        while connection in moot.running.listener.connections:
            await moot.read(lambda tx: None)
    assert moot.running.listener.counters.cut_off == 1


async def test_a_handshake_has_a_bounded_length(moot: Moot) -> None:
    """Beyond it the answer is 431, however many lines it is in (protocol 1.2)."""
    headers = {f"X-{n}": "x" * 400 for n in range(limits.HANDSHAKE_BYTES_MAX // 400)}
    with pytest.raises(InvalidStatus) as refused:
        async with raw(moot.running.url, additional_headers=headers):
            pass
    assert refused.value.response.status_code == 431


async def test_nobody_speaks_before_the_handshake_is_answered(moot: Moot) -> None:
    """Frames sent along with the request are not kept: the line is cut (RFC 6455, 4.1)."""
    port = urlsplit(moot.running.url).port
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    frame = Frame(Opcode.TEXT, HELLO).serialize(mask=True)
    writer.write((HANDSHAKE + "\r\n").encode() + frame)
    async with asyncio.timeout(PATIENCE_S):
        assert await reader.read() == b""
    writer.close()


async def test_of_too_many_handshakes_the_oldest_is_cut(moot: Moot) -> None:
    """Half handshakes cannot use up the server's sockets: who comes last is served (protocol 1.6)."""
    port, loop = urlsplit(moot.running.url).port, asyncio.get_running_loop()
    with ExitStack() as stack:
        slow = [stack.enter_context(sockets.socket()) for _ in range(limits.HANDSHAKES_MAX + 1)]
        for socket in slow:
            socket.setblocking(False)
            await loop.sock_connect(socket, ("127.0.0.1", port))
            await loop.sock_sendall(socket, HANDSHAKE.encode())
        async with asyncio.timeout(PATIENCE_S):
            with suppress(ConnectionError):
                assert await loop.sock_recv(slow[0], 1) == b""
            async with raw(moot.running.url) as line:
                await line.hello()


async def test_norms_are_read_by_a_stranger_in_one_turn(stranger: Raw) -> None:
    """What a newcomer's client asks at once stays below the bound of unread answers (P5)."""
    await stranger.send(HELLO.decode())
    for n in range(2, 6):
        await stranger.send(encode_call(n, GetCommonsNorms()).decode())
    answers = [await stranger.receive() for _ in range(5)]
    assert all("result" in answer for answer in answers)


async def test_connections_beyond_the_setting_are_sent_away_by_its_name(tmp_path: Path) -> None:
    """Who comes to a full server hears 4429 and what the sysop can raise (protocol 1.6)."""
    async with open_moot(tmp_path / "data", connections=2) as moot, AsyncExitStack() as stack:
        for _ in range(2):
            line = await stack.enter_async_context(raw(moot.running.url))
            await line.hello()
        async with raw(moot.running.url) as third:
            said = "the server takes 2 connections (setting connections)"
            assert await third.end() == (4429, said)
