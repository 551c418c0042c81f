"""One socket: passes frames in to the pipeline and out from the send queue, within bounds.

The library bounds the size of a message, not the work for its parts: it reads up to 256 KiB at
once, which may hold 40,000 frames. So this module passes a peer's bytes to it in small pieces, and
counts each frame before it passes the next piece.
"""

import asyncio
import http
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from websockets.asyncio.server import Server, ServerConnection
from websockets.exceptions import ConnectionClosed
from websockets.frames import DATA_OPCODES, Frame, Opcode
from websockets.protocol import Event, State
from websockets.server import ServerProtocol as WebSocketProtocol

from bbs import limits
from bbs.clock import SECOND_MS
from bbs.errors import Throttled
from bbs.ids import SessionId
from bbs.wire import close
from bbs.wire.close import Close
from bbs.wire.codec import Call
from bbs.wire.server_protocol import ServerProtocol
from bbs_server.fanout.hub import Subscriber
from bbs_server.fanout.send_queue import Broadcast, FlushBatch, SendQueue, SendQueueCounters
from bbs_server.pipeline import presence
from bbs_server.pipeline.dispatch import Dispatcher
from bbs_server.pipeline.peer import Peer
from bbs_server.pipeline.throttle import Bucket

PIECE_BYTES: Final = 1_024  # at most 170 frames: 2 ms, then other connections are served
PING: Final = Frame(Opcode.PING, b"").serialize(mask=False)

Outside = dict["BoundedSocket", None]
"""Sockets that are in their handshake or closing, the oldest first."""


