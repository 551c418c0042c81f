"""The JSON schema of plan files, line by line, made from their structs."""

import inspect
from typing import Any

import msgspec

from bbs.features.batches.plan_file import VERSION, PlanFoot, PlanHead
from bbs.features.batches.views import PlanItem

_LINES = (PlanHead, PlanItem, PlanFoot)


def plan_lines() -> dict[str, Any]:
    """Return the schema: the first line of a plan, each item, and the last line."""
    lines, found = msgspec.json.schema_components(_LINES, ref_template="#/$defs/{name}")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A line of a plan file, as `bbs admin plan -o` writes it",
        "description": (
            "JSON lines in ASCII: a PlanHead, as many PlanItems as its `count` says, and a PlanFoot."
            " The digest of the PlanFoot is over board, epoch, reason, `undoes` and items; `lines` is"
            " SHA-256 of all bytes above. A program refuses a version that it does not know."
        ),
        "version": VERSION,
        "oneOf": list(lines),
        "$defs": {name: readable(found[name]) for name in sorted(found)},
    }


def readable(schema: Any) -> Any:
    """Return a schema with its descriptions as people read them."""
    if isinstance(schema, dict):
        plain = {key: readable(value) for key, value in schema.items()}
        if isinstance(plain.get("description"), str):
            plain["description"] = inspect.cleandoc(plain["description"])
        return plain
    if isinstance(schema, list | tuple):
        return [readable(value) for value in schema]
    return schema
