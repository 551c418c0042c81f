"""An urgent hold: of words and of writing, by anybody in office, ending by itself (protocol 24)."""

from typing import Any

import pytest

from bbs import limits
from bbs.case_refusals import Barred, Why
from bbs.clock import HOUR_MS, instant, to_ms
from bbs.errors import BadParams
from bbs.features.cases import hold_rules
from bbs.features.cases.hold_messages import HoldCase, ReleaseHold
from bbs.features.cases.messages import AskPerson, GetCase
from bbs.features.cases.own_messages import AnswerCase, ListOwnCases
from bbs.features.cases.views import Case, CaseLevel, CaseState, EntryKind, HoldOf
from bbs.features.moderation.messages import GetLog
from bbs.features.threads.messages import ListPosts, WithdrawPost, WritePost
from bbs.features.threads.views import ContentState, Post
from bbs.ids import CaseId, new_id
from bbs.powers import Office
from bbs.refusals import Conflict, Gone, NotAllowed
from bbs.restricted import Restricted
from tests.features.cases.desk import WORDS, Desk, open_desk
from tests.support.moot import Line, Moot
from tests.support.talk import write

SAID = "It is said that you call people fools.\nPlease answer."
BOTH = (HoldOf.WORDS, HoldOf.WRITING)


@pytest.fixture
async def desk(moot: Moot) -> Desk:
    """A board with two moderators."""
    return await open_desk(moot)


async def _hold(line: Line, case: CaseId, *of: HoldOf) -> Case:
    return (await line.ask(HoldCase(case=case, of=of or BOTH, text=SAID))).case


async def _post(desk: Desk) -> Post:
    page = await desk.ann.ask(ListPosts(thread=desk.thread.thread))
    return next(post for post in page.posts if post.id == desk.post)


async def _left(desk: Desk) -> list[Any]:
    """Return what a hold must not leave: hidings, and holds noted in cases."""
    hidings = await desk.moot.read(lambda tx: tx.fetch_all("SELECT * FROM hidings"))
    held = "SELECT hold_until, hold_act, hold_restriction FROM cases WHERE hold_until IS NOT NULL"
    return [*hidings, *await desk.moot.read(lambda tx: tx.fetch_all(held))]


async def test_held_words_and_writing(desk: Desk) -> None:
    """Words are hidden until a moment that readers see; the person is asked, told why they cannot
    write and until when, and can answer; the log has no name and no clause (P5, P7, P8)."""
    case = await desk.report()
    seen = await _hold(desk.vera, case)
    assert seen.head.state is CaseState.ASKED
    assert set(seen.held) == set(BOTH)
    until = desk.moot.clock() + limits.HOLD_HOURS_MAX * HOUR_MS
    assert seen.head.hold_until == instant(until)
    assert [entry.kind for entry in seen.entries][-2:] == [EntryKind.ASKED, EntryKind.HELD]
    post = await _post(desk)
    assert (post.state, post.body, post.hold_until) == (ContentState.HIDDEN, None, instant(until))
    error = await desk.tom.refused(_writing(desk))
    assert isinstance(error, Restricted)
    assert (error.kind, error.norm, error.until) == ("silenced", None, instant(until))
    assert error.reason == SAID.split("\n")[0]
    [own] = (await desk.tom.ask(ListOwnCases())).cases
    assert (set(own.held), own.hold_until, own.said) == (set(BOTH), instant(until), SAID)
    [act, *_] = (await desk.ann.ask(GetLog(board=desk.board))).acts
    assert (act.method, act.norm, act.about, act.thing.number) == ("cases.hold", None, None, 1)
    assert act.office is Office.MODERATOR
    assert desk.tom.id.encode() not in desk.ann.answers[-1]


def _writing(desk: Desk) -> Any:
    return WritePost(
        thread=desk.thread.thread, post=new_id(), parent=desk.thread.post, body="Again"
    )


