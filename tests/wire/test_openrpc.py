"""The documents of the protocol say what the structs say (protocol 10)."""

import json
from collections.abc import Iterator
from typing import Any

from bbs import limits
from bbs.messages import Command
from bbs.wire import client_protocol
from bbs.wire.client_protocol import Reply
from bbs.wire.openrpc import asyncapi, discover_reply, openrpc
from bbs.wire.registry import EPHEMERALS, EVENTS, REQUESTS


def refs(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from refs(value)
    elif isinstance(node, list):
        for value in node:
            yield from refs(value)


def resolve(document: dict[str, Any], ref: str) -> Any:
    node: Any = document
    for name in ref.removeprefix("#/").split("/"):
        node = node[name]
    return node


def test_every_method_is_described() -> None:
    """Every request is a method with all its fields as params, required ones first (protocol 10)."""
    methods = {method["name"]: method for method in openrpc()["methods"]}
    assert list(methods) == list(REQUESTS)
    for name, cls in REQUESTS.items():
        params = methods[name]["params"]
        assert {param["name"] for param in params} == set(cls.__struct_fields__)
        required = [param["required"] for param in params]
        assert required == sorted(required, reverse=True)
        assert methods[name]["x-needs"]["power"] == cls.needs.power
        if issubclass(cls, Command):
            assert next(p for p in params if p["name"] == "op")["required"]


def test_every_event_and_ephemeral_is_described() -> None:
    """Every kind is a message of the AsyncAPI document, in the order written (protocol 10)."""
    messages = asyncapi()["components"]["messages"]
    assert list(messages) == [*EVENTS, *EPHEMERALS]


def test_every_reference_leads_somewhere() -> None:
    """No document points at what is not in it."""
    for document in (openrpc(), asyncapi()):
        for ref in refs(document):
            assert resolve(document, ref)


def test_errors_named_in_the_text_are_documented() -> None:
    """What a request's text names as an error is listed with its code, hint and facts."""
    document = openrpc()
    method = next(m for m in document["methods"] if m["name"] == "members.sign_up")
    codes = [resolve(document, error["$ref"])["data"]["code"] for error in method["errors"]]
    assert codes[:3] == ["members.invitation_invalid", "norms.accept_first", "taken"]
    assert document["components"]["errors"]["Throttled"]["x-facts"] == ["retry_after_s"]


def test_documents_are_plain_and_the_same_every_time() -> None:
    """The documents are plain JSON in a fixed order, so that a committed one can be compared."""
    for make in (openrpc, asyncapi):
        text = json.dumps(make())
        assert json.dumps(make()) == text
        assert "prefixItems" not in text


def test_discover_is_answered_with_the_document() -> None:
    """rpc.discover returns the OpenRPC document in one frame (protocol 10)."""
    frame = discover_reply("d")
    assert len(frame) <= limits.FRAME_TO_CLIENT_BYTES_MAX
    reply = client_protocol.decode_message(frame)
    assert isinstance(reply, Reply)
    assert json.loads(reply.result) == json.loads(json.dumps(openrpc()))
