"""The frames that wait for a reader: bounded, and the server never waits for the reader (P14).

There is no task for each connection. Frames of one turn of the loop are sent together. While the
socket takes no more, they wait here. Past the bound the server closes the connection with 4008, and
the client resumes from its cursor.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bbs import limits
from bbs.wire import close
from bbs_server.fanout.framing import HEADER_BYTES_MAX, framed, framed_together

log = logging.getLogger("bbs.fanout")

HIGH_WATER_BYTES = 65_536  # unsent bytes in the socket; beyond, frames wait in the outbox
BEHIND_BYTES = 16_384  # unsent bytes with which a socket is behind, and its frames wait their turn
AT_ONCE_BYTES = HIGH_WATER_BYTES - BEHIND_BYTES  # as much may go past the outbox
RETRY_SECONDS = 0.05  # how soon to look again whether a slow socket took something

END_SOON_SECONDS = 0.25  # time to send a result; revocation is promised within 2 s


Write = Callable[[bytes], object]
"""The method of a socket that takes bytes as they go over the wire."""


class FrameTransport(Protocol):
    """The socket of a connection, as far as an outbox needs it."""

    def write(self, frames: list[bytes]) -> None:
        """Pass text frames to the socket, without waiting."""
        ...

    def unsent_bytes(self) -> int:
        """Return how many bytes the socket has not taken yet."""
        ...

    def end(self, code: int, reason: str) -> None:
        """Close the connection soon; abort it if the close cannot be written."""
        ...


@dataclass(slots=True)
class SendQueueCounters:
    """Counts of all outboxes of a server.

    Attributes:
        frames: Frames passed to sockets.
        cut_off: Readers closed because they did not keep up.
    """

    frames: int = 0
    cut_off: int = 0


class FlushBatch:
    """The outboxes to be emptied at the end of this turn of the loop, by one callback for all.

    With a callback for each reader, the garbage collector would visit one object for each of them
    at every message.
    """

    __slots__ = ("_due",)

    def __init__(self) -> None:
        self._due: list[SendQueue] = []

    def add(self, outbox: "SendQueue") -> None:
        """Add an outbox to empty at the end of the turn. Called on the running loop."""
        if not self._due:
            asyncio.get_running_loop().call_soon(self._end)
        self._due.append(outbox)

    def _end(self) -> None:
        due, self._due = self._due, []
        for outbox in due:
            try:
                outbox.flush()
            except Exception:
                log.exception("an outbox could not be emptied")


@dataclass(slots=True, eq=False, repr=False)
class SendQueue:
    """The frames one connection still has to be sent, in order.

    There is one for each connection, and most are idle. It uses a list, because an empty deque
    takes ten times as much memory.

    Attributes:
        ready: Writes past the queue; None while a frame waits, or an answer is about to follow, or
            the socket does not keep up.
    """

    _wire: FrameTransport
    _counters: SendQueueCounters
    _at_end_of_turn: Callable[["SendQueue"], None]
    _call_later: Callable[[float, Callable[[], None]], object]
    _frames: list[tuple[str, bytes]] = field(default_factory=list)
    _bytes: int = 0
    _flush_due: bool = False
    _write: Write | None = None
    ready: Write | None = None
    closed: bool = False

    def __len__(self) -> int:
        return len(self._frames)

    @property
    def unread_bytes(self) -> int:
        """The number of bytes that wait here and in the socket."""
        return self._bytes + self._wire.unsent_bytes()

    def put(self, frame: bytes, stream: str = "") -> None:
        """Add a frame.

        Args:
            stream: The stream it belongs to, so that `discard_stream` finds it; empty for answers.
        """
        if self.closed:
            return
        self.ready = None
        self._frames.append((stream, frame))
        self._bytes += len(frame)
        if (
            len(self._frames) > limits.OUTBOX_FRAMES_MAX
            or self._bytes > limits.OUTBOX_BYTES_MAX + limits.FRAME_TO_CLIENT_BYTES_MAX
        ):
            # Flush first: the frames queued in this turn may still fit into the socket.
            self.flush()
            if (
                len(self._frames) > limits.OUTBOX_FRAMES_MAX
                or self._bytes > limits.OUTBOX_BYTES_MAX
            ):
                self.cut_off()
            return
        if not self._flush_due:
            self._flush_due = True
            self._at_end_of_turn(self)

    def wait_for_answer(self) -> None:
        """Let events wait for the answer that follows in this turn, so that one write takes both."""
        self.ready = None

    def send(self, frame: bytes) -> None:
        """Send an answer: at once if no frame waits before it."""
        if self._write is None or self._frames or len(frame) > AT_ONCE_BYTES:
            self.put(frame)
            return
        self.ready = self._write
        self._counters.frames += 1
        self._write(framed(frame))

    def keep_up(self, write: Write | None) -> None:
        """Note that the socket takes what it is given, by `write`; None if it is behind or closing."""
        self._write = None if self.closed else write
        self.ready = None if self._frames else self._write

    def count_sent(self, frames: int) -> None:
        """Count frames that were written past a queue."""
        self._counters.frames += frames

    def cut_off(self) -> None:
        """Close the connection of a slow reader; its client resumes from its cursors (P14)."""
        if not self.closed:
            self._counters.cut_off += 1
            log.info("a reader did not keep up and was cut off")
            self.end(close.TOO_SLOW, "too slow; resume from your cursors")

    def has_stream(self, stream: str) -> bool:
        """Whether anything of a stream is queued."""
        return any(name == stream for name, _ in self._frames)

    def streams(self) -> frozenset[str]:
        """Return the streams of which anything is queued."""
        return frozenset(name for name, _ in self._frames if name)

    def discard_stream(self, stream: str | None) -> None:
        """Drop the queued frames of a stream that the reader may not read any more (protocol 6.6).

        Args:
            stream: None for all streams; answers stay.
        """
        kept = [
            (name, frame) for name, frame in self._frames if not name or stream not in (None, name)
        ]
        self._frames = kept
        self._bytes = sum(len(frame) for _, frame in kept)
        self.keep_up(self._write)

    def end(self, code: int, reason: str) -> None:
        """Drop the queued frames and close the connection."""
        if self.closed:
            return
        self.finish()
        self._wire.end(code, reason)

    def end_after_results(self, code: int, reason: str) -> None:
        """Close the connection after the answers under way are sent.

        So a member who ends their own session gets the result.
        """
        self._call_later(END_SOON_SECONDS, lambda: self.end(code, reason))

    def finish(self) -> None:
        """Note that the connection is gone; the queue sends nothing more."""
        self.closed = True
        self.ready = self._write = None
        self._frames.clear()
        self._bytes = 0

    def flush(self) -> None:
        """Pass the socket as many frames as it takes; try the rest a little later."""
        self._flush_due = False
        if self.closed or not self._frames:
            return
        room = HIGH_WATER_BYTES - self._wire.unsent_bytes()
        if len(self._frames) == 1 and room > 0:  # the usual case
            frame = self._frames.pop()[1]
            self._bytes = 0
            self._counters.frames += 1
            self._wire.write([frame])
            self.keep_up(self._write)
            return
        leaving: list[bytes] = []
        for _, frame in self._frames:
            if room <= 0:
                break
            room -= len(frame)
            leaving.append(frame)
        del self._frames[: len(leaving)]
        if leaving:
            self._bytes -= sum(map(len, leaving))
            self._counters.frames += len(leaving)
            self._wire.write(leaving)
        if not self._frames:
            self.keep_up(self._write)
        else:
            self._flush_due = True
            if leaving:
                # A reader who keeps up has taken it by the next turn, so a replay need not wait for
                # the timer.
                self._at_end_of_turn(self)
            else:
                self._call_later(RETRY_SECONDS, self.flush)


def send_to_all(
    queues: Sequence[SendQueue], frames: Sequence[bytes], stream: str
) -> list[SendQueue]:
    """Send frames of a stream to many readers, in order, framed once for all.

    Returns:
        The queues that failed; the others got the frames.
    """
    failed: list[SendQueue] = []
    for batch in _batches(frames):
        wired = framed_together(batch)
        fits, behind = len(wired) <= AT_ONCE_BYTES, 0
        # On the way to a thousand readers each step costs a cache line for each: one look at a
        # queue has to be enough.
        for queue in queues:
            try:
                if (write := queue.ready) is not None and fits:
                    write(wired)
                    continue
                behind += 1
                for frame in batch:
                    queue.put(frame, stream)
            except Exception:
                log.exception("an event could not be passed on")
                failed.append(queue)
        if queues:
            queues[0].count_sent((len(queues) - behind) * len(batch))
    return failed


def _batches(frames: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    """Yield frames in batches that go past a queue, or a single frame that is too large for it."""
    first = size = 0
    for number, frame in enumerate(frames):
        size += len(frame) + HEADER_BYTES_MAX
        if size > AT_ONCE_BYTES and number > first:
            yield frames[first:number]
            first, size = number, len(frame) + HEADER_BYTES_MAX
    yield frames[first:]
