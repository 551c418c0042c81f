"""Who sees what waits, and how much of it at a time (protocol 15.9)."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from bbs.features.boards.messages import Visibility
from bbs.features.proposals.messages import ListProposals
from bbs.streams import board_stream
from tests.features.proposals.motions import moved, shorter, waiting
from tests.support.moot import Moot, open_moot
from tests.support.talk import seated


@pytest_asyncio.fixture
async def moot(tmp_path: Path) -> AsyncIterator[Moot]:
    """A community with a sysop."""
    async with open_moot(tmp_path / "data") as running:
        yield running


async def test_an_unlisted_board_is_listed_only_to_who_names_it(moot: Moot) -> None:
    """Without a seat there, what waits on an unlisted board is shown only if the board is named."""
    board = await moot.board(moot.sysop, "shed", visibility=Visibility.UNLISTED)
    ana, bo = await seated(moot, "ana", board), await moot.join("bo")
    waits = await moved(moot.sysop, shorter(board))
    assert [each.id for each in (await ana.ask(ListProposals())).proposals] == [waits.proposal]
    shown = await bo.ask(ListProposals())
    assert shown.proposals == ()
    assert board_stream(board) not in shown.as_of
    assert [each.id for each in await waiting(bo, board)] == [waits.proposal]
