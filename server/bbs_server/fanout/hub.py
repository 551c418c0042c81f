"""The hub knows which connection listens to which stream, and sends on committed events. No waits."""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from bbs import limits
from bbs.ids import MemberId, SessionId
from bbs.messages import Ephemeral
from bbs.streams import stream_parts
from bbs.wire import close, codec
from bbs_server.fanout.send_queue import SendQueue, send_to_all
from bbs_server.outcome import RecheckListeners
from bbs_server.store.event_log import AppendedEvent

log = logging.getLogger("bbs.fanout")


@dataclass(slots=True)
class BufferedEvents:
    """The events of a stream that the hub holds back from a listener.

    Attributes:
        holds: The number of look-ups that the events wait for; after the last, they are sent.
        after: The last seq that the listener has got in another way.
    """

    holds: int = 0
    after: int = 0
    events: list[AppendedEvent] = field(default_factory=list)


@dataclass(slots=True, eq=False, repr=False)
class Subscriber:
    """One connection's place in the hub.

    Attributes:
        member: The member who signed in on it; None before.
        device: Whether a device signed in on it; the hub sends nothing private to a token.
        streams: The streams it listens to.
        pending: The events held back, by stream, while the server reads the replay or checks the
            reader's rights.
    """

    outbox: SendQueue
    member: MemberId | None = None
    session: SessionId | None = None
    device: bool = False
    streams: set[str] = field(default_factory=set)
    pending: dict[str, BufferedEvents] = field(default_factory=dict)


class Listeners:
    """The listeners of one stream.

    Attributes:
        live: The queues of those who get its events at once, kept ready for the next event; None
            after a change.
        held: Those for whom the hub holds it back.
    """

    __slots__ = ("everybody", "held", "live")

    def __init__(self) -> None:
        self.everybody: dict[Subscriber, None] = {}
        self.live: tuple[SendQueue, ...] | None = None
        self.held: tuple[Subscriber, ...] = ()

    def sort(self, stream: str) -> tuple[SendQueue, ...]:
        """Set `live` and `held`; return `live`."""
        self.held = tuple(each for each in self.everybody if stream in each.pending)
        self.live = tuple(each.outbox for each in self.everybody if stream not in each.pending)
        return self.live


