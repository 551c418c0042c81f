"""What scripts hand to a person: flags, and words held back for a day (P6, protocol 27)."""

from typing import Any, NamedTuple

import pytest

from bbs import limits
from bbs.case_refusals import ForScripts, LeftToPeople, WhyLeft
from bbs.clock import HOUR_MS, instant
from bbs.features.boards.seat_messages import Appoint, TakeSeat
from bbs.features.cases.flagging_messages import (
    FlagLine,
    FlagPost,
    HoldBackLine,
    HoldBackPost,
)
from bbs.features.cases.hold_messages import HoldCase, ReleaseHold
from bbs.features.cases.judging_messages import LetBe
from bbs.features.cases.own_messages import ListOwnCases
from bbs.features.cases.reporting_messages import ListOwnReports
from bbs.features.cases.views import Case, CaseState, EntryKind, HoldOf
from bbs.features.members.messages import Resume
from bbs.features.moderation.messages import GetLog
from bbs.features.reading.messages import ListNotices
from bbs.features.reading.views import NoticeKind
from bbs.features.threads.hiding_messages import GetHiddenPost
from bbs.features.threads.messages import EditPost, ListLines, ListPosts, Say, WritePost
from bbs.features.threads.views import ContentState, Post
from bbs.ids import COMMONS, new_id
from bbs.powers import Office, Power, Way
from bbs.refusals import Conflict, LimitReached, NotAllowed, NotFound
from tests.features.cases.desk import WORDS, Desk, open_desk
from tests.support.moot import Line, Moot
from tests.support.people import secret
from tests.support.talk import seated

WHY = "three links in a first post"
BOTH = (Power.READ, Power.FLAG, Power.HOLD_BACK)


class Watched(NamedTuple):
    """A board with a desk, and the token of a moderator's that watches it."""

    desk: Desk
    script: Line


@pytest.fixture
async def watched(moot: Moot) -> Watched:
    """A board that a script of vera's watches."""
    desk = await open_desk(moot)
    return Watched(desk, await moot.with_token(desk.vera, BOTH, [desk.board]))


def _hold(desk: Desk, **fields: Any) -> HoldBackPost:
    return HoldBackPost(**{"post": desk.post, "norm": 1, "words": WHY, **fields})


def _flag(desk: Desk, **fields: Any) -> FlagPost:
    return FlagPost(**{"post": desk.post, "norm": 1, "words": WHY, **fields})


async def _post(desk: Desk, post: str | None = None, line: Line | None = None) -> Post:
    page = await (line or desk.ann).ask(ListPosts(thread=desk.thread.thread))
    return next(each for each in page.posts if each.id == (post or desk.post))


async def _case(desk: Desk, post: str | None = None) -> Case:
    return await desk.seen(desk.mo, await desk.case_of(post or desk.post))


async def _left(line: Line, command: Any) -> WhyLeft:
    """Return why words are left to people."""
    error = await line.refused(command)
    assert isinstance(error, LeftToPeople), error
    return WhyLeft(error.why)


async def test_a_member_s_script_flags_and_nobody_is_named(moot: Moot) -> None:
    """The desk learns that a script flagged it, and not whose: its owner is a reporter (P6, 22.1)."""
    desk = await open_desk(moot)
    script = await moot.with_token(desk.rita, [Power.FLAG])
    await script.ask(_flag(desk))
    case = await _case(desk)
    [entry] = case.entries
    assert (entry.kind, entry.via, entry.by, entry.text) == (
        *(EntryKind.REPORTED, Way.SCRIPT, None, WHY),
    )
    assert (case.head.state, case.head.reports) == (CaseState.OPEN, 1)
    assert (await _post(desk)).body == WORDS
    assert desk.rita.id.encode() not in desk.mo.answers[-1]
    assert isinstance(await script.refused(_flag(desk)), Conflict)
    found = await desk.rita.ask(ListOwnReports())
    assert (len(found.reports), found.left_today) == (1, limits.REPORTS_PER_DAY_MAX)


