"""Text in messages: left out of stored events and results, filled in at replay (P10). Pure."""

import hashlib
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import Any, TypeVar, cast, get_type_hints

import msgspec
from msgspec import NODEFAULT, UNSET, Struct
from msgspec.structs import fields, replace

from bbs.features.members.messages import Password
from bbs.messages import Command, Event, Result

Plan = Mapping[str, "Plan | None"]
"""Fields to leave out, nested like the structs they are in; None marks a field that holds text."""

S = TypeVar("S", bound=Struct)

_encoder = msgspec.json.Encoder()
_sorted_encoder = msgspec.json.Encoder(order="deterministic")


def encode_for_readers_and_log(event: Event) -> tuple[bytes, bytes]:
    """Encode an event twice: whole for its listeners, and without text for the log (P10).

    Returns:
        The whole encoding, then the encoding without the fields in the event's `text_paths`.
    """
    full = _encoder.encode(event)
    blanked = _blanked(event, _plan(type(event).text_paths))
    return full, full if blanked is event else _encoder.encode(blanked)


def encode_without_text(result: Result) -> bytes:
    """Encode a result without the fields in its `text_paths`, to store it (P10)."""
    return _encoder.encode(_blanked(result, _plan(type(result).text_paths)))


@cache
def _plan(paths: tuple[str, ...]) -> Plan:
    plan: dict[str, Any] = {}
    for path in paths:
        *parents, last = path.split(".")
        place = plan
        for parent in parents:
            place = place.setdefault(parent, {})
        place[last] = None
    return plan


def _blanked(struct: S, plan: Plan) -> S:
    """Return a struct without the text fields of a plan; the same object if it has no such text."""
    changes: dict[str, object] = {}
    for name, inner in plan.items():
        # Only imported authors have the field `name`.
        value = getattr(struct, name, None)
        if value is None:
            continue
        emptied = _blanked(value, inner) if inner is not None else _absent(type(struct), name)
        if emptied is not value:
            changes[name] = emptied
    return replace(struct, **changes) if changes else struct


@cache
def _absent(cls: type[Struct], name: str) -> object:
    """Return the default of a field: the value that means that the text is gone."""
    found = next(field.default for field in fields(cls) if field.name == name)
    assert found is not NODEFAULT, f"{cls.__name__}.{name} holds text and cannot be left out"
    return found


def fill_text(data: bytes, words: Mapping[str, str | None]) -> bytes:
    """Insert texts into an encoded event, at replay (protocol 6.3).

    Args:
        data: The event's own fields as a JSON object, as `encode_for_readers_and_log` encodes them
            for the log.
        words: The current text by dotted path, such as `post.body`; None leaves the field out. A
            path whose parent is not in `data` is ignored.

    Raises:
        msgspec.DecodeError: If `data` is not JSON.
    """
    present = [(path, text) for path, text in words.items() if text is not None]
    if not present:
        return data
    fields = msgspec.json.decode(data)
    for path, text in present:
        parents, last = _steps(path)
        place = _descend(fields, parents)
        if place is not None:
            place[last] = text
    return _encoder.encode(fields)


@lru_cache
def _steps(path: str) -> tuple[list[str], str]:
    *parents, last = path.split(".")
    return parents, last


def _descend(fields: object, parents: Iterable[str]) -> dict[str, Any] | None:
    for parent in parents:
        if not isinstance(fields, dict):
            return None
        fields = fields.get(parent)
    return cast("dict[str, Any]", fields) if isinstance(fields, dict) else None


@cache
def _passwords(cls: type[Command[Any]]) -> tuple[str, ...]:
    hints = get_type_hints(cls, include_extras=True)
    return tuple(name for name, hint in hints.items() if hint == Password)


def canonical_hash(request: Command[Any]) -> bytes:
    """Return the hash that shows whether an op comes with the same content (P12, protocol 5.2).

    The hash is SHA-256, 32 bytes, over the method and the params in a fixed order, without the op.
    Fields at their defaults count as left out. Passwords are left out, because a fast hash that is
    kept for 30 days would help to guess them.
    """
    unhashed: dict[str, Any] = dict.fromkeys(_passwords(type(request)), "")
    bare = replace(request, op=UNSET, **unhashed)
    params = _sorted_encoder.encode(bare)
    return hashlib.sha256(request.method.encode() + b"\n" + params).digest()
