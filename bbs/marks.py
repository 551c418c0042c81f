"""A token's rights for a request, by the marks of its power, of itself and of its fields. Pure."""

from collections.abc import Mapping
from functools import cache
from typing import Any, get_type_hints

from msgspec.structs import fields

from bbs.messages import Command, Request
from bbs.powers import (
    TOKEN_POWERS,
    TOKEN_TOUCHES,
    Mark,
    NeedTarget,
    Power,
    Touches,
    power_of_token,
    restrict_to_scope,
)
from bbs.refusals import DeviceNeeded

_NEUTRAL = frozenset(Command.__struct_fields__) | {"if_revision"} | {on.value for on in NeedTarget}
"""Fields that say which thing a command is about, and how it is sent."""


@cache
def field_marks(request: type[Request[Any]]) -> Mapping[str, Mark]:
    """Return the marks of a request's fields, by name; fields without one are left out."""
    found: dict[str, Mark] = {}
    for name, hint in get_type_hints(request, include_extras=True).items():
        if name in request.__struct_fields__ and (mark := _mark_in(hint)) is not None:
            found[name] = mark
    return found


def _mark_in(hint: Any) -> Mark | None:
    """Return the mark in an annotation, also in one alternative of a union."""
    for data in getattr(hint, "__metadata__", ()):
        if isinstance(data, Mark):
            return data
    parts = (_mark_in(part) for part in getattr(hint, "__args__", ()))
    return next((mark for mark in parts if mark is not None), None)


def unmarked_fields(request: type[Request[Any]]) -> frozenset[str]:
    """Return the fields of a request that would have to say what they touch, and do not."""
    if _touches(request) is not Touches.BY_FIELD:
        return frozenset()
    return frozenset(_settable(request)) - field_marks(request).keys()


def is_for_tokens(request: type[Request[Any]]) -> bool:
    """Return whether a token with every power that tokens can have may send such a request."""
    need, touches = request.needs, _touches(request)
    possible = restrict_to_scope(frozenset(Power), TOKEN_POWERS)
    return (
        not need.private
        and power_of_token(need) in possible
        and (need.power is Power.KNOCK or touches in TOKEN_TOUCHES | {Touches.BY_FIELD})
    )


def check_token_may(request: Request[Any]) -> None:
    """Refuse a request that no token may send, whatever its powers are.

    A field without a mark is refused like a field that tokens may not touch.

    Raises:
        DeviceNeeded: If a token may not send it; names the field, or the method if it is the whole
            request.
    """
    touches = _touches(type(request))
    if touches is not Touches.BY_FIELD:
        if touches not in TOKEN_TOUCHES:
            raise DeviceNeeded(what=request.method, touches=touches.value)
        return
    marks = field_marks(type(request))
    for name, default in _settable(type(request)).items():
        if getattr(request, name) == default:
            continue
        mark = marks.get(name, Mark(Touches.BY_FIELD))
        if mark.touches not in TOKEN_TOUCHES:
            raise DeviceNeeded(what=name, touches=mark.touches.value)


@cache
def _settable(request: type[Request[Any]]) -> Mapping[str, Any]:
    """Return the defaults of the fields that say what a command does, by name."""
    return {field.name: field.default for field in fields(request) if field.name not in _NEUTRAL}


def check_token_lowers(request: type[Request[Any]], field: str, before: Any, after: Any) -> None:
    """Refuse a change that no token may make, of a field that it may only raise.

    Args:
        field: Its name.
        before, after: Its values.

    Raises:
        DeviceNeeded: If the value is lower than before, and that touches what tokens may not.
    """
    mark = field_marks(request).get(field)
    if mark is None or mark.lowered is None or mark.lowered in TOKEN_TOUCHES:
        return
    if isinstance(before, int) and isinstance(after, int) and after < before:
        raise DeviceNeeded(what=field, touches=mark.lowered.value)


def _touches(request: type[Request[Any]]) -> Touches:
    return request.needs.touches or request.needs.power.touches
