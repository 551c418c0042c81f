"""What is refused before decoding: depth, twin keys, numbers, encoding (protocol 2.3)."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bbs import limits
from bbs.errors import BadJson
from bbs.wire.frame_check import check_frame
from tests.wire.strategies import json_values


def nested(depth: int, *, opening: bytes = b"[", closing: bytes = b"]") -> bytes:
    return opening * depth + b"1" + closing * depth


@pytest.mark.parametrize(
    ("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}"), (b'[{"a":', b"}]")]
)
def test_depth_is_bounded_exactly(opening: bytes, closing: bytes) -> None:
    """A frame as deep as `JSON_DEPTH_MAX` passes, one level more is refused (protocol 2.3)."""
    levels = opening.count(b"[") + opening.count(b"{")
    depth = limits.JSON_DEPTH_MAX // levels
    check_frame(nested(depth, opening=opening, closing=closing))
    with pytest.raises(BadJson, match="nested deeper"):
        check_frame(nested(depth + 1, opening=opening, closing=closing))


def test_brackets_in_text_are_no_depth() -> None:
    """Brackets within strings count for nothing, escaped quotes or not (protocol 2.3)."""
    check_frame(json.dumps({"body": '["' * 500 + "\\" + "{" * 500}).encode())


def test_many_shallow_arrays_are_no_depth() -> None:
    """A long but shallow frame passes (protocol 2.3)."""
    check_frame(b"[" + b"[],{}," * 5_000 + b"[]]")


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b"{",
        b"\xef\xbb\xbf{}",
        b'"\xff"',
        "{}".encode("utf-16"),
        b"NaN",
        b"-Infinity",
        b"1e999",
        b"9007199254740992",
        b"9" * 5_000,
        b'{"a":1,"a":2}',
        b'{"a":1,"\\u0061":2}',
        b'[{"x":{"y":1,"y":1}}]',
        b"{} {}",
        b'"' + b'\\"' * 32_000,
        b"[" * 65_000,
        b'"\\',
    ],
)
def test_what_two_readers_could_read_differently_is_refused(frame: bytes) -> None:
    """Twin keys, great or endless numbers, other encodings and halves of JSON are BadJson."""
    with pytest.raises(BadJson):
        check_frame(frame)


@pytest.mark.parametrize(
    "frame", [b"9007199254740991", b"-9007199254740991", b"0.5", b' {"a": 1} ']
)
def test_the_bounds_themselves_pass(frame: bytes) -> None:
    """Numbers of 53 bits and white space around the message are fine (protocol 2.3)."""
    check_frame(frame)


@given(st.binary(max_size=200))
@example(b'{"a":"' + b"\\" * 7 + b'"}')
def test_nothing_but_bad_json_is_raised_for_any_bytes(frame: bytes) -> None:
    """Whatever bytes arrive, the check passes or raises BadJson (P13)."""
    try:
        check_frame(frame)
    except BadJson:
        return
    json.loads(frame.decode())


@given(json_values)
def test_json_passes_or_is_refused_for_a_reason_told(value: object) -> None:
    """JSON of any shape passes, or is refused by a rule that says why (protocol 4)."""
    rule = ""
    try:
        check_frame(json.dumps(value).encode())
    except BadJson as error:
        rule = error.rule
    assert not rule or rule.startswith(("a number", "NaN", "Infinity", "-Infinity"))
