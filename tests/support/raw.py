"""A client that says exactly what a test wants said: frames over a real WebSocket, nothing else."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from msgspec import UNSET
from msgspec.structs import replace
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from bbs.ids import new_id
from bbs.messages import Command, Request
from bbs.wire import close, codec
from bbs.wire.messages import PROTOCOL, Hello

PATIENCE_S = 20.0


class Raw:
    """One WebSocket to a server, spoken by hand."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.seen: list[bytes] = []
        self._last_id = 0

    async def send(self, message: str | bytes) -> None:
        """Send a frame: text for `str`, binary for `bytes`."""
        await self.socket.send(message)

    async def receive(self) -> Any:
        """Return the next frame, decoded."""
        async with asyncio.timeout(PATIENCE_S):
            frame = await self.socket.recv(decode=False)
        self.seen.append(frame)
        return json.loads(frame)

    async def exchange(self, message: str | bytes) -> Any:
        """Send a frame and return the first answer, passing over what is only told."""
        await self.send(message)
        while "method" in (found := await self.receive()):
            pass
        return found

    async def ask(self, request: Request[Any]) -> Any:
        """Send a request, with an op if it needs one, and return its answer, decoded."""
        if isinstance(request, Command) and request.op is UNSET:
            request = replace(request, op=new_id())
        self._last_id += 1
        frame = codec.encode_call(self._last_id, request)
        found = await self.exchange(frame.decode())
        assert found["id"] == self._last_id
        return found

    async def hello(self) -> Any:
        """Open the conversation."""
        return await self.ask(Hello(versions=(PROTOCOL,)))

    async def end(self) -> tuple[int, str]:
        """Read until the connection ends; return code and reason of the server's close.

        1006 if the line was cut without one.
        """
        try:
            while True:
                await self.receive()
        except ConnectionClosed as closed:
            if closed.rcvd is None:
                return close.ABNORMAL, "the line was cut without a close"
            return closed.rcvd.code, closed.rcvd.reason


@asynccontextmanager
async def raw(url: str, **options: Any) -> AsyncIterator[Raw]:
    """Connect to a server's url as `bbs://host:port`."""
    given: dict[str, Any] = {
        "subprotocols": [Subprotocol(PROTOCOL)],
        "compression": None,
        "max_size": None,
        "ping_interval": None,
        "proxy": None,
        "close_timeout": 1,
    }
    async with connect(url.replace("bbs://", "ws://"), **{**given, **options}) as socket:
        yield Raw(socket)
