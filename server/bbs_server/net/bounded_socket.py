"""One socket below its messages: what a peer's bytes may cost (P14).

The library bounds the size of a message, not the work for its parts: it reads up to 256 KiB at
once, which may hold 40,000 frames. So this module passes a peer's bytes to it in small pieces, and
counts each frame before it passes the next piece. It hands over each message at once, without the
library's queue and the task that would wait there.
"""

import http
from collections.abc import Callable
from typing import Any, Final

from websockets.asyncio.server import Server, ServerConnection
from websockets.frames import DATA_OPCODES, Frame, Opcode
from websockets.protocol import Event, State
from websockets.server import ServerProtocol as WebSocketProtocol
from websockets.streams import StreamReader

from bbs import limits
from bbs.clock import SECOND_MS
from bbs.errors import Throttled
from bbs.wire import close
from bbs.wire.close import Close
from bbs_server.fanout.send_queue import Write
from bbs_server.net.whole_frame import whole_text
from bbs_server.pipeline.throttle import Bucket

PIECE_BYTES: Final = 1_024  # at most 170 frames: 2 ms, then other connections are served
MESSAGES_A_TURN: Final = 16  # of one connection; the rest waits for the next turn of the loop
PING: Final = Frame(Opcode.PING, b"").serialize(mask=False)
_BETWEEN_FRAMES: Final = StreamReader.at_eof.__code__  # where the library's parser waits then

Outside = dict["BoundedSocket", None]
"""Sockets that are in their handshake or closing, the oldest first."""