async def test_a_moderators_script_flags_for_the_desk(watched: Watched) -> None:
    """Of the desk's own automation the case says whose it is: nobody reported it, nobody is party."""
    desk, script = watched
    await script.ask(_flag(desk))
    case = await desk.seen(desk.vera, await desk.case_of(desk.post))
    [entry] = case.entries
    assert (entry.by, entry.office, entry.via) == (desk.vera.id, Office.MODERATOR, Way.SCRIPT)
    assert case.head.reports == 0
    assert isinstance(await script.refused(_flag(desk)), Conflict)


async def test_held_back_for_a_day(watched: Watched) -> None:
    """Words are held for the desk until a moment that readers see, in an open case; the author is
    told what, by whose script, until when, and that nobody decided; the log says by script (P8)."""
    desk, script = watched
    until = (await script.ask(_hold(desk))).until
    assert until == instant(desk.moot.clock() + limits.HELD_BACK_HOURS * HOUR_MS)
    post = await _post(desk)
    assert (post.state, post.body, post.hold_until) == (ContentState.HIDDEN, None, until)
    for reader in (desk.tom, desk.vera):
        shown = (await reader.ask(GetHiddenPost(post=desk.post))).post
        assert shown is not None
        assert shown.body == WORDS
    case = await _case(desk)
    [entry] = case.entries
    assert (entry.kind, entry.via, entry.by, entry.until) == (
        *(EntryKind.HELD, Way.SCRIPT, desk.vera.id, until),
    )
    assert (case.held, case.head.state) == ((HoldOf.WORDS,), CaseState.OPEN)
    [notice] = [
        each for each in (await desk.tom.ask(ListNotices())).notices if each.kind is NoticeKind.CASE
    ]
    assert notice.case is not None
    assert (notice.case.held_back_by, notice.until) == (Office.MODERATOR, until)
    [own] = (await desk.tom.ask(ListOwnCases())).cases
    assert (own.held, own.held_by_script, own.said, own.hold_until) == (
        *((HoldOf.WORDS,), True, WHY, until),
    )
    [act, *_] = (await desk.ann.ask(GetLog(board=desk.board))).acts
    assert (act.method, act.way, act.about) == ("cases.hold_back", Way.SCRIPT, None)
    assert isinstance(
        await desk.tom.refused(EditPost(post=desk.post, body="Other words")), Conflict
    )


async def test_it_ends_by_itself(watched: Watched) -> None:
    """After a day the words are published again, and nothing is left but the case for a person (P6)."""
    desk, script = watched
    await script.ask(_hold(desk))
    await desk.jump(limits.HELD_BACK_HOURS - 0.01)
    assert (await _post(desk)).body is None
    await desk.jump(0.01)
    assert (await _post(desk)).body == WORDS
    case = await _case(desk)
    assert (case.head.state, case.held, case.head.hold_until) == (CaseState.OPEN, (), None)
    for table in ("hidings", "restrictions", "sanctions"):
        rows = await desk.moot.read(lambda tx, table=table: tx.fetch_all(f"SELECT * FROM {table}"))
        assert rows == [], table


async def test_one_wording_once(watched: Watched) -> None:
    """No script holds the same words again, of whoever's, also after a release; an edit is another
    wording (P6)."""
    desk, script = watched
    await script.ask(_hold(desk))
    await desk.mo.ask(ReleaseHold(case=await desk.case_of(desk.post)))
    other = await desk.moot.with_token(desk.mo, BOTH)
    for again in (script, other):
        assert await _left(again, _hold(desk)) is WhyLeft.HELD_BEFORE
    desk.moot.clock.jump(seconds=100)
    await desk.tom.ask(EditPost(post=desk.post, body="Other foolish words."))
    await other.ask(_hold(desk))
    assert (await _post(desk)).body is None
    await desk.jump(limits.HELD_BACK_HOURS)
    assert await _left(script, _hold(desk)) is WhyLeft.HELD_BEFORE


