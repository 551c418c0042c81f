"""A report opens the case of its words, or joins it; who reported is told to nobody (protocol 22.1)."""

from typing import Any

from bbs import limits
from bbs.errors import BadParams
from bbs.features.cases.messages import CaseWaits
from bbs.features.cases.reporting_messages import ListOwnReports, ReportLine, ReportPost
from bbs.features.cases.views import CaseState
from bbs.features.threads.messages import EditPost, Say, WithdrawPost
from bbs.ids import BoardId, PostId, new_id
from bbs.refusals import Conflict, Gone, LimitReached, NotAllowed
from bbs.streams import desk_stream
from tests.support.moot import Line as Client
from tests.support.moot import Moot
from tests.support.talk import seated, start, write


async def people(moot: Moot, board: BoardId, *handles: str) -> list[Client]:
    """Let members join, and take a seat on the board."""
    return [await seated(moot, handle, board) for handle in handles]


def report(post: PostId, *, norm: int = 1, **more: Any) -> ReportPost:
    return ReportPost(post=post, report=new_id(), norm=norm, **more)


async def test_a_report_opens_a_case(moot: Moot, board: BoardId) -> None:
    """The desk hears a number, and no name; the reporter reads what became of it."""
    ana, ben = await people(moot, board, "ana", "ben")
    post = (await start(ana, board)).post
    await moot.sysop.listen(desk_stream(board))
    sent = report(post, words="Unkind.")
    await ben.ask(sent)
    (told,) = await moot.sysop.told(CaseWaits)
    assert (told.board, told.number) == (board, 1)
    assert ben.id not in repr(moot.sysop.frames[-1])
    found = await ben.ask(ListOwnReports())
    assert found.left_today == limits.REPORTS_PER_DAY_MAX - 1
    (mine,) = found.reports
    assert (mine.id, mine.post, mine.words, mine.state) == (
        sent.report,
        post,
        "Unkind.",
        CaseState.OPEN,
    )
    assert not (await ana.ask(ListOwnReports())).reports


async def test_the_same_words_join_the_case(moot: Moot, board: BoardId) -> None:
    """One case, one copy of each wording; the same member reports once."""
    ana, ben, cyd = await people(moot, board, "ana", "ben", "cyd")
    post = (await start(ana, board)).post
    await ben.ask(report(post))
    await cyd.ask(report(post))
    assert isinstance(await ben.refused(report(post)), Conflict)
    moot.clock.jump(seconds=1)
    await ana.ask(EditPost(post=post, body="Other words"))
    await moot.sysop.ask(report(post))
    after = await moot.dump()
    assert len(after["cases"]) == 1
    assert len(after["case_reports"]) == 3
    assert len(after["evidence"]) == 2


async def test_an_answer_is_copied_with_what_it_answers(moot: Moot, board: BoardId) -> None:
    """The desk reads both, and whose words were answered is known (22.6)."""
    ana, ben, cyd = await people(moot, board, "ana", "ben", "cyd")
    thread, first = await start(ana, board)
    answer = await write(ben, thread, parent=first)
    await cyd.ask(report(answer))
    rows = await moot.read(
        lambda tx: tx.fetch_all("SELECT post, author, is_context FROM evidence ORDER BY place")
    )
    assert rows == [(first, ana.id, 1), (answer, ben.id, 0)]


async def test_a_line_is_reported_likewise(moot: Moot, board: BoardId) -> None:
    """With its own clause."""
    ana, ben = await people(moot, board, "ana", "ben")
    line = new_id()
    await ana.ask(Say(board=board, line=line, body="Words"))
    result = await ben.ask(ReportLine(line=line, report=new_id(), norm=1))
    assert (result.report.line, result.report.post) == (line, None)


async def test_what_cannot_be_reported(moot: Moot, board: BoardId) -> None:
    """The own words, words that are gone, a clause that is not there, and somebody unknown."""
    ana, ben = await people(moot, board, "ana", "ben")
    post = (await start(ana, board)).post
    assert isinstance(await ana.refused(report(post)), Conflict)
    assert isinstance(await ben.refused(report(post, norm=20)), BadParams)
    assert isinstance(await ben.refused(report(post, names=("nobody",))), BadParams)
    await ana.ask(WithdrawPost(post=post))
    assert isinstance(await ben.refused(report(post)), Gone)


async def test_ten_reports_a_day(moot: Moot, board: BoardId) -> None:
    """The eleventh is refused until a day has passed."""
    ana, ben = await people(moot, board, "ana", "ben")
    posts = [(await start(ana, board)).post for _ in range(limits.REPORTS_PER_DAY_MAX + 1)]
    for post in posts[:-1]:
        await ben.ask(report(post))
        moot.clock.jump(seconds=1)
    assert isinstance(await ben.refused(report(posts[-1])), LimitReached)
    moot.clock.jump(days=1)
    await ben.ask(report(posts[-1]))


async def test_a_moderator_opens_a_case_in_office(moot: Moot, board: BoardId) -> None:
    """Nobody reported it, and the moderator has taken it on; a member has no such office."""
    ana, ben = await people(moot, board, "ana", "ben")
    post = (await start(ana, board)).post
    assert isinstance(await ben.refused(report(post, of_office=True)), NotAllowed)
    await moot.sysop.ask(report(post, of_office=True))
    after = await moot.dump()
    assert after["case_reports"] == []
    rows = await moot.read(lambda tx: tx.fetch_all("SELECT claimed_by FROM cases"))
    assert rows == [(moot.sysop.id,)]
