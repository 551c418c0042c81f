"""A message that arrives as one piece: read without the library's parser. Pure.

Nearly every message does. The parser reads a frame in five steps, each of which may have to wait
for more bytes; this takes a fifth of its time.
"""

from websockets.frames import apply_mask  # type: ignore[attr-defined]  # in C where it was compiled

_TEXT = 0x81  # a whole text message, no reserved bit set
_MASKED = 0x80
_SIZE = 0x7F


def whole_text(data: bytes, size_max: int | None) -> bytes | None:
    """Return the message if bytes are one whole, masked frame of text; None if they are not.

    Args:
        data: What was read, from the beginning of a frame on.
        size_max: The size up to which the message is wanted; None for no bound.
    """
    if len(data) < 6 or data[0] != _TEXT or not data[1] & _MASKED:
        return None
    size, start = data[1] & _SIZE, 6
    if size == 127:
        return None
    if size == 126:
        size, start = data[2] << 8 | data[3], 8
    if len(data) != start + size or (size_max is not None and size > size_max):
        return None
    return apply_mask(data[start:], data[start - 4 : start])
