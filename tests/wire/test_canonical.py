"""Calls decoded in one pass: only frames that need no check, and as the check would have them read."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbs.features.threads.messages import ListPosts, ListThreads, WithdrawPost, WritePost
from bbs.ids import COMMONS
from bbs.wire.canonical import decode_canonical
from bbs.wire.codec import encode_call
from bbs.wire.frame_check import check_frame
from bbs.wire.registry import REQUESTS
from tests.wire.strategies import few, messages

POST = "00000000-0000-4000-8000-00000000000a"
OP = "00000000-0000-4000-8000-00000000000b"
WRITE = encode_call(7, WritePost(op=OP, thread=POST, post=POST, body='A "line"\n{["é"]}'))


@few
@given(st.sampled_from(sorted(REQUESTS)), st.integers(0, 2**53 - 1), st.data())
def test_what_is_decoded_at_once_is_what_the_frame_says(
    method: str, request_id: int, data: st.DataObject
) -> None:
    """Decoded in one pass, a call has passed the check and lost nothing (protocol 2.2, 2.3)."""
    frame = encode_call(request_id, data.draw(messages(REQUESTS[method])))
    if (found := decode_canonical(frame)) is None:
        return
    check_frame(frame)
    said = json.loads(frame)
    assert found[0] == said["id"]
    assert found[1].method == said["method"]
    assert json.loads(msgspec.json.encode(found[1])) == said["params"]


def test_what_is_sent_most_is_decoded_at_once() -> None:
    """A post, a withdrawal and a page of threads take the short way."""
    for request in (
        WritePost(op=OP, thread=POST, post=POST, body="B"),
        WithdrawPost(op=OP, post=POST),
        ListThreads(board=COMMONS),
    ):
        assert decode_canonical(encode_call(1, request)) == (1, request)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"op":', b'"op":"' + OP.encode() + b'","op":'),
        (b'"op":', b'"\\u006fp":'),
        (b'"id":7', b'"id":7,"id":8'),
        (b'"id":7', b'"id":07'),
        (b'"id":7', b'"id":7.0'),
        (b'"id":7', b'"id":-7'),
        (b'"id":7', b'"id":9007199254740992'),
        (b'"id":7', b'"id":' + b"9" * 5_000),
        (b'"id":7', b'"id":"7"'),
        (b'"id":7', b'"id":true'),
        (b'"params":', b'"params": '),
        (b'"params":', b'"params":{},"params":'),
        (b'"jsonrpc"', b'"jsonrpc":"1.0","jsonrpc"'),
        (b'"jsonrpc":"2.0",', b""),
        (b"}}", b"}} "),
        (b"}}", b"}}{}"),
        (b"}}", b"}"),
        (b"}}", b'},"more":1}'),
        (b'\\"', b"\\u0022"),
        ("é".encode(), b"\\u00e9"),
        ("é".encode(), b"\xed\xa0\x80"),
        ("é".encode(), b"\xff"),
        (b"threads.post", b"threads.pos"),
        (b"threads.post", b"threads.withdraw"),
    ],
)
def test_what_is_written_otherwise_is_looked_at_closely(old: bytes, new: bytes) -> None:
    """Twin keys, spaces, escapes, other orders and halves are left to the check (protocol 2.3)."""
    assert decode_canonical(WRITE) is not None
    assert WRITE.count(old) >= 1
    assert decode_canonical(WRITE.replace(old, new, 1)) is None


def test_a_number_without_a_bound_is_left_to_the_check() -> None:
    """Where a type does not bound a number, the check has to (protocol 2.3)."""
    assert decode_canonical(encode_call(1, ListPosts(thread=POST, after=2**53))) is None
    assert decode_canonical(encode_call(1, ListPosts(thread=POST, after=1))) is None


@given(
    st.integers(0, len(WRITE)),
    st.integers(0, 4),
    st.sampled_from([b"", b'"', b"\\", b"{", b"}", b",", b" ", b"0", b"e9", b"\x00", b"\xc3"]),
)
def test_nothing_passes_that_the_check_refuses(at: int, length: int, new: bytes) -> None:
    """However a frame is damaged, what is decoded at once passes the check unchanged (P13)."""
    frame = WRITE[:at] + new + WRITE[at + length :]
    if (found := decode_canonical(frame)) is not None:
        check_frame(frame)
        assert msgspec.to_builtins(found[1]) == json.loads(frame)["params"]
