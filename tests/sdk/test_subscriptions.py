"""Subscriptions: every event once and in order, through cuts, gaps and slow readers (P12, P14)."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbs.clock import instant
from bbs.errors import ClockInDoubt, RetryableError, StorageUnavailable, Throttled
from bbs.features.boards.messages import BoardList, ListBoards
from bbs.features.boards.seat_messages import SeatState
from bbs.features.members.messages import Resume
from bbs.features.members.views import Session, SignInResult, SystemAuthor
from bbs.features.presence.messages import GetPresence, PresenceChanged, PresenceResult
from bbs.ids import COMMONS, new_id
from bbs.refusals import NotSignedIn, OnWaitingList
from bbs.sdk.community import Community
from bbs.sdk.updates import (
    ConnectionChanged,
    EphemeralHappened,
    EventHappened,
    StreamGone,
    StreamReset,
    Update,
    UpdateQueue,
)
from bbs.streams import board_streams
from bbs.testing import a_member, a_seat
from bbs.wire import codec
from bbs.wire.messages import StreamEnded, StreamState, Sync, SyncResult
from tests.sdk.peer import (
    BOARD,
    LOUNGE,
    ME,
    MINE,
    Peer,
    faded,
    meeting,
    next_seqs,
    seat_changed,
    until,
)

OTHER = new_id()


async def next_of(community: Community, kind: type[Update]) -> Update:
    async for happened in community.events():
        if isinstance(happened, kind):
            return happened
    raise AssertionError("the events ended")


async def test_what_was_missed_comes_after_the_cut() -> None:
    """Events from the time without a line are replayed, none twice (P12)."""
    peer = Peer()
    async with meeting(peer) as community:
        for _ in range(3):
            peer.tell(BOARD, faded())
        assert await next_seqs(community, 2) == [1, 2]
        peer.cut()
        for _ in range(3):
            peer.append(BOARD, faded())
        assert await next_seqs(community, 4) == [3, 4, 5, 6]
        assert community.cursors[BOARD] == 6


async def test_a_long_replay_is_followed_to_its_end() -> None:
    """`more` is asked for again until the stream is live (protocol 6.3)."""
    peer = Peer()
    peer.replay_max = 7
    for _ in range(50):
        peer.append(BOARD, faded())
    async with meeting(peer, cursors={BOARD: 10}, epoch="e1") as community:
        peer.tell(BOARD, faded())
        assert await next_seqs(community, 41) == list(range(11, 52))


async def test_a_gap_is_closed() -> None:
    """An event that went missing is asked for; what came after it is not lost (protocol 6.2)."""
    peer = Peer()
    async with meeting(peer) as community:
        peer.tell(BOARD, faded())
        peer.append(BOARD, faded())
        peer.tell(BOARD, faded())
        peer.tell(BOARD, faded())
        assert await next_seqs(community, 4) == [1, 2, 3, 4]
        peer.push(BOARD, 2)
        peer.tell(BOARD, faded())
        assert await next_seqs(community, 1) == [5]


async def test_a_slow_reader_misses_nothing() -> None:
    """More events than the queue holds are all handed over, in order, once (P14)."""
    peer = Peer()
    async with meeting(peer, queue_max=4) as community:
        for _ in range(40):
            peer.tell(BOARD, faded())
        await until(lambda: peer.opened)
        assert await next_seqs(community, 40) == list(range(1, 41))


async def test_a_call_from_the_loop_is_answered_however_full_the_queue() -> None:
    """A program may call from within its loop: the answer does not wait for the queue (P14)."""
    peer = Peer()
    peer.handlers[GetPresence] = lambda _: PresenceResult(members=())
    async with meeting(peer, queue_max=2) as community:
        for _ in range(20):
            peer.tell(BOARD, faded())
        seqs = []
        async for happened in community.events():
            await community.call(GetPresence())
            if isinstance(happened, EventHappened):
                seqs.append(happened.seq)
            if len(seqs) == 20:
                break
    assert seqs == list(range(1, 21))


async def test_listening_from_the_loop_does_not_wait_for_the_queue() -> None:
    """`listen` within the loop returns though its replay does not fit the queue (P14)."""
    peer = Peer()
    stream = f"board:{OTHER}"
    for _ in range(30):
        peer.append(stream, faded())
    async with meeting(peer, queue_max=4) as community:
        assert (await community.listen({stream: 0}))[stream].state == "more"
        assert await next_seqs(community, 30, stream) == list(range(1, 31))


async def test_listen_tells_how_each_stream_stands() -> None:
    """Live, gone or reset: the caller learns it for every stream (protocol 6.1)."""
    peer = Peer()
    old, none = f"board:{OTHER}", f"board:{new_id()}"
    peer.streams[old] = []
    for _ in range(9):
        peer.append(old, faded())
    peer.bases[old] = 5
    async with meeting(peer) as community:
        states = await community.listen({old: 2, none: -1, BOARD: 0})
        assert {s: state.state for s, state in states.items()} == {
            old: "reset",
            none: "gone",
            BOARD: "live",
        }
        assert states[old].seq == 9
        assert await next_of(community, StreamReset) == StreamReset(old, 9)
        assert await next_of(community, StreamGone) == StreamGone(none)
        assert none not in community.cursors
        assert community.cursors[old] == 9


async def test_a_restored_server_resets_what_one_had() -> None:
    """Cursors of another epoch are reset: the mirror is told to fetch afresh (protocol 3.1)."""
    peer = Peer()
    for _ in range(3):
        peer.append(BOARD, faded())
    async with meeting(peer) as community:
        peer.tell(BOARD, faded())
        assert await next_seqs(community, 1) == [4]
        peer.epoch = "e2"
        peer.streams[BOARD] = peer.streams[BOARD][:2]
        peer.cut()
        reset = None
        async for happened in community.events():
            if isinstance(happened, StreamReset) and happened.stream == BOARD:
                reset = happened
                break
        assert reset == StreamReset(BOARD, 2)
        peer.tell(BOARD, faded())
        assert await next_seqs(community, 1) == [3]


async def test_listening_ends_when_asked_to() -> None:
    """After `unlisten` the server is told, and nothing more of the stream arrives."""
    peer = Peer()
    async with meeting(peer) as community:
        community.unlisten(BOARD)
        await until(lambda: any(isinstance(r, Sync) and r.drop == (BOARD,) for r in peer.asked))
        peer.tell(BOARD, faded())
        peer.tell(LOUNGE, faded())
        assert await next_seqs(community, 1, LOUNGE) == [1]
        assert BOARD not in community.cursors


async def test_a_new_seat_is_listened_to() -> None:
    """Taking a seat adds the board's streams, leaving it takes them away, on any device."""
    peer = Peer()
    streams = board_streams(OTHER)
    for stream in streams:
        peer.streams[stream] = []
    async with meeting(peer) as community:
        peer.tell(MINE, seat_changed(OTHER, SeatState.OFFERED))
        peer.tell(BOARD, seat_changed(OTHER, SeatState.SEATED, new_id()))
        assert await next_seqs(community, 1) == [1]
        assert not set(streams) & set(community.cursors)
        peer.tell(MINE, seat_changed(OTHER, SeatState.SEATED))
        await until(lambda: set(streams) <= set(community.cursors))
        peer.tell(streams[1], faded())
        assert await next_seqs(community, 1, streams[1]) == [1]
        peer.tell(MINE, seat_changed(OTHER, SeatState.LEFT))
        await until(lambda: not set(streams) & set(community.cursors))


