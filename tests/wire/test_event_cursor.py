"""The cursor over all streams: what it holds comes back, and no text that somebody made breaks it (decision 0066)."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from zlib import crc32

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbs import limits
from bbs.errors import BadParams
from bbs.ids import COMMONS, new_id
from bbs.streams import StreamKind, stream_name
from bbs.wire.event_cursor import EventCursor, StreamPlace, read_cursor, write_cursor

PLACES = st.dictionaries(
    st.builds(stream_name, st.sampled_from(StreamKind), st.uuids().map(str)),
    st.builds(StreamPlace, st.integers(0, 2**53 - 1), st.text("0123456789abcdef", max_size=32)),
    max_size=5,
)


def signed(content: bytes, version: int = 1) -> str:
    """Return content as somebody would send it who knows the form."""
    whole = bytes((version,)) + content
    return urlsafe_b64encode(whole + crc32(whole).to_bytes(4, "big")).rstrip(b"=").decode()


@given(st.text(max_size=64), PLACES)
def test_a_cursor_comes_back_as_it_was(epoch: str, places: dict[str, StreamPlace]) -> None:
    """Each stream keeps its seq and its tag (protocol 6.7)."""
    cursor = EventCursor(epoch, places)
    assert read_cursor(write_cursor(cursor)) == cursor


def test_the_largest_cursor_fits() -> None:
    """As many streams as a sync takes, each with the longest tag, stay within `CURSOR_CHARS_MAX`."""
    place = StreamPlace(2**53 - 1, "f" * 32)
    streams = [stream_name(StreamKind.MEMBER, new_id()) for _ in range(limits.CURSOR_STREAMS_MAX)]
    assert len(write_cursor(EventCursor("e" * 64, dict.fromkeys(streams, place)))) <= (
        limits.CURSOR_CHARS_MAX
    )


@given(st.data())
def test_a_cursor_cut_off_or_changed_is_refused(data: st.DataObject) -> None:
    """The half line of a program that was killed is never taken for a place to go on from."""
    place = {stream_name(StreamKind.BOARD, COMMONS): StreamPlace(7, "ab")}
    whole = write_cursor(EventCursor("e1", place))
    at = data.draw(st.integers(0, len(whole) - 1))
    other = data.draw(st.sampled_from("ABab01-_=. \u00e9").filter(lambda each: each != whole[at]))
    for bad in (whole[:at], whole[:at] + other + whole[at + 1 :], whole + "A"):
        with pytest.raises(BadParams, match=r"cut off or changed|no cursor"):
            read_cursor(bad)


def _encoded(value: object) -> bytes:
    return msgspec.msgpack.encode(value)


_OWNER = b"\0" * 16


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xc1",
        b"\x91" * 30_000,
        _encoded(["e"]),
        _encoded(["e", [], 3]),
        _encoded(["e" * 65, []]),
        _encoded(["e", [["board", _OWNER, -1, ""]]]),
        _encoded(["e", [["board", _OWNER, 2**53, ""]]]),
        _encoded(["e", [["board", _OWNER, True, ""]]]),
        _encoded(["e", [["board", _OWNER, 1, "t" * 33]]]),
        _encoded(["e", [["board", _OWNER[1:], 1, ""]]]),
        _encoded(["e", [["nothing", _OWNER, 1, ""]]]),
        _encoded(["e", [["board", _OWNER, 1, ""], ["board", _OWNER, 2, ""]]]),
        _encoded(["e", [["board", n.to_bytes(16, "big"), 1, ""] for n in range(513)]]),
        _encoded({"epoch": "e", "places": []}),
    ],
)
def test_a_cursor_with_other_content_is_refused(content: bytes) -> None:
    """Who knows the form brings in nothing that is not a place in a stream."""
    with pytest.raises(BadParams, match="no cursor"):
        read_cursor(signed(content))


def test_every_refusal_is_a_sentence() -> None:
    """Too long, of a newer version, or no cursor at all: it is said which."""
    told = {
        signed(_encoded(["e", []]), version=2): "a newer version",
        "A" * (limits.CURSOR_CHARS_MAX + 1): "at most",
        "": "no cursor",
        "now or later": "no cursor",
    }
    for text, sentence in told.items():
        with pytest.raises(BadParams, match=sentence):
            read_cursor(text)


@given(st.binary(max_size=200))
def test_noise_is_refused(noise: bytes) -> None:
    """Whatever the bytes are, the answer is a refusal and no fault."""
    for text in (urlsafe_b64encode(noise).rstrip(b"=").decode(), signed(noise)):
        try:
            cursor = read_cursor(text)
        except BadParams:
            continue
        assert urlsafe_b64decode(write_cursor(cursor) + "==")
