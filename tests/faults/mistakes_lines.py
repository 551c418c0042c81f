"""Mistakes in what serves people over lines: bounds, pings, rights, frames, limits, logs."""

import asyncio
import logging
import os
import sys
from itertools import count
from typing import Any

from bbs.clock import Ms


def unbounded() -> None:
    """Let outboxes grow without bound."""
    from bbs import limits

    limits.OUTBOX_FRAMES_MAX = 10**9
    limits.OUTBOX_BYTES_MAX = 10**12
    limits.WRITE_BUFFER_BYTES_MAX = 10**12


def forgets_nobody() -> None:
    """Keep every connection that ever was."""
    from bbs_server.fanout.hub import Hub, Subscriber

    kept: list[Subscriber] = []
    leave = Hub.remove

    def leave_and_keep(self: Hub, listener: Subscriber) -> None:
        kept.append(listener)
        leave(self, listener)

    Hub.remove = leave_and_keep  # type: ignore[method-assign]  # the test's own stand-in


def keeps_a_line() -> None:
    """Forget to close one of many sockets, the thirtieth."""
    from websockets.asyncio.server import ServerConnection

    from bbs_server.net.listener import Listener

    serve, came = Listener._serve, count(1)

    async def serve_and_keep(self: Listener, socket: ServerConnection) -> None:
        if next(came) == 30:
            os.dup(socket.transport.get_extra_info("socket").fileno())
        await serve(self, socket)

    Listener._serve = serve_and_keep  # type: ignore[method-assign]  # the test's own stand-in


def never_pings() -> None:
    """Believe that whoever said nothing is still there."""
    from bbs import limits

    limits.PING_SECONDS = 1e9


def pings_often() -> None:
    """No mistake but haste: notice dead peers in seven seconds instead of forty."""
    from bbs import limits

    limits.PING_SECONDS = limits.PONG_SECONDS = 1.0


def cuts_everybody_off() -> None:
    """Stop by cutting every line, without a word."""
    from bbs_server.net.listener import Listener

    async def cut(self: Listener) -> None:
        for connection in tuple(self.connections):
            connection.socket.transport.abort()

    Listener.close = cut  # type: ignore[method-assign]  # the test's own stand-in


def keeps_the_queue() -> None:
    """Send on what was queued when the right to it had not ended yet."""
    from bbs_server.fanout.send_queue import SendQueue

    SendQueue.discard_stream = lambda self, stream: None  # type: ignore[method-assign]  # the test's own stand-in


def reads_before_it_looks() -> None:
    """Decode a frame without looking first how deep it is and what is in it twice."""
    from bbs.wire import codec

    codec.check_frame = lambda frame: None  # type: ignore[attr-defined]  # the test's own stand-in


def sends_away_at_once() -> None:
    """Close the line of whoever sent one frame that cannot be read."""
    from bbs import limits

    limits.UNREADABLE_FRAMES_MAX = 0


def believes_the_clock() -> None:
    """Take from a budget what a clock set back seems to have taken."""
    from bbs_server.pipeline.throttle import Bucket

    def fill(self: Bucket, now: Ms) -> None:
        passed, self.at = (now - self.at) / 1000, now
        self.level = min(self.burst, self.level + passed * self.per_second)

    Bucket._fill = fill  # type: ignore[method-assign]  # the test's own stand-in


def takes_the_wall_clock() -> None:
    """Let timed work go by the wall clock, proven or not."""
    from bbs_server.store import proven_time

    def hasty(belief: proven_time.Belief) -> proven_time.Moment:
        return proven_time.Moment(belief.wall, belief.wall, belief.wall)

    proven_time.moment_of = hasty


def ends_nothing_for_good() -> None:
    """Tell by the clock alone whether a session is over, and never delete one that was."""
    from bbs_server.features.members import credentials

    credentials.delete_expired_sessions = lambda tx, now: {}


def says_too_short_a_wait() -> None:
    """Tell whoever has to wait a quarter of the time."""
    from bbs.errors import Throttled
    from bbs_server.pipeline import throttle

    def hasty(*, retry_after_s: float) -> Throttled:
        return Throttled(retry_after_s=retry_after_s / 4)

    throttle.Throttled = hasty  # type: ignore[attr-defined, assignment]  # the test's own stand-in


