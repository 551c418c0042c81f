"""A TCP proxy that hurts: delay, slices, a cut after so many bytes, a reset, a line gone silent."""

import asyncio
import socket
import struct
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

_CHUNK_BYTES = 65_536
_SMALL_BUFFER_BYTES = 8_192  # so that a line that is not read is felt soon
_RESET = struct.pack("ii", 1, 0)


@dataclass
class Harm:
    """What is done to one direction of every line, now.

    Attributes:
        delay_s: How long each piece is held back.
        slice_bytes: How large a piece may be; None: as it comes.
        cut_after: Cut the line once so many more bytes have passed; None: do not. Done once.
        reset: Cut with a reset, instead of an orderly end.
        silent: Take nothing and pass nothing on, and keep the sockets open.
        passed: Bytes that have passed so far.
    """

    delay_s: float = 0.0
    slice_bytes: int | None = None
    cut_after: int | None = None
    reset: bool = False
    passed: int = 0
    _flowing: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self._flowing.set()

    @property
    def silent(self) -> bool:
        """Whether the direction is silent; settable."""
        return not self._flowing.is_set()

    @silent.setter
    def silent(self, wanted: bool) -> None:
        if wanted:
            self._flowing.clear()
        else:
            self._flowing.set()

    async def flowing(self) -> None:
        """Wait until the direction is not silent."""
        await self._flowing.wait()


class ChaosProxy:
    """Lines to one port of this machine, used as an async context manager.

    Attributes:
        up: What is done to what clients send.
        down: What is done to what the server sends.
        lines: How many lines were opened.
        cuts: How many were cut.
    """

    def __init__(self, port: int) -> None:
        """Make a proxy to a port; it listens from entering the block on."""
        self.up = Harm()
        self.down = Harm()
        self.lines = 0
        self.cuts = 0
        self._port = port
        self._tasks: set[asyncio.Task[None]] = set()
        self._ends: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None

    @property
    def port(self) -> int:
        """The port clients connect to."""
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    @property
    def url(self) -> str:
        """Where clients connect."""
        return f"bbs://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._line, "127.0.0.1", 0)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._server is not None
        self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def cut_all(self, *, reset: bool = False) -> None:
        """Cut every line that is open now.

        Args:
            reset: With a reset on both sides; else with an orderly end.
        """
        self.cuts += len(self._tasks)
        if reset:
            for end in self._ends:
                _make_reset(end)
        for task in self._tasks:
            task.cancel()

    async def _line(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        self.lines += 1
        ours: list[asyncio.StreamWriter] = [writer]
        self._ends.add(writer)
        try:
            await self.up.flowing()
            from_server, to_server = await self._upstream()
            ours.append(to_server)
            self._ends.add(to_server)
            pumps = {
                asyncio.create_task(self._pump(reader, to_server, self.up)),
                asyncio.create_task(self._pump(from_server, writer, self.down)),
            }
            try:
                await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for pump in pumps:
                    pump.cancel()
                await asyncio.gather(*pumps, return_exceptions=True)
        except (OSError, asyncio.CancelledError):
            pass  # the server is down, or the test is over: either way the line ends here
        finally:
            self._ends.difference_update(ours)
            await _end(ours)

    async def _upstream(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connect to the server."""
        upstream = socket.socket()
        try:
            # Before connecting: the size of the window is agreed on then.
            upstream.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _SMALL_BUFFER_BYTES)
            upstream.setblocking(False)
            await asyncio.get_running_loop().sock_connect(upstream, ("127.0.0.1", self._port))
            return await asyncio.open_connection(sock=upstream, limit=_SMALL_BUFFER_BYTES)
        except BaseException:
            upstream.close()
            raise

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, harm: Harm
    ) -> None:
        with suppress(OSError):
            while True:
                await harm.flowing()
                data = await reader.read(harm.slice_bytes or _CHUNK_BYTES)
                await harm.flowing()
                if not data:
                    return
                if harm.delay_s:
                    await asyncio.sleep(harm.delay_s)
                left = harm.cut_after
                if left is not None and len(data) >= left:
                    harm.cut_after = None
                    harm.passed += left
                    self.cuts += 1
                    writer.write(data[:left])
                    await writer.drain()
                    if harm.reset:
                        _make_reset(writer)
                    return
                if left is not None:
                    harm.cut_after = left - len(data)
                harm.passed += len(data)
                writer.write(data)
                await writer.drain()


def _make_reset(writer: asyncio.StreamWriter) -> None:
    """Let the end of this socket be a reset: no goodbye, what is on its way is lost."""
    found = writer.get_extra_info("socket")
    found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    writer.transport.abort()


async def _end(writers: list[asyncio.StreamWriter]) -> None:
    for writer in writers:
        writer.close()
    for writer in writers:
        with suppress(OSError, asyncio.CancelledError):
            await writer.wait_closed()
