"""Boards that are kept whole are fetched in parts, behind everything else (protocol 33.1)."""

from pathlib import Path
from typing import Any

import pytest

from bbs import limits
from bbs.errors import Disconnected
from bbs.features.threads.messages import ListPosts, ListThreads
from bbs.ids import new_id
from bbs.streams import board_stream
from bbs_client.session.keeping import BoardKeeper
from bbs_client.session.sync import MirrorSync
from tests.client.mirror.model import PAGE
from tests.client.mirror.test_sync import House


@pytest.fixture
def house(tmp_path: Path) -> Any:
    """A model of a community, and an empty mirror of it."""
    house = House(tmp_path)
    yield house
    house.cache.close()


def filled(house: House) -> str:
    """Fill a board with threads that are older than what a first sync takes; return its id."""
    board = house.model.open_board(new_id())
    for _ in range(PAGE + 1):
        thread = house.model.start(board.id)
        for _ in range(3 * PAGE):
            house.model.reply(thread.id)
    house.model.floors[board.id] = house.model.head(board_stream(board.id))  # all of it is read
    house.model.clock.jump(days=limits.MIRROR_DAYS + 1)
    return board.id


async def fetch_all(keeper: BoardKeeper, sync: MirrorSync, board: str) -> int:
    """Fetch all parts of a board; return how many there were."""
    parts = 1
    while await keeper.fetch_part(sync, board):
        parts += 1
    return parts


async def test_a_board_comes_part_by_part(house: House) -> None:
    """Each part is one thread; at the end nothing is missing, and the server is not asked again."""
    board = filled(house)
    sync, keeper = house.sync(), BoardKeeper(house.cache, lambda: {board})
    await sync.sync_all()
    assert keeper.begin(sync) == [board]
    assert not house.cache.board_here(board).is_whole
    assert await fetch_all(keeper, sync, board) == PAGE + 1
    here = house.cache.board_here(board)
    assert (here.threads, here.here, here.is_whole) == (PAGE + 1, here.posts, True)
    assert keeper.begin(house.sync()) == []


async def test_an_interrupted_one_goes_on_where_it_was(house: House) -> None:
    """A lost connection costs one page: what came before it is not fetched again (33.1)."""
    board = filled(house)
    sync, keeper = house.sync(), BoardKeeper(house.cache, lambda: {board})
    await sync.sync_all()
    house.community.asked.clear()

    def cut(request: Any) -> None:
        if len(house.asked(ListPosts)) == 3:
            raise Disconnected("cut")

    house.community.before = cut
    with pytest.raises(Disconnected):
        await fetch_all(keeper, sync, board)
    came = {(one.thread, one.after) for one in house.asked(ListPosts)[:2]}
    house.community.before = lambda request: None
    house.community.asked.clear()
    later = house.sync()
    await later.sync_all()
    assert keeper.begin(later) == [board]
    await fetch_all(keeper, later, board)
    assert house.cache.board_here(board).is_whole
    assert not came & {(one.thread, one.after) for one in house.asked(ListPosts)}
    assert house.asked(ListThreads) == [], "all threads were known before"


async def test_a_board_that_is_kept_no_longer_is_let_be(house: House) -> None:
    """Whoever stops keeping a board stops what is fetched of it at once (33.1)."""
    board = filled(house)
    kept = {board}
    sync, keeper = house.sync(), BoardKeeper(house.cache, lambda: kept)
    await sync.sync_all()
    assert await keeper.fetch_part(sync, board)
    kept.clear()
    house.community.asked.clear()
    assert not await keeper.fetch_part(sync, board)
    assert (keeper.begin(sync), house.community.asked) == ([], [])


async def test_a_thread_that_does_not_come_holds_up_no_other(house: House) -> None:
    """What the server leaves out is tried once at each start, and the other threads come (33.1)."""
    board = filled(house)
    sync, keeper = house.sync(), BoardKeeper(house.cache, lambda: {board})
    await sync.sync_all()
    await sync.packs.fetch_heads(board)
    missing = house.cache.unfinished_threads(board, 10)
    real = house.model.answer

    def holey(request: ListPosts) -> Any:
        page = real(request)
        return type(page)(thread=page.thread, posts=()) if request.thread == missing[0] else page

    house.community.answers[ListPosts] = holey
    await fetch_all(keeper, sync, board)
    assert house.cache.unfinished_threads(board, 10) == missing[:1]
