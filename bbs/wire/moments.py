"""Find moments in messages that some time zone cannot express."""

from datetime import datetime
from functools import cache
from typing import Any

from msgspec import Struct
from msgspec import inspect as mi

from bbs.clock import is_expressible


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