class Hub:
    """All listeners of a server.

    The hub collects the events of a stream for a turn of the event loop and sends them together at
    its end, so that a group of posts costs each reader as much as a single post. Before it adds or
    removes a listener or sends one anything else, it sends them at once, to preserve the order.
    """

    def __init__(self, call_soon: Callable[[Callable[[], None]], object] | None = None) -> None:
        """Make a hub without listeners.

        Args:
            call_soon: Calls a function at the end of the turn; None to send every event at once.
        """
        self._call_soon = call_soon
        # events of one stream; as many as a group of commands appends
        self._run: list[AppendedEvent] = []
        self._listeners: dict[str, Listeners] = {}
        self._members: dict[MemberId, dict[Subscriber, None]] = {}

    def identify(
        self, listener: Subscriber, member: MemberId, session: SessionId, *, device: bool
    ) -> None:
        """Record the member and session that sign in on a connection."""
        self.remove(listener)
        listener.member, listener.session, listener.device = member, session, device
        self._members.setdefault(member, {})[listener] = None

    def subscribe(self, listener: Subscriber, stream: str) -> None:
        """Send a listener every event of a stream from now on."""
        self._pass_on_run()
        listener.streams.add(stream)
        self._listeners.setdefault(stream, Listeners()).everybody[listener] = None
        self._changed(stream)

    def pause(self, listener: Subscriber, stream: str) -> BufferedEvents:
        """Hold back the events of a stream, until a `go_live` for each hold, or `unsubscribe`.

        Returns:
            The held events; the same object for as long as `is_paused` returns True for it.
        """
        self._pass_on_run()
        pending = listener.pending.setdefault(stream, BufferedEvents())
        pending.holds += 1
        self._changed(stream)
        return pending

    def start_replay(self, listener: Subscriber, stream: str) -> BufferedEvents:
        """Begin to buffer a stream for a listener while its replay is read; see `pause`."""
        pending = self.pause(listener, stream)
        self.subscribe(listener, stream)
        return pending

    def is_paused(self, listener: Subscriber, stream: str, pending: BufferedEvents) -> bool:
        """Whether a hold is still valid: the stream was neither stopped nor started again since."""
        return listener.pending.get(stream) is pending

    def go_live(self, listener: Subscriber, stream: str, replayed: int = 0) -> int:
        """End a hold; after the last, send the held events, then each event as it comes.

        Args:
            replayed: The last seq the replay sent.

        Returns:
            The last seq sent.
        """
        self._pass_on_run()
        pending = listener.pending.get(stream)
        if pending is None:
            return replayed
        pending.holds -= 1
        pending.after = max(pending.after, replayed)
        if pending.holds:
            return replayed
        del listener.pending[stream]
        self._changed(stream)
        last = pending.after
        for appended in pending.events:
            if appended.seq > last:
                listener.outbox.put(appended.frame, stream)
                last = appended.seq
        return last

    def unsubscribe(self, listener: Subscriber, stream: str) -> None:
        """Send a listener nothing more of a stream, and drop the frames that are queued."""
        self.stop_publishing(listener, stream)
        listener.outbox.discard_stream(stream)

    def stop_publishing(self, listener: Subscriber, stream: str) -> None:
        """Send a listener no new events of a stream; queued frames are still sent."""
        self._pass_on_run()
        listener.streams.discard(stream)
        listener.pending.pop(stream, None)
        if (others := self._listeners.get(stream)) is not None:
            others.everybody.pop(listener, None)
            others.live = None
            if not others.everybody:
                del self._listeners[stream]

    def _changed(self, stream: str) -> None:
        if (listeners := self._listeners.get(stream)) is not None:
            listeners.live = None

    def remove(self, listener: Subscriber) -> None:
        """Forget a connection."""
        for stream in tuple(listener.streams):
            self.stop_publishing(listener, stream)
        # A stream with the state `more` may have queued replay frames, too.
        listener.outbox.discard_stream(None)
        if listener.member is not None and (mine := self._members.get(listener.member)):
            mine.pop(listener, None)
            if not mine:
                del self._members[listener.member]

    def publish(self, appended: Iterable[AppendedEvent]) -> None:
        """Send committed events, in the order of their commit.

        The hub disconnects a listener that fails; its client resumes from its cursor. Other
        listeners are not affected.
        """
        for event in appended:
            if self._run and self._run[0].stream != event.stream:
                self._pass_on_run()
            if not self._run and self._call_soon is not None:
                self._call_soon(self._pass_on_run)
            self._run.append(event)
        if self._call_soon is None:
            self._pass_on_run()

    def _pass_on_run(self) -> None:
        if not self._run:
            return
        run, self._run = self._run, []
        stream = run[0].stream
        if (listeners := self._listeners.get(stream)) is None:
            return
        live = listeners.live
        if live is None:
            live = listeners.sort(stream)
        for listener in listeners.held:
            try:
                _hold_back(listener, run)
            except Exception:
                log.exception("an event could not be held back")
                self._cut_off(listener)
        for failed in send_to_all(live, [event.frame for event in run], stream):
            for listener in tuple(listeners.everybody):
                if listener.outbox is failed:
                    self._cut_off(listener)

    def _cut_off(self, listener: Subscriber) -> None:
        try:
            listener.outbox.cut_off()
        except Exception:
            log.exception("a connection could not be closed")
        self.remove(listener)

    def send_to_devices(self, member: MemberId, ephemeral: Ephemeral) -> None:
        """Send an ephemeral to every device of a member, not to tokens, which may reach less."""
        self._pass_on_run()
        frame = codec.encode_ephemeral(ephemeral)
        for listener in tuple(self._members.get(member, ())):
            if listener.device:
                listener.outbox.put(frame)

    def send_to_stream(self, stream: str, ephemeral: Ephemeral) -> None:
        """Send an ephemeral to all listeners of a stream."""
        self._pass_on_run()
        frame = codec.encode_ephemeral(ephemeral)
        if (listeners := self._listeners.get(stream)) is not None:
            for listener in tuple(listeners.everybody):
                listener.outbox.put(frame)

    def broadcast(self, ephemeral: Ephemeral) -> None:
        """Send an ephemeral to every connection that is signed in."""
        self._pass_on_run()
        frame = codec.encode_ephemeral(ephemeral)
        for listener in self._signed_in():
            listener.outbox.put(frame)

    def end_sessions(self, sessions: Sequence[SessionId]) -> None:
        """Close every connection of these sessions (4401)."""
        ended = frozenset(sessions)
        for listener in self._signed_in():
            if listener.session in ended:
                self.remove(listener)
                listener.outbox.end_after_results(close.SESSION_ENDED, "this session was ended")

    def close_all(self, reason: str) -> None:
        """Close every connection that is signed in, to come back at once (1012)."""
        for listener in self._signed_in():
            self.remove(listener)
            listener.outbox.end_after_results(close.RESTARTING, reason)

    def sessions(self) -> list[SessionId]:
        """Return the sessions that are connected now."""
        return [each.session for each in self._signed_in() if each.session is not None]

    def _signed_in(self) -> list[Subscriber]:
        return [listener for listeners in self._members.values() for listener in listeners]

    def listeners_of(self, streams: Sequence[str], member: MemberId | None) -> list[Subscriber]:
        """Return the listeners of any of these streams, and those with queued frames of them.

        Args:
            member: Only this member's connections; None for all.
        """
        self._pass_on_run()
        asked = self._signed_in() if member is None else self._members.get(member, ())
        return [
            listener
            for listener in asked
            if any(name in listener.streams or listener.outbox.has_stream(name) for name in streams)
        ]

    def concerned(self, tell: RecheckListeners) -> list[tuple[Subscriber, tuple[str, ...]]]:
        """Return whose rights are to be checked again, each with the streams that this is about."""
        if tell.of_kind is None:
            return [(each, tell.streams) for each in self.listeners_of(tell.streams, tell.member)]
        self._pass_on_run()
        found = []
        asked = self._signed_in() if tell.member is None else self._members.get(tell.member, ())
        for listener in asked:
            known = {*listener.streams, *listener.outbox.streams()}
            streams = [
                name
                for name in known
                if name in tell.streams or stream_parts(name).kind == tell.of_kind
            ]
            if streams:
                found.append((listener, tuple(sorted(streams))))
        return found


def _hold_back(listener: Subscriber, run: Sequence[AppendedEvent]) -> None:
    pending = listener.pending[run[0].stream]
    if not listener.outbox.closed:
        pending.events += run
    if len(pending.events) > limits.OUTBOX_FRAMES_MAX:
        # A slow look-up may buffer as much as a slow reader (P14).
        pending.events.clear()
        listener.outbox.cut_off()
