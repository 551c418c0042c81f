"""The board chosen at the founding: the first sysop has it on joining, as an act of their own (P8)."""

from pathlib import Path

from bbs.features.boards.messages import ListBoards
from bbs.features.moderation.messages import GetLog
from bbs.features.norms.messages import GetNorms
from bbs.features.norms.templates import TEMPLATES
from bbs.ids import COMMONS
from tests.support.moot import Line, open_moot


async def slugs(line: Line) -> list[str | None]:
    """Return the names of the boards that somebody sees, in their order."""
    return [board.slug for board in (await line.ask(ListBoards())).boards]


async def test_the_first_sysop_has_the_chosen_board(tmp_path: Path) -> None:
    """With its norms, as its moderator, and with an act that names them (P5, P8)."""
    async with open_moot(tmp_path / "data", first_board="circle") as moot:
        listed = await moot.sysop.ask(ListBoards())
        board = listed.boards[-1]
        assert board.charter == TEMPLATES["circle"].charter
        (seat,) = [each for each in listed.seats if each.board == board.id]
        assert seat.moderator
        norms = await moot.sysop.ask(GetNorms(board=board.id))
        assert norms.clauses == TEMPLATES["circle"].clauses
        acts = (await moot.sysop.ask(GetLog(board=COMMONS, limit=10))).acts
        assert [act.method for act in acts] == ["boards.open", "members.sign_up"]
        assert acts[0].author == acts[1].author
        assert await slugs(await moot.join("bo")) == ["commons", "circle"]


async def test_no_board_is_no_hindrance_to_joining(tmp_path: Path) -> None:
    """Where the settings leave no room for it, the founder joins all the same."""
    async with open_moot(tmp_path / "none") as moot:
        assert await slugs(moot.sysop) == ["commons"]
    async with open_moot(tmp_path / "full", first_board="circle", boards_max=1) as moot:
        assert await slugs(moot.sysop) == ["commons"]