async def test_a_hold_ends_by_itself(desk: Desk) -> None:
    """Unanswered it ends after 36 hours; all is as before, and it cannot begin again for 30 days."""
    case = await desk.report()
    await _hold(desk.vera, case)
    await desk.jump(limits.HOLD_HOURS_MAX - 1)
    assert (await _post(desk)).body is None
    await desk.jump(1)
    assert (await _post(desk)).body == WORDS
    assert await _left(desk) == []
    await write(desk.tom, desk.thread.thread, "I may write again")
    seen = await desk.seen(desk.vera, case)
    assert (seen.held, seen.head.hold_until) == ((), None)
    assert seen.entries[-1].kind is EntryKind.HOLD_ENDED
    for of in BOTH:
        error = await desk.mo.refused(HoldCase(case=case, of=(of,), text=SAID))
        assert isinstance(error, Conflict)
        assert "held already" in str(error)


async def test_it_ends_12_hours_after_the_answer(desk: Desk) -> None:
    """Readers and the person are told the earlier end as soon as there is an answer."""
    case = await desk.report()
    await _hold(desk.vera, case)
    await desk.jump(2)
    await desk.tom.ask(AnswerCase(case=case, text="I was tired."))
    await desk.moot.do_jobs("end urgent holds")
    ends = desk.moot.clock() + limits.HOLD_AFTER_ANSWER_HOURS * HOUR_MS
    assert (await _post(desk)).hold_until == instant(ends)
    error = await desk.tom.refused(_writing(desk))
    assert isinstance(error, Restricted)
    assert error.until == instant(ends)
    assert (await desk.seen(desk.vera, case)).head.hold_until == instant(ends)
    await desk.jump(limits.HOLD_AFTER_ANSWER_HOURS)
    assert (await _post(desk)).body == WORDS
    assert await _left(desk) == []


async def test_it_may_begin_after_the_answer(desk: Desk) -> None:
    """Held only once the person was heard, it ends 12 hours after it began."""
    case = await desk.report()
    await desk.vera.ask(AskPerson(case=case, text=SAID))
    await desk.tom.ask(AnswerCase(case=case, text="I was tired."))
    await desk.jump(20)
    seen = await _hold(desk.mo, case, HoldOf.WORDS)
    ends = desk.moot.clock() + limits.HOLD_AFTER_ANSWER_HOURS * HOUR_MS
    assert seen.head.hold_until == instant(ends)


async def test_anybody_in_office_holds_also_who_is_party(desk: Desk) -> None:
    """A party gets the case back without its words; to release is to handle, so they do not (22.6)."""
    case = await desk.report(desk.mo)
    seen = await _hold(desk.mo, case, HoldOf.WORDS)
    assert (seen.evidence, seen.entries, seen.held) == ((), (), (HoldOf.WORDS,))
    assert (seen.head.reports, seen.head.claimed_by, seen.head.about) == (0, None, None)
    assert isinstance(await desk.mo.refused(GetCase(case=case)), Barred)
    error = await desk.mo.refused(ReleaseHold(case=case))
    assert isinstance(error, Barred)
    assert error.why == Why.REPORTER
    for nobody in (desk.tom, desk.rita):
        error = await nobody.refused(HoldCase(case=case, of=BOTH, text=SAID))
        assert isinstance(error, NotAllowed)
    released = (await desk.warden.ask(ReleaseHold(case=case))).case
    assert released.held == ()
    assert (await _post(desk)).body == WORDS
    held, ended = (await desk.ann.ask(GetLog(board=desk.board))).acts[1::-1]
    assert (ended.method, ended.undoes) == ("cases.release", held.id)
    error = await desk.vera.refused(ReleaseHold(case=case))
    assert "nothing is held" in str(error)