async def test_a_token_looks_for_seats_on_its_next_connection() -> None:
    """A script's token, which may not read its owner's stream, finds new seats by itself."""
    peer = Peer()
    session = Session(id=new_id(), label="bot", token=True)
    peer.handlers[Resume] = lambda _: SignInResult(member=a_member(id=ME), session=session)
    del peer.streams[MINE]
    seats = [a_seat(member=ME)]
    peer.handlers[ListBoards] = lambda _: BoardList(boards=(), seats=tuple(seats))
    for stream in board_streams(OTHER):
        peer.streams[stream] = []
    async with meeting(peer) as community:
        assert set(community.cursors) == {BOARD, LOUNGE}
        seats.append(a_seat(member=ME, board=OTHER))
        peer.cut()
        await until(lambda: set(board_streams(OTHER)) <= set(community.cursors))
        assert isinstance(await next_of(community, ConnectionChanged), ConnectionChanged)
    assert not any(MINE in request.cursors for request in sent_syncs(peer))


async def test_whoever_waits_for_a_seat_hears_of_it() -> None:
    """A member without a seat on the commons listens to their own stream, and learns of it."""
    peer = Peer()
    peer.handlers[ListBoards] = lambda _: OnWaitingList()
    async with meeting(peer) as community:
        assert set(community.cursors) == {MINE}
        peer.tell(MINE, seat_changed(COMMONS, SeatState.SEATED))
        await until(lambda: {BOARD, LOUNGE} <= set(community.cursors))


async def test_a_stream_that_ends_is_told() -> None:
    """`stream.ended` becomes StreamGone, and the stream is not asked for again (protocol 6.6)."""
    peer = Peer()
    async with meeting(peer) as community:
        peer.say(StreamEnded(stream=LOUNGE))
        peer.say(StreamEnded(stream=f"board:{OTHER}"))
        assert await next_of(community, StreamGone) == StreamGone(LOUNGE)
        peer.cut()
        await until(lambda: community.online and len(sent_syncs(peer)) > 2)
        assert LOUNGE not in sent_syncs(peer)[-1].cursors


def sent_syncs(peer: Peer) -> list[Sync]:
    return [request for request in peer.asked if isinstance(request, Sync)]


async def test_the_end_of_a_stream_is_not_lost_in_a_full_queue() -> None:
    """StreamGone comes even if there was no room for it at the moment (P14)."""
    peer = Peer()
    async with meeting(peer, queue_max=2) as community:
        for _ in range(3):
            peer.tell(BOARD, faded())
        del peer.streams[LOUNGE]
        peer.say(StreamEnded(stream=LOUNGE))
        assert await next_of(community, StreamGone) == StreamGone(LOUNGE)


