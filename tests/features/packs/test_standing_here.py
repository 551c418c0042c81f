"""A pack whose words or names stand here already, and names that they had elsewhere (protocol 29.9, 29.10)."""

import pytest
from msgspec.structs import replace

from bbs.features.boards.messages import GetBoard, ListBoards
from bbs.features.packs.unpack_messages import StopUnpacking, UnpackState
from bbs.features.packs.views import PackAct, PackPost, PackThread
from bbs.features.threads.messages import ListPosts
from bbs.refusals import NotFound
from tests.support.moot import Moot
from tests.support.packs import packed, small_board, uuid
from tests.support.unpacked import beginning, pack_id, pieces, unpack


async def test_old_words_lead_on_by_the_names_the_board_had(moot: Moot) -> None:
    """Addresses in words that came with a board name that board, whoever has its old name here (29.10)."""
    await moot.board(moot.sysop, "garden")
    await unpack(moot, packed(small_board()), "old-garden")
    [board] = [
        each for each in (await moot.sysop.ask(ListBoards())).boards if each.slug == "old-garden"
    ]
    assert board.came_as == ("garden",)
    assert board.lead_on("garden/1/2") == "old-garden/1/2"
    for elsewhere in ("old-garden/1/2", "kitchen/1/1", "garden/lounge/4"):
        assert board.lead_on(elsewhere) is None


@pytest.mark.parametrize("kind", [PackThread, PackPost])
async def test_words_that_stand_here_are_not_brought_again(
    moot: Moot, kind: type[PackThread | PackPost]
) -> None:
    """A pack with a thread or a post that stands here under its id is refused, and changes nothing (29.9)."""
    await unpack(moot, packed(small_board()))
    before = await moot.sysop.ask(ListPosts(thread=uuid(1)))
    lines = [line for line in small_board() if not isinstance(line, PackAct)]
    lines[0] = replace(lines[0], board=uuid(99))  # type: ignore[type-var]  # the heading
    for place, line in enumerate(lines):
        if isinstance(line, PackThread | PackPost) and not isinstance(line, kind):
            lines[place] = replace(line, id=uuid(90_000 + place))
    found = await unpack(moot, packed(lines), "other", board=uuid(99))
    assert found.state is UnpackState.REFUSED
    assert found.why is not None
    assert found.why.startswith("words of this pack stand here already, under the id ")
    assert isinstance(await moot.sysop.refused(GetBoard(board=uuid(99))), NotFound)
    assert (await moot.sysop.ask(ListPosts(thread=uuid(1)))).posts == before.posts


async def test_an_id_is_of_one_file(moot: Moot) -> None:
    """A file announced under the id of one on its way is refused; the same one goes on (29.9, P12)."""
    data = packed(small_board())
    begin = beginning(data)
    assert (await moot.sysop.ask(begin)).unpacking == (await moot.sysop.ask(begin)).unpacking
    other = replace(begin, size=begin.size + 1)
    assert "another file has this id" in str(await moot.sysop.refused(other))


async def test_pieces_come_only_while_it_is_received(moot: Moot) -> None:
    """Once a pack is stopped no piece of it is taken, and nobody asks for what was never announced (29.9)."""
    data = packed(small_board())
    assert isinstance(await moot.sysop.refused(pieces(data)[0]), NotFound)
    await moot.sysop.ask(beginning(data))
    await moot.sysop.ask(StopUnpacking(pack=pack_id(data)))
    assert "the pack is stopped already" in str(await moot.sysop.refused(pieces(data)[0]))
