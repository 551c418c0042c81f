"""What a server writes to a socket, taken apart by the library's own reader."""

from websockets.frames import Frame, Opcode
from websockets.streams import StreamReader


def unframed(wired: bytes) -> list[bytes]:
    """Return the text messages in bytes of whole frames."""
    reader, found = StreamReader(), []
    reader.feed_data(wired)
    while reader.buffer:
        parsing = Frame.parse(reader.read_exact, mask=False)
        try:
            next(parsing)
        except StopIteration as parsed:
            frame: Frame = parsed.value
            assert (frame.opcode, frame.fin) == (Opcode.TEXT, True)
            found.append(bytes(frame.data))
        else:
            raise AssertionError("half a frame was written")
    return found
