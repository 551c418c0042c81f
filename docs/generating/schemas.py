"""How a JSON schema reads in a table: the types and bounds of fields, with links to what they name."""

from collections.abc import Mapping
from typing import Any

from generating.text import anchor, doc_parts, table

Schema = Mapping[str, Any]

_BIG = 2**53 - 1
TYPES_PAGE = "commands.md"


def named(schema: Schema, known: Mapping[str, Any], here: bool) -> str:
    """Return what a `$ref` names, as a link where that is described.

    Args:
        known: The schemas that have a heading on the page of types.
        here: Whether this is that page.
    """
    name = str(schema["$ref"]).rpartition("/")[2]
    if name not in known:
        return f"`{name}`"
    return f"[`{name}`]({'' if here else TYPES_PAGE}#{anchor(name)})"


def type_of(schema: Schema, known: Mapping[str, Any], *, here: bool = True) -> str:
    """Return a schema as a few words: `uuid`, `integer, 1 to 200`, `list of Post`."""
    if "$ref" in schema:
        return named(schema, known, here)
    if "anyOf" in schema:
        options = [type_of(option, known, here=here) for option in schema["anyOf"]]
        present = [option for option in options if option != "null"]
        return " or ".join([*present, *(["null"] if "null" in options else [])])
    if "enum" in schema:
        return " or ".join(f"`{value}`" for value in schema["enum"])
    kind = schema.get("type", "anything")
    if kind == "array":
        return _array(schema, known, here)
    if kind == "object":
        inner = schema.get("additionalProperties")
        return f"object: {type_of(inner, known, here=here)} by name" if inner else "object"
    if kind == "string":
        return _string(schema)
    if kind in ("integer", "number"):
        return f"{kind}{_bounds(schema)}"
    return str(kind)


def _array(schema: Schema, known: Mapping[str, Any], here: bool) -> str:
    items = schema.get("items", {})
    if isinstance(items, list):
        return f"[{', '.join(type_of(item, known, here=here) for item in items)}]"
    bound = f" of up to {schema['maxItems']}" if "maxItems" in schema else ""
    return f"list{bound}: {type_of(items, known, here=here)}"


def _string(schema: Schema) -> str:
    if schema.get("format") == "date-time":
        return "instant"
    if schema.get("maxLength") == schema.get("minLength") == 36:
        return "uuid"
    most, least = schema.get("maxLength"), schema.get("minLength")
    if most is not None and least == most:
        return f"text of {most}"
    if most is None:
        return "text"
    return f"text, {least} to {most}" if least else f"text, at most {most:,}"


def _bounds(schema: Schema) -> str:
    least, most = schema.get("minimum"), schema.get("maximum")
    if most in (None, _BIG):
        return "" if least is None else f" from {least}"
    return f", {least} to {most:,}"


def fields_table(schema: Schema, known: Mapping[str, Any], *, here: bool = True) -> list[str]:
    """Return the fields of an object as a table: name, type, default, and what is said of it."""
    about = doc_parts(schema.get("description", "")).attributes
    required = schema.get("required", ())
    rows = []
    for name, field in schema.get("properties", {}).items():
        given = "" if name in required else default_of(field)
        rows.append(
            (
                f"`{name}`",
                type_of(field, known, here=here),
                given,
                about.get(name, field.get("description", "")),
            )
        )
    return table(("field", "type", "default", "about"), rows)


def default_of(schema: Schema) -> str:
    """Return a field's default as JSON would say it; a dash where it may be left out."""
    value = schema.get("default")
    if value in (None, "", {}, []):
        return "—"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"
