"""Reported, reworded, taken back, over: 30 days later the words are in no byte (P10, protocol 22.2)."""

from typing import NamedTuple

from bbs import limits
from bbs.features.boards.seat_messages import TakeSeat
from bbs.features.cases.messages import CaseWaits, GetCase, NoteInCase
from bbs.features.cases.reporting_messages import ListOwnReports, ReportChanged, ReportPost
from bbs.features.cases.views import CaseEnding
from bbs.features.reading.messages import Noticed, Search
from bbs.features.threads.messages import EditPost, StartThread, WithdrawPost
from bbs.ids import BoardId, CaseId, PostId, new_id
from bbs.streams import desk_stream, member_stream
from bbs_server.store.sqlite.writer import SqliteStore
from tests.support.erased import files_with
from tests.support.voices import Hall, Voice

# No two begin alike: the index keeps of a word only where it differs from the one before it.
FIRST, LATER, SAID, NOTED = "vactfirstzq", "wublaterzq", "xolsaidzq", "yaknotedzq"
WORDS = (FIRST, LATER, SAID, NOTED)
FILE = "folkmoot.db"


class Scene(NamedTuple):
    """A board with a moderator, and a post that somebody reported."""

    board: BoardId
    sysop: Voice
    ana: Voice
    ben: Voice
    post: PostId
    case: CaseId


async def _cared(hall: Hall) -> None:
    """Let the store do its housekeeping, as it does every hour."""
    store = hall.running.dispatcher.store
    assert isinstance(store, SqliteStore)
    await store.update_index()
    await store.run_maintenance()
    await store.checkpoint()


async def _reported(hall: Hall) -> Scene:
    sysop, board = hall.sysop, await hall.board("garden")
    ana, ben = await hall.join("ana"), await hall.join("ben")
    for voice in (ana, ben):
        await voice.ask(TakeSeat(board=board, norms_version=1))
    await sysop.community.listen({desk_stream(board): -1})
    for voice in (ana, ben):
        await voice.community.listen({member_stream(voice.id): -1})
    post = new_id()
    start = StartThread(board=board, thread=new_id(), post=post, title="Roses", body=FIRST)
    await ana.ask(start)
    await ben.ask(ReportPost(post=post, report=new_id(), norm=1, words=SAID))
    (waits,) = await sysop.told(CaseWaits)
    return Scene(board, sysop, ana, ben, post, waits.case)


async def test_evidence_ends_with_every_byte(hall: Hall) -> None:
    """Reported, reworded, reported again, taken back with a notice; nobody decides; 30 days later the
    words are in no byte of database, log and index, and after a year nothing of the case is."""
    scene = await _reported(hall)
    ana, sysop = scene.ana, scene.sysop
    await sysop.ask(NoteInCase(case=scene.case, text=NOTED))
    hall.clock.jump(seconds=60)
    await ana.ask(EditPost(post=scene.post, body=LATER))
    cyd = await hall.join("cyd")
    await cyd.ask(ReportPost(post=scene.post, report=new_id(), norm=1))
    assert (await ana.ask(Search(query=LATER))).found is not None
    assert (await ana.ask(WithdrawPost(post=scene.post))).copy_kept
    (told,) = await ana.told(Noticed)
    assert told.notice.case is not None
    assert told.notice.case.keeps_copy
    assert told.notice.until is None, "the case is not over"
    seen = (await sysop.ask(GetCase(case=scene.case))).case
    assert [copy.body for copy in seen.evidence] == [f"Roses\n\n{FIRST}", f"Roses\n\n{LATER}"]
    # Nobody decides. The sysop holds every office here: there is nobody to pass it on to.
    hall.clock.jump(hours=limits.DECIDE_HOURS)
    await hall.do_jobs("cases in time")
    await scene.ben.told(ReportChanged, 2)
    (report,) = (await scene.ben.ask(ListOwnReports())).reports
    assert report.ending is CaseEnding.NOT_DECIDED
    hall.clock.jump(days=limits.EVIDENCE_DAYS, seconds=-60)
    await hall.do_jobs("erase evidence")
    await _cared(hall)
    assert files_with(hall.folder, WORDS) == {FILE: [*WORDS]}
    hall.clock.jump(seconds=60)
    await hall.do_jobs("erase evidence")
    await _cared(hall)
    assert files_with(hall.folder, WORDS) == {FILE: [SAID, NOTED]}
    hall.clock.jump(days=limits.CASE_DAYS - limits.EVIDENCE_DAYS)
    await hall.do_jobs("forget cases")
    await _cared(hall)
    assert files_with(hall.folder, WORDS) == {}
