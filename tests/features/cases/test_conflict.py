"""Nobody handles, or undoes, a matter to which they are party, by whichever way (protocol 22.6, P5)."""

import pytest

from bbs import limits
from bbs.case_refusals import Barred, Why
from bbs.errors import FolkmootError
from bbs.features.arriving.messages import ListHeldPosts
from bbs.features.boards.seat_messages import Appoint, LeaveSeat
from bbs.features.cases.messages import (
    AskPerson,
    ClaimCase,
    GetCase,
    ListCases,
    NoteInCase,
    PassCaseOn,
)
from bbs.features.cases.reporting_messages import ReportPost
from bbs.features.cases.views import CaseEnding, CaseLevel, CaseState, EntryKind
from bbs.features.moderation.messages import GetLog
from bbs.features.moderation.views import RestrictionKind
from bbs.features.threads.hiding_messages import HidePost, RestorePost
from bbs.features.threads.messages import WritePost
from bbs.ids import COMMONS, CaseId, new_id
from bbs.refusals import Conflict, NotAllowed, NotFound
from bbs.streams import case_stream, desk_stream
from tests.features.cases.desk import Desk, listed, open_desk
from tests.support.moot import Line, Moot
from tests.support.restricting import restricted
from tests.support.talk import seated, write


@pytest.fixture
async def desk(moot: Moot) -> Desk:
    """A board with two moderators."""
    return await open_desk(moot)


def ways(case: CaseId) -> list[object]:
    """Return every request by which a case is handled."""
    return [
        GetCase(case=case),
        ClaimCase(case=case),
        AskPerson(case=case, text="It is said."),
        NoteInCase(case=case, text="Hm."),
        PassCaseOn(case=case, text="Take it."),
    ]


async def barred(line: Line, case: CaseId, why: Why) -> None:
    """Try every way, and expect the reason."""
    for request in ways(case):
        refused = await line.refused(request)
        assert isinstance(refused, Barred), (request, refused)
        assert (refused.case, refused.why) == (case, why.value)
    assert case not in await listed(line)
    stream = case_stream(case)
    assert (await line.listen(stream))[stream].state == "gone"


async def hidden(line: Line, post: str) -> FolkmootError:
    """Return how somebody is refused who hides a post."""
    return await line.refused(HidePost(post=post, norm=1, reason="By the norms."))


async def test_a_reporter_handles_nothing(desk: Desk) -> None:
    """Neither the case, nor the words by their own way."""
    case = await desk.report(desk.vera)
    await barred(desk.vera, case, Why.REPORTER)
    refused = await hidden(desk.vera, desk.post)
    assert isinstance(refused, Barred)
    await desk.mo.ask(HidePost(post=desk.post, norm=1, reason="By the norms."))
    undone = await desk.vera.refused(RestorePost(post=desk.post, reason="I think not."))
    assert isinstance(undone, Barred)
    await desk.mo.ask(RestorePost(post=desk.post, reason="On second thought."))


async def test_who_is_answered_and_who_is_named(desk: Desk) -> None:
    """The reported words answer one moderator, and the report names the other."""
    post = new_id()
    mine = new_id()
    await desk.vera.ask(WritePost(thread=desk.thread.thread, post=mine, body="I am Vera."))
    await desk.tom.ask(
        WritePost(thread=desk.thread.thread, post=post, parent=mine, body="Be quiet, Vera.")
    )
    case = await desk.report(post=post, names=("mo",))
    await barred(desk.vera, case, Why.ANSWERED)
    await barred(desk.mo, case, Why.NAMED)
    assert isinstance(await hidden(desk.vera, post), Barred)
    assert await listed(desk.warden) == [case], "it began where anybody is free"
    seen = await desk.seen(desk.warden, case)
    assert (seen.head.level, seen.entries[-1].kind) == (CaseLevel.COMMONS, EntryKind.REPORTED)


async def test_a_later_report_passes_a_case_on(desk: Desk) -> None:
    """Whom it makes a party stops to hear the case at once, and somebody free has it (22.6)."""
    case = await desk.report()
    await desk.vera.listen(case_stream(case))
    await desk.ann.ask(ReportPost(post=desk.post, report=new_id(), norm=1, names=("vera", "mo")))
    await desk.vera.tape.until(lambda: b"stream.ended" in desk.vera.sent)
    await barred(desk.vera, case, Why.NAMED)
    await desk.moot.do_jobs()
    seen = await desk.seen(desk.warden, case)
    assert (seen.head.level, seen.entries[-1].kind) == (CaseLevel.COMMONS, EntryKind.PASSED_ON)


async def test_a_mention_makes_nobody_a_party(desk: Desk) -> None:
    """Else every reported post could choose its judges."""
    post = new_id()
    body = "@vera and @mo are fools."
    await desk.tom.ask(WritePost(thread=desk.thread.thread, post=post, body=body))
    case = await desk.report(post=post)
    assert await listed(desk.vera) == await listed(desk.mo) == [case]


