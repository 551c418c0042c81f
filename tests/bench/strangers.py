"""Strangers by the thousand, in a process of their own: still, holding, or sending fragments.

    python -m tests.bench.strangers PORT COUNT KIND

Says `ready` once nearly all were let in. Whoever is sent away comes back `BACK_S` later, until the
process is killed: from one machine a server sees nothing worse, for a handshake costs more than all
a stranger may send.
"""

import asyncio
import os
import sys
from typing import Final

from websockets.frames import Frame, Opcode

from bbs import limits
from bbs.wire.messages import PROTOCOL

BACK_S: Final = 10.0
PING, PONG = (
    Frame(code, b"").serialize(mask=code is Opcode.PONG) for code in (Opcode.PING, Opcode.PONG)
)
FLOOD: Final = 4_096  # fragments, the most the library would put together
HANDSHAKE: Final = (
    "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\nSec-WebSocket-Version: 13\r\n"
    f"Sec-WebSocket-Protocol: {PROTOCOL}\r\n\r\n"
).encode()


def _fragments(count: int, size: int) -> bytes:
    """Return the first `count` fragments of a message that does not end."""
    parts = [Opcode.TEXT, *[Opcode.CONT] * (count - 1)]
    return b"".join(Frame(part, b"x" * size, fin=False).serialize(mask=True) for part in parts)


_FEW = limits.FRAGMENTS_MAX - 1
_HELD = _fragments(_FEW, (limits.STRANGER_FRAME_BYTES_MAX - 64) // _FEW)
SENT: Final = {"still": b"", "holding": _HELD, "flooding": _fragments(FLOOD, 1)}
"""What each sends: nothing; the most that waits for the rest; far more than is taken."""


class _Crowd:
    """All of them; says so once nearly all were let in."""

    def __init__(self, port: int, count: int, sent: bytes) -> None:
        self.port, self.sent = port, sent
        self._missing = count - count // 20  # a stalled connection or two is not waited for
        self._tasks: set[asyncio.Task[None]] = set()

    def let_in(self) -> None:
        """Count somebody, each time they come."""
        self._missing -= 1
        if not self._missing:
            sys.stdout.write("ready\n")
            sys.stdout.flush()

    def come(self) -> None:
        """Let somebody come."""
        task = asyncio.get_running_loop().create_task(self._come())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def come_back(self) -> None:
        """Let somebody come later."""
        asyncio.get_running_loop().call_later(BACK_S, self.come)

    async def _come(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            await loop.create_connection(lambda: _Stranger(self), "127.0.0.1", self.port)
        except OSError:
            self.come_back()


class _Stranger(asyncio.Protocol):
    """A visit of one of them."""

    def __init__(self, crowd: _Crowd) -> None:
        self._crowd = crowd
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(HANDSHAKE)

    def data_received(self, data: bytes) -> None:
        if data.startswith(b"HTTP/1.1 101"):
            self._transport.write(self._crowd.sent)
            self._crowd.let_in()
        elif data.startswith(PING):
            self._transport.write(PONG)

    def connection_lost(self, exc: Exception | None) -> None:
        self._crowd.come_back()


async def _run(port: int, count: int, kind: str) -> None:
    crowd = _Crowd(port, count, SENT[kind])
    for _ in range(count):
        crowd.come()
        await asyncio.sleep(BACK_S / count)
    await asyncio.Event().wait()


if __name__ == "__main__":
    os.nice(15)  # the member who is measured shares this core
    asyncio.run(_run(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))
