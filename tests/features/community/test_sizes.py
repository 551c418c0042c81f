"""What the words of a board take: counted as they come and go, shown to the sysop, kept in bounds."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bbs import limits
from bbs.features.boards.messages import ConfigureBoard, Visibility
from bbs.features.boards.seat_messages import HandOver, LeaveSeat, TakeSeat
from bbs.features.community.messages import GetDisk, SetQuota
from bbs.features.moderation.messages import Acted
from bbs.features.threads.messages import (
    EditPost,
    ImportPosts,
    Retitle,
    Say,
    Unsay,
    WithdrawPost,
)
from bbs.features.threads.views import Mail
from bbs.ids import BoardId, LineId, new_id
from bbs.refusals import NotFound, QuotaExceeded
from bbs.streams import board_stream
from bbs_server.features.threads import sizes
from bbs_server.store import event_log
from tests.support.moot import Moot, open_moot
from tests.support.talk import start, write


async def _size(moot: Moot, board: BoardId) -> int:
    """Return what is kept of a board's size, which must be what counting anew gives."""
    kept = await moot.read(lambda tx: event_log.head(tx, board_stream(board)).words_bytes)
    assert kept == await moot.read(lambda tx: sizes.measure(tx, board))
    return int(kept)


async def test_every_way_in_and_out_is_counted(tmp_path: Path) -> None:
    """Posting, editing, retitling, chatting, importing, withdrawing and fading: each changes the
    count by its bytes, and when everything has ended nothing is left."""
    async with open_moot(tmp_path) as moot:
        ana = moot.sysop
        board = await moot.board(ana, "garden", hold_s=0, retention_days=10)
        thread, first = await start(ana, board, "0123456789", "Títle")
        assert await _size(moot, board) == 6 + 10
        post = await write(ana, thread, "ä" * 50)
        await ana.ask(EditPost(post=post, body="x" * 30))
        assert await _size(moot, board) == 16 + 100 + 30
        await ana.ask(Retitle(thread=thread, title="T"))
        said: LineId = new_id()
        await ana.ask(Say(board=board, line=said, body="chat"))
        await ana.ask(Say(board=board, line=new_id(), body="chat"))
        assert await _size(moot, board) == 11 + 130 + 8
        await ana.ask(Unsay(line=said))
        await ana.ask(WithdrawPost(post=post))
        assert await _size(moot, board) == 11 + 4
        mail = Mail(
            id=new_id(),
            thread=new_id(),
            title="Old",
            author="Bo",
            at=datetime(2001, 1, 1, tzinfo=UTC),
            body="letter",
        )
        await ana.ask(ImportPosts(board=board, posts=(mail,)))
        await ana.carry(ConfigureBoard(board=board, hold_s=60))
        await start(ana, board, "waits", "Held")
        _, taken_back = await start(ana, board, "not for long", "Held too")
        await ana.ask(WithdrawPost(post=taken_back))
        assert await _size(moot, board) == 15 + 9 + 9
        moot.clock.jump(hours=1)
        await moot.do_jobs()
        moot.clock.jump(days=11)
        await moot.do_jobs()
        assert await _size(moot, board) == 0
        assert first


async def test_a_quota_refuses_what_is_beyond_it_and_fading_makes_room(tmp_path: Path) -> None:
    """The refusal names the rule and the next step; what was refused took nothing; withdrawing and
    fading free what they took, and the board's readers see who set the quota (P8)."""
    async with open_moot(tmp_path) as moot:
        ana = await moot.join("ana")
        board = await moot.board(moot.sysop, "garden", hold_s=0, retention_days=10)
        await ana.ask(TakeSeat(board=board, norms_version=1))
        await ana.listen(board_stream(board))
        thread, _ = await start(ana, board, "x" * 99)
        post = await write(ana, thread, "y" * 100)
        await moot.sysop.carry(SetQuota(board=board, quota_bytes=250))
        [told] = await ana.told(Acted)
        assert [(change.before, change.after) for change in told.act.changes] == [(0, 250)]
        with pytest.raises(QuotaExceeded, match="quota") as refused:
            await write(ana, thread, "z" * 51)
        assert "shorter retention" in refused.value.hint
        assert (refused.value.used_bytes, refused.value.quota_bytes) == (200, 250)
        with pytest.raises(QuotaExceeded):
            await ana.ask(EditPost(post=post, body="z" * 60))
        assert await _size(moot, board) == 200
        await write(ana, thread, "z" * 50)
        await ana.ask(WithdrawPost(post=post))
        await write(ana, thread, "z" * 100)
        moot.clock.jump(days=11)
        await moot.do_jobs()
        await start(ana, board, "x" * 200)
        await moot.sysop.carry(SetQuota(board=board, quota_bytes=0))
        await start(ana, board, "x" * 1_000)


async def test_the_sysop_sees_what_boards_take_and_no_more(tmp_path: Path) -> None:
    """A private board has its size and its quota, but no name, for who may not read it (P8)."""
    async with open_moot(tmp_path) as moot:
        ana = await moot.join("ana")
        board = await moot.board(moot.sysop, "hidden", hold_s=0)
        await ana.ask(TakeSeat(board=board, norms_version=1))
        await start(ana, board, "12345")
        await moot.sysop.carry(ConfigureBoard(board=board, visibility=Visibility.PRIVATE))
        await moot.sysop.ask(HandOver(board=board, member=ana.id))
        await moot.sysop.ask(LeaveSeat(board=board))
        commons, hidden = (await moot.sysop.ask(GetDisk())).boards
        assert (commons.slug, hidden.slug) == ("commons", None)
        assert (hidden.board, hidden.posts, hidden.words_bytes) == (board, 1, 6)
        assert hidden.events > 0
        shown = await moot.sysop.ask(SetQuota(board=board, quota_bytes=10))
        assert (shown.size.quota_bytes, shown.size.slug) == (10, None)
        with pytest.raises(NotFound):
            await moot.sysop.ask(SetQuota(board=new_id(), quota_bytes=limits.QUOTA_BYTES_MAX))
