"""Tags in the SDK: kept with every cursor, sent where they are known, noticed when they fail (6.7)."""

import pytest

from bbs.sdk.updates import StreamReset
from bbs.wire.messages import CURSOR_TAGS
from tests.sdk.peer import BOARD, LOUNGE, MINE, Peer, faded, meeting, next_seqs, until
from tests.sdk.test_subscriptions import next_of, sent_syncs


@pytest.fixture
def peer() -> Peer:
    """A server that gives tags."""
    peer = Peer()
    peer.features = (CURSOR_TAGS,)
    return peer


async def test_a_cursor_and_its_tag_are_kept_together(peer: Peer) -> None:
    """Beginning, hearing and coming back, a program has the tag of each of its cursors (6.7)."""
    async with meeting(peer) as community:
        assert community.tags == {s: peer.tag_of(s, 0) for s in (MINE, BOARD, LOUNGE)}
        for _ in range(2):
            peer.tell(BOARD, faded())
        assert await next_seqs(community, 1) == [1]
        assert (community.cursors[BOARD], community.tags[BOARD]) == (1, peer.tag_of(BOARD, 1))
        peer.cut()
        await until(lambda: len(sent_syncs(peer)) > 2)
        # As received, not as handed over: the second event waits in the queue.
        assert sent_syncs(peer)[-1].tags[BOARD] == peer.tag_of(BOARD, 2)


async def test_a_program_goes_on_elsewhere_with_cursors_and_tags(peer: Peer) -> None:
    """Kept and given to `connect`, tags are sent with the first sync (6.2, 6.7)."""
    peer.append(BOARD, faded())
    tags = {BOARD: peer.tag_of(BOARD, 0)}
    async with meeting(peer, cursors={BOARD: 0}, epoch="e1", tags=tags) as community:
        assert await next_seqs(community, 1) == [1]
        assert community.tags[BOARD] == peer.tag_of(BOARD, 1)
    assert sent_syncs(peer)[0].tags == tags


async def test_a_server_of_before_is_sent_no_tags() -> None:
    """To a server that does not name them, tags would be a field it does not know (6.7)."""
    peer = Peer()
    async with meeting(peer, cursors={BOARD: 0}, epoch="e1", tags={BOARD: "t" * 16}) as community:
        peer.tell(BOARD, faded())
        assert await next_seqs(community, 1) == [1]
        assert BOARD not in community.tags
        peer.cut()
        await until(lambda: community.online and len(sent_syncs(peer)) > 2)
    assert all(request.tags == {} for request in sent_syncs(peer))


async def test_a_cursor_of_before_is_given_its_tag(peer: Peer) -> None:
    """Who upgrades is reset nowhere: the next sync brings the tag of what they have (6.7)."""
    peer.append(BOARD, faded())
    async with meeting(peer, cursors={BOARD: 1}, epoch="e1") as community:
        assert community.tags[BOARD] == peer.tag_of(BOARD, 1)
    assert BOARD not in sent_syncs(peer)[0].tags


@pytest.mark.parametrize("more", [0, 3, 9])
async def test_a_server_that_went_back_is_noticed(peer: Peer, more: int) -> None:
    """Short of one's cursor or past it: the program is told that history was lost (6.7, P12)."""
    async with meeting(peer) as community:
        for _ in range(3):
            peer.tell(BOARD, faded())
        assert await next_seqs(community, 3) == [1, 2, 3]
        peer.histories[BOARD] = "h2"
        peer.streams[BOARD] = []
        for _ in range(more):
            peer.append(BOARD, faded())
        peer.cut()
        reset = await next_of(community, StreamReset)
        assert isinstance(reset, StreamReset)
        assert (reset.seq, reset.tag, reset.lost) == (more, peer.tag_of(BOARD, more), True)
        assert community.tags[BOARD] == reset.tag
        peer.tell(BOARD, faded())
        assert await next_seqs(community, 1) == [more + 1]


async def test_a_log_cut_short_and_another_epoch_lose_no_history(peer: Peer) -> None:
    """What is not kept any more, or was brought back on purpose, is an ordinary reset (6.5)."""
    async with meeting(peer) as community:
        for _ in range(3):
            peer.append(BOARD, faded())
        peer.bases[BOARD] = 2
        peer.cut()
        assert await next_of(community, StreamReset) == StreamReset(
            BOARD, 3, peer.tag_of(BOARD, 3), lost=False
        )
        peer.epoch = "e2"
        peer.cut()
        reset = await next_of(community, StreamReset)
        assert isinstance(reset, StreamReset)
        assert not reset.lost