async def test_a_person_decides_before(watched: Watched) -> None:
    """Who lets it be publishes the words at once, and no script holds them again (P6)."""
    desk, script = watched
    await script.ask(_hold(desk))
    await desk.mo.ask(LetBe(case=await desk.case_of(desk.post)))
    assert (await _post(desk)).body == WORDS
    assert await _left(script, _hold(desk)) is WhyLeft.HELD_BEFORE


async def test_what_a_person_looked_at_is_not_held(watched: Watched) -> None:
    """A wording that a person let be, or held and released, is no script's any more (P6)."""
    desk, script = watched
    await desk.mo.ask(LetBe(case=await desk.report()))
    assert await _left(script, _hold(desk)) is WhyLeft.LOOKED_AT
    post = new_id()
    await desk.tom.ask(WritePost(thread=desk.thread.thread, post=post, body="Fools again."))
    case = await desk.report(post=post)
    await desk.mo.ask(HoldCase(case=case, of=(HoldOf.WORDS,), text="It is said."))
    await desk.mo.ask(ReleaseHold(case=case))
    assert await _left(script, _hold(desk, post=post)) is WhyLeft.LOOKED_AT


async def test_a_person_takes_the_hold_over(watched: Watched) -> None:
    """An urgent hold by a person follows without a moment in which the words are shown; of writing
    alone it ends the script's."""
    desk, script = watched
    await script.ask(_hold(desk))
    case = await desk.case_of(desk.post)
    hold = HoldCase(case=case, of=(HoldOf.WORDS,), text="It is said.")
    seen = (await desk.mo.ask(hold)).case
    ends = instant(desk.moot.clock() + limits.HOLD_HOURS_MAX * HOUR_MS)
    assert (seen.head.hold_until, (await _post(desk)).hold_until) == (ends, ends)
    await desk.jump(limits.HELD_BACK_HOURS + 1)
    assert (await _post(desk)).body is None
    await desk.jump(limits.HOLD_HOURS_MAX)
    assert (await _post(desk)).body == WORDS
    post = new_id()
    await desk.tom.ask(WritePost(thread=desk.thread.thread, post=post, body="Again fools."))
    await script.ask(_hold(desk, post=post))
    case = await desk.case_of(post)
    await desk.mo.ask(HoldCase(case=case, of=(HoldOf.WRITING,), text="It is said."))
    assert (await _post(desk, post)).body == "Again fools."


async def test_nobody_in_office_is_touched(watched: Watched) -> None:
    """Neither a moderator of the board, nor of the commons, nor the sysop: one clear sentence (P6)."""
    desk, script = watched
    moot, thread = desk.moot, desk.thread.thread
    warden = await seated(moot, "wanda", desk.board)
    await moot.sysop.ask(Appoint(board=COMMONS, member=warden.id))
    sysop = await moot.again(moot.sysop)
    await sysop.ask(TakeSeat(board=desk.board, norms_version=1))
    for line in (desk.mo, warden, sysop):
        post, said = new_id(), new_id()
        await line.ask(WritePost(thread=thread, post=post, body="I decide here."))
        await line.ask(Say(board=desk.board, line=said, body="Here, too."))
        for command in (
            _hold(desk, post=post),
            _flag(desk, post=post),
            HoldBackLine(line=said, norm=1),
            FlagLine(line=said, norm=1),
        ):
            assert await _left(script, command) is WhyLeft.IN_OFFICE
        assert (await _post(desk, post)).body is not None
    assert await moot.read(lambda tx: tx.fetch_all("SELECT * FROM cases")) == []


