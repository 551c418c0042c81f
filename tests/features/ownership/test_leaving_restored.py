"""A backup of before: who left stays gone from what was restored (P9, P10, protocol 28.7)."""

import asyncio
from pathlib import Path

import pytest

from bbs import limits
from bbs.features.boards.seat_messages import TakeSeat
from bbs.features.members.views import FormerAuthor
from bbs.features.ownership.leaving_messages import ComeBack
from bbs.features.ownership.views import LeaveWords
from bbs.features.threads.messages import ListPosts
from bbs.ids import COMMONS
from bbs.streams import board_stream, lounge_stream
from bbs_server.ops.backup import take_backup
from bbs_server.ops.restore import restore
from bbs_server.store.hops import Hops
from bbs_server.store.removals import REMOVALS
from bbs_server.store.sqlite.files import SQLITE
from tests.features.ownership.leaving_people import MORE, SAID, TITLE, WORDS, Folk, gather
from tests.support.kept import bytes_in
from tests.support.moments import SlowClock
from tests.support.moot import Moot, open_moot
from tests.support.talk import start

ALL = (TITLE, WORDS, MORE, SAID)


async def _restored(folk: Folk, backup: Path, folder: Path) -> None:
    await asyncio.to_thread(
        restore,
        SQLITE,
        backup,
        folder,
        folk.moot.clock,
        record=folk.moot.folder / REMOVALS,
    )


async def _taken(folk: Folk, tmp_path: Path) -> Path:
    backup = tmp_path / "backup"
    await asyncio.to_thread(take_backup, SQLITE, folk.moot.folder, backup, folk.moot.clock())
    return backup


@pytest.mark.parametrize(
    ("words", "days"),
    [(LeaveWords.TAKEN, 0), (LeaveWords.TAKEN, 8), (LeaveWords.FORMER, 8), (LeaveWords.LEFT, 0)],
)
async def test_a_backup_of_before_brings_nobody_back(
    moot: Moot, tmp_path: Path, words: LeaveWords, days: int
) -> None:
    """On the day of leaving the words are hidden before it serves; after a week they are in no byte."""
    folk = await gather(moot)
    backup = await _taken(folk, tmp_path)
    await folk.leave(words)
    await folk.days(days)
    await _restored(folk, backup, tmp_path / "again")
    async with open_moot(tmp_path / "again", moot.clock) as again:
        sysop = again.line(moot.sysop.person)
        await sysop.ask(moot.sysop.person.with_password())
        posts = (await sysop.ask(ListPosts(thread=folk.begun.thread))).posts
        assert (posts[0].body == WORDS) is (words is not LeaveWords.TAKEN)
        assert isinstance(posts[0].author, FormerAuthor) is (words is not LeaveWords.LEFT)
        await again.do_jobs()
        again.clock.jump(days=limits.LEAVING_DAYS)
        await again.do_jobs()
        await again.do_jobs()
        seats = "SELECT count(*) FROM seats WHERE member = ?"
        assert await again.read(lambda tx: tx.fetch_value(seats, folk.ana.id)) == 0
        mine = "SELECT count(*) FROM posts WHERE author = ? OR answers = ?"
        count = await again.read(lambda tx: tx.fetch_value(mine, folk.ana.id, folk.ana.id))
        assert (count > 0) is (words is LeaveWords.LEFT)
        assert await again.running.dispatcher.store.run_maintenance()
        kept = bytes_in(tmp_path / "again")
        left = {each for each in ALL if each.encode() in kept}
        assert left == (set() if words is LeaveWords.TAKEN else {TITLE, WORDS, MORE})


async def test_who_came_back_is_there_after_a_restore(moot: Moot, tmp_path: Path) -> None:
    """A backup of the days between knows the leaving; the record knows that it was taken back."""
    folk = await gather(moot)
    await folk.leave(LeaveWords.TAKEN)
    backup = await _taken(folk, tmp_path)
    ana = await folk.back()
    await ana.ask(ComeBack())
    await _restored(folk, backup, tmp_path / "again")
    async with open_moot(tmp_path / "again", moot.clock) as again:
        sysop = again.line(moot.sysop.person)
        await sysop.ask(moot.sysop.person.with_password())
        posts = (await sysop.ask(ListPosts(thread=folk.begun.thread))).posts
        assert posts[0].body == WORDS


@pytest.mark.parametrize("words", [LeaveWords.FORMER, LeaveWords.LEFT])
async def test_readers_are_told_once_of_each_board_after_a_restore(
    moot: Moot, tmp_path: Path, words: LeaveWords
) -> None:
    """Where somebody wrote is looked for in slices of all words, and no board is told twice (28.7, P14)."""
    folk = await gather(moot)
    other = await moot.board(moot.sysop, "orchard")
    await moot.board(moot.sysop, "quarry")
    await folk.ana.ask(TakeSeat(board=other, norms_version=1))
    for number in range(3):
        await start(folk.ana, other, f"plum {number}", "Plums")
    backup = await _taken(folk, tmp_path)
    await folk.leave(words)
    await _restored(folk, backup, tmp_path / "again")
    async with open_moot(tmp_path / "again", moot.clock, hops=Hops(SlowClock())) as again:
        await again.do_jobs("go on with leavings")
        told = "SELECT stream FROM events WHERE kind = 'threads.author_left' ORDER BY stream"
        streams = [stream for (stream,) in await again.read(lambda tx: tx.fetch_all(told))]
        boards = {COMMONS, folk.board, other} if words is not LeaveWords.LEFT else set()
        expected = [of(board) for board in boards for of in (board_stream, lounge_stream)]
        assert streams == sorted(expected)
        seats = "SELECT count(*) FROM seats WHERE member = ?"
        assert await again.read(lambda tx: tx.fetch_value(seats, folk.ana.id)) == 0
