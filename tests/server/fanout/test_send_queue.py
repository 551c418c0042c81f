"""The send queue: bounded, in one order, past it what may go at once. No loop, no socket."""

from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode

from bbs import limits
from bbs.wire import close
from bbs_server.fanout.framing import framed, framed_together
from bbs_server.fanout.hub import Subscriber
from bbs_server.fanout.send_queue import (
    AT_ONCE_BYTES,
    BEHIND_BYTES,
    HIGH_WATER_BYTES,
    send_to_all,
)
from tests.server.fanout.readers import OTHER, STREAM, Reader


class TestOutbox:
    """What waits for one reader."""

    def test_frames_of_one_turn_leave_together(self, reader: Reader) -> None:
        """Whatever is queued in one turn of the loop is one write (P14)."""
        for n in range(50):
            reader.outbox.put(b"%d" % n)
        assert reader.wire.writes == 0
        reader.turns.turn()
        assert (reader.wire.writes, len(reader.wire.written)) == (1, 50)
        assert reader.counters.frames == 50

    def test_who_keeps_up_waits_for_no_clock(self, reader: Reader) -> None:
        """A replay of many times what a socket is given at once goes on turn by turn (protocol 6.2)."""
        for _ in range(20):
            reader.outbox.put(b"x" * HIGH_WATER_BYTES)
        assert len(reader.read()) == 20
        assert reader.turns.waits == 0

    def test_who_takes_nothing_is_looked_at_now_and_then(self, reader: Reader) -> None:
        """A socket that has not taken what it was given is left alone for a while (P14)."""
        for _ in range(3):
            reader.outbox.put(b"x" * HIGH_WATER_BYTES)
        reader.turns.turn()
        assert reader.turns.waits == 0
        reader.turns.turn()
        assert (reader.turns.waits, reader.wire.writes) == (1, 1)

    def test_a_slow_reader_is_cut_off_by_number(self, reader: Reader) -> None:
        """With more frames waiting than the bound, the reader is closed with 4008 (P14)."""
        reader.wire.unsent = HIGH_WATER_BYTES
        for n in range(limits.OUTBOX_FRAMES_MAX):
            reader.outbox.put(b"%d" % n)
        assert reader.wire.closed is None
        reader.outbox.put(b"one too many")
        assert reader.wire.closed is not None
        assert reader.wire.closed[0] == close.TOO_SLOW
        assert (len(reader.outbox), reader.counters.cut_off) == (0, 1)

    def test_a_slow_reader_is_cut_off_by_bytes(self, reader: Reader) -> None:
        """Large frames are bounded by their bytes, whatever their number (P14)."""
        reader.wire.unsent = HIGH_WATER_BYTES
        pushed = 0
        while reader.wire.closed is None:
            pushed += 1
            reader.outbox.put(b"x" * 100_000)
        assert pushed * 100_000 < limits.OUTBOX_BYTES_MAX + 2 * limits.FRAME_TO_CLIENT_BYTES_MAX

    def test_a_page_of_one_turn_cuts_nobody_off(self, reader: Reader) -> None:
        """A reader that keeps up may be sent a whole replay in one turn (protocol 6.2)."""
        for n in range(limits.SYNC_EVENTS_MAX + 100):
            reader.outbox.put(b"%d" % n)
        assert reader.wire.closed is None
        assert reader.read() == [b"%d" % n for n in range(limits.SYNC_EVENTS_MAX + 100)]

    def test_nothing_follows_an_end(self, reader: Reader) -> None:
        """What is queued when a connection ends is dropped, what comes later too (P14)."""
        reader.outbox.put(b"queued")
        reader.outbox.end(close.SESSION_ENDED, "ended")
        reader.outbox.put(b"later")
        assert reader.read() == []
        assert reader.wire.closed == (close.SESSION_ENDED, "ended")
        reader.outbox.end(close.NORMAL, "again")
        assert reader.wire.closed == (close.SESSION_ENDED, "ended")

    @given(
        steps=st.lists(st.tuples(st.sampled_from("push other drop turn drain"), st.just(0))),
        sizes=st.lists(st.integers(1, 30_000), min_size=1),
    )
    def test_order_is_kept(self, steps: list[tuple[str, int]], sizes: list[int]) -> None:
        """However the reader takes them, frames leave in order, each once or, dropped, never."""
        reader, count, dropped = Reader(), 0, set[int]()
        waiting: set[int] = set()
        for step, _ in steps:
            if step in "po":
                count += 1
                size = sizes[count % len(sizes)]
                stream = STREAM if step == "p" else OTHER
                reader.outbox.put(f"{count:06}".encode().ljust(size, b"."), stream)
                if step == "p":
                    waiting.add(count)
            elif step == "d":
                reader.outbox.discard_stream(STREAM)
                dropped |= waiting - {int(frame[:6]) for frame in reader.wire.written}
            elif step == "t":
                reader.turns.turn()
            else:
                reader.wire.unsent = 0
        seen = [int(frame[:6]) for frame in reader.read()]
        if reader.wire.closed is None:
            assert seen == [n for n in range(1, count + 1) if n not in dropped]


