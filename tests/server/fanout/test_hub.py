"""The hub: who is told what, in one order, and rights that end at once. No loop, no socket."""

from hypothesis import given
from hypothesis import strategies as st

from bbs import limits
from bbs.features.presence.messages import PresenceChanged
from bbs.streams import StreamKind
from bbs.wire import close
from bbs_server.fanout.hub import Hub, Subscriber
from bbs_server.fanout.send_queue import (
    HIGH_WATER_BYTES,
    SendQueue,
)
from bbs_server.outcome import RecheckListeners
from bbs_server.store.event_log import AppendedEvent
from tests.server.fanout.readers import OTHER, STREAM, Reader, event


class TestHub:
    """Who is told what."""

    @given(
        st.lists(
            st.tuples(
                st.sampled_from(("publish", "publish", "begin", "live", "hold", "stop", "turn")),
                st.booleans(),
                st.booleans(),
            )
        )
    )
    def test_a_turn_told_together_is_told_the_same(
        self, steps: list[tuple[str, bool, bool]]
    ) -> None:
        """Passed on at the end of a turn or at once, events reach the same readers in one order (P12)."""
        told = []
        for together in (True, False):
            readers = (Reader(), Reader())
            hub = Hub(readers[0].turns.soon if together else None)
            seqs = {STREAM: 0, OTHER: 0}
            for step, first, main in steps:
                reader, stream = readers[first], STREAM if main else OTHER
                if step == "publish":
                    seqs[stream] += 1
                    hub.publish(
                        [
                            AppendedEvent(
                                stream, seqs[stream], b"%s %d" % (stream.encode(), seqs[stream])
                            )
                        ]
                    )
                elif step == "begin":
                    hub.start_replay(reader.listener, stream)
                elif step == "live":
                    hub.go_live(reader.listener, stream, seqs[stream] - 1)
                elif step == "hold":
                    hub.pause(reader.listener, stream)
                elif step == "stop":
                    hub.unsubscribe(reader.listener, stream)
                else:
                    for each in readers:
                        each.turns.turn()
            told.append([each.read() for each in readers])
        assert told[0] == told[1]

    def test_one_frame_for_all(self) -> None:
        """All listeners of a stream are handed the same bytes, others none (protocol 7.1)."""
        hub, one, two, other = Hub(), Reader(), Reader(), Reader()
        hub.subscribe(one.listener, STREAM)
        hub.subscribe(two.listener, STREAM)
        hub.subscribe(other.listener, OTHER)
        hub.publish([event(1), event(2)])
        assert one.read() == two.read() == [event(1).frame, event(2).frame]
        assert one.wire.wired[0] is two.wire.wired[0]
        assert other.read() == []

    def test_a_replay_and_what_comes_meanwhile_meet(self, reader: Reader) -> None:
        """What is published while a replay is read follows it, without gap or repeat (6.2)."""
        hub = Hub()
        hub.start_replay(reader.listener, STREAM)
        hub.publish([event(4), event(5)])
        for seq in (1, 2, 3, 4):
            reader.outbox.put(event(seq).frame, STREAM)
        assert hub.go_live(reader.listener, STREAM, 4) == 5
        hub.publish([event(6)])
        assert [int(frame[:6]) for frame in reader.read()] == [1, 2, 3, 4, 5, 6]

    def test_while_rights_are_checked_nothing_passes(self, reader: Reader) -> None:
        """Held twice, by a replay and by a check, a stream goes on when both are done (protocol 6.2)."""
        hub = Hub()
        hub.start_replay(reader.listener, STREAM)
        hub.pause(reader.listener, STREAM)
        hub.publish([event(2)])
        hub.go_live(reader.listener, STREAM, 1)
        assert reader.read() == []
        hub.publish([event(3)])
        hub.go_live(reader.listener, STREAM)
        assert [int(frame[:6]) for frame in reader.read()] == [2, 3]

    def test_who_may_not_read_is_sent_nothing_that_was_held(self, reader: Reader) -> None:
        """Stopping drops what was held back and what was queued (protocol 8.3)."""
        hub, reader.wire.unsent = Hub(), HIGH_WATER_BYTES
        hub.subscribe(reader.listener, STREAM)
        hub.publish([event(1)])
        hub.pause(reader.listener, STREAM)
        hub.publish([event(2)])
        hub.unsubscribe(reader.listener, STREAM)
        hub.publish([event(3)])
        hub.go_live(reader.listener, STREAM)
        assert reader.read() == []

    def test_what_waits_for_a_slow_look_up_is_bounded(self, reader: Reader) -> None:
        """Held back for longer than an outbox would, a reader is cut off and resumes (P14)."""
        hub, other = Hub(), Reader()
        hub.start_replay(reader.listener, STREAM)
        hub.subscribe(other.listener, STREAM)
        hub.publish([event(n) for n in range(1, limits.OUTBOX_FRAMES_MAX + 1)])
        assert reader.wire.closed is None
        other.read()
        hub.publish([event(n) for n in range(limits.OUTBOX_FRAMES_MAX + 1, 2_000)])
        assert reader.wire.closed is not None
        assert reader.wire.closed[0] == close.TOO_SLOW
        assert reader.counters.cut_off == 1
        assert not any(held.events for held in reader.listener.pending.values())

    def test_one_broken_line_breaks_no_other(self) -> None:
        """Whoever cannot be passed an event is cut off; those behind them get it (P12, P14)."""

        def broken(outbox: SendQueue) -> None:
            raise RuntimeError("the loop of this one is gone")

        hub, first, last = Hub(), Reader(), Reader()
        outbox = SendQueue(first.wire, first.counters, broken, first.turns.later)
        listener = Subscriber(outbox)
        hub.identify(listener, "ana", "one", device=True)
        hub.subscribe(listener, STREAM)
        hub.subscribe(last.listener, STREAM)
        hub.publish([event(1), event(2)])
        assert last.read() == [event(1).frame, event(2).frame]
        assert first.wire.closed is not None
        assert first.wire.closed[0] == close.TOO_SLOW
        assert hub.sessions() == []

    def test_who_is_owed_frames_is_found(self, reader: Reader) -> None:
        """A line that listens no more is found by what is still queued for it (protocol 6.6)."""
        hub = Hub()
        hub.identify(reader.listener, "ana", "one", device=True)
        reader.outbox.put(event(1).frame, STREAM)
        assert hub.listeners_of([STREAM, OTHER], "ana") == [reader.listener]
        assert hub.listeners_of([STREAM], "bob") == []
        reader.outbox.discard_stream(STREAM)
        assert hub.listeners_of([STREAM], None) == []

    def test_all_streams_of_a_kind_are_checked_again(self, reader: Reader) -> None:
        """Those a connection listens to and those queued for it: nobody has to know how many there are."""
        hub, case, queued = Hub(), "case:one", "case:two"
        hub.identify(reader.listener, "ana", "one", device=True)
        for stream in (STREAM, case):
            hub.subscribe(reader.listener, stream)
        reader.outbox.put(event(1).frame, queued)
        tell = RecheckListeners((), "ana", of_kind=StreamKind.CASE)
        assert hub.concerned(tell) == [(reader.listener, (case, queued))]
        assert hub.concerned(RecheckListeners((), "bob", of_kind=StreamKind.CASE)) == []
        assert hub.concerned(RecheckListeners((STREAM,), "ana")) == [(reader.listener, (STREAM,))]

    def test_a_hold_ends_with_its_stream(self, reader: Reader) -> None:
        """Stopped and begun anew, a stream is another: whoever held the first lets it be (6.2)."""
        hub = Hub()
        first = hub.start_replay(reader.listener, STREAM)
        assert hub.is_paused(reader.listener, STREAM, first)
        hub.unsubscribe(reader.listener, STREAM)
        second = hub.start_replay(reader.listener, STREAM)
        assert not hub.is_paused(reader.listener, STREAM, first)
        assert hub.is_paused(reader.listener, STREAM, second)

    def test_who_left_is_forgotten(self, reader: Reader) -> None:
        """A connection that ended is in no list any more: nothing grows with the years (P14)."""
        hub = Hub()
        hub.identify(reader.listener, "ana", "session", device=True)
        hub.subscribe(reader.listener, STREAM)
        hub.remove(reader.listener)
        assert hub.sessions() == []
        assert hub.listeners_of([STREAM], None) == []
        hub.broadcast(PresenceChanged(members=()))
        assert reader.read() == []

    def test_another_member_on_a_line_hears_nothing_of_the_first(self, reader: Reader) -> None:
        """A line that signs in as somebody else listens to nothing of before (protocol 6.6)."""
        hub, reader.wire.unsent = Hub(), HIGH_WATER_BYTES
        hub.identify(reader.listener, "ana", "one", device=True)
        hub.subscribe(reader.listener, STREAM)
        hub.publish([event(1)])
        hub.identify(reader.listener, "bob", "two", device=True)
        hub.publish([event(2)])
        hub.send_to_devices("ana", PresenceChanged(members=()))
        assert reader.read() == []
        assert hub.sessions() == ["two"]
