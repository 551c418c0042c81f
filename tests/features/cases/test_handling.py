"""A case is claimed, its person heard, noted and passed on; each is told what they may know (22.3)."""

import pytest

from bbs import limits
from bbs.case_refusals import Barred, Why
from bbs.clock import HOUR_MS, instant, to_ms
from bbs.features.cases.judging_messages import LetBe
from bbs.features.cases.messages import (
    AskPerson,
    CaseChanged,
    CaseWaits,
    ClaimCase,
    GetCase,
    ListCases,
    NoteInCase,
    PassCaseOn,
)
from bbs.features.cases.own_messages import AnswerCase, CaseAboutYou, ListOwnCases
from bbs.features.cases.reporting_messages import ListOwnReports, ReportChanged, ReportPost
from bbs.features.cases.views import CaseLevel, CaseState, EntryKind
from bbs.features.members.views import SystemAuthor
from bbs.features.moderation.entering_messages import EnterBoard
from bbs.features.moderation.views import RestrictionKind
from bbs.features.reading.messages import Noticed
from bbs.features.threads.messages import EditPost, WithdrawPost, WritePost
from bbs.ids import COMMONS, new_id
from bbs.refusals import Conflict, LimitReached, NotFound
from bbs.streams import case_stream, desk_stream, member_stream
from tests.features.cases.desk import WORDS, Desk, listed, open_desk
from tests.support.moot import Moot
from tests.support.restricting import restricted
from tests.support.talk import start
from tests.support.visiting import private_of_others

ASKED = "It is said that you call people fools."
ANSWER = "I was tired. I am sorry."


@pytest.fixture
async def desk(moot: Moot) -> Desk:
    """A board with two moderators."""
    return await open_desk(moot)


async def test_a_desk_learns_a_number_and_its_moderators_the_rest(desk: Desk) -> None:
    """The desk's event has neither words nor names; the case is for those who handle it (P8)."""
    await desk.vera.listen(desk_stream(desk.board))
    case = await desk.report()
    [waits] = await desk.vera.told(CaseWaits)
    assert (waits.case, waits.board, waits.number) == (case, desk.board, 1)
    assert desk.rita.id.encode() not in desk.vera.sent
    assert WORDS.encode() not in desk.vera.sent
    for line in (desk.vera, desk.mo):
        assert await listed(line) == [case]
        seen = await desk.seen(line, case)
        assert [each.body for each in seen.evidence if not each.is_context] == [WORDS]
        assert [entry.kind for entry in seen.entries] == [EntryKind.REPORTED]
        assert seen.entries[0].by is None
        assert desk.rita.id.encode() not in line.sent
    for line in (desk.warden, desk.moot.sysop, desk.tom, desk.ann, desk.rita):
        assert await listed(line) == []
        assert isinstance(await line.refused(GetCase(case=case)), NotFound)
        assert (await line.listen(case_stream(case)))[case_stream(case)].state == "gone"


async def test_claiming_shows_who_has_it(desk: Desk) -> None:
    """Others at the desk see it at once, and can take it over."""
    case = await desk.report()
    await desk.mo.listen(case_stream(case))
    done = (await desk.vera.ask(ClaimCase(case=case))).case
    assert done.head.claimed_by == desk.vera.id
    [told] = await desk.mo.told(CaseChanged)
    assert (told.head.claimed_by, told.entry.kind) == (desk.vera.id, EntryKind.CLAIMED)
    assert (await desk.mo.ask(ClaimCase(case=case))).case.head.claimed_by == desk.mo.id
    revision = (await desk.seen(desk.mo, case)).head.revision
    assert (await desk.mo.ask(ClaimCase(case=case))).case.head.revision == revision


