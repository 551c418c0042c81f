"""What carries frames between two ends: a WebSocket, or a pair of queues in tests."""

from typing import Protocol

from bbs.wire.close import NORMAL


class TransportClosed(Exception):
    """The link ended.

    Attributes:
        code: One of `bbs.wire.close`; 1006 if the line was cut without a word.
        reason: What the other end gave as reason. Foreign text: clean it before showing (P13).
    """

    def __init__(self, code: int, reason: str = "") -> None:
        super().__init__(f"closed {code} {reason}".strip())
        self.code = code
        self.reason = reason


class Transport(Protocol):
    """One open connection that carries whole text frames both ways, in order."""

    async def send(self, frame: bytes) -> None:
        """Send one frame; waits while the line is full.

        Cancelling is safe for the link; whether the frame went out is then not known.

        Raises:
            TransportClosed: If the link has ended.
        """
        ...

    async def receive(self) -> bytes:
        """Return the next frame. Cancelling is safe: no frame is lost.

        Raises:
            TransportClosed: If the link has ended and every frame before that was returned.
        """
        ...

    async def close(self, code: int = NORMAL, reason: str = "") -> None:
        """End the link; harmless if it has ended. Cancelling leaves it to end by itself."""
        ...
