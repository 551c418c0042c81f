"""The protocol as documents: OpenRPC for the calls, AsyncAPI for events and ephemerals.

Both are made from the structs, in the order of the source, so that they cannot contradict the code
(protocol 10.1). docs/reference holds both; `rpc.discover` returns the first.
"""

import inspect
import re
from collections.abc import Iterable
from functools import cache
from typing import Any

import msgspec

from bbs import __version__, errors, refusals
from bbs.errors import FolkmootError
from bbs.messages import Command, Ephemeral, Event, Request
from bbs.wire.close import MEANINGS
from bbs.wire.codec import RequestId, encode_raw_result
from bbs.wire.messages import PROTOCOL, EphemeralFrame, EventFrame
from bbs.wire.registry import EPHEMERALS, EVENTS, REQUESTS, result_type

OPENRPC_VERSION = "1.4.1"
ASYNCAPI_VERSION = "3.0.0"

Schema = dict[str, Any]

_REF = "#/components/schemas/{name}"
_CODES = re.compile(r"`([a-z_]+(?:\.[a-z_]+)?)`")


def openrpc() -> dict[str, Any]:
    """Return the OpenRPC document of all calls as JSON types, always the same."""
    results = [result_type(cls) for cls in REQUESTS.values()]
    every_type = [*REQUESTS.values(), *dict.fromkeys(results)]
    shown, components = _schemas(every_type)
    by_type = dict(zip(every_type, shown, strict=True))
    requests = {_name_of(by_type[cls]) for cls in REQUESTS.values()}
    methods = [
        _method(method, cls, by_type[result_type(cls)], components[_name_of(by_type[cls])])
        for method, cls in REQUESTS.items()
    ]
    return {
        "openrpc": OPENRPC_VERSION,
        "info": _info("Folkmoot: calls"),
        "methods": methods,
        "components": {
            # The fields of a request are its params; a schema would repeat them.
            "schemas": {k: v for k, v in components.items() if k not in requests},
            "errors": {cls.__name__: _error(cls) for cls in _wire_errors()},
        },
    }


def asyncapi() -> dict[str, Any]:
    """Return the AsyncAPI document of events and ephemerals as JSON types, always the same."""
    told: list[type[Event] | type[Ephemeral]] = [*EVENTS.values(), *EPHEMERALS.values()]
    (event, ephemeral, *shown), components = _schemas([EventFrame, EphemeralFrame, *told])
    messages = {
        cls.kind: _notification(cls, schema, event if issubclass(cls, Event) else ephemeral)
        for cls, schema in zip(told, shown, strict=True)
    }
    refs = {kind: {"$ref": f"#/components/messages/{kind}"} for kind in messages}
    return {
        "asyncapi": ASYNCAPI_VERSION,
        "info": _info("Folkmoot: events and ephemerals"),
        "defaultContentType": "application/json",
        "channels": {
            "connection": {
                "address": "/",
                "title": f"One WebSocket connection, subprotocol {PROTOCOL}",
                "messages": refs,
                "x-close-codes": {str(code): text for code, text in MEANINGS.items()},
            }
        },
        "operations": {
            "tell": {
                "action": "send",
                "summary": "The server tells a client what happened.",
                "channel": {"$ref": "#/channels/connection"},
            }
        },
        "components": {"messages": messages, "schemas": components},
    }


@cache
def _discovered() -> bytes:
    return msgspec.json.encode(openrpc())


def discover_reply(request_id: RequestId) -> bytes:
    """Return the frame that answers `rpc.discover`: the OpenRPC document (protocol 10)."""
    return encode_raw_result(request_id, _discovered())


def _info(title: str) -> dict[str, Any]:
    return {"title": title, "version": __version__, "license": {"name": "MIT"}}


def _schemas(types: Iterable[Any]) -> tuple[list[Schema], dict[str, Schema]]:
    """Return a reference for each type, and every schema they need, by name in sorted order."""
    shown, components = msgspec.json.schema_components(types, ref_template=_REF)
    plain = {name: _draft7(components[name]) for name in sorted(components)}
    return list(shown), plain


def _draft7(schema: Any) -> Any:
    """Return a schema as both documents can hold it: JSON Schema draft 7, plain JSON values.

    Draft 7 spells a fixed array `items: [...]` where msgspec writes `prefixItems`.
    """
    if isinstance(schema, dict):
        plain = {key: _draft7(value) for key, value in schema.items()}
        if "prefixItems" in plain:
            plain["items"] = plain.pop("prefixItems")
        if isinstance(plain.get("description"), str):
            plain["description"] = inspect.cleandoc(plain["description"])
        return plain
    if isinstance(schema, list | tuple):
        return [_draft7(value) for value in schema]
    return schema