async def test_the_person_is_heard_also_silenced(desk: Desk) -> None:
    """Asked, they get copies of their words and what is said, no name, and 24 hours (P5, P7)."""
    case = await desk.report()
    await desk.tom.listen(member_stream(desk.tom.id))
    asked = (await desk.vera.ask(AskPerson(case=case, text=ASKED))).case
    assert asked.head.state is CaseState.ASKED
    assert asked.head.claimed_by == desk.vera.id
    [told] = await desk.tom.told(CaseAboutYou)
    own = told.case
    assert (own.said, [each.body for each in own.evidence]) == (ASKED, [WORDS])
    assert own.answer_by == instant(desk.moot.clock() + limits.ANSWER_HOURS * HOUR_MS)
    [notice] = [event.notice for event in await desk.tom.told(Noticed)]
    assert (notice.case.case, notice.case.state) == (case, CaseState.ASKED)
    for other in (desk.rita, desk.vera, desk.ann):
        assert other.id.encode() not in b"".join(
            frame for frame in desk.tom.tape.frames if case.encode() in frame
        )
    await restricted(desk.moot, RestrictionKind.SILENCED, desk.board, desk.tom)
    await restricted(desk.moot, RestrictionKind.SUSPENDED, COMMONS, desk.tom)
    assert (await desk.tom.ask(ListOwnCases())).cases[0].id == case
    answered = (await desk.tom.ask(AnswerCase(case=case, text=ANSWER))).case
    assert (answered.state, answered.answer) == (CaseState.HEARD, ANSWER)
    assert isinstance(await desk.tom.refused(AnswerCase(case=case, text="And")), Conflict)
    seen = await desk.seen(desk.mo, case)
    assert seen.head.state is CaseState.HEARD
    assert seen.entries[-1].text == ANSWER
    assert isinstance(await desk.mo.refused(AskPerson(case=case, text="Again?")), Conflict)


async def test_nobody_else_answers(desk: Desk) -> None:
    """Before they are asked there is no case for the person, and never for others."""
    case = await desk.report()
    for line in (desk.tom, desk.rita, desk.vera):
        assert isinstance(await line.refused(AnswerCase(case=case, text="No")), NotFound)
        assert (await line.ask(ListOwnCases())).cases == ()
    await desk.vera.ask(AskPerson(case=case, text=ASKED))
    for line in (desk.rita, desk.vera):
        assert isinstance(await line.refused(AnswerCase(case=case, text="No")), NotFound)
    await desk.jump(limits.ANSWER_HOURS)
    assert isinstance(await desk.tom.refused(AnswerCase(case=case, text="Late")), Conflict)
    assert (await desk.seen(desk.vera, case)).head.state is CaseState.HEARD


async def test_a_reporter_learns_nothing_of_the_hearing(desk: Desk) -> None:
    """What the person is asked and answers concerns them alone (22.1)."""
    case = await desk.report()
    await desk.rita.listen(member_stream(desk.rita.id))
    await desk.vera.ask(ClaimCase(case=case))
    await desk.vera.ask(AskPerson(case=case, text=ASKED))
    await desk.tom.ask(AnswerCase(case=case, text=ANSWER))
    [report] = (await desk.rita.ask(ListOwnReports())).reports
    assert report.state is CaseState.OPEN
    assert desk.rita.events(ReportChanged) == []
    assert ANSWER.encode() not in desk.rita.sent


