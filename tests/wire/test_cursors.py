"""Where a client is in its streams: nothing twice, nothing missing, whatever order (protocol 6)."""

from hypothesis import given
from hypothesis import strategies as st

from bbs import limits
from bbs.wire.cursors import CURSOR_TRANSITIONS, FROM_NOW, Cursors, CursorState, SeqGap, SyncBatch
from bbs.wire.messages import StreamState

S = "board:00000000-0000-4000-8000-000000000001"


def live_at(seq: int) -> Cursors:
    cursors = Cursors()
    cursors.add(S, seq, "e")
    cursors.next_batch()
    assert cursors.synced(S, StreamState(state="live", seq=seq), "e")
    return cursors


def test_nothing_is_taken_before_asking() -> None:
    """What arrives before the sync is stale and dropped (protocol 6.2)."""
    cursors = Cursors()
    cursors.add(S, 3, "e")
    assert cursors.take(S, 4) is False
    assert cursors.next_batch() == SyncBatch({S: 3}, "e")
    assert cursors.next_batch() is None
    assert cursors.take(S, 4) is True


def test_a_replay_is_taken_in_order_past_stale_events() -> None:
    """Events of an earlier listening that overtake the replay are no gap (protocol 6.2)."""
    cursors = Cursors()
    cursors.add(S, 3, "e")
    cursors.next_batch()
    assert [cursors.take(S, seq) for seq in (9, 4, 5)] == [False, True, True]
    assert not cursors.synced(S, StreamState(state="more", seq=5), "e")
    assert cursors.next_batch() == SyncBatch({S: 5}, "e")


def test_a_replay_that_fell_short_is_asked_for_again() -> None:
    """`live` at a seq one does not have is not believed (P12)."""
    cursors = Cursors()
    cursors.add(S, 3, "e")
    cursors.next_batch()
    assert not cursors.synced(S, StreamState(state="live", seq=7), "e")
    assert cursors.next_batch() == SyncBatch({S: 3}, "e")


def test_from_now_begins_where_the_server_stands() -> None:
    """A cursor of -1 becomes the server's seq, or that of an event that came first."""
    cursors = Cursors()
    cursors.add(S, FROM_NOW, None)
    cursors.next_batch()
    assert cursors.synced(S, StreamState(state="live", seq=20), "e")
    assert cursors.position(S) == 20
    cursors.add(S, FROM_NOW, None)
    cursors.next_batch()
    assert cursors.take(S, 21) is True
    assert cursors.synced(S, StreamState(state="live", seq=20), "e")
    assert cursors.position(S) == 21


def test_a_reset_goes_on_from_where_the_server_says() -> None:
    """After a reset the stream is asked for from the seq told, in the new epoch (protocol 6.5)."""
    cursors = Cursors()
    cursors.add(S, 900, "old")
    assert cursors.next_batch() == SyncBatch({S: 900}, "old")
    assert not cursors.synced(S, StreamState(state="reset", seq=40, base_seq=10), "new")
    assert cursors.next_batch() == SyncBatch({S: 40}, "new")


def test_what_is_gone_is_forgotten() -> None:
    """A stream one may not read is not asked for again (protocol 6.6)."""
    cursors = live_at(3)
    cursors.disconnected()
    cursors.next_batch()
    assert cursors.synced(S, StreamState(state="gone"), "e")
    assert S not in cursors
    assert cursors.next_batch() is None
    assert cursors.take(S, 4) is False


def test_a_held_stream_goes_on_from_what_was_handed_over() -> None:
    """What a full queue turned away is asked for again once there is room (P14)."""
    cursors = live_at(3)
    assert cursors.take(S, 4) is True
    cursors.pause(S, 3)
    assert cursors.take(S, 5) is False
    cursors.disconnected()
    assert cursors.next_batch() is None
    assert cursors.resume()
    assert cursors.next_batch() == SyncBatch({S: 3}, "e")
    assert not cursors.resume()


def test_a_batch_is_bounded_and_of_one_epoch() -> None:
    """One sync names at most 512 streams, all of one epoch (protocol 6.1)."""
    cursors = Cursors()
    for number in range(limits.SYNC_STREAMS_MAX + 5):
        cursors.add(f"board:{number}", 1, "old")
    cursors.add(S, 1, "new")
    sizes = []
    while (batch := cursors.next_batch()) is not None:
        sizes.append((batch.epoch, len(batch.cursors)))
    assert sizes == [("old", limits.SYNC_STREAMS_MAX), ("old", 5), ("new", 1)]


