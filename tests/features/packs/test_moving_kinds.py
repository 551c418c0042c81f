"""A board that is archived, or a journal, moves as any other does (protocol 30)."""

from datetime import timedelta

import pytest

from bbs.clock import instant
from bbs.features.boards.kinds import BoardKind
from bbs.features.boards.messages import GetBoard
from bbs.features.community.messages import AnnounceClosing
from bbs.features.moderation.tending_messages import ArchiveBoard
from bbs.features.threads.messages import WithdrawPost
from tests.features.packs.gardens import Garden
from tests.features.packs.test_two_servers import Both, both  # noqa: F401 - a fixture


@pytest.mark.parametrize("kind", ["archived", "journal"])
async def test_it_moves_as_any_other(both: Both, kind: str) -> None:  # noqa: F811 - the fixture
    """Words end meanwhile as anywhere, and it opens at the new server as it was (protocol 30.3, 30.8)."""
    old: Garden = both.old
    if kind == "archived":
        await old.moot.sysop.ask(ArchiveBoard(board=both.board, reason="Nobody comes."))
    else:
        sql = "UPDATE boards SET kind = 'journal' WHERE id = ?"
        await old.moot.change(lambda tx: tx.execute(sql, both.board))
    await both.announce()
    await old.pass_days(14)
    await both.unpacked()
    await old.ana.ask(WithdrawPost(post=old.of_ana.post))
    await both.hand_over()
    done = await both.bring(await both.last_list())
    assert (done.is_open, done.ended) == (True, 1)
    bodies = await both.bodies()
    assert (bodies[old.of_ana.post], bodies[old.of_bo.post]) == (None, "Beans.")
    board = (await both.reader.ask(GetBoard(board=both.board))).board
    assert (board.kind is BoardKind.JOURNAL) is (kind == "journal")


async def test_it_moves_out_of_a_community_that_closes(both: Both) -> None:  # noqa: F811 - the fixture
    """Until the day on which it is closed its boards go elsewhere (protocol 30.3)."""
    old: Garden = both.old
    on = instant(old.moot.clock()) + timedelta(days=60)
    await old.moot.sysop.carry(AnnounceClosing(on=on, reason="Nobody is left to look after it."))
    await both.announce()
    await old.pass_days(14)
    await both.unpacked()
    await both.hand_over()
    assert (await both.bring(await both.last_list())).is_open
    assert (await both.bodies())[old.of_ana.post] == "Peas."
