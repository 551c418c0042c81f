"""Resets that come at odd moments: at the beginning of a stream, and cut off half way."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bbs.features.boards.messages import ListBoards
from bbs.features.threads.messages import ListLines
from bbs.ids import COMMONS
from tests.client.mirror.test_sync import House


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    yield house
    house.cache.close()


async def test_a_reset_at_the_beginning_of_a_stream_is_not_done_twice(house: House) -> None:
    """A stream that was fetched anew from 0 has a cursor, and is left as it is (6.5)."""
    sync = house.sync()
    await sync.sync_all()
    stream = f"lounge:{COMMONS}"
    assert house.cache.cursor(stream) == 0
    house.community.asked.clear()
    await sync.reset(stream)
    assert house.asked(ListLines) == []


async def test_a_reset_that_was_cut_off_is_done_by_the_next_start(house: House) -> None:
    """One's own stream without a cursor is fetched before it is listened to again (6.5)."""
    await house.sync().sync_all()
    stream = f"member:{house.model.me.id}"
    house.cache.forget_cursor(stream)
    house.community.asked.clear()
    await house.sync().sync_all()
    assert len(house.asked(ListBoards)) == 1
    assert house.cache.cursor(stream) == house.model.head(stream)
