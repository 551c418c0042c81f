"""The cheapest client there is, for both servers: it counts frames by their lengths and reads none.

Real clients would be the load's own limit: a thousand of them in one process take longer to read
than any server to send. The handshake and the sign-in are real.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.typing import Subprotocol
from websockets.uri import parse_uri

from bbs.features.members.messages import Resume
from bbs.messages import Request
from bbs.wire.codec import encode_call
from bbs.wire.messages import PROTOCOL, Hello, Sync

PATIENCE_S = 60.0
AT_ONCE = 32  # connections opened at the same time; more would overrun the listener's backlog


def masked(frame: bytes) -> bytes:
    """Return a text frame as clients send it. Masking is slow: it is done before measuring."""
    return Frame(Opcode.TEXT, frame).serialize(mask=True)


class RawLine(asyncio.Protocol):
    """One connection.

    Attributes:
        frames: Text frames received so far.
        refused: The last answer that was an error; None if all was well.
        kept: The text frames themselves; None while they are only counted.
        heard: Called after every piece that was received.
    """

    def __init__(self, port: int, *, ours: bool) -> None:
        self.frames = 0
        self.refused: bytes | None = None
        self.kept: list[bytes] | None = None
        self.heard: Callable[[], None] | None = None
        self.lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.transport: asyncio.Transport
        self._tail = b""
        self._hands: ClientProtocol | None = ClientProtocol(
            parse_uri(f"ws://127.0.0.1:{port}/"),
            subprotocols=[Subprotocol(PROTOCOL)] if ours else None,
        )

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the upgrade."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        assert self._hands is not None
        self._hands.send_request(self._hands.connect())
        transport.write(b"".join(self._hands.data_to_send()))

    def connection_lost(self, exc: Exception | None) -> None:
        """Note the end."""
        self.lost.set_result(None)

    def data_received(self, data: bytes) -> None:
        """Count the whole frames in what has come; answer pings."""
        if self._hands is not None:
            self._hands.receive_data(data)
            if self._hands.events_received():
                assert self._hands.handshake_exc is None, self._hands.handshake_exc
                self._hands = None
        else:
            data = self._tail + data
            self._tail = data[self._count(data) :]
        if self.heard is not None:
            self.heard()

    def _count(self, data: bytes) -> int:
        """Return where the first frame that is not whole yet begins."""
        at, end = 0, len(data)
        while end - at >= 2:
            size, start = data[at + 1], at + 2
            if size >= 126:
                start += 2 if size == 126 else 8
                size = int.from_bytes(data[at + 2 : start])
            if start + size > end:
                break
            if data[at] & 15 == Opcode.TEXT:
                self.frames += 1
                if data.find(b'"error":', start, start + 60) >= 0:
                    self.refused = data[start : start + size]
                if self.kept is not None:
                    self.kept.append(data[start : start + size])
            elif data[at] & 15 == Opcode.PING:
                pong = Frame(Opcode.PONG, data[start : start + size])
                self.transport.write(pong.serialize(mask=True))
            at = start + size
        return at

    async def opened(self) -> None:
        """Wait until the handshake is through."""
        await until([self], lambda line: line._hands is None)

    async def ask(self, request: Request[Any]) -> list[bytes]:
        """Send a request as a member does; return everything up to its answer.

        Raises:
            AssertionError: If the answer is an error.
        """
        return await self.exchange(masked(encode_call(1, request)))

    async def exchange(self, frame: bytes) -> list[bytes]:
        """Send a masked frame; return the frames up to the first answer, the answer last."""
        self.kept = kept = []
        self.transport.write(frame)
        await until([self], lambda _: bool(kept) and kept[-1].find(b'"id":', 0, 40) >= 0)
        self.kept = None
        assert self.refused is None, self.refused
        return kept


async def until(lines: Sequence[RawLine], reached: Callable[[RawLine], bool]) -> None:
    """Wait until every line has got there: for the slowest.

    Raises:
        AssertionError: If one was cut off meanwhile.
        TimeoutError: If it takes too long to be a measure of anything.
    """
    everybody = asyncio.get_running_loop().create_future()
    waiting = 0

    def look(line: RawLine) -> None:
        nonlocal waiting
        if reached(line):
            line.heard = None
            waiting -= 1
            if not waiting:
                everybody.set_result(None)

    for line in lines:
        if not reached(line):
            waiting += 1
            line.heard = lambda line=line: look(line)  # type: ignore[misc]  # bound now
    if waiting:
        async with asyncio.timeout(PATIENCE_S):
            await everybody
    assert not any(line.lost.done() for line in lines), "a reader was cut off"


async def send_all(lines: Sequence[RawLine], frames: Sequence[Sequence[bytes]]) -> None:
    """Let every line send its masked frames, each once the one before was answered.

    Raises:
        AssertionError: If one was answered with an error.
    """
    left = {line: iter(mine) for line, mine in zip(lines, frames, strict=True)}
    goals = {line: line.frames + len(mine) for line, mine in zip(lines, frames, strict=True)}
    sent = {line: line.frames for line in lines}

    def answered(line: RawLine) -> bool:
        if line.frames >= sent[line]:
            sent[line] += 1
            _send_next(line, left[line])
        return line.frames >= goals[line]

    await until(lines, answered)
    for line in lines:
        assert line.refused is None, line.refused


def _send_next(line: RawLine, frames: Iterator[bytes]) -> None:
    if (frame := next(frames, None)) is not None:
        line.transport.write(frame)


@asynccontextmanager
async def raw_lines(
    port: int, count: int, *, token: str | None = None, streams: Sequence[str] = ()
) -> AsyncIterator[list[RawLine]]:
    """Open connections; with a token they sign in to ours, and listen from now on if asked to."""
    loop = asyncio.get_running_loop()
    found: list[RawLine] = []

    async def open_one() -> None:
        _, line = await loop.create_connection(
            lambda: RawLine(port, ours=token is not None), "127.0.0.1", port
        )
        found.append(line)
        await line.opened()
        if token is not None:
            await line.ask(Hello(versions=(PROTOCOL,)))
            await line.ask(Resume(token=token))
        if streams:
            await line.ask(Sync(cursors=dict.fromkeys(streams, -1)))

    try:
        for n in range(0, count, AT_ONCE):
            await asyncio.gather(*(open_one() for _ in range(min(AT_ONCE, count - n))))
        yield found
    finally:
        for line in found:
            line.transport.abort()
        await asyncio.gather(*(line.lost for line in found))
