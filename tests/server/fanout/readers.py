"""Readers without a loop and a socket: what is due runs, and what was written arrives, when told to."""

from collections.abc import Callable, Sequence

from bbs.ids import new_id
from bbs_server.fanout.hub import Subscriber
from bbs_server.fanout.send_queue import (
    BEHIND_BYTES,
    SendQueue,
    SendQueueCounters,
    Write,
)
from bbs_server.store.event_log import AppendedEvent
from tests.support.framed import unframed

STREAM, OTHER = f"board:{new_id()}", f"board:{new_id()}"


class Turns:
    """A loop that runs what was asked for when told to."""

    def __init__(self) -> None:
        self.due: list[Callable[[], None]] = []
        self.waits = 0

    def add(self, outbox: SendQueue) -> None:
        self.due.append(outbox.flush)

    def soon(self, call: Callable[[], None]) -> None:
        self.due.append(call)

    def later(self, seconds: float, call: Callable[[], None]) -> None:
        self.waits += 1
        self.due.append(call)

    def turn(self) -> None:
        """Run what is due, but not what that asks for."""
        due, self.due = self.due, []
        for call in due:
            call()


class Slow:
    """A wire that takes bytes, hands them on when told to, and tells whether it is behind."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.wired: list[bytes] = []
        self.writes = 0
        self.keep_up: Callable[[Write | None], None] = lambda write: None
        self.closed: tuple[int, str] | None = None
        self._unsent = 0

    @property
    def unsent(self) -> int:
        return self._unsent

    @unsent.setter
    def unsent(self, size: int) -> None:
        self._unsent = size
        self.keep_up(self.take if size <= BEHIND_BYTES else None)

    def write(self, frames: Sequence[bytes]) -> None:
        self.writes += 1
        self.written += frames
        self.unsent += sum(map(len, frames))

    def take(self, wired: bytes) -> None:
        """Take bytes past the queue."""
        self.wired.append(wired)
        self.write(unframed(wired))

    def unsent_bytes(self) -> int:
        return self.unsent

    def end(self, code: int, reason: str) -> None:
        self.closed = (code, reason)


class Reader:
    """An outbox with its wire and its turns."""

    def __init__(self) -> None:
        self.wire, self.turns, self.counters = Slow(), Turns(), SendQueueCounters()
        self.outbox = SendQueue(self.wire, self.counters, self.turns.add, self.turns.later)
        self.listener = Subscriber(self.outbox)
        self.wire.keep_up = self.outbox.keep_up
        self.wire.unsent = 0

    def read(self) -> list[bytes]:
        """Take everything off the wire until nothing more comes; return all it ever was sent."""
        while self.turns.due:
            self.wire.unsent = 0
            self.turns.turn()
        return self.wire.written


def event(seq: int, stream: str = STREAM, size: int = 10) -> AppendedEvent:
    """Return an event whose frame tells its seq."""
    return AppendedEvent(stream, seq, f"{seq:06}".encode().ljust(size, b"."))