class BoundedSocket(ServerConnection):
    """The library's connection, with budgets for work that the library does not count (P14).

    Attributes:
        heard_at: When the peer last sent anything, by the loop's clock, in seconds.
        pinged_at: When the last ping was sent, or the peer connected.
    """

    def __init__(
        self, protocol: WebSocketProtocol, server: Server, outside: Outside, **options: Any
    ) -> None:
        """See the library.

        Args:
            outside: The set that holds this socket until `let_in`.
        """
        super().__init__(protocol, server, **options)
        self._outside = outside
        self._held = b""
        self._handshake_bytes = self._fragments = 0
        self._refused = False
        self._unfinished_since: float | None = None
        self.heard_at = self.pinged_at = self.loop.time()
        burst, rate = limits.CONTROL_FRAMES_BURST, limits.CONTROL_FRAMES_PER_SECOND
        self._control = Bucket(burst, rate, burst, self._now_ms())

    def connection_made(self, transport: Any) -> None:
        """Add this socket to `outside`, and abort the oldest if there are too many."""
        super().connection_made(transport)
        self.recv_messages.resume = self._resume
        self._outside[self] = None
        if len(self._outside) > limits.HANDSHAKES_MAX:
            oldest = next(iter(self._outside))
            del self._outside[oldest]
            oldest.transport.abort()

    def let_in(self) -> None:
        """Count this socket as one of the server's connections."""
        self._outside.pop(self, None)

    def connection_lost(self, exc: Exception | None) -> None:
        """Remove this socket from `outside`."""
        self._outside.pop(self, None)
        self._held = b""
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes from the wire, in pieces."""
        if self._refused:
            return  # a closing peer's bytes are ignored
        self.heard_at = self.loop.time()
        if self.request is None:
            self._handshake_bytes += len(data)
            if self._handshake_bytes > limits.HANDSHAKE_BYTES_MAX:
                self._refuse_handshake()
                return
        if not self._held and len(data) <= PIECE_BYTES and not self.recv_messages.paused:
            self._take(data)
        else:
            self._held += data
            self._feed()

    def _feed(self) -> None:
        """Feed the read bytes to the library while its reader keeps up, then read on."""
        rest, at = memoryview(self._held), 0
        while at < len(rest) and not self.recv_messages.paused and not self._ended:
            self._take(bytes(rest[at : at + PIECE_BYTES]))
            at += PIECE_BYTES
        self._held = b"" if self._ended else bytes(rest[at:])
        if not self._held and not self.recv_messages.paused and not self.transport.is_closing():
            self.transport.resume_reading()

    @property
    def _ended(self) -> bool:
        return self._refused or self.transport.is_closing()

    def _resume(self) -> None:
        self.loop.call_soon(self._feed)

    def _take(self, piece: bytes) -> None:
        super().data_received(piece)
        if not (self._fragments or self.protocol.reader.buffer):
            self._unfinished_since = None
        elif self._unfinished_since is None:
            self._unfinished_since = self.heard_at

    def process_event(self, event: Event) -> None:
        """Count a frame before it waits for its reader."""
        if not isinstance(event, Frame):
            super().process_event(event)
        elif self.protocol.state is State.CONNECTING:
            # A peer must not send frames before the answer to its handshake (RFC 6455, 4.1).
            self.transport.abort()
        elif not self._refused and (refusal := self._too_much(event)) is not None:
            self._refuse(refusal)
        elif not self._refused:
            super().process_event(event)

    def _too_much(self, frame: Frame) -> Close | None:
        if frame.opcode in DATA_OPCODES:
            if frame.fin:
                self._fragments, self._unfinished_since = 0, None
                return None
            self._fragments += 1
            if self._fragments < limits.FRAGMENTS_MAX:
                return None
            return Close(
                close.TOO_BIG, f"a message has at most {limits.FRAGMENTS_MAX} fragments here"
            )
        try:
            self._control.take(self._now_ms())
        except Throttled:
            return Close(close.TOO_MANY, "too many pings and pongs")
        return None

    def _refuse(self, refusal: Close) -> None:
        self._refused = True
        self.protocol.fail(refusal.code, refusal.reason)
        self.send_data()
        self.close_deadline = self.close_deadline or self.loop.time() + limits.CLOSE_SECONDS_MAX

    def _refuse_handshake(self) -> None:
        said = f"a handshake has at most {limits.HANDSHAKE_BYTES_MAX} bytes here\n"
        if not self.protocol.eof_sent:
            status = http.HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
            self.protocol.send_response(self.protocol.reject(status, said))
            self.send_data()
        self.transport.close()

    def look(self, now: float, end: Callable[[int, str], None]) -> None:
        """Ping, close a silent connection, or abort a connection that does not close, when due.

        Args:
            now: By the loop's clock, in seconds. The call does everything due before the next look.
            end: Closes the connection with a code and a reason.
        """
        by = now + limits.SWEEP_SECONDS
        if self.close_deadline is not None:
            if by >= self.close_deadline:
                self.transport.abort()
        elif self.protocol.state is not State.OPEN:
            pass
        elif by - (self._unfinished_since or by) >= limits.UPLOAD_SECONDS_MAX:
            end(close.TIMED_OUT, "a message took too long to arrive")
        elif self.heard_at < self.pinged_at and by - self.pinged_at >= limits.PONG_SECONDS:
            end(close.TOO_SLOW, "no answer to a ping; resume from your cursors")
        elif by - self.pinged_at >= limits.PING_SECONDS:
            # All pings have the same bytes. The library would create a task for each connection
            # instead.
            self.pinged_at = now
            self.transport.write(PING)

    def _now_ms(self) -> int:
        return int(self.loop.time() * SECOND_MS)


def _framed(messages: list[bytes]) -> bytes:
    """Return text messages as the bytes that go over the wire."""
    # websockets frames and writes each message for each reader, in broadcast() too. A server's
    # frames are not masked and, without extensions, the same for every reader, so frame a broadcast
    # once for all and write all frames of a turn with one call. Messages are never fragmented here,
    # so none can be torn (tests/server/net).
    return b"".join([Frame(Opcode.TEXT, message).serialize(mask=False) for message in messages])


class SocketTransport:
    """A WebSocket as an outbox needs it; see `bbs_server.fanout.send_queue.FrameTransport`."""

    __slots__ = ("_closing", "_protocol", "_socket", "_transport")

    def __init__(self, socket: BoundedSocket) -> None:
        self._socket = socket
        # Stored here too, because on the way to a thousand readers each attribute step costs a
        # cache line for each.
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
            # A close frame would wait behind bytes that the reader does not take.
            self._transport.abort()
        elif self._closing is None:
            self._closing = self._socket.loop.create_task(self._socket.close(code, reason))

    async def ended(self) -> None:
        """Wait until a close that has begun is complete."""
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
            # close code 1012 and lost connections end the loop by raising; both are ordinary ends
            pass
        finally:
            too_late.cancel()
            self.outbox.finish()
            self._dispatcher.hub.remove(self.caller.listener)
            presence.gone(self._dispatcher, self.caller)
            for task in self._answering:
                task.cancel()
            # websockets closes with code 1000 as soon as this method returns, so wait until our own
            # close code has been sent (protocol 8).
            await self.wire.ended()

    def _receive(self, frame: bytes) -> None:
        found = self.session.receive(frame)
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
        if self.caller.session is not None:
            self.session.signed_in()
            self.socket.protocol.max_message_size = self.session.frame_bytes_max
        elif self.outbox.unread_bytes > limits.STRANGER_UNREAD_BYTES_MAX:
            self.outbox.cut_off()
        self.outbox.put(frame)

    def _stranger_timeout(self) -> None:
        if self.session.stranger:
            self.outbox.end(close.TIMED_OUT, "nobody signed in")
