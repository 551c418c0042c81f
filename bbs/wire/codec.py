"""The server's codec: decodes calls; encodes results, errors, events and ephemerals. Pure.

The frame of an event depends on event and text alone, never on its reader, so that it is encoded
once for all readers (protocol 7.1).
"""

import re
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

import msgspec
from msgspec import UNSET, Raw, Struct

from bbs import limits
from bbs.clock import MOMENT_RULE
from bbs.errors import BadJson, BadParams, BadRequest, FolkmootError, ProtocolError, UnknownMethod
from bbs.features.members.views import Author
from bbs.messages import Command, Ephemeral, Request, Result
from bbs.wire.frame_check import check_frame
from bbs.wire.moments import find_inexpressible
from bbs.wire.registry import REQUESTS

RequestId = int | str

_OP_RULE = "a changing request names its op, a fresh uuid"
_FIELD_CHARS_MAX = 64


class Call(NamedTuple):
    """A request, with the id for its answer."""

    id: RequestId
    request: Request[Any]


class InvalidCall(Exception):
    """A frame that is no valid call.

    Attributes:
        error: The reason.
        request_id: The id for the answer; None if the frame has no readable id.
    """

    def __init__(self, error: ProtocolError, request_id: RequestId | None) -> None:
        super().__init__(str(error))
        self.error = error
        self.request_id = request_id


class _Envelope(Struct, forbid_unknown_fields=True):
    """A JSON-RPC request, loosely typed, so that errors in it can be answered by its id."""

    jsonrpc: Any = UNSET
    id: Any = UNSET
    method: Any = UNSET
    params: Raw = Raw(b"{}")


class _EventParams(Struct, omit_defaults=True):
    stream: str
    seq: int
    at: datetime
    kind: str
    author: Author | Raw
    subject: str
    data: Raw
    tag: str = ""


_envelopes = msgspec.json.Decoder(_Envelope)
_encoder = msgspec.json.Encoder()


@cache
def _decoder(cls: type[Request[Any]]) -> msgspec.json.Decoder[Request[Any]]:
    return msgspec.json.Decoder(cls)


def decode_call(frame: bytes) -> Call:
    """Decode a request (protocol 2.2 to 2.6).

    Args:
        frame: A text frame whose size the caller has checked.

    Returns:
        The request as its struct, with every field within its bounds; a command with its op.

    Raises:
        InvalidCall: If the frame is no such request; with `BadJson`, `BadRequest`, `UnknownMethod`
            or `BadParams`. No bytes cause any other exception.
    """
    envelope = _open(frame)
    request_id = envelope.id
    cls = REQUESTS.get(envelope.method)
    if cls is None:
        raise InvalidCall(UnknownMethod(envelope.method[:_FIELD_CHARS_MAX]), request_id)
    params = bytes(envelope.params).lstrip()
    if not params.startswith(b"{"):
        raise InvalidCall(BadRequest("params go by name, in an object"), request_id)
    try:
        request = _decoder(cls).decode(params)
    except (msgspec.MsgspecError, RecursionError, ValueError) as error:
        raise InvalidCall(params_error(error), request_id) from None
    if isinstance(request, Command) and request.op is UNSET:
        raise InvalidCall(BadParams("op", _OP_RULE), request_id)
    if (moment := find_inexpressible(request)) is not None:
        raise InvalidCall(BadParams(moment[:_FIELD_CHARS_MAX], MOMENT_RULE), request_id)
    return Call(request_id, request)


def _open(frame: bytes) -> _Envelope:
    """Return the envelope, with a valid id and a method that is a string."""
    try:
        check_frame(frame)
        if frame.lstrip()[:1] == b"[":
            raise BadRequest("one request a frame, no batches")
        envelope = _envelopes.decode(frame)
    except ProtocolError as error:
        raise InvalidCall(error, None) from None
    except msgspec.ValidationError as error:
        raise InvalidCall(_envelope_error(error), None) from None
    except (msgspec.MsgspecError, RecursionError, ValueError):
        raise InvalidCall(BadJson(), None) from None
    request_id = _usable_id(envelope.id)
    rule = ""
    if envelope.id is UNSET:
        rule = "it has no id; every request needs one, notifications are not taken"
    elif request_id is None:
        rule = f"an id is a whole number or at most {limits.REQUEST_ID_CHARS_MAX} characters"
    elif envelope.jsonrpc != "2.0":
        rule = "jsonrpc must be 2.0"
    elif not isinstance(envelope.method, str):
        rule = "method must be a string"
    if rule:
        raise InvalidCall(BadRequest(rule), request_id)
    return envelope


