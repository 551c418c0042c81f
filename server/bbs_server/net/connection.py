"""The life of a connection: its messages in to the pipeline, and frames out from its send queue."""

import asyncio
from collections.abc import Sequence
from functools import partial

from websockets.protocol import State

from bbs import limits
from bbs.ids import SessionId
from bbs.wire import close
from bbs.wire.close import Close
from bbs.wire.codec import Call
from bbs.wire.server_protocol import ServerProtocol
from bbs_server.fanout.framing import framed_together
from bbs_server.fanout.hub import Subscriber
from bbs_server.fanout.send_queue import FlushBatch, SendQueue, SendQueueCounters
from bbs_server.net.bounded_socket import BoundedSocket
from bbs_server.pipeline import presence
from bbs_server.pipeline.dispatch import Dispatcher
from bbs_server.pipeline.peer import Peer


class SocketTransport:
    """A WebSocket as an outbox needs it; see `bbs_server.fanout.send_queue.FrameTransport`."""

    __slots__ = ("_closing", "_socket")

    def __init__(self, socket: BoundedSocket) -> None:
        self._socket = socket
        self._closing: asyncio.Task[None] | None = None

    def write(self, frames: Sequence[bytes]) -> None:
        if self._socket.protocol.state is State.OPEN:
            self._socket.transport.write(framed_together(frames))

    def unsent_bytes(self) -> int:
        size: int = self._socket.transport.get_write_buffer_size()
        return size

    def end(self, code: int, reason: str) -> None:
        if self.unsent_bytes() > limits.WRITE_BUFFER_BYTES_MAX // 2:
            # A close frame would wait behind bytes that the reader does not take.
            self._socket.transport.abort()
        elif self._closing is None:
            self._closing = self._socket.loop.create_task(self._socket.close(code, reason))


class Connection:
    """The life of one connection, from its handshake to its end."""

    __slots__ = ("_answering", "_dispatcher", "caller", "outbox", "session", "socket", "wire")

    def __init__(
        self,
        socket: BoundedSocket,
        dispatcher: Dispatcher,
        counters: SendQueueCounters,
        turn: FlushBatch,
        *,
        host: str,
        address: bytes | None,
    ) -> None:
        self.wire = SocketTransport(socket)
        call_later = asyncio.get_running_loop().call_later
        self.outbox = SendQueue(self.wire, counters, turn.add, call_later)
        self.caller = Peer(Subscriber(self.outbox), host=host, address=address)
        self.session = ServerProtocol()
        self.socket = socket
        self._dispatcher = dispatcher
        self._answering: set[asyncio.Task[None]] = set()

    @property
    def is_busy(self) -> bool:
        """Whether a request is under way, or a frame waits to be sent."""
        return self.session.in_flight > 0 or len(self.outbox) > 0

    async def run(self) -> None:
        """Serve until the connection ends. Writes under way are still finished (protocol 5.10)."""
        too_late = asyncio.get_running_loop().call_later(
            limits.STRANGER_SECONDS_MAX, self._stranger_timeout
        )
        try:
            await self.socket.wait_closed()
        finally:
            too_late.cancel()
            self.outbox.finish()
            self._dispatcher.hub.remove(self.caller.listener)
            presence.gone(self._dispatcher, self.caller)
            for task in self._answering:
                task.cancel()

    def receive(self, message: bytes, is_text: bool) -> None:
        """Take a message from the socket; what follows an end is ignored."""
        if self.outbox.closed:
            return
        if not is_text:
            self.outbox.end(close.NOT_TEXT, "only text frames are spoken here")
            return
        found = self.session.receive(message)
        if isinstance(found, Call):
            send = partial(self._send_answer, found, self.caller.session)
            rest = self._dispatcher.start_call(self.caller, found, send)
            if rest is not None:
                task = asyncio.get_running_loop().create_task(rest)
                self._answering.add(task)
                task.add_done_callback(self._answering.discard)
        elif isinstance(found, Close):
            self.outbox.end(found.code, found.reason)
        else:
            self.outbox.put(found)

    def _send_answer(self, call: Call, session_before: SessionId | None, frame: bytes) -> None:
        self.session.done(call.id)
        if session_before not in (None, self.caller.session):
            # Another session has signed in on the connection: the member seen through it before has
            # left.
            presence.gone(self._dispatcher, self.caller)
        if not self.session.stranger:
            pass
        elif self.caller.session is not None:
            self.session.signed_in()
            self.socket.protocol.max_message_size = self.session.frame_bytes_max
        elif self.outbox.unread_bytes > limits.STRANGER_UNREAD_BYTES_MAX:
            self.outbox.cut_off()
        self.outbox.send(frame)

    def _stranger_timeout(self) -> None:
        if self.session.stranger:
            self.outbox.end(close.TIMED_OUT, "nobody signed in")
