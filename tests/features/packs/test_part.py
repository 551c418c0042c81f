"""Fetching a pack goes on after any interruption, and begins anew where the board changed (29.8)."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from bbs.export.errors import TargetTaken
from bbs.export.packing import PackBusy, PackPart, fetch_pack, rehearse_pack
from bbs.features.packs.messages import PackPage, ReadPack
from bbs.features.packs.places import PlaceFinder
from bbs.features.packs.views import Line as PackedLine
from bbs.features.threads.messages import WithdrawPost
from bbs.ids import BoardId
from bbs.messages import Request
from bbs.pack_refusals import PackChanged
from tests.support.moot import Line, Moot
from tests.support.packing import pack_of
from tests.support.talk import start, write


class Cut(Exception):
    """The command was interrupted."""


class Wire:
    """Sends requests for a command, and gives it pages of few lines.

    Attributes:
        asked: From where on pages were asked for.
    """

    def __init__(self, line: Line, lines_max: int = 2, calls_max: int = 10_000) -> None:
        self.asked: list[str | None] = []
        self._line, self._lines_max, self._left = line, lines_max, calls_max

    async def __call__(self, request: Request[Any], /) -> Any:
        if self._left == 0:
            raise Cut
        self._left -= 1
        if not isinstance(request, ReadPack):
            return await self._line.ask(request)
        self.asked.append(request.after)
        page = await self._line.ask(request)
        lines = page.lines[: self._lines_max]
        if len(lines) == len(page.lines):
            return page
        finder = PlaceFinder(int((request.after or "pack:0:0").split(":")[1]))
        places = [finder.take(msgspec.json.decode(each, type=PackedLine)) for each in lines]
        after = places[-1]
        return PackPage(lines=lines, next_after=after)


@pytest.fixture
async def talk(moot: Moot, board: BoardId, ana: Line) -> BoardId:
    """A board with two threads."""
    for title in ("One", "Two"):
        begun = await start(ana, board, title, title)
        await write(moot.sysop, begun.thread, "An answer", begun.post)
    return board


def quiet(text: str) -> None:
    """Show nothing."""


async def test_a_fetched_pack_is_whole(moot: Moot, talk: BoardId, tmp_path: Path) -> None:
    """What is fetched page by page is what the server gives at once, and nothing stays beside it."""
    file = tmp_path / "garden.pack"
    with PackPart(file) as part:
        summary = await fetch_pack(Wire(moot.sysop), talk, part, quiet)
    expected = await pack_of(moot.sysop, talk)
    assert file.read_bytes().splitlines()[:-1] == expected.splitlines()[:-1]
    assert (summary.threads, summary.posts) == (2, 4)
    assert not (tmp_path / "garden.pack.part").exists()
    assert file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(TargetTaken):
        PackPart(file)


@pytest.mark.parametrize("calls", range(8))
async def test_an_interrupted_command_goes_on(
    moot: Moot, talk: BoardId, tmp_path: Path, calls: int
) -> None:
    """Whenever it was interrupted: what is there is not fetched again, and the pack is the same."""
    file = tmp_path / "garden.pack"
    with PackPart(file) as part, pytest.raises(Cut):
        await fetch_pack(Wire(moot.sysop, calls_max=calls), talk, part, quiet)
    wire = Wire(moot.sysop)
    with PackPart(file) as part:
        await fetch_pack(wire, talk, part, quiet)
    assert (wire.asked[0] is None) == (calls == 0)
    expected = await pack_of(moot.sysop, talk)
    assert file.read_bytes().splitlines()[:-1] == expected.splitlines()[:-1]


async def test_a_part_cut_at_any_byte_is_mended(moot: Moot, talk: BoardId, tmp_path: Path) -> None:
    """A part that ends anywhere, also within a line or behind the last check, becomes the same pack."""
    expected = await pack_of(moot.sysop, talk)
    lines = expected.splitlines()[:-1]
    for cut in range(0, len(expected), 331):
        file = tmp_path / f"{cut}.pack"
        file.with_name(f"{cut}.pack.part").write_bytes(expected[:cut])
        with PackPart(file) as part:
            await fetch_pack(Wire(moot.sysop, 1_000), talk, part, quiet)
        assert file.read_bytes().splitlines()[:-1] == lines, cut


async def test_a_part_of_something_else_is_begun_anew(
    moot: Moot, talk: BoardId, tmp_path: Path
) -> None:
    """What is no beginning of this board's pack is dropped."""
    other = await moot.board(moot.sysop, "other")
    for number, data in enumerate((await pack_of(moot.sysop, other), b"\x00\n\n", b"[" * 9_000)):
        file = tmp_path / f"{number}.pack"
        file.with_name(f"{number}.pack.part").write_bytes(data)
        with PackPart(file) as part:
            await fetch_pack(Wire(moot.sysop, 1_000), talk, part, quiet)
        assert file.read_bytes().splitlines()[0] != data.splitlines()[0]


async def test_a_board_that_changed_is_fetched_anew(
    moot: Moot, talk: BoardId, ana: Line, tmp_path: Path
) -> None:
    """What was read before a change is not signed: it is fetched again, and not for ever."""
    told: list[str] = []
    file = tmp_path / "garden.pack"
    with PackPart(file) as part, pytest.raises(Cut):
        await fetch_pack(Wire(moot.sysop, calls_max=4), talk, part, told.append)
    begun = await start(ana, talk, "It is new", "Three")
    await ana.ask(WithdrawPost(post=begun.post))
    with PackPart(file) as part:
        summary = await fetch_pack(Wire(moot.sysop), talk, part, told.append)
    assert summary.threads == 3

    class Restless(Wire):
        async def __call__(self, request: Request[Any], /) -> Any:
            answer = await super().__call__(request)
            if isinstance(request, ReadPack) and answer.next_after is None:
                await start(ana, talk, "And again", "Again")
            return answer

    with PackPart(tmp_path / "restless.pack") as part, pytest.raises(PackChanged):
        await fetch_pack(Restless(moot.sysop, 1_000), talk, part, told.append)
    assert "the board changed meanwhile; once more" in told


async def test_two_commands_do_not_share_a_file(tmp_path: Path) -> None:
    """Another command that writes the same file is told so, and touches nothing."""
    file = tmp_path / "garden.pack"
    with PackPart(file), pytest.raises(PackBusy), PackPart(file):
        raise AssertionError("unreachable")


async def test_a_rehearsal_signs_nothing(moot: Moot, talk: BoardId) -> None:
    """A rehearsal reads and checks all of it, and says how much it is."""
    counts = await rehearse_pack(Wire(moot.sysop), talk, quiet)
    assert (counts.threads, counts.posts) == (2, 4)