class BoundedSocket(ServerConnection):
    """The library's connection, with budgets for work that the library does not count (P14).

    Attributes:
        heard_at: When the peer last sent anything, by the loop's clock, in seconds.
        pinged_at: When the last ping was sent, or the peer connected.
        receive: Gets each message, whole, and whether it is text; None before the connection is
            served.
        keep_up: Gets the method that writes while the socket keeps up; None while it does not.
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
        self._handshake_bytes = self._messages = 0
        self._fragments: list[bytes] = []
        self._is_text = self._refused = False
        self._unfinished_since: float | None = None
        self.receive: Callable[[bytes, bool], None] | None = None
        self.keep_up: Callable[[Write | None], None] | None = None
        self.heard_at = self.pinged_at = self.loop.time()
        burst, rate = limits.CONTROL_FRAMES_BURST, limits.CONTROL_FRAMES_PER_SECOND
        self._control = Bucket(burst, rate, burst, self._now_ms())

    def connection_made(self, transport: Any) -> None:
        """Add this socket to `outside`, and abort the oldest if there are too many."""
        super().connection_made(transport)
        self._outside[self] = None
        if len(self._outside) > limits.HANDSHAKES_MAX:
            oldest = next(iter(self._outside))
            del self._outside[oldest]
            oldest.transport.abort()

    def let_in(
        self, receive: Callable[[bytes, bool], None], keep_up: Callable[[Write | None], None]
    ) -> None:
        """Count this socket as one of the server's connections, which takes its messages."""
        self._outside.pop(self, None)
        self.receive, self.keep_up = receive, keep_up
        self._tell_whether_it_keeps_up()

    def connection_lost(self, exc: Exception | None) -> None:
        """Remove this socket from `outside`."""
        self._outside.pop(self, None)
        self._held = b""
        super().connection_lost(exc)
        self._tell_whether_it_keeps_up()
        # They refer to the connection, and it to this socket: without a circle both are freed now.
        self.receive = self.keep_up = None

    def pause_writing(self) -> None:
        """Note that the peer is behind."""
        super().pause_writing()
        self._tell_whether_it_keeps_up()

    def resume_writing(self) -> None:
        """Note that the peer has caught up."""
        super().resume_writing()
        self._tell_whether_it_keeps_up()

    def send_data(self) -> None:
        """Write what the library has to say; after a close frame nothing else may be written.

        The library calls this before it hands over what it has read.
        """
        super().send_data()
        if self.protocol.state is not State.OPEN:
            self._tell_whether_it_keeps_up()

    def _tell_whether_it_keeps_up(self) -> None:
        if self.keep_up is not None:
            keeps_up = self.protocol.state is State.OPEN and not self.paused
            self.keep_up(self.transport.write if keeps_up else None)

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
        if self._held:
            self._held += data
        elif (message := self._whole_text(data)) is not None:
            self._is_text = True
            self._hand_over(message)
        elif len(data) <= PIECE_BYTES:
            self._take(data)
        else:
            self._feed(data)

    def _whole_text(self, data: bytes) -> bytes | None:
        protocol = self.protocol
        if self._unfinished_since is not None or protocol.state is not State.OPEN:
            return None
        return whole_text(data, protocol.max_message_size)

    def _feed(self, data: bytes) -> None:
        """Feed bytes to the library, until they have held messages enough for a turn."""
        rest, at, enough = memoryview(data), 0, self._messages + MESSAGES_A_TURN
        while at < len(rest) and self._messages < enough and not self._ended:
            self._take(bytes(rest[at : at + PIECE_BYTES]))
            at += PIECE_BYTES
        self._held = b"" if self._ended else bytes(rest[at:])
        if self._held:
            self.transport.pause_reading()
            self.loop.call_soon(self._go_on)
        elif not self.transport.is_closing():
            self.transport.resume_reading()

    def _go_on(self) -> None:
        self._feed(self._held)

    @property
    def _ended(self) -> bool:
        return self._refused or self.transport.is_closing()

    def _take(self, piece: bytes) -> None:
        super().data_received(piece)
        if not self._fragments and self._is_between_frames():
            self._unfinished_since = None
        elif self._unfinished_since is None:
            self._unfinished_since = self.heard_at

    def _is_between_frames(self) -> bool:
        """Return whether the library's parser holds no part of a frame.

        It takes a head and a mask from its reader as they come, so an empty reader does not say so.
        """
        waiting: Any = self.protocol.parser
        while waiting.gi_yieldfrom is not None:
            waiting = waiting.gi_yieldfrom
        return waiting.gi_code is _BETWEEN_FRAMES

    def process_event(self, event: Event) -> None:
        """Count a frame, and hand over the message that it completes."""
        if not isinstance(event, Frame):
            super().process_event(event)
        elif self.protocol.state is State.CONNECTING:
            # A peer must not send frames before the answer to its handshake (RFC 6455, 4.1).
            self.transport.abort()
        elif self._refused:
            pass
        elif (refusal := self._too_much(event)) is not None:
            self._refuse(refusal)
        elif event.opcode in DATA_OPCODES:
            self._put_together(event)
        else:
            super().process_event(event)

    def _too_much(self, frame: Frame) -> Close | None:
        if frame.opcode in DATA_OPCODES:
            if frame.fin or len(self._fragments) + 1 < limits.FRAGMENTS_MAX:
                return None
            return Close(
                close.TOO_BIG, f"a message has at most {limits.FRAGMENTS_MAX} fragments here"
            )
        try:
            self._control.take(self._now_ms())
        except Throttled:
            return Close(close.TOO_MANY, "too many pings and pongs")
        return None

    def _put_together(self, frame: Frame) -> None:
        if frame.opcode is not Opcode.CONT:
            self._is_text = frame.opcode is Opcode.TEXT
        if not frame.fin:
            self._fragments.append(bytes(frame.data))
            return
        message = b"".join((*self._fragments, frame.data))
        self._fragments.clear()
        self._unfinished_since = None
        self._hand_over(message)

    def _hand_over(self, message: bytes) -> None:
        self._messages += 1
        if self._is_text:
            try:
                message.decode()
            except UnicodeDecodeError as error:
                self._refuse(Close(close.NOT_UTF8, f"{error.reason} at position {error.start}"))
                return
        if self.receive is not None:
            self.receive(message, self._is_text)

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