class TestPastTheQueue:
    """What is written at once, because nothing waits before it."""

    @given(
        st.lists(
            st.tuples(
                st.sampled_from(("put", "send", "all", "turn", "drain")), st.integers(1, 9_000)
            )
        )
    )
    def test_order_is_kept_past_the_queue(self, steps: list[tuple[str, int]]) -> None:
        """Whatever waits and whatever is written at once, frames arrive in the order given (P12)."""
        reader, count = Reader(), 0
        for step, size in steps:
            frames = [f"{count + n:06}".encode().ljust(size, b".") for n in range(5)]
            if step == "put":
                reader.outbox.put(frames[0], STREAM)
            elif step == "send":
                reader.outbox.send(frames[0])
            elif step == "all":
                assert send_to_all([reader.outbox], frames, STREAM) == []
            elif step == "turn":
                reader.turns.turn()
            else:
                reader.wire.unsent = 0
            count += {"put": 1, "send": 1, "all": 5}.get(step, 0)
            assert reader.wire.unsent <= HIGH_WATER_BYTES + 9_000
        seen = [int(frame[:6]) for frame in reader.read()]
        if reader.wire.closed is None:
            assert seen == list(range(count))
            assert reader.counters.frames == count

    def test_a_reader_that_keeps_up_gets_a_run_in_one_write(self, reader: Reader) -> None:
        """Events of a turn that fit go to the socket together, without a turn of waiting (P14)."""
        send_to_all([reader.outbox], [b"x" * 700] * 50, STREAM)
        assert (reader.wire.writes, len(reader.wire.written)) == (1, 50)
        assert reader.counters.frames == 50

    def test_a_long_run_is_cut_into_what_a_socket_may_hold(self, reader: Reader) -> None:
        """No write past the queue is larger than its bound; a larger frame waits its turn (P14)."""
        frames = [b"x" * (AT_ONCE_BYTES // 3)] * 4 + [b"x" * AT_ONCE_BYTES] + [b"y"]
        send_to_all([reader.outbox], frames, STREAM)
        assert reader.wire.unsent <= HIGH_WATER_BYTES
        assert reader.read() == frames

    def test_who_is_behind_is_written_nothing_at_once(self, reader: Reader) -> None:
        """Past its bound a socket is given nothing more: frames wait, are counted and dropped (P14)."""
        reader.wire.unsent = BEHIND_BYTES + 1
        send_to_all([reader.outbox], [b"event"], STREAM)
        reader.outbox.send(b"answer")
        assert (reader.wire.writes, len(reader.outbox)) == (0, 2)
        reader.outbox.discard_stream(STREAM)
        assert reader.read() == [b"answer"]

    def test_events_wait_for_the_answer_of_their_command(self, reader: Reader) -> None:
        """On a line that listens itself, one write takes events and answer, in this order (5.9)."""
        for _ in range(2):
            reader.outbox.wait_for_answer()
            send_to_all([reader.outbox], [b"event"], STREAM)
            reader.outbox.send(b"answer")
            assert len(reader.outbox) == 2
            reader.turns.turn()
        assert (reader.wire.writes, reader.wire.written) == (2, [b"event", b"answer"] * 2)
        reader.outbox.wait_for_answer()
        reader.outbox.send(b"answer without events")
        send_to_all([reader.outbox], [b"event of others"], STREAM)
        assert (reader.wire.writes, len(reader.outbox)) == (4, 0)

    def test_nothing_is_written_past_the_end(self, reader: Reader) -> None:
        """After a connection's end its socket gets nothing, although it would take it (P14)."""
        reader.outbox.end(close.SESSION_ENDED, "ended")
        reader.wire.unsent = 0
        send_to_all([reader.outbox], [b"event"], STREAM)
        reader.outbox.send(b"answer")
        assert reader.read() == []

    def test_one_broken_socket_breaks_no_other(self) -> None:
        """A socket that raises is named; those behind it get the frames (P12)."""

        def broken(wired: bytes) -> None:
            raise RuntimeError("this socket is gone")

        first, last = Reader(), Reader()
        first.outbox.keep_up(broken)
        assert send_to_all([first.outbox, last.outbox], [b"a", b"b"], STREAM) == [first.outbox]
        assert last.read() == [b"a", b"b"]


@given(st.lists(st.sampled_from((0, 1, 125, 126, 127, 65_535, 65_536, 70_000)), max_size=4))
def test_frames_are_what_the_library_writes(sizes: list[int]) -> None:
    """A message is framed as the library frames it, whatever its length (protocol 1.3)."""
    messages = [b"x" * size for size in sizes]
    by_library = [Frame(Opcode.TEXT, each).serialize(mask=False) for each in messages]
    assert [framed(each) for each in messages] == by_library
    assert framed_together(messages) == b"".join(by_library)


def test_a_queue_shows_no_frame() -> None:
    """Logs and traces that quote a queue or its subscriber quote no member's text (P11)."""
    reader = Reader()
    reader.outbox.put(b"a secret between two")
    assert "secret" not in repr(reader.outbox) + repr(Subscriber(reader.outbox))
