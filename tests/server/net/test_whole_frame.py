"""What is read without the library's parser is what the parser would have read (protocol 1.3, 2.1)."""

from hypothesis import example, given
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode
from websockets.protocol import State
from websockets.server import ServerProtocol

from bbs_server.net.whole_frame import whole_text

SIZES = (0, 1, 124, 125, 126, 127, 300, 65_535, 65_536)


def _by_library(data: bytes, size_max: int | None) -> list[object]:
    protocol = ServerProtocol(state=State.OPEN, max_size=size_max)
    protocol.receive_data(data)
    assert protocol.parser_exc is None
    assert not protocol.reader.buffer
    frames = [event for event in protocol.events_received() if isinstance(event, Frame)]
    return [(frame.opcode, frame.fin, bytes(frame.data)) for frame in frames]


@given(st.sampled_from(SIZES), st.none() | st.sampled_from(SIZES))
def test_a_whole_text_is_read_as_the_library_reads_it(size: int, size_max: int | None) -> None:
    """Whatever is read without the parser, the parser reads alike; longer messages are left to it."""
    message = bytes(number & 255 for number in range(size))
    data = Frame(Opcode.TEXT, message).serialize(mask=True)
    found = whole_text(data, size_max)
    if found is None:
        assert size > 65_535 or (size_max is not None and size > size_max)
    else:
        assert found == message
        assert _by_library(data, size_max) == [(Opcode.TEXT, True, message)]


@given(
    st.binary(max_size=20)
    | st.tuples(
        st.sampled_from([0x01, 0x80, 0x81, 0x82, 0x89, 0xC1, 0xF1]),
        st.sampled_from([0, 1, 9, 126, 127, 0x80, 0x81, 0x89, 0xFE, 0xFF]),
        st.binary(max_size=20),
    ).map(lambda parts: bytes(parts[:2]) + parts[2])
)
@example(b"\x81\xfe\x00\x01mask!")
@example(b"\x81\x81mask!!")
def test_nothing_else_is_taken_for_a_whole_text(data: bytes) -> None:
    """Of any bytes, what is read without the parser is one frame that the parser reads alike (P13)."""
    if (found := whole_text(data, None)) is not None:
        assert _by_library(data, None) == [(Opcode.TEXT, True, found)]
