"""The sysop on a private board of others, on real devices: read for a day, then the copy is gone (P8)."""

from bbs import limits
from bbs.features.boards.messages import OpenBoard
from bbs.features.boards.seat_messages import Appoint, LeaveSeat, TakeSeat
from bbs.features.moderation.entering_messages import EnterBoard
from bbs.features.norms.messages import Clause
from bbs.features.reading.rules import parse_search
from bbs.features.threads.messages import StartThread
from bbs.ids import BoardId, ThreadId, new_id
from tests.journeys.community import House
from tests.support.erased import files_with

WORD = "rhizomecanary"
NORMS = (Clause(text="Keep it here.", why="It is private."),)


async def _cellar(community: House) -> tuple[BoardId, ThreadId]:
    """Return a private board that the sysop opened and left to ana, with a thread of hers."""
    board, thread = new_id(), new_id()
    sysop, ana = community.voices["sysanne"], community.voices["ana"]
    opening = OpenBoard(board=board, slug="cellar", title="C", charter="C.", norms=NORMS, hold_s=0)
    await sysop.call(opening)
    member = community.members["ana"].member
    await ana.call(TakeSeat(board=board, norms_version=1))
    await sysop.call(Appoint(board=board, member=member))
    await sysop.call(LeaveSeat(board=board))
    await ana.call(
        StartThread(board=board, thread=thread, post=new_id(), title="T", body=f"My {WORD}")
    )
    return board, thread


async def test_a_visit_brings_the_words_and_takes_them_again(community: House) -> None:
    """Ana's client shows the banner; the sysop's, which ran before, learns of the board at once, and
    forgets it with the visit: words, search and every byte of the file."""
    board, thread = await _cellar(community)
    await community.change(
        lambda tx: tx.execute("UPDATE boards SET visibility = 'private' WHERE id = ?", board)
    )
    ana = await community.front("ana", "laptop")
    await ana.until(lambda: ana.cache.board(board) is not None)
    sysop = await community.front("sysanne", "desk")
    await sysop.until(lambda: sysop.cache.board(board) is None)
    ground = {"law": "GDPR art. 15", "reason": "A court asks"}
    await community.voices["sysanne"].call(EnterBoard(board=board, **ground))
    await ana.until(lambda: bool(ana.cache.banners(board, ana.cache.time())))
    await sysop.until(lambda: sysop.cache.board(board) is not None)
    await sysop.until(lambda: sysop.cache.thread(thread) is not None)
    await sysop.link.open_thread(thread)
    await sysop.until(lambda: bool(sysop.cache.find(parse_search(WORD))))
    community.clock.jump(hours=limits.ENTER_HOURS)
    assert sysop.cache.board(board) is None
    await community.do_jobs("announce edges")
    await sysop.until(lambda: sysop.cache.thread(thread) is None)
    assert sysop.cache.find(parse_search(WORD)) == []
    assert sysop.cache.fetch_value("SELECT count(*) FROM boards WHERE id = ?", board) == 0
    await ana.until(lambda: ana.cache.board(board) is not None)
    assert ana.cache.banners(board, ana.cache.time())
    await sysop.close()
    assert files_with(community.folder / "desk", [WORD]) == {}
    await ana.close()
