"""A transport within a process, for tests of bots and servers."""

import asyncio

from bbs.sdk.transport import TransportClosed
from bbs.wire.close import NORMAL

_FRAMES_MAX = 1_024


class MemoryTransport:
    """An end of a pair that `memory_transports` makes; a `Transport`."""

    def __init__(self, inbox: asyncio.Queue[bytes | TransportClosed]) -> None:
        self._inbox = inbox
        self._peer: MemoryTransport | None = None
        self._closed: TransportClosed | None = None

    async def send(self, frame: bytes) -> None:
        """Send a frame; see `Transport.send`."""
        if self._closed is not None or self._peer is None:
            raise self._closed or TransportClosed(NORMAL)
        await self._peer._inbox.put(frame)

    def send_nowait(self, frame: bytes) -> None:
        """Send a frame from code that cannot wait; lost if the transport has ended.

        Raises:
            asyncio.QueueFull: If the other end has not read the last 1,024 frames.
        """
        if self._closed is None and self._peer is not None:
            self._peer._inbox.put_nowait(frame)

    async def receive(self) -> bytes:
        """Return the next frame; see `Transport.receive`."""
        if self._closed is not None and self._inbox.empty():
            raise self._closed
        item = await self._inbox.get()
        if isinstance(item, TransportClosed):
            self._closed = item
            raise item
        return item

    async def close(self, code: int = NORMAL, reason: str = "") -> None:
        """End both ends; see `Transport.close`. The other end first gets the frames sent before."""
        self.abort(code, reason)

    def abort(self, code: int = NORMAL, reason: str = "") -> None:
        """End both ends from code that cannot wait; the same as `close`."""
        if self._closed is not None:
            return
        self._closed = TransportClosed(code, reason)
        for inbox in (self._inbox, self._peer._inbox if self._peer else self._inbox):
            # A full inbox belongs to an end that does not read; `_closed` ends it after the frames
            # in it.
            if not inbox.full():
                inbox.put_nowait(self._closed)
        if self._peer is not None and self._peer._inbox.full():
            self._peer._closed = self._closed


def memory_transports() -> tuple[MemoryTransport, MemoryTransport]:
    """Return the two ends of a new transport."""
    ours = MemoryTransport(asyncio.Queue(_FRAMES_MAX))
    theirs = MemoryTransport(asyncio.Queue(_FRAMES_MAX))
    ours._peer, theirs._peer = theirs, ours
    return ours, theirs
