"""A private board is known of by the seat that is offered there, and by nothing else."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bbs.features.boards.seat_messages import SeatState
from bbs.ids import new_id
from bbs.testing import a_seat
from tests.client.mirror.test_sync import House


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A model, its community, and a mirror of it."""
    house = House(tmp_path)
    yield house
    house.cache.close()


async def test_an_offer_of_an_earlier_visit_brings_its_board(house: House) -> None:
    """A visit may end between an offer and its board: the next one fetches what only a seat tells of."""
    await house.sync().sync_all()
    board = house.model.open_board(new_id(), seat=False)
    offer = a_seat(board=board.id, member=house.model.me.id, state=SeatState.OFFERED)
    house.cache.apply((offer,))
    assert house.cache.unknown_boards() == {board.id}
    await house.sync().sync_all()
    row = house.cache.board(board.id)
    assert row is not None
    assert row.seat == offer
    assert not house.cache.unknown_boards()
