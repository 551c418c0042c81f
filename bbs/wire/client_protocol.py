"""The client's side of a connection, without I/O: which answer belongs to which call."""

from typing import Any, NamedTuple

from bbs.errors import FolkmootError, ProtocolError
from bbs.messages import Request, Result
from bbs.text import compose
from bbs.wire.client_codec import ErrorReply, Reply, decode_message, typed_result
from bbs.wire.codec import encode_call
from bbs.wire.cursors import Cursors, SeqGap
from bbs.wire.messages import EphemeralFrame, EventFrame


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
