"""Checks of a frame before it is decoded: depth, repeated keys, numbers, encoding. Pure.

msgspec recurses as deep as the frame is nested, does not bound integers, and of two equal keys
takes the last, so that two programs may read different messages from a frame (protocol 2.3).
"""

import json
import math
import re
from typing import Never

from bbs import limits
from bbs.errors import BadJson

# Possessive, and open at the end, so that a frame of escaped quotes costs a single pass.
_STRING = re.compile(rb'"(?>[^"\\]+|\\.)*+(?:"|\\?\Z)', re.DOTALL)
_BRACES_TO_BRACKETS = bytes.maketrans(b"{}", b"[]")
_NOT_BRACES = bytes(byte for byte in range(256) if byte not in b"[]{}")
_INT_DIGITS_MAX = len(str(limits.REQUEST_ID_INT_MAX)) + 1


def check_frame(frame: bytes) -> None:
    """Refuse a frame that is not a single JSON text within the limits (protocol 2.3).

    Args:
        frame: A text frame whose size the caller has checked.

    Raises:
        BadJson: If it is not UTF-8 or not JSON, nests deeper than `JSON_DEPTH_MAX`, names a key
            twice in one object, or holds a number beyond 2**53 - 1 or not finite.
    """
    if _deeper_than(frame, limits.JSON_DEPTH_MAX):
        raise BadJson(f"nested deeper than {limits.JSON_DEPTH_MAX}")
    try:
        _SCANNER.decode(frame.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise BadJson(f"not UTF-8 at byte {error.start}") from None
    except json.JSONDecodeError as error:
        raise BadJson(f"not JSON at character {error.pos}") from None
    except (RecursionError, ValueError):
        raise BadJson("not JSON") from None


def _deeper_than(frame: bytes, depth_max: int) -> bool:
    if frame.count(b"[") + frame.count(b"{") <= depth_max:
        return False
    shape = _STRING.sub(b"", frame).translate(None, _NOT_BRACES)
    shape = shape.translate(_BRACES_TO_BRACKETS)
    # Each pass removes the innermost level. A rest means deeper nesting, or no JSON at all.
    for _ in range(depth_max):
        if not shape:
            return False
        shape = shape.replace(b"[]", b"")
    return bool(shape)


def _no_twins(pairs: list[tuple[str, object]]) -> None:
    if len(dict(pairs)) != len(pairs):
        raise BadJson("an object names a key twice")


def _bounded_int(digits: str) -> None:
    if len(digits) > _INT_DIGITS_MAX or abs(int(digits)) > limits.REQUEST_ID_INT_MAX:
        raise BadJson("a number beyond 2**53 - 1")


def _finite_float(digits: str) -> None:
    if not math.isfinite(float(digits)):
        raise BadJson("a number that is not finite")


def _no_constant(name: str) -> Never:
    raise BadJson(f"{name} is no JSON")


_SCANNER = json.JSONDecoder(
    object_pairs_hook=_no_twins,
    parse_int=_bounded_int,
    parse_float=_finite_float,
    parse_constant=_no_constant,
)
