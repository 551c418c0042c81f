"""A client whose member is restricted: it knows at once what holds, and what comes back (P7)."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bbs.features.boards.messages import OpenBoard, TakeSeat
from bbs.features.moderation.views import Restriction, RestrictionKind
from bbs.features.norms.messages import Clause
from bbs.features.threads.messages import StartThread
from bbs.ids import COMMONS, BoardId, ThreadId, new_id
from tests.journeys.community import Front, House, house
from tests.support.restricting import lifted, restricted


@pytest.fixture
async def community(tmp_path: Path) -> AsyncIterator[House]:
    """A community with a sysop and ana."""
    async with house(tmp_path) as running:
        await running.join("sysanne")
        await running.join("ana")
        yield running


async def _garden(community: House) -> tuple[BoardId, ThreadId]:
    """Open a board with a thread, where ana sits."""
    board, thread = new_id(), new_id()
    sysop = community.voices["sysanne"]
    norms = (Clause(text="Stay with plants.", why="That is what people come for."),)
    opening = OpenBoard(board=board, slug="garden", title="G", charter="C.", norms=norms, hold_s=0)
    await sysop.call(opening)
    await sysop.call(
        StartThread(board=board, thread=thread, post=new_id(), title="T", body="Rhubarb")
    )
    await community.voices["ana"].call(TakeSeat(board=board, norms_version=1))
    return board, thread


def _known(front: Front, board: BoardId) -> Restriction | None:
    return front.cache.restriction(board, None, front.cache.time())


async def test_a_client_knows_of_a_restriction_without_asking(community: House) -> None:
    """The own stream tells a silence to every device; offline its end is compared (P7)."""
    board, _ = await _garden(community)
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
    board, thread = await _garden(community)
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