async def test_the_board_holds_also_what_the_commons_handle(desk: Desk) -> None:
    """Where both moderators reported it, the commons handle it, and either still holds (22.6, 24.1)."""
    case = await desk.report(desk.mo)
    await desk.report(desk.vera)
    assert isinstance(await desk.mo.refused(GetCase(case=case)), Barred)
    assert (await _hold(desk.mo, case, HoldOf.WORDS)).held == (HoldOf.WORDS,)
    released = (await desk.warden.ask(ReleaseHold(case=case))).case
    assert (released.head.level, released.held) == (CaseLevel.COMMONS, ())


async def test_what_cannot_be_held_is_refused(desk: Desk) -> None:
    """Nothing to hold, and words that are gone: each says why, and nothing is changed."""
    case = await desk.report()
    assert isinstance(await desk.vera.refused(HoldCase(case=case, of=(), text=SAID)), BadParams)
    await desk.tom.ask(WithdrawPost(post=desk.post))
    error = await desk.vera.refused(HoldCase(case=case, of=(HoldOf.WORDS,), text=SAID))
    assert isinstance(error, Gone)
    assert (await desk.seen(desk.vera, case)).head.state is CaseState.OPEN
    assert (await _hold(desk.vera, case, HoldOf.WRITING)).held == (HoldOf.WRITING,)


async def test_a_clock_in_doubt_ends_no_hold(desk: Desk) -> None:
    """A wall clock that jumped proves nothing: the hold stands until the time is proven."""
    case = await desk.report()
    await _hold(desk.vera, case, HoldOf.WORDS)
    desk.moot.clock.step(hours=limits.HOLD_HOURS_MAX + 1)
    await desk.moot.do_jobs("end urgent holds")
    assert (await _post(desk)).body is None
    await desk.jump(limits.HOLD_HOURS_MAX + 1)
    assert (await _post(desk)).body == WORDS


def test_the_rule_of_ends() -> None:
    """A hold ends after the answer or the time for it, and never later than 36 hours after it began."""
    hour, begun = HOUR_MS, to_ms(instant(1_000_000 * HOUR_MS))
    ends = hold_rules.ends_at
    assert ends(begun, begun + 24 * hour, None) == begun + 36 * hour
    assert ends(begun, begun + 24 * hour, begun + hour) == begun + 13 * hour
    assert ends(begun, begun - 50 * hour, begun - 60 * hour) == begun + 12 * hour
    assert ends(begun, None, None) == begun + 12 * hour
    assert ends(begun, begun + 90 * hour, None) == begun + 36 * hour


async def test_nobody_holds_many_words_alone(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """However they are split into cases: hiding as many takes two keys, and so another holds them (P7)."""
    monkeypatch.setattr(limits, "HIDDEN_BY_ONE_MAX", 1)
    await _hold(desk.vera, await desk.report(), HoldOf.WORDS)
    more = await write(desk.ann, desk.thread.thread, "Some more")
    case = await desk.report(post=more)
    error = await desk.vera.refused(HoldCase(case=case, of=(HoldOf.WORDS,), text=SAID))
    assert isinstance(error, Conflict)
    await _hold(desk.mo, case, HoldOf.WORDS)


async def test_trying_to_hold_tells_nobody_of_a_case_about_them(desk: Desk) -> None:
    """A dry run does not say to a moderator that it is about their words (22.6)."""
    post = await write(desk.vera, desk.thread.thread, "Some words")
    case = await desk.report(post=post)
    trial = HoldCase(case=case, of=BOTH, text=SAID, dry_run=True)
    assert desk.vera.id not in str((await desk.vera.ask(trial)).case)
    assert (await desk.mo.ask(trial)).case.head.about == desk.vera.id


async def test_words_and_writing_are_not_held_in_turns(desk: Desk) -> None:
    """For one matter there is one hold in 30 days, whatever it is of (P7, protocol 24.3)."""
    case = await desk.report()
    await _hold(desk.vera, case, HoldOf.WORDS)
    await desk.mo.ask(ReleaseHold(case=case))
    for of in HoldOf:
        error = await desk.vera.refused(HoldCase(case=case, of=(of,), text=SAID))
        assert isinstance(error, Conflict)
        assert "held already" in str(error)