def _usable_id(value: object) -> RequestId | None:
    if isinstance(value, str) and len(value) <= limits.REQUEST_ID_CHARS_MAX:
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return value if abs(value) <= limits.REQUEST_ID_INT_MAX else None
    return None


def _envelope_error(error: msgspec.ValidationError) -> BadRequest:
    told = params_error(error)
    return BadRequest(f"{told.field}: {told.rule}" if told.field != "params" else told.rule)


_AT = re.compile(r"^(?P<what>.*?)(?: - at `\$\.?(?P<path>.*?)`)?$", re.DOTALL)
_NAMED = re.compile(
    r"^Object (?P<what>missing required|contains unknown) field `(?P<name>.*)`$", re.DOTALL
)
_NAMED_RULES = {"missing required": "is missing", "contains unknown": "is not known here"}


def params_error(error: Exception) -> BadParams:
    """Return the error that names the field that msgspec refused, and the rule it broke.

    Args:
        error: The exception from msgspec. Names of unknown fields in it are foreign text; they are
            cut.

    Returns:
        The error; its field is a path like `posts[0].id`, or `params` for the whole object.
    """
    found = _AT.match(str(error))
    path, rule = "", str(error)
    if isinstance(error, msgspec.ValidationError) and found:
        path, rule = found["path"] or "", found["what"]
        if named := _NAMED.match(rule):
            path = f"{path}.{named['name']}" if path else named["name"]
            rule = _NAMED_RULES[named["what"]]
    else:
        rule = "cannot be read"
    rule = rule.replace("`", "").replace("Expected", "expected").replace("Invalid", "invalid")
    return BadParams(path[:_FIELD_CHARS_MAX] or "params", rule[:200])


def encode_call(request_id: RequestId, request: Request[Any]) -> bytes:
    """Return the frame of a request; the inverse of `decode_call`."""
    head = f'{{"jsonrpc":"2.0","method":"{request.method}","id":'.encode()
    return b"".join(
        (head, _encoder.encode(request_id), b',"params":', _encoder.encode(request), b"}")
    )


def encode_result(request_id: RequestId, result: Result) -> bytes:
    """Return the frame that answers a call."""
    return encode_raw_result(request_id, _encoder.encode(result))


def encode_raw_result(request_id: RequestId, result: bytes) -> bytes:
    """Return the frame that answers a call with a result that is JSON already."""
    head = b'{"jsonrpc":"2.0","id":'
    return b"".join((head, _encoder.encode(request_id), b',"result":', result, b"}"))


def encode_error(request_id: RequestId | None, error: FolkmootError) -> bytes:
    """Return the frame that refuses a call (protocol 4).

    Args:
        request_id: The id of the call; None if it has no readable id.
        error: The error; its code, hint, audience and facts are in `error.data`.
    """
    data = {"code": error.code, "hint": error.hint, "audience": error.audience, **error.facts()}
    body = {"code": error.rpc_code, "message": str(error), "data": data}
    return _encoder.encode({"jsonrpc": "2.0", "id": request_id, "error": body})


def encode_event(
    stream: str,
    seq: int,
    at: datetime,
    kind: str,
    author: Author | Raw,
    subject: str,
    data: bytes,
    tag: str = "",
) -> bytes:
    """Return the frame of an event: the same bytes for every reader (protocol 7.1).

    Args:
        stream: The event's stream.
        seq: Its number in the stream.
        at: When it happened, with a time zone.
        kind: The event's kind.
        author: The author, or the author's encoding, which is inserted unchanged.
        subject: The id of the thing that the event is about.
        data: The event's own fields as an encoded JSON object, which is inserted unchanged.
        tag: The tag of `seq`; empty for none.
    """
    params = _EventParams(stream, seq, at, kind, author, subject, Raw(data), tag)
    return b'{"jsonrpc":"2.0","method":"event","params":' + _encoder.encode(params) + b"}"


def encode_ephemeral(ephemeral: Ephemeral) -> bytes:
    """Return the frame of an ephemeral (protocol 7.5)."""
    head = f'{{"jsonrpc":"2.0","method":"ephemeral","params":{{"kind":"{ephemeral.kind}","data":'
    return head.encode() + _encoder.encode(ephemeral) + b"}}"