def _name_of(schema: Schema) -> str:
    return str(schema["$ref"]).rpartition("/")[2]


def _doc(cls: type) -> tuple[str, str, dict[str, str]]:
    """Return a class's first sentence, its text without the attributes, and those by name."""
    text = inspect.cleandoc(cls.__doc__ or "")
    text, _, attributes = text.partition("\nAttributes:\n")
    text = text.strip()
    summary = text.partition("\n\n")[0].replace("\n", " ")
    summary = re.split(r"(?<=[.!?])\s", summary, maxsplit=1)[0]
    about: dict[str, str] = {}
    name = ""
    for line in attributes.splitlines():
        if found := re.match(r" {4}(\w+): (.*)", line):
            name, about[found[1]] = found[1], found[2]
        elif name and line.strip():
            about[name] += f" {line.strip()}"
    text = " ".join(text.split())
    return summary, "" if text == summary else text, about


def _method(method: str, cls: type[Request[Any]], result: Schema, params: Schema) -> dict[str, Any]:
    summary, text, about = _doc(cls)
    required = set(params.get("required", ()))
    if issubclass(cls, Command):
        # Optional in the struct, because the SDK draws it; on the wire it is required.
        required.add("op")
        about.setdefault("op", "Names this request; a fresh uuid for every new one (P12).")
        about.setdefault("dry_run", "Run everything, then undo it.")
    described: list[dict[str, Any]] = []
    for name, schema in params.get("properties", {}).items():
        param: dict[str, Any] = {"name": name, "required": name in required, "schema": schema}
        if said := about.get(name, schema.get("description")):
            param["description"] = said
        described.append(param)
    described.sort(key=lambda param: not param["required"])
    return {
        "name": method,
        "summary": summary,
        **({"description": text} if text else {}),
        "tags": [{"name": "command" if issubclass(cls, Command) else "query"}],
        "paramStructure": "by-name",
        "params": described,
        "result": {"name": _name_of(result), "schema": result},
        "errors": _errors_of(cls),
        "x-needs": msgspec.to_builtins(cls.needs),
    }


def _wire_errors() -> list[type[FolkmootError]]:
    """Return the errors that a server answers: the leaves of the tree, in the order of the source.

    `Disconnected` is left out, because only clients raise it.
    """
    declared = [
        cls
        for cls in (*vars(errors).values(), *vars(refusals).values())
        if isinstance(cls, type) and issubclass(cls, FolkmootError)
    ]
    families = {base for cls in declared for base in cls.__bases__}
    ours = families | {errors.Disconnected}
    return [cls for cls in dict.fromkeys(declared) if cls not in ours]


def _errors_of(cls: type[Request[Any]]) -> list[dict[str, str]]:
    """Return references to the errors a request's docstring names, in its order."""
    text = inspect.cleandoc(cls.__doc__ or "")
    _, _, named = text.partition("Errors:")
    by_code = {error.code: error for error in _wire_errors()}
    codes = [code for code in _CODES.findall(named) if code in by_code]
    refs = (f"#/components/errors/{by_code[code].__name__}" for code in dict.fromkeys(codes))
    return [{"$ref": ref} for ref in refs]


def _error(cls: type[FolkmootError]) -> dict[str, Any]:
    summary, _, _ = _doc(cls)
    data: dict[str, Any] = {"code": cls.code, "hint": cls.hint, "audience": cls.audience}
    return {"code": cls.rpc_code, "message": summary, "data": data, "x-facts": list(cls.fact_names)}


def _notification(
    cls: type[Event] | type[Ephemeral], data: Schema, frame: Schema
) -> dict[str, Any]:
    summary, text, _ = _doc(cls)
    method = "event" if issubclass(cls, Event) else "ephemeral"
    told: dict[str, Any] = {
        "name": cls.kind,
        "title": cls.__name__,
        "summary": summary,
        **({"description": text} if text else {}),
        "payload": {
            "type": "object",
            "properties": {
                "jsonrpc": {"const": "2.0"},
                "method": {"const": method},
                "params": {
                    "allOf": [
                        frame,
                        {"properties": {"kind": {"const": cls.kind}, "data": data}},
                    ]
                },
            },
            "required": ["jsonrpc", "method", "params"],
        },
    }
    if issubclass(cls, Event) and cls.text_paths:
        told["x-words"] = list(cls.text_paths)
    return told