async def test_lines_are_held_too(watched: Watched) -> None:
    """A line of the lounge is flagged and held back as a post is."""
    desk, script = watched
    said = new_id()
    await desk.tom.ask(Say(board=desk.board, line=said, body="Fools."))
    await script.ask(FlagLine(line=said, norm=1))
    until = (await script.ask(HoldBackLine(line=said, norm=1))).until
    [line] = (await desk.ann.ask(ListLines(board=desk.board))).lines
    assert (line.body, line.hold_until) == (None, until)
    await desk.jump(limits.HELD_BACK_HOURS)
    [line] = (await desk.ann.ask(ListLines(board=desk.board))).lines
    assert line.body == "Fools."


async def test_who_may_not(watched: Watched) -> None:
    """A person reports instead; without office nothing is held back; a token stays on its boards."""
    desk, moot = watched.desk, watched.desk.moot
    for command in (_hold(desk), HoldBackPost(post=desk.post, norm=1)):
        assert isinstance(await desk.vera.refused(command), ForScripts)
    assert isinstance(await desk.ann.refused(_flag(desk)), ForScripts)
    plain = await moot.with_token(desk.ann, BOTH)
    assert isinstance(await plain.refused(_hold(desk)), NotAllowed)
    elsewhere = await moot.with_token(desk.vera, BOTH, [COMMONS])
    for command in (_hold(desk), _flag(desk)):
        assert isinstance(await elsewhere.refused(command), NotFound)
    only_flags = await moot.with_token(desk.mo, [Power.FLAG])
    assert isinstance(await only_flags.refused(_hold(desk)), NotAllowed)
    assert await moot.read(lambda tx: tx.fetch_all("SELECT * FROM cases")) == []


async def test_a_moderators_own_device_runs_scripts_too(watched: Watched) -> None:
    """A script on a device says so, and then holds back as a token does (27.2)."""
    desk = watched.desk
    own = desk.moot.line(desk.vera.person)
    await own.ask(Resume(token=secret(desk.vera.person.session), script=True))
    await own.ask(_hold(desk))
    assert (await _post(desk)).body is None


async def test_they_are_counted(watched: Watched) -> None:
    """Scripts of one member hold back so much in a day, and flag so much, whatever tokens they have."""
    desk, script = watched
    post = new_id()
    await desk.tom.ask(WritePost(thread=desk.thread.thread, post=post, body="Fools again."))
    other = await desk.moot.with_token(desk.vera, BOTH)
    await script.ask(_flag(desk))
    await script.ask(_hold(desk))
    case, now = await desk.case_of(desk.post), desk.moot.clock()
    counts = {"held": limits.HELD_BACK_PER_DAY_MAX - 1, "reported": limits.FLAGS_PER_DAY_MAX - 1}
    rows = [
        (case, 1_000 * place + number, kind, now, desk.vera.id, "script")
        for place, (kind, count) in enumerate(counts.items(), start=1)
        for number in range(count)
    ]
    sql = "INSERT INTO case_entries (of_case, number, kind, at, by_member, via, of_commons, names_reporter) VALUES (?, ?, ?, ?, ?, ?, 0, 0)"
    await desk.moot.change(lambda tx: tx.execute_many(sql, rows))
    for command in (_flag(desk, post=post), _hold(desk, post=post)):
        assert isinstance(await other.refused(command), LimitReached)
    await desk.jump(25)
    await other.ask(_hold(desk, post=post))


async def test_the_copy_ends_with_the_case(watched: Watched) -> None:
    """The copy of held words is erased as all evidence is, and the hold leaves no text (P10)."""
    desk, script = watched
    await script.ask(_hold(desk))
    await desk.mo.ask(LetBe(case=await desk.case_of(desk.post)))
    await desk.jump(limits.EVIDENCE_DAYS * 24 + 1)
    rows = await desk.moot.read(
        lambda tx: tx.fetch_all("SELECT 1 FROM evidence WHERE body_text IS NOT NULL")
    )
    assert rows == []