async def test_an_accused_moderator_learns_it_when_they_are_asked(desk: Desk) -> None:
    """Until then there is no such case for them; from then on they read the reason (P5)."""
    post = new_id()
    await desk.vera.ask(WritePost(thread=desk.thread.thread, post=post, body="Fools, all of you."))
    case = await desk.report(post=post)
    for request in ways(case):
        assert isinstance(await desk.vera.refused(request), NotFound)
    await desk.mo.ask(AskPerson(case=case, text="It is said that you call people fools."))
    await barred(desk.vera, case, Why.AUTHOR)


async def test_all_barred_handle_it_and_the_log_says_so(desk: Desk) -> None:
    """The board, the commons and the sysop: if all are party, any of them handles it."""
    case = await desk.report(names=("vera", "mo", "wim", "sysanne"))
    for line in (desk.vera, desk.mo, desk.warden, desk.moot.sysop):
        assert await listed(line) == [case]
    assert (await desk.seen(desk.vera, case)).head.level is CaseLevel.ANY
    await desk.vera.ask(ClaimCase(case=case))
    await desk.vera.ask(HidePost(post=desk.post, norm=1, reason="By the norms."))
    [act] = [
        act
        for act in (await desk.ann.ask(GetLog(board=desk.board))).acts
        if act.method == HidePost.method
    ]
    assert "conflict" in {change.field for change in act.changes}
    # As soon as anybody is no party, it is theirs.
    gus = await seated(desk.moot, "gus", desk.board)
    await desk.moot.sysop.ask(Appoint(board=desk.board, member=gus.id))
    await desk.moot.do_jobs()
    refused = await desk.vera.refused(GetCase(case=case))
    assert isinstance(refused, Barred)


async def test_who_is_restricted_or_left_handles_nothing(desk: Desk) -> None:
    """Silenced or suspended there, out of office or gone: the case goes on to others."""
    case = await desk.report()
    stream = case_stream(case)
    for line in (desk.vera, desk.mo):
        assert (await line.listen(stream))[stream].state != "gone"
    await restricted(desk.moot, RestrictionKind.SILENCED, desk.board, desk.vera)
    assert isinstance(await desk.vera.refused(GetCase(case=case)), NotFound)
    assert await listed(desk.vera) == []
    await desk.vera.tape.until(
        lambda: [e for e in desk.vera.ephemerals if e.kind == "stream.ended"]
    )
    await desk.mo.ask(LeaveSeat(board=desk.board))
    await desk.mo.tape.until(lambda: [e for e in desk.mo.ephemerals if e.kind == "stream.ended"])
    await desk.moot.do_jobs()
    assert await listed(desk.warden) == [case]
    assert (await desk.seen(desk.warden, case)).entries[-1].kind is EntryKind.PASSED_ON
    await restricted(desk.moot, RestrictionKind.SUSPENDED, COMMONS, desk.warden)
    assert await listed(desk.moot.sysop) == [case]


async def test_a_missed_day_is_no_way_around(desk: Desk) -> None:
    """A case that nobody decides about comes to nobody who is party to it: it is closed."""
    case = await desk.report(names=("wim", "sysanne"))
    await desk.jump(limits.DECIDE_HOURS)
    head = (await desk.seen(desk.mo, case)).head
    assert (head.state, head.ending) == (CaseState.CLOSED, CaseEnding.NOT_DECIDED)
    for line in (desk.warden, desk.moot.sysop):
        assert await listed(line, closed=True) == []


async def test_only_who_handles_it_opens_a_case_in_office(desk: Desk) -> None:
    """Others in office report as any member does; nobody opens one about what answers them."""
    for line in (desk.warden, desk.moot.sysop):
        refused = await line.refused(
            ReportPost(post=desk.post, report=new_id(), norm=1, of_office=True)
        )
        assert isinstance(refused, NotAllowed), line.id
    case = await desk.report(desk.vera, of_office=True)
    seen = await desk.seen(desk.mo, case)
    assert (seen.head.claimed_by, seen.head.reports) == (desk.vera.id, 0)
    assert [(each.kind, each.by) for each in seen.entries] == [(EntryKind.CLAIMED, desk.vera.id)]


async def test_moderators_do_not_restore_their_own_words(desk: Desk) -> None:
    """With or without a case about them: the answer is the same, and tells of none (P8)."""
    post = await write(desk.vera, desk.thread.thread, "Some words")
    await desk.mo.ask(HidePost(post=post, norm=1, reason="Unkind"))
    alone = await desk.vera.refused(RestorePost(post=post, reason="It was fine."))
    assert isinstance(alone, Conflict)
    await desk.mo.ask(RestorePost(post=post, reason="A mistake"))
    await desk.report(post=post)
    await desk.mo.ask(HidePost(post=post, norm=1, reason="Unkind after all"))
    asked = await desk.vera.refused(RestorePost(post=post, reason="It was fine."))
    assert str(asked) == str(alone)


async def test_the_place_in_a_desks_stream_is_for_who_hears_it(desk: Desk) -> None:
    """Listing cases tells nobody else that something came in at a desk."""
    await desk.report()
    for line in (desk.tom, desk.rita):
        for query in (ListCases(), ListHeldPosts()):
            assert not (await line.ask(query)).as_of
    assert set((await desk.vera.ask(ListCases())).as_of or ()) == {desk_stream(desk.board)}
    assert desk_stream(COMMONS) in ((await desk.warden.ask(ListCases())).as_of or ())