async def test_notes_are_bounded_and_put_off_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A note may name a day within a week, once; a case takes so many entries (22.4)."""
    case = await desk.report()
    day = instant(desk.moot.clock() + 6 * 24 * HOUR_MS)
    noted = (await desk.vera.ask(NoteInCase(case=case, text="Let us wait.", until=day))).case
    assert noted.head.decide_by == day
    again = NoteInCase(case=case, text="Longer.", until=day)
    assert isinstance(await desk.mo.refused(again), Conflict)
    await desk.mo.ask(NoteInCase(case=case, text="Rita is upset.", names_reporter=True))
    monkeypatch.setattr(limits, "CASE_ENTRIES_MAX", 2)
    full = await desk.mo.refused(NoteInCase(case=case, text="More."))
    assert isinstance(full, LimitReached)


async def test_evidence_stays_when_the_words_go(desk: Desk) -> None:
    """Words that are withdrawn are in the case still: it is decided about what was said (22.3)."""
    case = await desk.report()
    await desk.tom.ask(WithdrawPost(post=desk.post))
    seen = await desk.seen(desk.vera, case)
    assert WORDS in [each.body for each in seen.evidence]


async def test_passing_on_gives_it_away(desk: Desk) -> None:
    """The commons handle it from then on, for 72 hours anew; from there the sysop (22.6)."""
    case = await desk.report()
    await desk.warden.listen(desk_stream(COMMONS))
    await desk.mo.listen(case_stream(case))
    passed = (await desk.vera.ask(PassCaseOn(case=case, text="We know them."))).case
    assert passed.head.level is CaseLevel.COMMONS
    [waits] = await desk.warden.told(CaseWaits)
    assert waits.case == case
    assert isinstance(await desk.vera.refused(GetCase(case=case)), NotFound)
    assert await listed(desk.vera) == []
    assert await listed(desk.warden) == [case]
    seen = await desk.seen(desk.warden, case)
    assert to_ms(seen.head.decide_by or seen.head.opened_at) == desk.moot.clock() + 72 * HOUR_MS
    # The founder moderates the commons, too: nobody is left who does not have it.
    refused = await desk.warden.refused(PassCaseOn(case=case, text="Higher."))
    assert isinstance(refused, Conflict)


async def test_events_name_nobody_who_acted(desk: Desk) -> None:
    """Frames of desk, person and reporter have the server as author (P8)."""
    kinds = (CaseWaits.kind, CaseAboutYou.kind, Noticed.kind)
    await desk.vera.listen(desk_stream(desk.board))
    await desk.tom.listen(member_stream(desk.tom.id))
    case = await desk.report()
    await desk.vera.ask(AskPerson(case=case, text=ASKED))
    await desk.tom.told(CaseAboutYou)
    for line in (desk.vera, desk.tom):
        found = [frame for frame in line.frames if frame.kind in kinds]
        assert found
        assert {frame.author for frame in found} == {SystemAuthor()}


async def test_a_party_is_told_why(desk: Desk) -> None:
    """A moderator who reported it does not handle it, and reads the reason (P5)."""
    case = await desk.report(desk.vera)
    refused = await desk.vera.refused(GetCase(case=case))
    assert isinstance(refused, Barred)
    assert refused.why == Why.REPORTER
    assert await listed(desk.vera) == []
    assert await listed(desk.mo) == [case]


async def test_a_desk_is_read_in_pages(desk: Desk) -> None:
    """What is due first comes first, then the closed ones; a page goes on where the last one ended."""
    cases: list[str] = []
    for n in range(5):
        post = new_id()
        await desk.tom.ask(
            WritePost(thread=desk.thread.thread, post=post, body=f"You are fools, {n}.")
        )
        cases.append(await desk.report(post=post))
        desk.moot.clock.jump(seconds=60)
    [closed] = cases[:1]
    await desk.vera.ask(LetBe(case=closed))
    found: list[str] = []
    before: str | None = None
    while True:
        page = await desk.mo.ask(ListCases(closed=True, before=before, limit=2))
        found += [head.id for head in page.cases]
        if (before := page.next_before) is None:
            break
    assert found == [*cases[1:], closed]
    [head] = (await desk.mo.ask(ListCases(board=desk.board, number=3))).cases
    assert head.id == cases[2]
    assert await listed(desk.mo, board=COMMONS) == []


async def test_a_visit_of_the_sysop_is_no_seat_at_the_desk(moot: Moot) -> None:
    """Entering a private board makes nobody its moderator: its cases come where they did (22.6)."""
    ana, bo = await moot.join("ana"), await moot.join("bo")
    cellar = await private_of_others(moot, ana, bo)
    await moot.sysop.ask(EnterBoard(board=cellar, law="GDPR art. 17", reason="A court asks"))
    post = (await start(ana, cellar)).post
    await bo.ask(ReportPost(post=post, report=new_id(), norm=1))
    level = await moot.read(lambda tx: tx.fetch_value("SELECT level FROM cases"))
    assert level == CaseLevel.COMMONS


async def test_many_reports_and_wordings_keep_a_case_open(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However much comes in: the desk reads the latest, and can note; what the desk did is all there."""
    monkeypatch.setattr(limits, "CASE_ENTRIES_MAX", 2)
    case = await desk.report()
    await desk.vera.ask(NoteInCase(case=case, text="First"))
    for line in (desk.ann, desk.warden):
        desk.moot.clock.jump(seconds=1)
        await desk.tom.ask(EditPost(post=desk.post, body=f"Other words {line.id}"))
        await desk.report(line)
    await desk.vera.ask(NoteInCase(case=case, text="Second"))
    monkeypatch.setattr(limits, "PAGE_BYTES_MAX", 800)
    seen = await desk.seen(desk.vera, case)
    assert [each.text for each in seen.entries if each.kind is EntryKind.NOTED] == [
        *("First", "Second")
    ]
    assert seen.evidence
    assert f"Other words {desk.warden.id}" in str(seen.evidence[-1].body)
    assert len(seen.evidence) + len(seen.entries) < 5 + 4
