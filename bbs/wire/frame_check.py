"""Checks of a frame that msgspec does not make: of its JSON before, of its moments after. Pure.

msgspec recurses as deep as the frame is nested, does not bound integers, and of two equal keys
takes the last, so that two programs may read different messages from a frame (protocol 2.3). It
takes moments that some time zone cannot express.
"""

import json
import math
import re
from datetime import datetime
from functools import cache
from typing import Any, Never

from msgspec import Struct
from msgspec import inspect as mi

from bbs import limits
from bbs.clock import is_expressible
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


def find_inexpressible(value: object) -> str | None:
    """Return the path of the first moment in a message that `is_expressible` refuses. Pure.

    Args:
        value: A decoded message, or a field of one.

    Returns:
        A path like `posts[0].at`, as `protocol.bad_params` names fields; empty if `value` is such
        a moment itself; None if there is none.
    """
    if isinstance(value, datetime):
        return None if is_expressible(value) else ""
    if isinstance(value, Struct):
        for name in _fields(type(value)):
            if (path := find_inexpressible(getattr(value, name))) is not None:
                return _join(name, path)
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            if (path := find_inexpressible(item)) is not None:
                return _join(f"[{index}]", path)
    elif isinstance(value, dict):
        for key, item in value.items():
            if (path := find_inexpressible(item)) is not None:
                return _join(str(key), path)
    return None


def _join(step: str, path: str) -> str:
    return f"{step}{path}" if path.startswith("[") or not path else f"{step}.{path}"


@cache
def _fields(cls: type[Any]) -> tuple[str, ...]:
    """Return the fields of a struct that can hold a moment; empty for most messages."""
    kind = mi.type_info(cls)
    assert isinstance(kind, mi.StructType)
    return tuple(field.name for field in kind.fields if _may_hold_moment(field.type))


def _may_hold_moment(kind: mi.Type) -> bool:
    match kind:
        case mi.DateTimeType():
            return True
        case mi.StructType():
            return bool(_fields(kind.cls))
        case mi.UnionType():
            return any(_may_hold_moment(member) for member in kind.types)
        case mi.VarTupleType():
            return _may_hold_moment(kind.item_type)
        case mi.TupleType():
            return any(_may_hold_moment(item) for item in kind.item_types)
        case mi.DictType():
            return _may_hold_moment(kind.value_type)
        case _:
            return False
