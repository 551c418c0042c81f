"""A decision of a case from the report to the log, over real sockets and with the clock moved (P5 to P8)."""

import asyncio
from typing import Any, NamedTuple

import pytest

from bbs import limits
from bbs.errors import FolkmootError
from bbs.features.boards.seat_messages import Appoint
from bbs.features.cases.appeal_messages import (
    AppealChanged,
    AppealWaits,
    AskAppeal,
    DecideAppeal,
    Verdict,
)
from bbs.features.cases.judging_messages import DecideCase, LetBe
from bbs.features.cases.messages import AskPerson, CaseChanged, CaseWaits, ClaimCase, GetCase
from bbs.features.cases.own_messages import AnswerCase, CaseAboutYou, ListOwnCases
from bbs.features.cases.reporting_messages import ListOwnReports, ReportPost
from bbs.features.cases.views import CaseEnding, CaseState, EntryKind, SanctionKind
from bbs.features.moderation.messages import GetLog
from bbs.features.reading.messages import ListNotices
from bbs.features.reading.views import NoticeKind
from bbs.features.threads.hiding_messages import HidePost, RestorePost
from bbs.features.threads.messages import ListPosts, StartThread, WithdrawPost, WritePost
from bbs.features.threads.views import ContentState
from bbs.ids import BoardId, CaseId, PostId, ThreadId, new_id
from bbs.messages import Command
from bbs.refusals import Conflict
from bbs.restricted import Restricted
from bbs.streams import case_stream, desk_stream
from tests.support.voices import Hall, Voice

WHY = "It is unkind to people who ask."


class Place(NamedTuple):
    """A board with two moderators, a writer and a reporter, and what was written."""

    board: BoardId
    vera: Voice
    mo: Voice
    tom: Voice
    rita: Voice
    thread: ThreadId
    post: PostId


@pytest.fixture
async def place(hall: Hall) -> Place:
    """A board where tom wrote what rita will report."""
    board = await hall.board("garden")
    names = ("vera", "mo", "tom", "rita")
    vera, mo, tom, rita = [await hall.join(name, board) for name in names]
    for moderator in (vera, mo):
        await hall.sysop.ask(Appoint(board=board, member=moderator.id))
    thread, post = new_id(), new_id()
    start = StartThread(board=board, thread=thread, post=post, title="Figs", body="You fools.")
    await tom.ask(start)
    return Place(board, vera, mo, tom, rita, thread, post)


async def _reported(hall: Hall, place: Place) -> CaseId:
    report = ReportPost(post=place.post, report=new_id(), norm=1, words="This hurts.")
    await place.rita.ask(report)
    sql = "SELECT id FROM cases WHERE matter = ?"
    case: CaseId = await hall.read(lambda tx: tx.fetch_value(sql, place.post))
    return case


async def test_from_the_report_to_the_log(hall: Hall, place: Place) -> None:
    """Report, claim, heard, silence with its clause, notice, appeal, lifted, log: each is told whom it
    concerns, and holds as long as it says."""
    vera, mo, tom, rita = place.vera, place.mo, place.tom, place.rita
    desk = {desk_stream(place.board): -1}
    await vera.community.listen(desk)
    case = await _reported(hall, place)
    [waits] = await vera.told(CaseWaits)
    assert waits.case == case
    await mo.community.listen({case_stream(case): -1, **desk})
    await vera.ask(ClaimCase(case=case))
    assert (await mo.told(CaseChanged))[0].head.claimed_by == vera.id
    await vera.ask(AskPerson(case=case, text="It is said that you insult people."))
    assert (await tom.told(CaseAboutYou))[0].case.said is not None
    await tom.ask(AnswerCase(case=case, text="I was quoting."))
    decision = DecideCase(
        case=case,
        norm=1,
        hides=True,
        sanction=SanctionKind.SILENCE,
        days=7,
        reason=WHY,
        word="We spoke to them.",
    )
    await vera.ask(decision)
    refused = await tom.refused(WritePost(thread=place.thread, post=new_id(), body="But"))
    assert isinstance(refused, Restricted)
    assert (refused.norm, refused.reason) == (1, WHY)
    notices = (await tom.ask(ListNotices())).notices
    assert NoticeKind.ABOUT in {notice.kind for notice in notices}
    [report] = (await rita.ask(ListOwnReports())).reports
    assert (report.state, report.told) == (CaseState.DECIDED, "We spoke to them.")
    acts = (await tom.ask(ListOwnCases())).can_appeal
    appeal = new_id()
    await tom.ask(AskAppeal(appeal=appeal, act=acts[0].id, words="Read the post above."))
    assert (await mo.told(AppealWaits))[0].appeal == appeal
    hall.clock.jump(days=2)
    await hall.do_jobs()
    lift = DecideAppeal(appeal=appeal, verdict=Verdict.LIFT, reason="It was a quote.")
    assert isinstance(await vera.refused(lift), FolkmootError)
    await mo.ask(lift)
    assert (await tom.told(AppealChanged, 2))[-1].appeal.reason == "It was a quote."
    await tom.ask(WritePost(thread=place.thread, post=new_id(), body="Thank you"))
    page = await rita.ask(ListPosts(thread=place.thread))
    assert page.posts[0].state is ContentState.PUBLISHED
    [own] = (await tom.ask(ListOwnCases())).cases
    assert (own.state, own.ending) == (CaseState.CLOSED, CaseEnding.OVERTURNED)
    methods = [act.method for act in (await rita.ask(GetLog(board=place.board))).acts]
    decided = ["cases.decide_appeal", "threads.restore", "cases.decide", "threads.hide"]
    assert methods[:4] == decided


