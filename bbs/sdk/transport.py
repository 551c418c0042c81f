"""Transports carry frames between two ends: over a WebSocket, or a pair of queues in tests."""

from typing import Protocol

from bbs.wire.close import NORMAL, reason_for_people


class TransportClosed(Exception):
    """The transport ended.

    Attributes:
        code: A close code of `bbs.wire.close`; 1006 if the connection was lost without a close.
        reason: The other end's reason, for logs. Foreign text: sanitize it before showing it (P13).
        words: Why the transport ended, in our own words for people.
    """

    def __init__(self, code: int, reason: str = "") -> None:
        super().__init__(f"closed {code} {reason}".strip())
        self.code = code
        self.reason = reason
        self.words = reason_for_people(code)


class Transport(Protocol):
    """An open connection that carries whole text frames both ways, in order."""

    async def send(self, frame: bytes) -> None:
        """Send a frame; waits while the connection is full.

        Cancelling is safe for the transport, but then the caller cannot know whether the frame was
        sent.

        Raises:
            TransportClosed: If the transport has ended.
        """
        ...

    async def receive(self) -> bytes:
        """Return the next frame. Cancelling is safe: no frame is lost.

        Raises:
            TransportClosed: If the transport has ended and every frame before was returned.
        """
        ...

    async def close(self, code: int = NORMAL, reason: str = "") -> None:
        """End the transport; harmless if it has ended. Cancelling is safe: it still ends."""
        ...
