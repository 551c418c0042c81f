"""How large a community and its boards may grow is the sysop's setting, told where it stops (P3)."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbs import limits
from bbs.features.boards.messages import ConfigureBoard, GetBoard, OpenBoard
from bbs.features.boards.rules import seats_fit
from bbs.ids import COMMONS, BoardId, new_id
from bbs.refusals import CeilingReached
from bbs.settings import SettingsError
from bbs.wire.error_codec import from_facts
from tests.support.moot import NORMS, Line, open_moot


async def _seats(line: Line, board: BoardId = COMMONS) -> int:
    return (await line.ask(GetBoard(board=board))).board.seats


def _opening(seats: int) -> OpenBoard:
    return OpenBoard(board=new_id(), slug="shed", title="T", charter="C", norms=NORMS, seats=seats)


async def test_a_new_community_has_as_many_seats_as_its_ceiling(tmp_path: Path) -> None:
    """Without seats of its own it follows `members_max`, with them it has those (P3)."""
    async with open_moot(tmp_path / "default") as moot:
        assert await _seats(moot.sysop) == limits.MEMBERS_DEFAULT == 150
    async with open_moot(tmp_path / "set", members_max=300) as moot:
        assert await _seats(moot.sysop) == 300
    async with open_moot(tmp_path / "fewer", seats=20) as moot:
        assert await _seats(moot.sysop) == 20


async def test_a_new_community_beyond_its_ceiling_is_not_founded(tmp_path: Path) -> None:
    """The sysop learns at the start which two settings do not fit each other."""
    with pytest.raises(SettingsError, match="seats = 151: members_max = 150 allows no more"):
        async with open_moot(tmp_path / "data", seats=151):
            pass
    async with open_moot(tmp_path / "data", seats=151, members_max=151) as moot:
        assert await _seats(moot.sysop) == 151


async def test_seats_beyond_a_ceiling_are_refused_by_its_name(tmp_path: Path) -> None:
    """Whoever meets a ceiling reads how high it is and who can raise it by what (P3)."""
    async with open_moot(tmp_path / "data", members_max=30, board_seats_max=5) as moot:
        refused = await moot.sysop.refused(ConfigureBoard(board=COMMONS, seats=31))
        assert isinstance(refused, CeilingReached)
        assert str(refused) == (
            "this community has room for 30 members, by its setting members_max"
        )
        board = await moot.board(moot.sysop, "garden", seats=5)
        refused = await moot.sysop.refused(ConfigureBoard(board=board, seats=6))
        assert str(refused).startswith(
            "this community has room for 5 seats on a board, by its setting"
        )
        refused = await moot.sysop.refused(_opening(6))
        assert isinstance(refused, CeilingReached)
        assert refused.setting == "board_seats_max"


async def test_a_board_that_names_no_seats_has_what_fits(tmp_path: Path) -> None:
    """Forty, or as many as the sysop allows where that is fewer (P3)."""
    for ceiling, seats in ((500, limits.BOARD_SEATS_DEFAULT), (7, 7)):
        async with open_moot(tmp_path / str(ceiling), board_seats_max=ceiling) as moot:
            assert await _seats(moot.sysop, await moot.board(moot.sysop, "garden")) == seats


async def test_what_is_above_a_new_ceiling_keeps_its_seats(tmp_path: Path) -> None:
    """Nobody loses a seat by an update or a setting; what is left out or lowered is not refused (P3)."""
    async with open_moot(tmp_path / "data", members_max=500, board_seats_max=60, seats=500) as moot:
        board, sysop = await moot.board(moot.sysop, "garden", seats=60), moot.sysop
    async with open_moot(tmp_path / "data", seats=500, boards_max=1) as later:
        line = await later.again(sysop)
        assert (await _seats(line), await _seats(line, board)) == (500, 60)
        for where, ceiling, more in ((COMMONS, 150, 501), (board, 40, 61)):
            await line.ask(ConfigureBoard(board=where, title="Another"))
            await line.ask(ConfigureBoard(board=where, seats=more - 5))
            refused = await line.refused(ConfigureBoard(board=where, seats=more))
            assert isinstance(refused, CeilingReached)
            assert refused.limit == ceiling


@given(asked=st.integers(1, 1_000), ceiling=st.integers(1, 1_000), before=st.integers(0, 1_000))
def test_a_ceiling_takes_nothing_and_is_never_passed(asked: int, ceiling: int, before: int) -> None:
    """Whatever a board has it may keep; beyond both nothing fits (P3)."""
    fits = seats_fit(asked, ceiling=ceiling, before=before)
    assert fits or (asked > ceiling and asked > before)
    assert seats_fit(min(asked, ceiling), ceiling=ceiling)


def test_a_client_of_before_shows_the_sentence() -> None:
    """An error whose code a client does not know is shown in the server's words (protocol 4)."""
    said = str(CeilingReached("members", 150, "members_max"))
    assert str(from_facts("ceiling_of_tomorrow", {"limit": 150}, said)) == said