def test_every_standing_can_be_left() -> None:
    """No standing is a trap: from each one, live can be reached again."""
    for start in CursorState:
        reached = {start}
        for _ in CursorState:
            reached |= {after for standing in reached for after in CURSOR_TRANSITIONS[standing]}
        assert CursorState.LIVE in reached


actions = st.one_of(
    st.tuples(st.just("event"), st.integers(1, 12)),
    st.tuples(st.just("ask"), st.none()),
    st.tuples(st.just("answer"), st.sampled_from(["live", "more", "reset", "odd"])),
    st.tuples(st.just("lost"), st.none()),
    st.tuples(st.just("hold"), st.none()),
    st.tuples(st.just("release"), st.none()),
)


@given(st.lists(actions, max_size=40))
def test_taken_events_are_without_gap_or_double(script: list[tuple[str, object]]) -> None:
    """Whatever a server sends and whenever the line breaks, seqs are taken one by one (P12)."""
    cursors = Cursors()
    cursors.add(S, 0, "e")
    have = 0
    for action, detail in script:
        if action == "event":
            assert isinstance(detail, int)
            taken = cursors.take(S, detail)
            if taken is True:
                assert detail == have + 1
                have = detail
            elif isinstance(taken, SeqGap):
                assert taken.position == have < detail - 1
        elif action == "ask":
            batch = cursors.next_batch()
            assert batch is None or batch.cursors == {S: have}
        elif action == "answer":
            state = StreamState(state=str(detail), seq=6)
            if cursors.state(S) is CursorState.SYNCING and detail == "reset":
                have = 6
            cursors.synced(S, state, "e")
        elif action == "lost":
            cursors.disconnected()
        elif action == "hold":
            cursors.pause(S, have)
        else:
            cursors.resume()
        assert cursors.position(S) == have


def test_a_tag_goes_with_its_place() -> None:
    """The tag of an event, or of what a sync says, is kept with the seq it belongs to (6.7)."""
    cursors = live_at(3)
    cursors.add(S, 3, "e", "t3")
    assert cursors.next_batch() == SyncBatch({S: 3}, "e", {S: "t3"})
    assert cursors.take(S, 4, "t4") is True
    assert cursors.take(S, 9, "t9") is False
    assert cursors.tag(S) == "t4"
    assert cursors.synced(S, StreamState(state="live", seq=4, tag="t4"), "e")
    assert cursors.take(S, 5) is True
    assert cursors.tag(S) == ""
    cursors.disconnected()
    assert cursors.next_batch() == SyncBatch({S: 5}, "e")


def test_a_cursor_without_a_tag_is_given_one() -> None:
    """What a sync says of the very place one has brings the tag; of another place it does not."""
    cursors = live_at(3)
    for seq, tag in ((4, ""), (3, "t3")):
        cursors.disconnected()
        cursors.next_batch()
        cursors.synced(S, StreamState(state="live", seq=seq, tag=f"t{seq}"), "e")
        assert (cursors.position(S), cursors.tag(S)) == (3, tag)


def test_a_reset_and_a_beginning_take_the_servers_tag() -> None:
    """Where the server's place becomes one's own, so does its tag (6.5, 6.7)."""
    for have, state in ((FROM_NOW, "live"), (9, "reset")):
        cursors = Cursors()
        cursors.add(S, have, "e", "old" if have > 0 else "")
        cursors.next_batch()
        cursors.synced(S, StreamState(state=state, seq=5, tag="t5"), "e")
        assert (cursors.position(S), cursors.tag(S)) == (5, "t5")


def test_who_is_held_has_the_tag_of_where_they_are() -> None:
    """A reader who is one event behind resumes with the tag of the one before it (P14, 6.7)."""
    for have, tag in ((5, "t5"), (4, "t4"), (3, "")):
        cursors = live_at(3)
        for seq in (4, 5):
            cursors.take(S, seq, f"t{seq}")
        cursors.pause(S, have)
        assert (cursors.position(S), cursors.tag(S)) == (have, tag)


def test_nobody_has_the_tag_of_a_stream_they_do_not_listen_to() -> None:
    """What one does not listen to has no place, and no tag."""
    assert Cursors().tag(S) == ""
