"""The JSON schema of the lines that `bbs admin events` prints, made from their structs."""

import inspect
from typing import Any

import msgspec

from bbs.terminal.event_lines import (
    KINDS,
    VERSION,
    EventLine,
    PassedLine,
    ResetLine,
    StartedLine,
)
from bbs.wire.registry import EVENTS

_LINES = (EventLine, StartedLine, ResetLine, PassedLine)
_REF = "#/$defs/{name}"


def event_lines() -> dict[str, Any]:
    """Return the schema: a line is one of four objects, and an event's `data` is as its kind has it.

    Of `data` no field is required: without --words those that hold words are left out.
    """
    kinds = {kind: EVENTS[kind] for kind in sorted(KINDS)}
    shown, found = msgspec.json.schema_components([*_LINES, *kinds.values()], ref_template=_REF)
    lines, events = shown[: len(_LINES)], shown[len(_LINES) :]
    names = {cls.__name__ for cls in _LINES}
    defs = {name: _plain(found[name], keep=name in names) for name in sorted(found)}
    defs[EventLine.__name__]["allOf"] = [
        {
            "if": {"properties": {"kind": {"const": kind}}},
            "then": {"properties": {"data": data}},
        }
        for kind, data in zip(kinds, events, strict=True)
    ]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A line of `bbs admin events --jsonl`",
        "description": (
            "The field `v` of each line is the version of this form. New fields and new kinds come"
            " without a new version: pass over what you do not know."
        ),
        "version": VERSION,
        "oneOf": lines,
        "$defs": defs,
    }


def _plain(schema: Any, *, keep: bool) -> Any:
    """Return a schema with readable descriptions; without `required` unless that is kept."""
    if isinstance(schema, dict):
        plain = {
            key: _plain(value, keep=keep)
            for key, value in schema.items()
            if keep or key != "required" or not isinstance(value, list)
        }
        if isinstance(plain.get("description"), str):
            plain["description"] = inspect.cleandoc(plain["description"])
        return plain
    if isinstance(schema, list | tuple):
        return [_plain(value, keep=keep) for value in schema]
    return schema
