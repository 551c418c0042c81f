"""Following many streams with one cursor: nothing is missed, and what may be is said (P12, decision 0066)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bbs import limits
from bbs.ids import new_id
from bbs.sdk.following import (
    FROM_ITS_BEGIN,
    CaughtUp,
    EventFollower,
    Followed,
    StreamBegan,
    StreamLost,
    Why,
)
from bbs.sdk.updates import ConnectionChanged, EventHappened
from bbs.streams import case_stream
from bbs.wire.event_cursor import read_cursor
from bbs.wire.messages import CURSOR_TAGS, StreamEnded
from tests.sdk.peer import BOARD, LOUNGE, Peer, faded, meeting, until

CASE = case_stream(new_id())


@pytest.fixture
def peer() -> Peer:
    """A server that gives tags."""
    peer = Peer()
    peer.features = (CURSOR_TAGS,)
    return peer


@asynccontextmanager
async def following(peer: Peer, since: str | None = None) -> AsyncIterator[EventFollower]:
    """Connect to a peer as a program that follows."""
    async with meeting(peer, listen=False, tell_live=True) as community:
        yield EventFollower(community, None if since is None else read_cursor(since))


async def told(follower: EventFollower) -> list[Followed]:
    """Return what a program is told until it has caught up, without news of the connection."""
    found: list[Followed] = []
    async for update in follower.updates():
        if isinstance(update, CaughtUp):
            break
        if not isinstance(update, ConnectionChanged):
            found.append(update)
    return found


def places(found: list[Followed]) -> list[tuple[str, int]]:
    """Return stream and seq of the events among what was told."""
    return [(each.stream, each.seq) for each in found if isinstance(each, EventHappened)]


async def begun(peer: Peer) -> str:
    """Follow the board and the lounge from now; return the cursor."""
    async with following(peer) as follower:
        await follower.follow([BOARD, LOUNGE])
        await told(follower)
        return follower.cursor()


async def test_it_begins_from_now_and_says_where(peer: Peer) -> None:
    """Without a cursor nothing of before is told; the first cursor is there before any event."""
    peer.append(BOARD, faded())
    async with following(peer) as follower:
        await follower.follow([BOARD, LOUNGE])
        assert await told(follower) == [StreamBegan(BOARD, 1), StreamBegan(LOUNGE, 0)]
        assert read_cursor(follower.cursor()).places == {
            BOARD: (1, peer.tag_of(BOARD, 1)),
            LOUNGE: (0, peer.tag_of(LOUNGE, 0)),
        }


async def test_a_cursor_goes_on_right_after_itself(peer: Peer) -> None:
    """From the cursor of any event on, a program is told what came after it, once (P12)."""
    since = await begun(peer)
    for stream in (BOARD, LOUNGE, BOARD, LOUNGE, BOARD):
        peer.append(stream, faded())
    async with following(peer, since) as follower:
        await follower.follow([BOARD, LOUNGE])
        cursors, found = [], []
        async for update in follower.updates():
            if isinstance(update, CaughtUp):
                break
            if isinstance(update, EventHappened):
                found.append((update.stream, update.seq))
                cursors.append(follower.cursor())
    assert sorted(found) == [(BOARD, 1), (BOARD, 2), (BOARD, 3), (LOUNGE, 1), (LOUNGE, 2)]
    for after, cursor in enumerate(cursors, 1):
        async with following(peer, cursor) as follower:
            await follower.follow([BOARD, LOUNGE])
            assert places(await told(follower)) == found[after:]


async def test_more_than_a_queue_is_caught_up_in_order(peer: Peer) -> None:
    """A replay longer than the queue and than an answer comes whole, before it is said to be (P14)."""
    since = await begun(peer)
    for _ in range(40):
        peer.append(BOARD, faded())
    peer.replay_max = 7
    async with meeting(peer, listen=False, tell_live=True, queue_max=4) as community:
        follower = EventFollower(community, read_cursor(since))
        await follower.follow([BOARD, LOUNGE])
        assert places(await told(follower)) == [(BOARD, n) for n in range(1, 41)]


async def test_through_cuts_each_event_comes_in_order(peer: Peer) -> None:
    """Lost connections are nothing that a program sees in its events."""
    async with following(peer) as follower:
        await follower.follow([BOARD])
        await told(follower)
        for _ in range(5):
            peer.cut()
            peer.append(BOARD, faded())
        found = []
        async for update in follower.updates():
            if isinstance(update, EventHappened):
                found.append(update.seq)
            assert not isinstance(update, StreamLost)
            if len(found) == 5:
                break
        assert found == [1, 2, 3, 4, 5]


async def test_a_stream_begins_late_or_as_a_whole(peer: Peer) -> None:
    """What became readable since the cursor begins from now; a new case from its first event."""
    since = await begun(peer)
    peer.append(CASE, faded())
    peer.append(CASE, faded())
    other = case_stream(new_id())
    peer.append(other, faded())
    async with following(peer, since) as follower:
        await follower.follow([BOARD, LOUNGE, other])
        await follower.follow([CASE], begin=FROM_ITS_BEGIN)
        found = await told(follower)
    assert [each for each in found if isinstance(each, StreamBegan)] == [
        StreamBegan(CASE, 0),
        StreamBegan(other, 1),
    ]
    assert places(found) == [(CASE, 1), (CASE, 2)]


async def test_what_may_not_be_read_is_no_loss_unless_it_was_read(peer: Peer) -> None:
    """Streams of others are left out without a word; of a stream in the cursor it is said."""
    since = await begun(peer)
    del peer.streams[LOUNGE]
    async with following(peer, since) as follower:
        await follower.follow([BOARD, LOUNGE])
        await follower.follow([CASE], begin=FROM_ITS_BEGIN)
        assert await told(follower) == [StreamLost(LOUNGE, Why.RIGHTS)]
        assert set(read_cursor(follower.cursor()).places) == {BOARD}
        peer.say(StreamEnded(stream=BOARD))
        async for update in follower.updates():
            if isinstance(update, StreamLost):
                assert update == StreamLost(BOARD, Why.RIGHTS)
                break


@pytest.mark.parametrize("why", [Why.LOG, Why.EPOCH, Why.HISTORY])
@pytest.mark.parametrize("meanwhile", [True, False])
async def test_lost_events_are_told_and_it_goes_on(peer: Peer, why: Why, meanwhile: bool) -> None:
    """A log cut short, a restore, a server that went back: a line for each stream, then its news."""
    peer.append(BOARD, faded())
    async with following(peer) as follower:
        await follower.follow([BOARD])
        await told(follower)
        peer.tell(BOARD, faded())
        async for update in follower.updates():
            if isinstance(update, EventHappened):
                break
        since = follower.cursor()
        for _ in range(3):
            peer.append(BOARD, faded())
        if why is Why.LOG:
            peer.bases[BOARD] = 4
        elif why is Why.EPOCH:
            peer.epoch = "e2"
        else:
            peer.histories[BOARD] = "h2"
        if meanwhile:
            peer.cut()
            async for update in follower.updates():
                if isinstance(update, StreamLost):
                    break
            assert update == StreamLost(BOARD, why, 5)
            peer.tell(BOARD, faded())
            async for update in follower.updates():
                if isinstance(update, EventHappened):
                    break
            assert update.seq == 6
            return
    async with following(peer, since) as follower:
        await follower.follow([BOARD])
        assert await told(follower) == [StreamLost(BOARD, why, 5)]
        assert read_cursor(follower.cursor()) == (peer.epoch, {BOARD: (5, peer.tag_of(BOARD, 5))})


async def test_no_more_streams_than_a_cursor_holds(peer: Peer) -> None:
    """What one cursor cannot hold is not followed, and that is said (P14)."""
    many = [case_stream(new_id()) for _ in range(limits.CURSOR_STREAMS_MAX)]
    for stream in many:
        peer.streams[stream] = []
    async with following(peer) as follower:
        await follower.follow([*many, BOARD])
        found = await told(follower)
        assert [each for each in found if isinstance(each, StreamLost)] == [
            StreamLost(BOARD, Why.FULL)
        ]
        assert len(read_cursor(follower.cursor()).places) == limits.CURSOR_STREAMS_MAX
        follower.leave_out(many[0])
        assert len(read_cursor(follower.cursor()).places) == limits.CURSOR_STREAMS_MAX - 1


async def test_nobody_else_is_told_where_a_replay_ends(peer: Peer) -> None:
    """Programs that do not ask get the updates that they know."""
    async with meeting(peer) as community:
        peer.tell(BOARD, faded())
        await until(lambda: community.online)
        async for update in community.events():
            assert type(update).__name__ in ("ConnectionChanged", "EventHappened")
            if isinstance(update, EventHappened):
                break