def charges_for_refusals() -> None:
    """Take from a budget for what is refused, too."""
    from bbs_server.pipeline.throttle import Bucket

    take = Bucket.take

    def dearly(self: Bucket, now: Ms, cost: float = 1.0) -> None:
        try:
            take(self, now, cost)
        except Exception:
            self.level -= cost
            raise

    Bucket.take = dearly  # type: ignore[method-assign]  # the test's own stand-in


def logs_what_comes() -> None:
    """Write every frame into the log."""
    from bbs.wire.server_protocol import ServerProtocol

    receive = ServerProtocol.receive

    def talkative(self: ServerProtocol, frame: bytes) -> Any:
        logging.getLogger("bbs.net").info("received %s", frame)
        return receive(self, frame)

    ServerProtocol.receive = talkative  # type: ignore[method-assign]  # the test's own stand-in


def does_without_uvloop() -> None:
    """No mistake but another machine: one on which uvloop is not installed."""
    sys.modules["uvloop"] = None  # type: ignore[assignment]  # as the import system marks it


def gives_up_on_newcomers() -> None:
    """Let nobody in any more once there was no descriptor for somebody."""
    does_without_uvloop()  # its way of waiting cannot be changed
    asyncio.constants.ACCEPT_RETRY_DELAY = 86_400  # type: ignore[attr-defined]  # the test's own stand-in


def tells_each_time() -> None:
    """Say each time that nobody more can be let in."""
    from bbs_server.ops import logs

    does_without_uvloop()
    logs.FULL_TOLD_EVERY_S = 0.0


def forgets_an_event() -> None:
    """Tell a script of all events but each fifth."""
    from bbs.sdk.following import EventFollower
    from bbs.sdk.updates import EventHappened

    taken, came = EventFollower._taken, count(1)

    def forgetful(self: EventFollower, update: object) -> list[Any]:
        found = taken(self, update)
        return [] if isinstance(update, EventHappened) and next(came) % 5 == 0 else found

    EventFollower._taken = forgetful  # type: ignore[method-assign]  # the test's own stand-in


def turns_events_round() -> None:
    """Tell a script of each fifth event only after the next one."""
    from bbs.sdk.following import EventFollower
    from bbs.sdk.updates import EventHappened

    taken, came, late = EventFollower._taken, count(1), list[Any]()

    def turned(self: EventFollower, update: object) -> list[Any]:
        found = taken(self, update)
        if isinstance(update, EventHappened) and next(came) % 5 == 0:
            late.extend(found)
            return []
        told = [*found, *late]
        late.clear()
        return told

    EventFollower._taken = turned  # type: ignore[method-assign]  # the test's own stand-in


def counts_ahead() -> None:
    """Give a script a cursor that has the next event already."""
    from bbs.sdk import following
    from bbs.wire.event_cursor import EventCursor, StreamPlace, write_cursor

    def ahead(cursor: EventCursor) -> str:
        places = {s: StreamPlace(place.seq + 1) for s, place in cursor.places.items()}
        return write_cursor(EventCursor(cursor.epoch, places))

    following.write_cursor = ahead  # type: ignore[attr-defined]  # the test's own stand-in


LINE_MISTAKES = {
    "unbounded": unbounded,
    "forgets-nobody": forgets_nobody,
    "keeps-a-line": keeps_a_line,
    "never-pings": never_pings,
    "pings-often": pings_often,
    "cuts-everybody-off": cuts_everybody_off,
    "keeps-the-queue": keeps_the_queue,
    "reads-before-it-looks": reads_before_it_looks,
    "sends-away-at-once": sends_away_at_once,
    "believes-the-clock": believes_the_clock,
    "takes-the-wall-clock": takes_the_wall_clock,
    "ends-nothing-for-good": ends_nothing_for_good,
    "says-too-short-a-wait": says_too_short_a_wait,
    "charges-for-refusals": charges_for_refusals,
    "logs-what-comes": logs_what_comes,
    "does-without-uvloop": does_without_uvloop,
    "gives-up-on-newcomers": gives_up_on_newcomers,
    "tells-each-time": tells_each_time,
    "forgets-an-event": forgets_an_event,
    "turns-events-round": turns_events_round,
    "counts-ahead": counts_ahead,
}
