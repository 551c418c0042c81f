"""Text messages as a server's WebSocket frames (RFC 6455, 5.2). Pure.

Without extensions a server's frames are not masked and the same for every reader. So the server
frames a broadcast once for all, where the library would frame it for each. Messages are never
fragmented here, so no frame of another kind can tear one.
"""

from collections.abc import Iterable

HEADER_BYTES_MAX = 10
_TEXT = 0x81  # a whole text message


def framed(message: bytes) -> bytes:
    """Return a text message as it goes over the wire."""
    size = len(message)
    if size < 126:
        return bytes((_TEXT, size)) + message
    if size < 65_536:
        return bytes((_TEXT, 126, size >> 8, size & 255)) + message
    return bytes((_TEXT, 127)) + size.to_bytes(8) + message


def framed_together(messages: Iterable[bytes]) -> bytes:
    """Return text messages as they go over the wire, one after the other."""
    return b"".join(map(framed, messages))