async def test_a_silence_ends_though_nobody_looks(hall: Hall, place: Place) -> None:
    """Its end is told and holds without a job; fourteen days later the case is over (P7)."""
    case = await _reported(hall, place)
    await place.vera.ask(AskPerson(case=case, text="It is said that you insult people."))
    hall.clock.jump(seconds=limits.ANSWER_HOURS * 3_600)
    silence = {"sanction": SanctionKind.SILENCE, "days": 3, "reason": WHY}
    await place.vera.ask(DecideCase(case=case, norm=1, **silence))
    write = WritePost(thread=place.thread, post=new_id(), body="But")
    assert isinstance(await place.tom.refused(write), Restricted)
    hall.clock.jump(days=3)
    await place.tom.ask(write)
    hall.clock.jump(days=limits.APPEAL_DAYS)
    await hall.do_jobs()
    [own] = (await place.tom.ask(ListOwnCases())).cases
    assert (own.state, own.ending) == (CaseState.CLOSED, CaseEnding.DECIDED)


async def test_a_hundred_at_once_leave_one_story(hall: Hall, place: Place) -> None:
    """Whoever decides, hides, restores and withdraws at the same moment: the case is decided once, the
    words are in one state, and log, case and tables tell the same (P8, P12)."""
    case = await _reported(hall, place)
    await place.vera.ask(AskPerson(case=case, text="It is said that you insult people."))
    await place.tom.ask(AnswerCase(case=case, text="I was quoting."))
    word = DecideCase(case=case, norm=1, hides=True, sanction=SanctionKind.WORD, reason=WHY)
    commands: list[tuple[Voice, Command[Any]]] = []
    for number in range(100):
        voice = (place.vera, place.mo)[number % 2]
        match number % 5:
            case 0:
                commands.append((voice, word))
            case 1:
                commands.append((voice, LetBe(case=case)))
            case 2:
                commands.append((voice, HidePost(post=place.post, norm=1, reason=WHY)))
            case 3:
                commands.append((voice, RestorePost(post=place.post, reason=WHY)))
            case _ if number == 99:
                commands.append((place.tom, WithdrawPost(post=place.post)))
            case _:
                commands.append((voice, ClaimCase(case=case)))
    done = await asyncio.gather(
        *(voice.community.call(command, timeout_s=60) for voice, command in commands),
        return_exceptions=True,
    )
    won = [
        command.method
        for (_, command), answer in zip(commands, done, strict=True)
        if not isinstance(answer, BaseException)
    ]
    assert sum(method in ("cases.decide", "cases.let_be") for method in won) == 1
    assert all(isinstance(each, FolkmootError) for each in done if isinstance(each, BaseException))
    refused = await place.vera.refused(LetBe(case=case))
    assert isinstance(refused, Conflict)
    await _check_story(hall, place, case, won)


async def _check_story(hall: Hall, place: Place, case: CaseId, won: list[str]) -> None:
    """Check that log, case, sanction and hidings tell what was answered, and nothing else."""
    acts = (await place.rita.ask(GetLog(board=place.board, limit=limits.PAGE_ITEMS_MAX))).acts
    told = [act.method for act in acts if act.method.startswith(("cases.", "threads."))]
    by_decision = "cases.decide" in won
    hides = told.count("threads.hide") - won.count("threads.hide")
    assert hides in (0, int(by_decision))
    assert told.count("threads.restore") == won.count("threads.restore")
    assert told.count("cases.decide") == int(by_decision)
    assert told.count("cases.let_be") == int(not by_decision)
    numbers = [act.number for act in acts]
    assert numbers == list(range(numbers[0], 0, -1))
    seen = (await place.vera.ask(GetCase(case=case))).case
    kinds = [entry.kind for entry in seen.entries]
    assert [entry.number for entry in seen.entries] == list(range(1, len(kinds) + 1))
    assert kinds.count(EntryKind.DECIDED) + kinds.count(EntryKind.LET_BE) == 1
    rows = await hall.read(
        lambda tx: tx.fetch_all(
            "SELECT count(*) FROM sanctions UNION ALL SELECT count(*) FROM"
            " hidings WHERE ended_at IS NULL AND norm IS NOT NULL"
        )
    )
    assert rows[0][0] == int(by_decision)
    assert rows[1][0] <= 1
