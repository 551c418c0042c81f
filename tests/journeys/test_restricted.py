"""A client whose member is restricted: it knows at once what holds, and what comes back (P7)."""

import pytest

from bbs.features.moderation.views import Restriction, RestrictionKind
from bbs.ids import COMMONS, BoardId
from tests.journeys.community import Front, House, open_garden
from tests.support.restricting import lifted, restricted


def _known(front: Front, board: BoardId) -> Restriction | None:
    return front.cache.restriction(board, None, front.cache.time())


async def test_a_client_knows_of_a_restriction_without_asking(community: House) -> None:
    """The own stream tells a silence to every device; offline its end is compared (P7)."""
    board, _ = await open_garden(community)
    front = await community.front("ana", "laptop")
    await front.until(lambda: front.cache.board(board) is not None)
    ana = community.members["ana"].member
    silence = await restricted(community, RestrictionKind.SILENCED, board, ana)
    await front.until(lambda: _known(front, board) is not None)
    assert _known(front, board) == silence
    other = await community.front("ana", "desk")
    await other.until(lambda: _known(other, board) == silence)
    community.clock.jump(days=1)
    assert _known(front, board) is None
    await other.close()
    await front.close()


@pytest.mark.parametrize("everywhere", [False, True])
async def test_a_suspension_takes_the_words_and_gives_them_back(
    community: House, everywhere: bool
) -> None:
    """The board stays known with what holds there; its words go, and come back with the end (P7)."""
    board, thread = await open_garden(community)
    front = await community.front("ana", "laptop")
    await front.until(lambda: front.cache.thread(thread) is not None)
    ana = community.members["ana"].member
    where = COMMONS if everywhere else board
    suspension = await restricted(community, RestrictionKind.SUSPENDED, where, ana)
    await front.until(lambda: front.cache.thread(thread) is None)
    await front.until(lambda: _known(front, where) == suspension)
    await front.until(lambda: front.cache.board(where) is not None)
    await lifted(community, suspension)
    await front.until(lambda: front.cache.thread(thread) is not None)
    assert _known(front, board) is None
    await front.close()
