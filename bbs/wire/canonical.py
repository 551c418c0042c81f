"""Calls that are written exactly as `encode_call` writes them are decoded in one pass. Pure.

Every client of the SDK writes so. Such a frame needs no check of its JSON before it is decoded:
encoded again it is the same bytes, so it names no key twice, nests no deeper than its type, and no
program can read another message from it (protocol 2.3).
"""

from functools import cache
from typing import Any

import msgspec
from msgspec import UNSET
from msgspec import inspect as mi

from bbs import limits
from bbs.messages import Command, Request
from bbs.wire.frame_check import find_inexpressible
from bbs.wire.messages import OWN_REQUESTS

_INT_MAX = limits.REQUEST_ID_INT_MAX
_ID_DIGITS_MAX = len(str(_INT_MAX)) - 1  # one less than the bound has, so that all are below it

_encoder = msgspec.json.Encoder()


def call_head(method: str) -> bytes:
    """Return the beginning of the frame of a call, up to the value of its id."""
    return f'{{"jsonrpc":"2.0","method":"{method}","id":'.encode()


_REQUESTS = {call_head(method): cls for method, cls in OWN_REQUESTS.items()}


@cache
def _learn_requests_of_features() -> None:
    """Load them with the first call of another kind: a server says hello without them."""
    from bbs.wire.registry import REQUESTS

    _REQUESTS.update({call_head(method): cls for method, cls in REQUESTS.items()})


def decode_canonical(frame: bytes) -> tuple[int, Request[Any]] | None:
    """Decode a call with a whole number as its id.

    Returns:
        The id and the request, every field within its bounds and a command with its op; None if
        the frame is anything else, which need not be an error.
    """
    start, _, params = frame.partition(b',"params":')
    colon = start.rfind(b":") + 1
    cls, digits = _REQUESTS.get(start[:colon]), start[colon:]
    if cls is None:
        _learn_requests_of_features()
        cls = _REQUESTS.get(start[:colon])
    if cls is None or not digits.isdigit() or len(digits) > _ID_DIGITS_MAX:
        return None
    if (decoder := _decoder(cls)) is None:
        return None
    try:
        request = decoder.decode(memoryview(params)[:-1])
    except (msgspec.MsgspecError, RecursionError, ValueError):
        return None
    if _encoder.encode(request) + b"}" != params or digits != b"%d" % int(digits):
        return None
    if isinstance(request, Command) and request.op is UNSET:
        return None
    if find_inexpressible(request) is not None:
        return None
    return int(digits), request


@cache
def _decoder(cls: type[Request[Any]]) -> msgspec.json.Decoder[Request[Any]] | None:
    """Return a decoder; None if the type holds what the check of a frame has to bound."""
    if not _is_bounded(mi.type_info(cls), limits.JSON_DEPTH_MAX - 1):
        return None
    return msgspec.json.Decoder(cls)


def _is_bounded(kind: mi.Type, depth: int) -> bool:
    """Return whether no value of a type nests deeper or holds a number beyond 2**53 - 1."""
    if depth < 0:
        return False
    match kind:
        case mi.StructType():
            return all(_is_bounded(field.type, depth - 1) for field in kind.fields)
        case mi.UnionType():
            return all(_is_bounded(member, depth) for member in kind.types)
        case mi.VarTupleType():
            return _is_bounded(kind.item_type, depth - 1)
        case mi.DictType():
            return _is_bounded(kind.value_type, depth - 1)
        case mi.IntType():
            low, high = kind.ge, kind.le
            return low is not None and high is not None and low >= -_INT_MAX and high <= _INT_MAX
        case mi.StrType() | mi.BoolType() | mi.NoneType() | mi.DateTimeType() | mi.EnumType():
            return True
        case _:
            return False
