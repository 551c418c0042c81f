"""The client's side of a connection, without I/O: reads frames, matches answers to calls."""

from collections.abc import Callable
from functools import cache, partial
from typing import Any, Literal, NamedTuple, TypeVar, cast

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

from bbs.clock import MOMENT_RULE
from bbs.errors import BadRequest, FolkmootError, ProtocolError
from bbs.messages import Ephemeral, Event, Request, Result
from bbs.text import compose
from bbs.wire.codec import encode_call
from bbs.wire.cursors import Cursors, SeqGap
from bbs.wire.error_codec import from_facts
from bbs.wire.frame_check import check_frame, find_inexpressible
from bbs.wire.messages import EphemeralFrame, EventFrame
from bbs.wire.registry import EPHEMERALS, EVENTS, result_type

R = TypeVar("R", bound=Result)
T = TypeVar("T")
S = TypeVar("S", bound=Struct)


class Reply(NamedTuple):
    """The answer to a call; `typed_result` makes its struct.

    Attributes:
        id: The id of the call.
        result: The result as JSON.
    """

    id: int | str
    result: bytes


class ErrorReply(NamedTuple):
    """The error that answers a call.

    Attributes:
        id: The id of the call; None if the server could not read it.
        error: The error. Its text is foreign: sanitize it before showing it (P13).
    """

    id: int | str | None
    error: FolkmootError


class Answered(NamedTuple):
    """The answer to a call.

    Attributes:
        id: The id `call` gave it.
        outcome: The result, or the error to raise.
    """

    id: int
    outcome: Result | FolkmootError


class ClientProtocol:
    """The state of a connection: calls without an answer, and the place in every stream.

    Attributes:
        cursors: The client's place in each stream, shared with its later connections.
    """

    def __init__(self, cursors: Cursors) -> None:
        self.cursors = cursors
        self._waiting: dict[int, type[Request[Any]]] = {}
        self._last_id = 0

    def call(self, request: Request[Any]) -> tuple[int, bytes]:
        """Return the id and the frame of a new call, with every text in NFC (protocol 2.12).

        All clients send by this method, so that every device sends the same name, password or text.
        """
        self._last_id += 1
        self._waiting[self._last_id] = type(request)
        frame = encode_call(self._last_id, request)
        return self._last_id, frame if frame.isascii() else compose(frame.decode()).encode()

    def receive(self, frame: bytes) -> Answered | EventFrame | EphemeralFrame | SeqGap | None:
        """Take a frame from the server.

        Returns:
            An answer; the next event of its stream; an ephemeral; a gap, which needs another sync;
            or None for a stale or repeated event and for an answer to no call.

        Raises:
            ProtocolError: If the frame is no message of the protocol.
        """
        message = decode_message(frame)
        if isinstance(message, EventFrame):
            taken = self.cursors.take(message.stream, message.seq, message.tag)
            if isinstance(taken, SeqGap):
                return taken
            return message if taken else None
        if isinstance(message, EphemeralFrame):
            return message
        return self._answered(message)

    def _answered(self, reply: Reply | ErrorReply) -> Answered | None:
        if not isinstance(reply.id, int):
            return None
        cls = self._waiting.pop(reply.id, None)
        if cls is None:
            return None
        if isinstance(reply, ErrorReply):
            return Answered(reply.id, reply.error)
        try:
            return Answered(reply.id, typed_result(cls, reply))
        except ProtocolError as error:
            return Answered(reply.id, error)


class _RpcError(Struct):
    code: int = -32000
    message: str = ""
    data: Any = None


class _Message(Struct):
    """Any frame of a server; fields that newer servers add are ignored."""

    jsonrpc: Literal["2.0"]
    id: int | str | UnsetType | None = UNSET
    method: str | UnsetType = UNSET
    params: Raw = Raw(b"{}")
    result: Raw | UnsetType = UNSET
    error: _RpcError | UnsetType = UNSET


@cache
def _decoder(cls: type[S]) -> msgspec.json.Decoder[S]:
    return msgspec.json.Decoder(cls)


def decode_message(frame: bytes) -> Reply | ErrorReply | EventFrame | EphemeralFrame:
    """Decode a frame from a server (protocol 2 and 7).

    A notification with an unknown method becomes an ephemeral of unknown kind, which clients
    ignore.

    Raises:
        BadJson: If it is not JSON within the limits of `bbs.wire.frame_check`.
        BadRequest: If it is JSON, but no message of the protocol.
    """
    check_frame(frame)
    message = _decode(_Message, frame)
    if isinstance(message.method, str):
        if message.method == "event":
            return _decode(EventFrame, bytes(message.params))
        if message.method == "ephemeral":
            return _decode(EphemeralFrame, bytes(message.params))
        return EphemeralFrame(kind=message.method)
    if message.error is not UNSET:
        request_id = None if message.id is UNSET else message.id
        return ErrorReply(request_id, _rebuilt(message.error))
    if message.result is UNSET or message.id is UNSET or message.id is None:
        raise BadRequest("neither an answer nor a notification")
    return Reply(message.id, bytes(message.result))


def _decode(cls: type[S], data: bytes) -> S:
    return _checked(cls, _decoder(cls).decode, data)


def _checked(cls: type[S], decode: Callable[[T], S], data: T) -> S:
    """Return a message of a class whose moments every time zone can express.

    Raises:
        BadRequest: If `decode` refuses `data`, or a moment lies beyond the calendar's edges.
    """
    try:
        decoded = decode(data)
    except (msgspec.MsgspecError, RecursionError, ValueError) as error:
        raise BadRequest(f"{cls.__name__}: {str(error)[:200]}") from None
    if (path := find_inexpressible(decoded)) is not None:
        raise BadRequest(f"{cls.__name__}.{path[:64]}: {MOMENT_RULE}")
    return decoded


def _rebuilt(error: _RpcError) -> FolkmootError:
    facts = error.data if isinstance(error.data, dict) else {}
    code = facts.get("code")
    if not isinstance(code, str):
        code = f"rpc.{error.code}"
    return from_facts(code, facts, error.message)


def typed_result(request: type[Request[R]], reply: Reply) -> R:
    """Return the struct that answers a request of this class; unknown fields are ignored.

    Raises:
        BadRequest: If the result does not fit the type that answers such a request.
    """
    return cast("R", _decode(result_type(request), reply.result))


def typed_event(frame: EventFrame) -> Event | None:
    """Return the struct of an event; None for a kind that this version does not know.

    Raises:
        BadRequest: If the fields do not fit the kind.
    """
    return _typed(EVENTS.get(frame.kind), frame.data)


def typed_ephemeral(frame: EphemeralFrame) -> Ephemeral | None:
    """Return the struct of an ephemeral; None for a kind that this version does not know.

    Raises:
        BadRequest: If the fields do not fit the kind.
    """
    return _typed(EPHEMERALS.get(frame.kind), frame.data)


def _typed(cls: type[S] | None, data: dict[str, Any]) -> S | None:
    return None if cls is None else _checked(cls, partial(msgspec.convert, type=cls), data)
