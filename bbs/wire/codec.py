"""The server's codec: decodes calls; encodes results, errors, events and ephemerals. Pure.

The frame of an event depends on event and text alone, never on its reader, so that it is encoded
once for all readers (protocol 7.1). Stored events and results are encoded without text, which is
filled in at replay (P10).
"""

import hashlib
import operator
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache, lru_cache
from typing import Any, NamedTuple, TypeVar, cast, get_type_hints

import msgspec
from msgspec import NODEFAULT, UNSET, Raw, Struct
from msgspec.structs import fields, replace

from bbs import limits
from bbs.clock import MOMENT_RULE
from bbs.errors import BadJson, BadParams, BadRequest, FolkmootError, ProtocolError, UnknownMethod
from bbs.features.members.messages import Password
from bbs.features.members.views import Author
from bbs.messages import Answer, Command, Ephemeral, Event, Request, Result
from bbs.wire.canonical import call_head, decode_canonical
from bbs.wire.frame_check import check_frame, find_inexpressible
from bbs.wire.messages import OWN_REQUESTS

RequestId = int | str
Plan = Mapping[str, "Plan | None"]
"""Fields to leave out, nested like the structs they are in; None marks a field that holds text."""

S = TypeVar("S", bound=Struct)

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
_sorted_encoder = msgspec.json.Encoder(order="deterministic")


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
    if (call := decode_canonical(frame)) is not None:
        return Call(*call)
    envelope = _open(frame)
    request_id = envelope.id
    if (cls := OWN_REQUESTS.get(envelope.method)) is None:
        from bbs.wire.registry import REQUESTS  # late: a server says hello without it

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


# How msgspec names a bound, without its quotes, and how people do, with what to do next.
_BOUNDS = (
    (re.compile(r"expected str of length <= (\d+)"), "longer than {} characters; shorten it"),
    (re.compile(r"expected str of length >= 1"), "empty; write at least a word"),
    (re.compile(r"expected str of length >= (\d+)"), "shorter than {} characters; give it whole"),
    (re.compile(r"expected array of length <= (\d+)"), "at most {} of them; leave some out"),
    (re.compile(r"expected array of length >= (\d+)"), "at least {} of them; add what is missing"),
    (re.compile(r"expected int <= (-?\d+)"), "at most {}"),
    (re.compile(r"expected int >= (-?\d+)"), "at least {}"),
    (re.compile(r"expected str matching regex .*"), "it has characters that may not stand there"),
)


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
    return BadParams(path[:_FIELD_CHARS_MAX] or "params", _in_words(rule)[:200])


def _in_words(rule: str) -> str:
    for bound, words in _BOUNDS:
        if found := bound.fullmatch(rule):
            return words.format(*found.groups())
    return rule


def encode_call(request_id: RequestId, request: Request[Any]) -> bytes:
    """Return the frame of a request; the inverse of `decode_call`."""
    params = _encoder.encode(request)
    head = call_head(request.method)
    return b"".join((head, _encoder.encode(request_id), b',"params":', params, b"}"))


def encode_result(request_id: RequestId, result: Answer) -> bytes:
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


def encode_for_readers_and_log(event: Event, bare: Event | None = None) -> tuple[bytes, bytes]:
    """Encode an event twice: whole for its listeners, and without text for the log (P10).

    Args:
        bare: The event without the fields in its `text_paths`; None to leave them out here.

    Returns:
        The whole encoding, then the encoding without the fields in the event's `text_paths`.
    """
    full = _encoder.encode(event)
    if bare is None:
        bare = _blanked(event, _plan(type(event).text_paths))
    return full, full if bare is event else _encoder.encode(bare)


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
    """Return a struct without the text fields of a plan; the same object if it has no such text.

    A plan for a tuple of structs holds for each of them.
    """
    if isinstance(struct, tuple):
        emptied = tuple(_blanked(each, plan) for each in struct)
        return struct if all(map(operator.is_, emptied, struct)) else emptied
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
        words: The current text by dotted path, such as `post.body` or `act.changes.0.said_after`;
            None leaves the field out. A path whose parent is not in `data` is ignored.

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
        if isinstance(fields, list) and parent.isdecimal():
            fields = fields[int(parent)] if int(parent) < len(fields) else None
        elif isinstance(fields, dict):
            fields = fields.get(parent)
        else:
            return None
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
