"""One socket: frames in, to the pipeline; frames out, through the bounded outbox."""

import asyncio
import logging

from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode
from websockets.protocol import State

from bbs import limits
from bbs.wire import close
from bbs.wire.close import Close
from bbs.wire.codec import Call
from bbs.wire.server_protocol import ServerProtocol
from bbs_server.fanout.hub import Subscriber
from bbs_server.fanout.send_queue import Broadcast, FlushBatch, SendQueue, SendQueueCounters
from bbs_server.net.bounded import BoundedSocket
from bbs_server.pipeline import presence
from bbs_server.pipeline.dispatch import Dispatcher
from bbs_server.pipeline.peer import Peer

log = logging.getLogger("bbs.net")


def _framed(messages: list[bytes]) -> bytes:
    """Return text messages as the bytes that go over the wire."""
    # websockets frames and writes each message for each reader, and its broadcast() too. A server's
    # frames are not masked, and without extensions the same for every reader: what is told to all
    # the library frames once, and what leaves in one turn leaves in one write. Messages are never
    # fragmented here, so none can be torn (tests/server/net).
    return b"".join([Frame(Opcode.TEXT, message).serialize(mask=False) for message in messages])


class SocketTransport:
    """A WebSocket as an outbox needs it; see `bbs_server.fanout.send_queue.FrameTransport`."""

    __slots__ = ("_closing", "_protocol", "_socket", "_transport")

    def __init__(self, socket: BoundedSocket) -> None:
        self._socket = socket
        # Named here too: on the way to a thousand readers each step is a cache line for each.
        self._protocol, self._transport = socket.protocol, socket.transport
        self._closing: asyncio.Task[None] | None = None

    def write(self, frames: list[bytes]) -> None:
        if self._protocol.state is State.OPEN:
            self._transport.write(_framed(frames))

    def write_broadcast(self, told: Broadcast, behind_bytes_max: int) -> bool:
        transport = self._transport
        if transport.get_write_buffer_size() + told.size_bytes > behind_bytes_max:
            return False
        if self._protocol.state is State.OPEN:
            if told.wired is None:
                told.wired = _framed(told.frames)
            transport.write(told.wired)
        return True

    def unsent_bytes(self) -> int:
        size: int = self._transport.get_write_buffer_size()
        return size

    def end(self, code: int, reason: str) -> None:
        if self.unsent_bytes() > limits.WRITE_BUFFER_BYTES_MAX // 2:
            # The close frame would wait behind bytes that the reader does not take.
            self._transport.abort()
        elif self._closing is None:
            self._closing = self._socket.loop.create_task(self._socket.close(code, reason))

    async def ended(self) -> None:
        """Wait until a close that was begun is through."""
        if self._closing is not None:
            await self._closing


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
            async for message in self.socket:
                if not isinstance(message, str):
                    self.outbox.end(close.NOT_TEXT, "only text frames are spoken here")
                    return
                self._receive(message.encode())
                if self.outbox.closed:
                    return
        except ConnectionClosed:
            pass  # 1012 and broken lines end the loop by raising; both are ordinary ends
        finally:
            too_late.cancel()
            self.outbox.finish()
            self._dispatcher.hub.remove(self.caller.listener)
            presence.gone(self._dispatcher, self.caller)
            for task in self._answering:
                task.cancel()
            # Returning closes with 1000; the reason that was given has to leave first (protocol 8).
            await self.wire.ended()

    def _receive(self, frame: bytes) -> None:
        found = self.session.receive(frame)
        if isinstance(found, Call):
            task = asyncio.get_running_loop().create_task(self._answer(found))
            self._answering.add(task)
            task.add_done_callback(self._answering.discard)
        elif isinstance(found, Close):
            self.outbox.end(found.code, found.reason)
        else:
            self.outbox.put(found)

    async def _answer(self, call: Call) -> None:
        before = self.caller.session
        frame = await self._dispatcher.handle_call(self.caller, call)
        self.session.done(call.id)
        if before not in (None, self.caller.session):
            # The connection speaks for another session now: the member seen through it has left.
            presence.gone(self._dispatcher, self.caller)
        if self.caller.session is not None:
            self.session.signed_in()
            self.socket.protocol.max_message_size = self.session.frame_bytes_max
        elif self.outbox.unread_bytes > limits.STRANGER_UNREAD_BYTES_MAX:
            self.outbox.cut_off()
        self.outbox.put(frame)

    def _stranger_timeout(self) -> None:
        if self.session.stranger:
            self.outbox.end(close.TIMED_OUT, "nobody signed in")