async def test_ephemerals_are_handed_on() -> None:
    """What is true right now is handed on without a seq (protocol 7.5)."""
    peer = Peer()
    async with meeting(peer) as community:
        peer.say(PresenceChanged(members=(OTHER,)))
        told = await next_of(community, EphemeralHappened)
        assert told == EphemeralHappened(PresenceChanged(members=(OTHER,)))


async def test_an_event_of_a_newer_server_counts() -> None:
    """A kind this version does not know, or cannot read, moves the cursor on all the same."""
    peer = Peer()
    async with meeting(peer) as community:
        log = peer.streams[BOARD]
        for kind, data in (("garden.watered", b"{}"), ("threads.posted", b'{"post":5}')):
            args = (BOARD, len(log) + 1, instant(0), kind, SystemAuthor(), COMMONS, data)
            log.append(codec.encode_event(*args))
            peer.push(BOARD, len(log))
        for kind in ("garden.watered", "threads.posted"):
            told = await next_of(community, EventHappened)
            assert isinstance(told, EventHappened)
            assert (told.kind, told.event) == (kind, None)
        assert community.cursors[BOARD] == 2


@pytest.mark.parametrize("error", [Throttled(3.0), ClockInDoubt("session", 3.0)])
async def test_a_sync_put_off_is_asked_again(error: RetryableError) -> None:
    """A sync that the server cannot answer now waits as long as asked, and gives no stream up
    (protocol 4.5).
    """
    peer = Peer()
    peer.sync_refusals = [error]
    async with meeting(peer) as community:
        assert set(community.cursors) == {MINE, BOARD, LOUNGE}
    assert 3.0 in peer.waits_s


async def test_a_server_with_a_full_disk_is_asked_again() -> None:
    """A sync refused for the disk's sake is asked again in a while, and gives no stream up."""
    peer = Peer()
    peer.sync_refusals = [StorageUnavailable("full")]
    async with meeting(peer) as community:
        assert set(community.cursors) == {MINE, BOARD, LOUNGE}


async def test_a_refused_sync_is_told_to_who_asked() -> None:
    """Listening without being signed in fails for the caller, and is not repeated."""
    peer = Peer()
    peer.handlers[Sync] = lambda _: NotSignedIn()
    async with meeting(peer, token=None) as community:
        with pytest.raises(NotSignedIn):
            await community.listen({BOARD: -1})
        assert community.cursors == {}
    assert len(sent_syncs(peer)) == 1


async def test_cancelling_listen_leaves_the_stream_listened_to() -> None:
    """Cancelled, `listen` stops waiting; the stream goes live all the same."""
    peer = Peer()
    stream = f"board:{OTHER}"
    peer.streams[stream] = []
    async with meeting(peer) as community:
        waiting = asyncio.create_task(community.listen({stream: -1}))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        await until(lambda: stream in community.cursors)
        peer.tell(stream, faded())
        assert await next_seqs(community, 1, stream) == [1]


async def test_a_server_that_never_gets_there_is_not_hammered() -> None:
    """A stream that stays short of live is asked for at growing intervals."""
    peer = Peer()
    stream = f"board:{OTHER}"
    async with meeting(peer) as community:
        odd = SyncResult(streams={stream: StreamState(state="perhaps")})
        peer.handlers[Sync] = lambda _: odd
        waiting = asyncio.create_task(community.listen({stream: 0}))
        await until(lambda: len(peer.waits_s) >= 5)
        waiting.cancel()
    assert all(wait_s > 0 for wait_s in peer.waits_s[:5])


async def test_no_boards_no_seats() -> None:
    """A member without any seat still listens to the commons."""
    peer = Peer()
    peer.handlers[ListBoards] = lambda _: BoardList(boards=(), seats=())
    async with meeting(peer) as community:
        assert set(community.cursors) == {MINE, BOARD}


async def test_state_changes_are_coalesced() -> None:
    """A line that flaps while nobody reads takes one place in the queue (P14)."""
    queue = UpdateQueue(lambda: None, size_max=1)
    for number in range(10):
        queue.put_connection_change(ConnectionChanged(bool(number % 2), str(number)))
    assert await queue.get() == ConnectionChanged(True, "9")
    queue.end(None)
    assert await queue.get() is None


@given(st.lists(st.booleans(), max_size=60), st.integers(1, 5))
def test_the_queue_is_bounded_and_says_when_there_is_room(script: list[bool], size: int) -> None:
    """Never more than its size waits; after turning something away it tells of room again (P14)."""
    told: list[int] = []
    queue = UpdateQueue(lambda: told.append(1), size_max=size)
    waiting, turned_away = 0, False
    happened = EphemeralHappened(PresenceChanged(members=()))

    async def play() -> None:
        nonlocal waiting, turned_away
        for put in script:
            if put:
                kept = queue.put_nowait(happened)
                assert kept == (waiting < size)
                waiting += kept
                turned_away = turned_away or not kept
            elif waiting:
                before = len(told)
                assert await queue.get() is happened
                waiting -= 1
                assert (len(told) > before) == (turned_away and waiting <= size // 2)
                turned_away = turned_away and waiting > size // 2

    asyncio.run(play())
