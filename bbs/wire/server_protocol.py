"""The server's side of a connection, without I/O: which frames are allowed at which point."""

from typing import Any

from bbs import limits
from bbs.errors import (
    BadJson,
    BadRequest,
    FolkmootError,
    HelloFirst,
    ProtocolError,
    Throttled,
    WrongVersion,
)
from bbs.wire import close
from bbs.wire.close import Close
from bbs.wire.codec import Call, InvalidCall, RequestId, decode_call, encode_error
from bbs.wire.messages import PROTOCOL, Discover, Hello

_VERSIONS = (PROTOCOL,)


class ServerProtocol:
    """The state of a connection: greeted or not, signed in or not, calls without an answer.

    The network passes every text frame to `receive` and acts on the result; the pipeline calls
    `done` for every call that it answered, and `signed_in` once a member has signed in.

    Attributes:
        version: The protocol version agreed on; None before a good hello.
        stranger: True until `signed_in`.
    """

    __slots__ = (
        "_in_flight",
        "_stranger_frames",
        "_unreadable_in_a_row",
        "stranger",
        "version",
    )

    def __init__(self) -> None:
        self.version: str | None = None
        self.stranger = True
        self._stranger_frames = 0
        self._unreadable_in_a_row = 0
        self._in_flight: set[RequestId] = set()

    @property
    def in_flight(self) -> int:
        """The number of calls without an answer."""
        return len(self._in_flight)

    @property
    def frame_bytes_max(self) -> int:
        """The largest frame allowed at this point, in bytes (protocol 2.1)."""
        if self.stranger:
            return limits.STRANGER_FRAME_BYTES_MAX
        return limits.FRAME_TO_SERVER_BYTES_MAX

    def signed_in(self) -> None:
        """Lift the limits for strangers, because the connection now belongs to a member."""
        self.stranger = False

    def done(self, request_id: RequestId) -> None:
        """Note that a call was answered; harmless if it was noted before."""
        self._in_flight.discard(request_id)

    def receive(self, frame: bytes) -> Call | bytes | Close:
        """Take a text frame (protocol 2 and 3.1).

        Args:
            frame: The payload as received.

        Returns:
            A call to carry out, which needs `done` later; or the bytes of an error to send back; or
            the reason to close the connection.
        """
        refusal = self._too_much(frame)
        if refusal is not None:
            return refusal
        try:
            call = decode_call(frame)
        except InvalidCall as refused:
            return self._refused(refused.error, refused.request_id)
        self._unreadable_in_a_row = 0
        error, told_id = self._out_of_place(call)
        if error is not None:
            return encode_error(told_id, error)
        if isinstance(call.request, Hello):
            self.version = _agreed(call.request)
        self._in_flight.add(call.id)
        return call

    def _too_much(self, frame: bytes) -> Close | None:
        if self.stranger:
            self._stranger_frames += 1
            if self._stranger_frames > limits.STRANGER_FRAMES_MAX:
                return Close(close.TOO_MANY, "too many frames before signing in")
        if len(frame) > self.frame_bytes_max:
            return Close(close.TOO_BIG, f"a frame has at most {self.frame_bytes_max} bytes here")
        return None

    def _refused(self, error: ProtocolError, request_id: RequestId | None) -> bytes | Close:
        if isinstance(error, BadJson | BadRequest):
            self._unreadable_in_a_row += 1
            if self._unreadable_in_a_row > limits.UNREADABLE_FRAMES_MAX:
                return Close(close.PROTOCOL_ABUSE, "too many frames that cannot be read")
        if self.version is None and not isinstance(error, BadJson | BadRequest):
            error = HelloFirst()
        return encode_error(request_id, error)

    def _out_of_place(self, call: Call) -> tuple[FolkmootError | None, RequestId | None]:
        """Return the error for a call that is not allowed now, or None, and the id to answer."""
        request: Any = call.request
        if isinstance(request, Hello):
            if self.version is not None:
                return BadRequest("hello was said already"), call.id
            if _agreed(request) is None:
                return WrongVersion(list(_VERSIONS)), call.id
        elif self.version is None and not isinstance(request, Discover):
            return HelloFirst(), call.id
        if call.id in self._in_flight:
            # With this id, the client would take the error for the answer to the first call.
            return BadRequest("this id still waits for its answer"), None
        if len(self._in_flight) >= limits.REQUESTS_IN_FLIGHT_MAX:
            return Throttled(limits.RETRY_AFTER_SECONDS_MIN), call.id
        return None, None


def _agreed(hello: Hello) -> str | None:
    """Return the first version in the client's list that this server speaks."""
    return next((version for version in hello.versions if version in _VERSIONS), None)
